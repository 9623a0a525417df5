"""Memory of a run that goes on: what the helper has seen so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ..document import Section, total
from ..sampling.series import Series
from .base import Target
from .memory_marks import Statements, marks_of
from .memory_peak import PeakMemory
from .memory_sections import limit_totals, series_sections

POINTS = 300
"""Of a series: it is sent again and again."""
SHARE = 0.005
"""Of the time of the run that telling of it may take: it holds the interpreter lock."""


class LiveMemory:
    """Gathers what the helper reports and hands it on.

    Parameters
    ----------
    statements, peak : of the recording; the run has begun when ``peak`` has
    target : its ``live`` gets the sections
    """

    def __init__(self, statements: Statements, peak: PeakMemory, target: Target) -> None:
        self._statements = statements
        self._peak = peak
        self._target = target
        self._rss = Series(POINTS)
        self._children = Series(POINTS)
        self._due = 0.0

    @property
    def wanted(self) -> Callable[[dict[str, Any]], None] | None:
        """What the sampler calls; None when nobody looks on."""
        return None if self._target.live is None else self.take

    def take(self, found: Mapping[str, Any]) -> None:
        """A report of ``sampling.memory.MemorySampler.progress``: it is kept, and handed on
        unless the one before took so long that this one comes too soon."""
        self._rss.extend(found["rss"])
        if found["children"] is not None:
            self._children.extend(found["children"])
        started = self._peak.started
        if started is None or self._target.live is None or time.monotonic() < self._due:
            return
        begin = time.thread_time()
        self._target.live(self.sections(found, started))
        self._due = time.monotonic() + (time.thread_time() - begin) / SHARE

    def sections(self, found: Mapping[str, Any], started: float) -> list[Section]:
        """Totals and series up to now; times begin at ``started``."""
        rss, now = self._rss.data(), time.monotonic()
        last = rss["values"][-1] if rss["values"] else 0
        baseline = self._peak.baseline
        highest = max([baseline, *rss["values"]])
        statements = self._statements.so_far(now)
        marks = marks_of(statements, started)
        peak = {"started": started, "ended": now, "baseline": baseline, "last": last}
        samples = {"rss": rss, "children": self._children.data()}
        return [
            {
                "kind": "totals",
                "items": [
                    total("wall", "Wall time", now - started, "seconds"),
                    total("peak_rss", "Peak memory", highest, "bytes"),
                    total("baseline_rss", "Memory before", baseline, "bytes"),
                    total("increment", "Peak above the start", highest - baseline, "bytes"),
                ],
            },
            limit_totals(found),
            *series_sections(samples, peak, statements, marks),
        ]
