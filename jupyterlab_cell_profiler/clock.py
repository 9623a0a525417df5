"""Wall and processor time of the parts of a run in which code of the user runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .document import TotalsSection, total

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def cpu_times() -> tuple[float, float]:
    """User and system seconds of this process, all threads, without children."""
    if resource is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime, usage.ru_stime
    times = os.times()
    return times.user, times.system


class Clock:
    """Adds up the time inside ``running``; nested uses count once."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.user = 0.0
        self.sys = 0.0
        self._depth = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > 1:
            try:
                yield
            finally:
                self._depth -= 1
            return
        user, sys = cpu_times()
        wall = time.perf_counter()
        try:
            yield
        finally:
            self.wall += time.perf_counter() - wall
            user_now, sys_now = cpu_times()
            self.user += user_now - user
            self.sys += sys_now - sys
            self._depth -= 1

    def exclude(self, wall: float, user: float, sys: float) -> None:
        """Take off seconds that were spent inside ``running`` but not by the user's code."""
        self.wall -= wall
        self.user -= user
        self.sys -= sys

    def totals(self) -> TotalsSection:
        """The ``totals`` section of ``time``: real, user, sys, and what follows from them."""
        return time_totals(self.wall, self.user, self.sys)


def time_totals(wall: float, user: float | None, sys: float | None) -> TotalsSection:
    """Wall, user and system seconds as totals, and what follows from them; None where the
    system does not tell."""
    wall = max(0.0, wall)
    told = user is not None and sys is not None
    user, sys = max(0.0, user or 0.0), max(0.0, sys or 0.0)
    cpu = user + sys
    return {
        "kind": "totals",
        "items": [
            total(
                "wall",
                "Wall time",
                wall,
                "seconds",
                "What a watch on the wall shows, with the profiler at work.",
            ),
            total(
                "user",
                "User",
                user if told else None,
                "seconds",
                "Processor time in Python and native code, of all threads of the kernel.",
            ),
            total(
                "sys",
                "System",
                sys if told else None,
                "seconds",
                "Processor time that the operating system spent for this cell: "
                "files, network, memory.",
            ),
            total(
                "wait",
                "Waiting",
                max(0.0, wall - cpu) if told else None,
                "seconds",
                "Wall time less user and system: sleeping, disk, network, locks, "
                "or other processes.",
            ),
            total(
                "cpu_percent",
                "CPU use",
                100 * cpu / wall if told and wall > 0 else None,
                "percent",
                "User and system time as a share of wall time; above 100 % several "
                "processors were busy.",
            ),
        ],
    }
