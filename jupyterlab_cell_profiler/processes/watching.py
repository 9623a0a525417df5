"""A live top of one process: one helper process, whose counts are added up here."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from ..sampling import spy
from ..sampling.sampler import Sampler, SamplerError
from .alive import created, is_alive
from .cells import Known
from .errors import Refusal
from .refusals import sampler_refusal
from .top import Top, share

CHUNK = 0.5
"""Seconds between two reports."""
ENDED = "The process has ended."
LOST = "The helper process that looked at it has ended. Begin anew."
SELDOM = (
    "There is much to read at each look (deep stacks, many threads or processes): to hold the "
    "process up less, it is looked at {} times a second."
)


class Watch:
    """Looks at a process from :meth:`start` to :meth:`close`; every method from any thread.

    Parameters
    ----------
    options : of py-spy: ``rate``, ``idle``, ``native``, ``gil``, ``subprocesses``
    kernel : whether it is a kernel, whose own frames and threads are left out
    cells : by the hash of their source
    """

    kind = "watch"

    def __init__(
        self, pid: int, options: Mapping[str, Any], kernel: bool, cells: Mapping[str, Known]
    ) -> None:
        self.pid = pid
        self.status = "running"
        self.problem: str | None = None
        self._options = dict(options)
        self._kernel = kernel
        self._since = created(pid)
        self._changing = threading.Lock()
        """Held while the helper is started or ended …"""
        self._lock = threading.Lock()
        """… and this one for what it counts, which it tells while it is ended."""
        self._top = Top(cells)
        self._sampler: Sampler | None = None
        self._paused = False
        self._seldom = 1
        self._looks = 0.0
        """How many times it was looked, each time at all threads."""
        self._seconds = 0.0
        self._began: float | None = None

    def start(self) -> None:
        """Return when it looks.

        Raises
        ------
        Refusal
            When nothing may look into this process; nothing is left behind then.
        """
        with self._changing:
            self._start()

    def _start(self) -> None:
        try:
            sampler = Sampler(
                {"top": self._options},
                chunk=CHUNK,
                progress=self._take,
                count=self._kernel,
                pid=self.pid,
                what=f"process {self.pid}",
            )
        except SamplerError as error:
            raise Refusal(409, str(error)) from None
        said = sampler.problems.get("top")
        if said is not None:
            sampler.close()
            raise sampler_refusal(said, self.pid)
        self._sampler = sampler
        with self._lock:
            self._began = time.monotonic()

    def change(
        self, paused: bool | None = None, reset: bool = False, rate: int | None = None
    ) -> None:
        """Pause, go on, count anew, or look at another rate.

        Raises
        ------
        Refusal
            When it cannot go on.
        """
        with self._changing:
            if self.status != "running":
                raise Refusal(409, self.problem or "This watch has ended.")
            if reset:
                with self._lock:
                    self._top.reset()
                    self._looks = self._seconds = 0.0
                    before = self._began
                    self._began = None if before is None else time.monotonic()
            if rate is not None and rate != self._options["rate"]:
                self._options["rate"] = rate
                with self._lock:
                    self._seldom = 1
                if not self._paused:
                    self._end()
                    self._start()
            if paused is not None and paused != self._paused:
                if paused:
                    self._end()
                else:
                    self._start()
                self._paused = paused

    def poll(self) -> None:
        """Learn whether the process is still there, and what looks at it."""
        if self.status != "running":
            return
        if not is_alive(self.pid, self._since):
            self._finish(ENDED)
            return
        with self._changing:
            lost = self._sampler is not None and not self._sampler.alive
        if lost:
            self._finish(LOST, "failed")

    def stop(self) -> None:
        """End it; what was counted stays."""
        self._finish(None)

    def close(self) -> None:
        """Leave nothing behind; safe to call again."""
        self._finish(None)

    def _finish(self, sentence: str | None, status: str = "done") -> None:
        with self._changing:
            self._end()
            if self.status == "running":
                self.status, self.problem = status, sentence

    def _end(self) -> None:
        sampler, self._sampler = self._sampler, None
        if sampler is not None:
            sampler.close()
        with self._lock:
            self._top.quiet()
            if self._began is not None:
                self._seconds += time.monotonic() - self._began
            self._began = None

    def _take(self, found: dict[str, Any]) -> None:
        """A report of the helper, in the thread that reads it."""
        if "ended" in found:
            # It cannot end the helper itself, which waits for this thread.
            threading.Thread(target=self._lost, args=(str(found["ended"]),), daemon=True).start()
            return
        with self._lock:
            if self._began is not None:
                self._seldom = found["seldom"]
                self._looks += max(0.0, found["seconds"]) * self._options["rate"]
                self._top.add(found, time.monotonic())

    def _lost(self, said: str) -> None:
        for _ in range(20):
            # The process may be at its end for a moment.
            if not is_alive(self.pid, self._since):
                self._finish(ENDED)
                return
            time.sleep(0.05)
        self._finish(
            str(sampler_refusal(spy.refusal(said, None, "this process"), self.pid)), "failed"
        )

    def data(self) -> dict[str, Any]:
        """What a page shows of it."""
        with self._lock:
            now = time.monotonic()
            seconds = self._seconds + (now - self._began if self._began is not None else 0.0)
            rate = self._options["rate"]
            seldom = SELDOM.format(round(rate / self._seldom))
            gil = self._options["gil"] and self._looks > 0
            return {
                "seconds": round(seconds, 3),
                "wanted": None,
                "samples": self._top.samples,
                "paused": self._paused,
                "rate": rate,
                "notes": [seldom] if self._seldom > 1 else [],
                "rows": self._top.rows(now),
                "gil": share(self._top.samples, round(self._looks)) if gil else None,
            }
