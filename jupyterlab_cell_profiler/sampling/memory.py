"""Memory by time: sampled in the helper, in bounded memory, extremes kept."""

from __future__ import annotations

import time
from typing import Any

from .family import Gone, family
from .gpu import EVERY as GPU_EVERY
from .gpu import gpus
from .limits import memory_limit
from .series import Series

CHILDREN_EVERY = 0.1
"""Seconds between two looks for child processes, at least."""
SLOW_DUTY = 0.02
"""Share of a processor that a slow look may take: for children all threads are asked, or all
processes are searched, for ``uss`` and ``pss`` all pages of the process."""
MOST_CHILDREN = 64
"""Child processes that have a series of their own, before the largest are chosen."""
SHOWN_CHILDREN = 5
PROGRESS_POINTS = 60
"""Of one report while it runs: it must fit into what a pipe takes at once."""


class MemorySampler:
    """Resident set size of a process, and of its children, in bytes.

    Parameters
    ----------
    pid : the process
    interval : seconds between two samples
    children : whether to look for child processes
    without : process whose tree is not counted: this helper
    unique : ``uss`` (what only this process holds) or ``pss`` (with its share of what
        several hold), sampled as well, more seldom; None for neither
    gpu : whether to sample GPUs, too
    """

    def __init__(
        self,
        pid: int,
        interval: float,
        children: bool,
        without: int,
        unique: str | None = None,
        gpu: bool = False,
    ) -> None:
        self._pid = pid
        self._family = family(pid)
        self._without = without
        self._interval = interval
        self._children = children
        self._unique_name = unique
        self._rss = Series()
        self._sum = Series()
        self._unique = Series()
        self._each: dict[int, Series] = {}
        self._had_children = False
        self._pids = [pid]
        self._count = 0
        self._limit = memory_limit()
        self._least = self._limit.available
        self._recent = Series(PROGRESS_POINTS)
        self._recent_children = Series(PROGRESS_POINTS)
        self._gpu = gpus() if gpu else None
        self.due = time.monotonic()
        self._children_due = self._unique_due = self._gpu_due = self.due

    def sample(self, *, last: bool = False) -> None:
        """Look once, and set ``due`` to the time of the next look.

        Parameters
        ----------
        last : whether to look at everything, due or not, so that the end is known
        """
        now = time.monotonic()
        try:
            rss = self._family.rss(self._pid)
            self._rss.add(now, rss)
            self._recent.add(now, rss)
            self._count += 1
            if self._children and (last or now >= self._children_due):
                self._look_for_children(now)
            if self._unique_name is not None and (last or now >= self._unique_due):
                self._look_at_pages(now, self._unique_name)
        except Gone:
            pass  # It is gone; whoever watches over this helper sees it, too.
        if self._gpu is not None and now >= self._gpu_due:
            self._gpu.sample(now, self._pids)
            self._gpu_due = now + GPU_EVERY
        # Looks that were missed are not made up for.
        self.due = max(self.due + self._interval, time.monotonic())

    def progress(self) -> dict[str, Any]:
        """JSON: what came since the last time, and what is free now."""
        self._look_at_limit()
        found = {
            "rss": self._recent.data(),
            "children": self._recent_children.data() if self._had_children else None,
            "available": self._limit.available,
            "limit": self._limit.total,
            "kind": self._limit.kind,
        }
        self._recent = Series(PROGRESS_POINTS)
        self._recent_children = Series(PROGRESS_POINTS)
        return found

    def data(self) -> dict[str, Any]:
        """JSON: ``interval``, the number of ``samples``, ``limit``, ``available`` (the least
        that was seen) and ``kind`` (see :mod:`.limits`); and series: ``rss``; where there were
        any, ``children`` together, and in ``each`` the largest ones by process number;
        ``uss`` or ``pss``; those of GPUs in ``gpus``."""
        self._look_at_limit()
        found: dict[str, Any] = {
            "interval": self._interval,
            "samples": self._count,
            "limit": self._limit.total,
            "available": self._least,
            "kind": self._limit.kind,
            "rss": self._rss.data(),
        }
        if self._had_children:
            found["children"] = self._sum.data()
            largest = sorted(self._each.items(), key=lambda item: -item[1].highest)
            found["each"] = {str(pid): series.data() for pid, series in largest[:SHOWN_CHILDREN]}
        if self._unique_name is not None:
            found[self._unique_name] = self._unique.data()
        if self._gpu is not None:
            found["gpus"] = self._gpu.data()
            self._gpu.close()
        return found

    def _look_at_limit(self) -> None:
        self._limit = memory_limit()
        self._least = min(self._least, self._limit.available)

    def _look_at_pages(self, now: float, name: str) -> None:
        begin = time.thread_time()
        value = _of_pages(self._pid, name)
        if value is None:
            self._unique_name = None  # This system does not tell it.
        else:
            self._unique.add(now, value)
        self._unique_due = _next(now, begin)

    def _look_for_children(self, now: float) -> None:
        total = 0
        begin = time.thread_time()
        pids = [self._pid]
        todo = [pid for pid in self._family.children(self._pid) if pid != self._without]
        while todo:
            child = todo.pop()
            try:
                rss = self._family.rss(child)
                todo += self._family.children(child)
            except Gone:
                continue  # Ended between two looks.
            total += rss
            pids.append(child)
            if child not in self._each and len(self._each) < MOST_CHILDREN:
                self._each[child] = Series()
            if child in self._each:
                self._each[child].add(now, rss)
        for gone in set(self._each) - set(pids):
            self._each[gone].add(now, 0)
        self._pids = pids
        self._had_children = self._had_children or total > 0
        self._sum.add(now, total)
        self._recent_children.add(now, total)
        self._children_due = _next(now, begin)


def _of_pages(pid: int, name: str) -> int | None:
    """``uss`` or ``pss`` of a process, in bytes; None where the system does not tell it."""
    import psutil

    try:
        value = getattr(psutil.Process(pid).memory_full_info(), name, None)
    except psutil.Error as error:
        raise Gone from error
    return None if value is None else int(value)


def _next(now: float, begin: float) -> float:
    """When to take a slow look again.

    Parameters
    ----------
    now : when it was due, by :func:`time.monotonic`
    begin : when it began, by :func:`time.thread_time`: on a busy machine more time passes
        than it takes
    """
    cost = time.thread_time() - begin
    return now + max(CHILDREN_EVERY, cost / SLOW_DUTY)
