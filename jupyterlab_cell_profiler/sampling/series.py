"""Values by time in bounded memory, extremes kept. Pure."""

from __future__ import annotations

from typing import Any

POINTS = 1500
"""Points of a series at most: readers take 2,000, and a profiler may know more moments."""

Point = tuple[float, int]
"""Seconds of :func:`time.monotonic`, and a value."""


class Series:
    """Values by time, thinned as they come.

    Beyond ``limit`` points, neighbours are brought together into buckets of which the
    lowest and the highest value are kept, each at its own time: no extreme is lost.
    """

    def __init__(self, limit: int = POINTS) -> None:
        self._limit = limit
        self._width = 1
        self._points: list[Point] = []
        self._bucket: list[Point] = []
        self.highest = 0

    def add(self, t: float, value: int) -> None:
        self.highest = max(self.highest, value)
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

    def extend(self, data: dict[str, Any]) -> None:
        """Add what :meth:`data` of another one gave."""
        for t, value in zip(data["t"], data["values"], strict=True):
            self.add(t, value)

    def data(self) -> dict[str, Any]:
        """JSON: ``t`` in seconds of :func:`time.monotonic`, and ``values``."""
        points = [*self._points, *extremes(self._bucket)]
        return {"t": [t for t, _ in points], "values": [value for _, value in points]}


def extremes(points: list[Point]) -> list[Point]:
    """The lowest and the highest point, in the order of time; one when they are the same."""
    if len(points) < 2:
        return points
    low = min(points, key=lambda point: point[1])
    high = max(points, key=lambda point: point[1])
    return [low] if low is high else sorted((low, high))
