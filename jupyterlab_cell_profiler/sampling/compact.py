"""Samples of a long run in bounded memory: merged as they come, in time order as far as
there is room. Pure.

py-spy writes a file of the format of speedscope
(https://www.speedscope.app/file-format-schema.json): for each thread a list of stacks,
outermost frame first, as indices into shared frames. Here equal stacks are one node of a
tree, and equal samples in a row one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RUNS = 40_000
"""Runs kept in the order of time; beyond it samples are ordered within stretches only."""
NARROWEST = 8
"""Samples in the first stretches."""

Run = tuple[int, int, int]
"""First sample, how many, and the node in which they end."""


@dataclass
class Thread:
    """One thread of one process."""

    looks: int = 0
    """Samples that were taken of it, with those of the time before it was there."""
    runs: list[Run] = field(default_factory=list)


class Compact:
    """All samples so far.

    Parameters
    ----------
    limit : runs kept at most, for all threads together (as far as there are not more
        different stacks)
    """

    def __init__(self, limit: int = RUNS) -> None:
        self._limit = limit
        self._frames: dict[tuple[str, str, int], int] = {}
        self._nodes: dict[tuple[int, int], int] = {}
        self._threads: dict[str, Thread] = {}
        self._looks = 0
        self._stretch = NARROWEST

    def add(self, profile: Mapping[str, Any]) -> None:
        """Add what one py-spy wrote; times go on where the one before ended."""
        frames = [
            self._frames.setdefault(
                (str(f["name"]), str(f.get("file") or ""), int(f.get("line") or 0)),
                len(self._frames),
            )
            for f in profile["shared"]["frames"]
        ]
        base = self._looks
        ends: dict[tuple[int, ...], int] = {}
        for found in profile["profiles"]:
            thread = self._threads.setdefault(str(found["name"]), Thread())
            tick = max(base, thread.looks)
            for indices in found["samples"]:
                stack = tuple(indices)
                node = ends.get(stack)
                if node is None:
                    node = ends[stack] = self._node([frames[i] for i in stack])
                _append(thread.runs, (tick, 1, node))
                tick += 1
            thread.looks = tick
            self._looks = max(self._looks, tick)
        while self._crowded():
            for thread in self._threads.values():
                thread.runs = _within_stretches(thread.runs, self._stretch)
            if not self._crowded() or self._stretch > self._looks:
                break
            self._stretch *= 4

    def data(self) -> dict[str, Any]:
        """JSON: ``frames`` ``[name, file, line]``; ``nodes`` with ``parent`` (-1: none) and
        ``frame``; ``threads`` with ``name``, ``looks`` and ``runs`` ``[first sample, count,
        node]``, node -1 for an empty stack."""
        return {
            "frames": [list(frame) for frame in self._frames],
            "nodes": {
                "parent": [parent for parent, _ in self._nodes],
                "frame": [frame for _, frame in self._nodes],
            },
            "threads": [
                {"name": name, "looks": thread.looks, "runs": [list(run) for run in thread.runs]}
                for name, thread in self._threads.items()
            ],
        }

    def _node(self, frames: list[int]) -> int:
        at = -1
        for frame in frames:
            at = self._nodes.setdefault((at, frame), len(self._nodes))
        return at

    def _crowded(self) -> bool:
        return sum(len(thread.runs) for thread in self._threads.values()) > self._limit


def compact(profile: Mapping[str, Any]) -> dict[str, Any]:
    """What one py-spy wrote, in the form of :meth:`Compact.data`."""
    found = Compact()
    found.add(profile)
    return found.data()


def _append(runs: list[Run], run: Run) -> None:
    """Add a run; one with the last when it goes on."""
    if runs:
        first, count, node = runs[-1]
        if node == run[2] and first + count == run[0]:
            runs[-1] = (first, count + run[1], node)
            return
    runs.append(run)


def _within_stretches(runs: list[Run], width: int) -> list[Run]:
    """Bring equal samples of a stretch of ``width`` together, so that no sample is lost
    and only their order within the stretch is."""
    ordered: list[Run] = []
    stretch: dict[int, int] = {}
    number, start = -1, 0

    def close() -> None:
        tick = start
        for node, count in stretch.items():
            _append(ordered, (tick, count, node))
            tick += count
        stretch.clear()

    for first, count, node in runs:
        if first // width != number:
            close()
            number, start = first // width, first
        stretch[node] = stretch.get(node, 0) + count
    close()
    return ordered
