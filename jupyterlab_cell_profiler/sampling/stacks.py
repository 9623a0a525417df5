"""Stacks of a process, sampled by one py-spy after the other, in bounded memory.

Knows nothing of the kernel's side: see :mod:`.helper`.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from typing import Any

from .compact import Compact
from .spy import SELDOM, Spy, command, refusal

TOO_SLOW = "It took too long."
START_SHARE = 0.1
"""Of short ones: share of a processor that starting the next one may take, most of it for
native symbols (0.02 s without them, 0.1 s and more with them)."""
LONGEST_SHORT = 20.0
"""Seconds of a short one at most."""
COST_EVERY = 0.5
"""Seconds between two looks at what a py-spy costs."""
COSTLY = 0.12
"""Share of its time in which a py-spy may work, since it holds the process that it looks at.
Where stacks are hundreds of calls deep, a look takes it tens of milliseconds …"""
LONG_LOOK = 0.003
"""… and with looks of so many seconds it is made to look more seldom, …"""
SHORTEST = 0.3
"""Seconds over which the work of a py-spy is judged at least."""
CHEAP = 0.05
"""… until it works for this share, …"""
SLOWEST = 5
"""… but so many times a second at least: it ends only at one of its next looks."""


class Stacks:
    """One py-spy after the other, so that none grows with the length of the run.

    The next one looks before the last one stops, so that nothing is missed between them.

    Parameters
    ----------
    task : ``program``, ``options`` of py-spy, ``chunk``, seconds of each, ``rest``: None,
        or for how many seconds nobody looks after each, ``later``: with ``rest``, seconds
        after which the first one begins, ``count``: None, or ``kernel``, to report of each
        what :func:`.counting.count` counts and keep nothing, and ``what``, the process in
        words

    One that rests can be done without: it begins later, and what it has not
    finished when the run ends is dropped, so that the end waits for nothing.
    """

    def __init__(
        self, name: str, pid: int, folder: str, task: dict[str, Any], events: queue.Queue[Any]
    ) -> None:
        self.name = name
        self.optional = task["rest"] is not None
        self.problem: str | None = None
        """Why it could not begin."""
        self.lost: str | None = None
        """Why something of it is missing."""
        self.began = 0.0
        self._pid = pid
        self._folder = folder
        self._task = task
        self._events = events
        self._said = ""
        self._count = 0
        self._compact = Compact()
        self._lock = threading.Lock()
        self._merging: list[threading.Thread] = []
        self._old: Spy | None = None
        self._seconds = 0.0
        self._weight = 1
        self._weights: dict[Spy, int] = {}
        self._counting: dict[str, Any] | None = task.get("count")
        self._start_up = 0.0
        self._cost: tuple[float, float] | None = None
        self.cost_due = float("inf")
        self._spy: Spy | None = None
        self.due = float("inf")
        if self.optional:
            self.due = time.monotonic() + float(self._task["later"])
        else:
            self._spy = self._start()

    def _start(self) -> Spy:
        self._count += 1
        number = self._count
        file = os.path.join(self._folder, f"{self.name}-{number}.json")
        options = self._task["options"]
        rate = max(1, round(options["rate"] / self._weight))
        spy = Spy(
            command(self._task["program"], self._pid, file, options | {"rate": rate}),
            file,
            lambda what: self._events.put((what, self, number)),
        )
        self._weights[spy] = self._weight
        return spy

    @property
    def settled(self) -> bool:
        """Whether it looks, or cannot."""
        return bool(self.began) or self.problem is not None

    def give_up(self) -> None:
        """Do without it."""
        self.problem = TOO_SLOW
        self.kill()

    def ready(self) -> None:
        """A py-spy looks: the one before may stop."""
        if not self.began:
            self.began = time.monotonic()
        self._start_up = (self._spy.processor_time() or 0.0) if self._spy is not None else 0.0
        self.due = time.monotonic() + self._seconds_of_chunk()
        self._cost, self.cost_due = None, time.monotonic()
        old, self._old = self._old, None
        if old is not None:
            self._let_go(old)

    def _let_go(self, spy: Spy) -> None:
        """Have one stop, and take what it saw when it has written it."""
        spy.ask_to_stop()
        thread = threading.Thread(target=self._merge, args=(spy,), daemon=True)
        self._merging = [one for one in self._merging if one.is_alive()] + [thread]
        thread.start()

    def ended(self, number: int) -> None:
        """A py-spy is gone: the first before it was ready, or one that nobody stopped."""
        spy = self._spy
        if number != self._count or spy is None:
            return
        self._spy = None
        self.due = float("inf")
        if not self.began:
            self.problem = refusal(spy.said, spy.code(), self._task["what"])
            return
        if not spy.ready and self._old is not None:
            # The one before goes on, unless the process ended meanwhile.
            self._spy, self._old = self._old, None
            if not self._spy.over:
                if self._counting is not None:
                    self.due = time.monotonic() + self._seconds_of_chunk()
                return
            spy, self._spy = self._spy, None
        # The process is gone: what comes now is not time of it.
        self._seconds = time.monotonic() - self.began
        self._merge(spy)
        self._events.put(("alone", self, spy.said))

    def _seconds_of_chunk(self) -> float:
        chunk = float(self._task["chunk"])
        if self._counting is None:
            return chunk
        return max(chunk, min(LONGEST_SHORT, self._start_up / START_SHARE))

    def rotate(self) -> None:
        """Start the next one, or rest."""
        if self._counting is not None:
            self._weigh()
        self.due = self.cost_due = float("inf")
        if self.optional and self._spy is not None:
            spy, self._spy = self._spy, None
            self._let_go(spy)
            self.due = time.monotonic() + float(self._task["rest"])
            return
        self._old, self._spy = self._spy, self._start()

    def look_at_cost(self) -> None:
        """Look more seldom from now on where a look takes long."""
        if self._weigh():
            self.rotate()

    def _weigh(self) -> bool:
        """Whether the next one looks more seldom."""
        now = time.monotonic()
        self.cost_due = now + COST_EVERY
        used = self._spy.processor_time() if self._spy is not None else None
        before, self._cost = self._cost, None if used is None else (now, used)
        if used is None or before is None or now - before[0] < SHORTEST:
            return False
        share = (used - before[1]) / (now - before[0])
        rate = self._task["options"]["rate"]
        if share > COSTLY and share * self._weight / rate > LONG_LOOK:
            if self.optional:
                self.due = self.cost_due = float("inf")
                self.give_up()
                return False
            weight = weight_of(rate, self._weight * share / CHEAP)
            if weight > self._weight:
                self._weight = weight
                self._said += SELDOM + "\n"
                return True
        return False

    def _merge(self, spy: Spy) -> None:
        try:
            profile = spy.result()
        except (OSError, ValueError) as error:
            self.lost = str(error)
        else:
            if self._counting is not None:
                from .counting import count

                found = count(profile, self._weight_of(spy, profile), self._counting["kernel"])
                found |= {"seldom": self._weight, "seconds": spy.ended - spy.began}
                self._events.put(("counted", found))
                return
            # One that dies on its own is merged while the one before it may still be.
            with self._lock:
                self._compact.add(profile, self._weight_of(spy, profile))
        self._said += spy.said

    def _weight_of(self, spy: Spy, profile: dict[str, Any]) -> int:
        """What its looks stand for: where it could not keep up, more than it was told."""
        nominal = self._weights.pop(spy)
        options = self._task["options"]
        looks = max((len(found["samples"]) for found in profile["profiles"]), default=0)
        if self._weight == 1 or not options["idle"] or not looks or not spy.ended:
            return nominal
        due: float = (spy.ended - spy.began) * options["rate"]
        found = max(1, round(due / looks))
        # A handful at random moments say less than the rate does, but are no more than its time.
        return found if looks >= 5 else min(nominal, found)

    def ask_to_stop(self) -> None:
        if self._spy is not None or self.optional:
            self._seconds = time.monotonic() - self.began if self.began else 0.0
        if self.optional:
            # It looks seldom, and stops only then: longer than its last samples are worth.
            self.kill()
            return
        for spy in (self._old, self._spy):
            if spy is not None:
                spy.ask_to_stop()

    def result(self) -> dict[str, Any]:
        """Everything; waits for the py-spies to end."""
        for thread in self._merging:
            thread.join()
        for spy in (self._old, self._spy):
            if spy is not None and spy.ready and not self.optional:
                self._merge(spy)
        found: dict[str, Any] = {"said": self._said, "lost": self.lost}
        found |= {"began": self.began, "seconds": self._seconds}
        return found | {"samples": self._compact.data()}

    def kill(self) -> None:
        """End it without a result; safe to call again."""
        # What its own user stopped stays so; py-spy's stop is another state while it lives.
        stopped = is_stopped(self._pid)
        for spy in (self._old, self._spy):
            if spy is not None and spy.kill(self._pid) and not stopped:
                wake(self._pid)


def weight_of(rate: int, wanted: float) -> int:
    """By how much to divide a rate, about ``wanted``: the quotient must be nearly whole,
    and not below the slowest rate."""
    fitting = [
        weight
        for weight in range(1, max(1, rate // SLOWEST) + 1)
        if abs(round(rate / weight) * weight / rate - 1) < 0.03
    ]
    return next((weight for weight in fitting if weight >= wanted), fitting[-1])


def wake(pid: int) -> None:
    """Let a process go on that a py-spy had stopped when it was killed itself."""
    for _ in range(3):
        # What was about to stop it may arrive a moment later.
        time.sleep(0.001)
        if is_stopped(pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGCONT)


def is_stopped(pid: int) -> bool:
    """Whether a process was stopped by a signal, and nobody traces it."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    return False
