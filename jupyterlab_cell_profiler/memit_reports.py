"""What ``%memit`` says and returns, as memory_profiler's original has it.

The numbers are better ones: the peak is the operating system's own where that can be had,
and not the highest of ten samples a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MIB = 2**20


@dataclass(frozen=True)
class MemitResult:
    """What ``-o`` returns: the attributes of memory_profiler's ``MemitResult``."""

    mem_usage: list[float]
    """Peak of each run, in MiB."""
    baseline: float
    """MiB before the first run."""
    repeat: int
    timeout: float | None
    interval: float
    include_children: bool

    def __str__(self) -> str:
        peak = max(self.mem_usage, default=self.baseline)
        return f"peak memory: {peak:.02f} MiB, increment: {peak - self.baseline:.02f} MiB"

    def _repr_pretty_(self, p: Any, cycle: bool) -> None:
        p.text(f"<MemitResult : {self}>")


def memit_result(
    raw: Mapping[str, Any], timeout: float | None, interval: float, include_children: bool
) -> MemitResult | None:
    """The result of a statement; None when it did not run.

    Parameters
    ----------
    raw : of the recording of ``memory``: ``runs``, and ``memory`` for the children
    """
    runs = raw.get("runs", [])
    if not runs:
        return None
    peaks = [float(run["peak"]) for run in runs]
    if include_children and raw.get("memory"):
        # Their memory is known from samples only, and so is the sum with ours.
        peaks[-1] = max(peaks[-1], _highest_sum(raw["memory"]))
    return MemitResult(
        [peak / MIB for peak in peaks],
        runs[0]["baseline"] / MIB,
        len(runs),
        timeout,
        interval,
        include_children,
    )


def _highest_sum(memory: Mapping[str, Any]) -> float:
    """The highest of the process's memory and its children's at one time, in bytes."""
    children = memory.get("children")
    if children is None:
        return 0.0
    own = memory["rss"]
    highest, at = 0.0, 0
    for t, value in zip(children["t"], children["values"], strict=True):
        while at + 1 < len(own["t"]) and own["t"][at + 1] <= t:
            at += 1
        highest = max(highest, value + own["values"][at])
    return highest
