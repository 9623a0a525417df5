"""Which library a process runs in: looks at the registers of a thread, many a second.

It tells Python from native code at a hundredth of what a stack of native functions costs, for
the process as a whole; in which line of Python it is remains unknown.
"""

from __future__ import annotations

import contextlib
import os
import random
import time
from typing import Any

from .mappings import Mappings, read
from .registers import Place, Registers, supported
from .thread_state import state_in

RATE = 30
"""Looks a second, at random moments, so that they do not fall into step with the code."""
MOST = 20_000
"""Looks that are kept; beyond, every second one is, and half as many are taken."""
THREADS = 16
"""Threads of which it is looked whether they run, the main one among them."""
LIST_EVERY = 1.0
"""Seconds between two lists of the threads."""
READ_EVERY = 0.5
"""Seconds between two readings of what is mapped where, at least."""
AGAIN = 0.002
"""Seconds after which another look is taken when somebody else held the thread, …"""
SOON = 0.001
"""Seconds until it is looked whether a thread stopped at last, so that it can be let go."""
TRIES = 5
"""… so many times in a row; then it waits for the next moment."""
REFUSED_FOR = 3.0
"""Seconds of nothing but refusals are no coincidence."""
REFUSED = "The system lets nobody look at the registers of this process."
UNSUPPORTED = "Registers can be looked at on Linux only, on x86-64 and ARM of 64 bits."


class Libraries:
    """Looks at a process. Only the thread that made it may call it.

    Parameters
    ----------
    pid : of the process
    """

    def __init__(self, pid: int) -> None:
        self.problem: str | None = None
        """Why it does not look."""
        self.due = time.monotonic()
        self._pid = pid
        self._interval = 1 / RATE
        self._looks: list[tuple[float, str]] = []
        self._threads: dict[int, int] = {}
        self._listed = self._mapped = float("-inf")
        self._mappings = Mappings((), (), ())
        self._refused = 0
        self._refused_since = 0.0
        self._registers: Registers | None = None
        if not supported():
            self._give_up(UNSUPPORTED)
            return
        try:
            self._registers = Registers(pid)
        except OSError:
            self._give_up(REFUSED)

    def look(self) -> None:
        """Look at the main thread if it runs, or else at another one that does."""
        now = time.monotonic()
        self.due = now + self._interval * random.uniform(0.5, 1.5)
        registers = self._registers
        if registers is None:
            self.due = float("inf")
            return
        if registers.let_go():
            self.due = now + SOON
            return
        thread = self._running(now)
        if thread is None:
            return
        try:
            place = registers.look(thread)
        except PermissionError:
            self._was_refused(now)
            return
        self._refused = 0
        if place is not None:
            self._keep(now, place)
        elif registers.let_go():
            self.due = now + SOON
        if len(self._looks) > MOST:
            self._looks = self._looks[::2]
            self._interval *= 2

    def _keep(self, now: float, place: Place) -> None:
        who = self._mappings.who_works(place.counter, place.words)
        if who is None and now - self._mapped >= READ_EVERY:
            self._mapped = now
            with contextlib.suppress(OSError):
                self._mappings = read(self._pid)
            who = self._mappings.who_works(place.counter, place.words)
        if who is not None:
            self._looks.append((now, who))

    def _was_refused(self, now: float) -> None:
        if not self._refused:
            self._refused_since = now
        self._refused += 1
        if self._refused <= TRIES:
            self.due = now + AGAIN
        if now - self._refused_since >= REFUSED_FOR:
            self._give_up(REFUSED)

    def _running(self, now: float) -> int | None:
        if now - self._listed >= LIST_EVERY:
            self._listed = now
            with contextlib.suppress(OSError, ValueError):
                others = {int(name) for name in os.listdir(f"/proc/{self._pid}/task")}
                others.discard(self._pid)
                chosen = random.sample(sorted(others), min(len(others), THREADS - 1))
                self._open([self._pid, *chosen])  # The main one first.
        # One of them: those of a numerical library wait for each other, so that to hold each of
        # them in turn is to hold all of them many times.
        running = (thread for thread, file in self._threads.items() if state_in(file) == "R")
        return next(running, None)

    def _open(self, threads: list[int]) -> None:
        """Open the ``stat`` of these threads, to be read many times."""
        self._close_threads()
        for thread in threads:
            with contextlib.suppress(OSError):  # It has ended meanwhile.
                path = f"/proc/{self._pid}/task/{thread}/stat"
                self._threads[thread] = os.open(path, os.O_RDONLY)

    def _close_threads(self) -> None:
        for file in self._threads.values():
            os.close(file)
        self._threads.clear()

    def _give_up(self, problem: str) -> None:
        self.problem = problem
        self.due = float("inf")
        self.close()

    def close(self) -> None:
        """Let go of the process; safe to call again."""
        self._close_threads()
        registers, self._registers = self._registers, None
        if registers is not None:
            registers.close()

    def data(self) -> dict[str, Any]:
        """JSON: ``looks``, of each when (:func:`time.monotonic`) and whose code ran (see
        ``mappings.Mappings.who_works``), by its place in ``names``; and ``problem``."""
        names = sorted({who for _, who in self._looks})
        numbers = {name: number for number, name in enumerate(names)}
        looks = [[round(at, 4), numbers[who]] for at, who in self._looks]
        return {"names": names, "looks": looks, "problem": self.problem}
