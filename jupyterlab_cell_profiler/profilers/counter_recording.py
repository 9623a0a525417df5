"""Counting for one run: this process counts what the system tells, ``perf`` the rest."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from ..clock import cpu_times
from . import counter_perf
from .base import OptionError
from .counter_disk import Disk
from .counter_notes import notes_of
from .counter_perf import Perf, PerfError, UnknownEventError
from .counter_threads import OwnThreads
from .counter_usage import Usage
from .memory_peak import PeakMemory


class CounterRun:
    """What is counted from inside, of one run, between :meth:`begin` and :meth:`end`."""

    def __init__(self) -> None:
        self._usage = Usage()
        self._disk = Disk()
        self._threads = OwnThreads()
        self._times = [0.0, 0.0, 0.0]
        self._before = (0.0, 0.0, 0.0)

    def prepare(self) -> None:
        """What may be known a little before :meth:`begin`, since it takes longer."""
        self._threads.begin()

    def settle(self) -> None:
        """And a little after :meth:`end`."""
        self._threads.end()

    def begin(self) -> None:
        self._usage.begin()
        # Last, since the others read files.
        self._disk.begin()
        self._before = _times()

    def end(self) -> None:
        now = _times()
        self._disk.end()
        self._usage.end()
        self._times = [
            have + after - before
            for have, after, before in zip(self._times, now, self._before, strict=True)
        ]

    def data(self) -> dict[str, Any]:
        """JSON: seconds, and what ``Usage`` and ``Disk`` have."""
        wall, user, system = self._times
        return {
            "wall": wall,
            "user": user,
            "sys": system,
            "usage": self._usage.data(),
            "disk": self._disk.data(),
            "kernel_threads": self._threads.seconds,
        }


def _times() -> tuple[float, float, float]:
    return (time.perf_counter(), *cpu_times())


class CounterRecording:
    """Counts while code of the user runs; a perf that is attached from :meth:`start` on.

    With ``repeat`` each time that code begins is a run of its own, with a perf of its own: one
    tells its counts only at its end.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}
        self.chosen = options
        self._events: list[str] = options["events"]
        self._repeat: int = options["repeat"]
        self._perf: Perf | None = None
        self._reason: str | None = None
        """Why perf does not count."""
        self._outputs: list[str] = []
        """What perf wrote, run by run."""
        self._peak = PeakMemory()
        self._run = CounterRun()
        self._runs: list[dict[str, Any]] = []
        self._depth = 0
        self._on = False

    @property
    def used(self) -> tuple[str, ...]:
        """What did the work."""
        return ("perf",) if self._counted else ("getrusage",)

    @property
    def used_version(self) -> str:
        """Of perf; getrusage is the system’s."""
        program = counter_perf.executable()
        return counter_perf.version_of(program) if self._counted and program else ""

    @property
    def _counted(self) -> bool:
        return self._reason is None and bool(self._outputs)

    def start(self) -> None:
        """Return when perf is attached, or cannot be.

        Raises
        ------
        OptionError
            When perf knows no event of that name.
        """
        self._reason = counter_perf.impossible()
        self._attach()

    def _attach(self) -> None:
        program = counter_perf.executable()
        if self._reason is not None or self._perf is not None or program is None:
            return
        try:
            self._perf = Perf(program, self._events)
        except UnknownEventError as error:
            raise OptionError(str(error)) from error
        except PerfError as error:
            self._reason = str(error)

    def mark(self, code: CodeType) -> CodeType:
        """Code runs as it is."""
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count while code of the user runs."""
        self._depth += 1
        try:
            if self._depth == 1:
                self._attach()
                self.resume()
            yield
        finally:
            if self._depth == 1:
                self.pause()
                if self._repeat > 1:
                    self._end_run()
            self._depth -= 1

    def pause(self) -> None:
        """What IPython needs for the display of the last value does not count."""
        on, self._on = self._on, False
        if on:
            self._run.end()
        # Also after an interrupt that came before the rest had begun. Threads of the person
        # may go on, so perf and the clocks are to count the same time.
        self._switch(on=False)
        if on:
            self._run.settle()
            self._peak.end()

    def resume(self) -> None:
        """The user's code goes on."""
        if self._on or not self._depth:
            return
        self._peak.begin()
        self._run.prepare()
        self._switch(on=True)
        self._run.begin()
        self._on = True

    def _switch(self, *, on: bool) -> None:
        if self._perf is None or self._perf.on == on:
            return
        try:
            self._perf.switch(on=on)
        except PerfError as error:
            self._lose(error)

    def _lose(self, error: PerfError) -> None:
        """Counts with a gap would be worse than none."""
        self._reason = str(error)
        perf, self._perf = self._perf, None
        if perf is not None:
            perf.close()

    def _end_run(self) -> None:
        self._runs.append(self._run.data())
        self._run = CounterRun()
        self.stop()

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to take off: what is shown meanwhile is not counted."""

    def stop(self) -> None:
        """End perf; safe to call again."""
        perf, self._perf = self._perf, None
        if perf is None:
            return
        try:
            self._outputs.append(perf.stop())
        except PerfError as error:
            self._reason = self._reason or str(error)

    def collect(self) -> None:
        """Fill ``raw`` with what ``convert`` needs."""
        if self._repeat == 1:
            self._runs.append(self._run.data())
        self.raw = {
            "events": self._events,
            "perf": {"reason": self._reason, "outputs": self._outputs},
            "runs": self._runs,
            "peak": self._peak.data(),
            "processors": os.cpu_count(),
        }
        self.notes += notes_of(self.raw)
