"""What the operating system counted for this process while code of the user ran."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document import TotalsItem, TotalsSection, total

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

NAMES = ("minor_faults", "major_faults", "voluntary_switches", "involuntary_switches")


SCHEDSTAT = "/proc/thread-self/schedstat"
"""Nanoseconds on a processor, nanoseconds ready but waiting for one, and how often: the
kernel's Documentation/scheduler/sched-stats.rst."""


class Usage:
    """Adds up what is counted between :meth:`begin` and :meth:`end` (getrusage(2)), and how
    long the thread was ready while no processor was free for it (schedstat)."""

    def __init__(self) -> None:
        self._sums = [0, 0, 0, 0]
        self._before = [0, 0, 0, 0]
        self._delay: int | None = 0
        self._delay_before: int | None = None
        self._on = False

    def set(self, on: bool) -> None:
        """Count from now on, or no more; nothing where it is so already."""
        if on != self._on:
            self._on = on
            (self.begin if on else self.end)()

    def begin(self) -> None:
        self._before = _now()
        self._delay_before = _delay()

    def end(self) -> None:
        self._sums = [
            have + now - before
            for have, now, before in zip(self._sums, _now(), self._before, strict=True)
        ]
        now, before = _delay(), self._delay_before
        if now is None or before is None or self._delay is None:
            self._delay = None
        else:
            self._delay += now - before

    def data(self) -> dict[str, Any]:
        """JSON: ``counts`` by name, None where nothing is counted; ``run_delay`` in seconds,
        None where it is not told."""
        return {
            "counts": None if resource is None else dict(zip(NAMES, self._sums, strict=True)),
            "run_delay": None if self._delay is None else self._delay / 1e9,
        }


def _now() -> list[int]:
    if resource is None:
        return [0, 0, 0, 0]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return [usage.ru_minflt, usage.ru_majflt, usage.ru_nvcsw, usage.ru_nivcsw]


def _delay() -> int | None:
    """Nanoseconds in which this thread was ready and did not run; None where not told."""
    try:
        with open(SCHEDSTAT, encoding="ascii") as file:
            return int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return None


def usage_totals(usage: Mapping[str, Any]) -> TotalsSection:
    """The counts as totals, and the time for want of a processor where it is told."""
    counts = usage["counts"]
    why = "This system does not count it." if counts is None else None
    texts = {
        "minor_faults": (
            "Minor page faults",
            "Pages of memory that were touched for the first time: the system gives memory "
            "when it is used, not when it is asked for.",
        ),
        "major_faults": (
            "Major page faults",
            "Pages that had to be read from disk: a file opened for the first time, or "
            "memory that had been swapped out.",
        ),
        "voluntary_switches": (
            "Voluntary switches",
            "How often a thread gave its processor up, because it had to wait.",
        ),
        "involuntary_switches": (
            "Involuntary switches",
            "How often a thread was put aside for another one: many say that the machine is busy.",
        ),
    }
    items: list[TotalsItem] = [
        total(name, label, None if counts is None else counts[name], "count", why or text)
        for name, (label, text) in texts.items()
    ]
    if usage["run_delay"] is not None:
        items.insert(
            0,
            total(
                "run_delay",
                "Ready, no processor free",
                usage["run_delay"],
                "seconds",
                "How long the thread of the cell was ready to go on while the machine was busy "
                "with other things. On a quiet machine it would have been that much faster.",
            ),
        )
    return {"kind": "totals", "items": items}
