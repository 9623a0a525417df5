"""Functions and lines by their share of the samples, all in all and just now. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from .cells import Known
from .places import place_of

NOW = 3.0
"""Seconds that count as now."""
ROWS = 100
"""Rows of a table at most."""
KEPT = 4000
"""Functions, and lines, that are kept; beyond it the rarer half goes."""
CHARACTERS = 200
"""Of a function's name."""


class Top:
    """Counts of one watch.

    Parameters
    ----------
    cells : by the hash of their source
    """

    def __init__(self, cells: Mapping[str, Known]) -> None:
        self.samples = 0
        self._cells = cells
        self._tables: dict[str, _Table] = {}
        self._latest: deque[tuple[float, int]] = deque()
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.samples = 0
        self._tables = {"functions": _Table(by_line=False), "lines": _Table(by_line=True)}
        self._latest.clear()

    def add(self, counts: Mapping[str, Any], now: float) -> None:
        """Add a report of ``sampling.counting.count``, at a time in seconds."""
        self.samples += counts["samples"]
        self._latest.append((now, counts["samples"]))
        for name, table in self._tables.items():
            table.add(counts[name])
        self._forget(now)

    def rows(self, now: float) -> dict[str, list[dict[str, Any]]]:
        """``functions`` and ``lines``, those first that have most of their own now."""
        self._forget(now)
        latest = sum(samples for _, samples in self._latest)
        return {
            name: [self._row(row) for row in table.rows(self.samples, latest)]
            for name, table in self._tables.items()
        }

    def _forget(self, now: float) -> None:
        # The last report counts as now even when it comes more seldom.
        while self._latest and self._latest[0][0] < now - NOW and len(self._latest) > 1:
            self._latest.popleft()
            for table in self._tables.values():
                table.forget()

    def quiet(self) -> None:
        """Nothing is now any more: it is paused, or at its end."""
        while self._latest:
            self._latest.popleft()
            for table in self._tables.values():
                table.forget()

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        return (
            row
            | {"name": row["name"][:CHARACTERS]}
            | place_of(row["file"], row["line"], self._cells)
        )


class _Table:
    """Counts by function, or by line."""

    def __init__(self, by_line: bool) -> None:
        self._by_line = by_line
        self._all: dict[Any, list[int]] = {}
        """Own and total by key."""
        self._about: dict[Any, list[Any]] = {}
        """Name, file and line by key; of a function the first line that was seen."""
        self._latest: deque[dict[Any, tuple[int, int]]] = deque()

    def add(self, seen: Sequence[Sequence[Any]]) -> None:
        latest = {}
        for name, file, line, own, total in seen:
            key = (file, line) if self._by_line else (file, name)
            known = self._about.setdefault(key, [name, file, line])
            known[2] = min(known[2], line)
            counts = self._all.setdefault(key, [0, 0])
            counts[0] += own
            counts[1] += total
            latest[key] = (own, total)
        self._latest.append(latest)
        if len(self._all) > KEPT:
            kept = sorted(self._all, key=lambda key: self._all[key][1], reverse=True)[: KEPT // 2]
            self._all = {key: self._all[key] for key in kept}
            self._about = {key: self._about[key] for key in kept}

    def forget(self) -> None:
        self._latest.popleft()

    def rows(self, samples: int, latest: int) -> list[dict[str, Any]]:
        recent: dict[Any, list[int]] = {}
        for counts in self._latest:
            for key, (own, total) in counts.items():
                sums = recent.setdefault(key, [0, 0])
                sums[0] += own
                sums[1] += total
        order = sorted(
            self._all,
            key=lambda key: (recent.get(key, [0, 0])[0], *self._all[key]),
            reverse=True,
        )
        found = []
        for key in order[:ROWS]:
            name, file, line = self._about[key]
            own, total = self._all[key]
            own_now, total_now = recent.get(key, [0, 0])
            found.append(
                {
                    "name": name,
                    "file": file,
                    "line": line,
                    "own": share(own, samples),
                    "total": share(total, samples),
                    "ownNow": share(own_now, latest),
                    "totalNow": share(total_now, latest),
                }
            )
        return found


def share(count: int, whole: int) -> float:
    """0 to 1."""
    return round(min(1.0, count / whole), 4) if whole else 0.0
