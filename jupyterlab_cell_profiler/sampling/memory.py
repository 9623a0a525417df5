"""Resident memory by time: sampled in the helper, in bounded memory, extremes kept."""

from __future__ import annotations

import time
from typing import Any

POINTS = 1500
"""Points of a series at most: readers take 2,000, and a profiler may know more moments."""
CHILDREN_EVERY = 0.1
"""Seconds between two looks for child processes, at least."""
CHILDREN_DUTY = 0.02
"""Share of a processor that these looks may take: all processes must be searched."""


class Series:
    """Values by time, thinned as they come.

    Beyond ``limit`` points, neighbours are brought together into buckets of which the
    lowest and the highest value are kept, each at its own time: no extreme is lost.
    """

    def __init__(self, limit: int = POINTS) -> None:
        self._limit = limit
        self._width = 1
        self._points: list[tuple[float, int]] = []
        self._bucket: list[tuple[float, int]] = []

    def add(self, t: float, value: int) -> None:
        self._bucket.append((t, value))
        if len(self._bucket) < self._width:
            return
        self._points += extremes(self._bucket)
        self._bucket = []
        if len(self._points) >= self._limit:
            # Of four neighbours two stay: two buckets of two points become one.
            self._points = [
                point
                for i in range(0, len(self._points), 4)
                for point in extremes(self._points[i : i + 4])
            ]
            self._width = 4 if self._width == 1 else 2 * self._width

    def data(self) -> dict[str, Any]:
        """JSON: ``t`` in seconds of :func:`time.monotonic`, and ``values``."""
        points = [*self._points, *extremes(self._bucket)]
        return {"t": [t for t, _ in points], "values": [value for _, value in points]}


def extremes(points: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """The lowest and the highest point, in the order of time; one when they are the same."""
    if len(points) < 2:
        return points
    low = min(points, key=lambda point: point[1])
    high = max(points, key=lambda point: point[1])
    return [low] if low is high else sorted((low, high))


class MemorySampler:
    """Resident set size of a process, and of its children together, in bytes.

    Parameters
    ----------
    pid : the process
    interval : seconds between two samples
    children : whether to look for child processes
    without : process whose tree is not counted: this helper
    """

    def __init__(self, pid: int, interval: float, children: bool, without: int) -> None:
        import psutil

        self._gone = psutil.Error
        self._process = psutil.Process(pid)
        self._without = without
        self._interval = interval
        self._children = children
        self._rss = Series()
        self._sum = Series()
        self._had_children = False
        self._count = 0
        self.due = time.monotonic()
        self._children_due = self.due

    def sample(self) -> None:
        """Look once, and set ``due`` to the time of the next look."""
        now = time.monotonic()
        try:
            self._rss.add(now, self._process.memory_info().rss)
            self._count += 1
            if self._children and now >= self._children_due:
                self._look_for_children(now)
        except self._gone:
            pass  # It is gone; whoever watches over this helper sees it, too.
        # Looks that were missed are not made up for.
        self.due = max(self.due + self._interval, time.monotonic())

    def data(self) -> dict[str, Any]:
        """JSON: ``rss`` and, where there were any, ``children``; the number of ``samples``."""
        found = {"interval": self._interval, "samples": self._count, "rss": self._rss.data()}
        if self._had_children:
            found["children"] = self._sum.data()
        return found

    def _look_for_children(self, now: float) -> None:
        total = 0
        begin = time.thread_time()  # On a busy machine more time passes than it takes.
        todo = [child for child in self._process.children() if child.pid != self._without]
        while todo:
            child = todo.pop()
            try:
                total += child.memory_info().rss
                todo += child.children()
            except self._gone:
                continue  # Ended between two looks.
        self._had_children = self._had_children or total > 0
        self._sum.add(now, total)
        cost = time.thread_time() - begin
        self._children_due = now + max(CHILDREN_EVERY, cost / CHILDREN_DUTY)
