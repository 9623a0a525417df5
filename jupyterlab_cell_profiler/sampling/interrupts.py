"""Signals that come while py-spy holds the main thread, seen from the helper process. Linux.

The system gives a signal of a process to its main thread, unless that is stopped by a tracer
at this moment: then to any other one (``wants_signal`` in kernel/signal.c). Python notes it
there, but the main thread sleeps on in its call, so that an interrupt of ``time.sleep`` comes
when that ends. Here such a signal is sent once more, to the main thread alone; Python calls its
handler once for both.

Python writes a byte for each signal, in the thread that got it (``signal.set_wakeup_fd``), and
the system counts what each thread writes. So it was another one when the main thread's count
has not moved and that of all threads has; and the main thread has not done anything since when
it is asleep and has used no more processor time than being stopped takes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import threading
import time
from dataclasses import dataclass
from typing import Any

from .thread_state import state_of

EVERY = 0.05
"""Seconds between two looks at what the threads have done so far."""
LATER = 0.03
"""Seconds that a thread has to wake up: py-spy does not hold it for so long."""
SENT_ON = {getattr(signal, name) for name in ("SIGINT", "SIGALRM") if hasattr(signal, name)}
"""Those that are for a process: an interrupt, and time that is over. Others may have been
sent to one thread on purpose."""
STOPPED = 0.003
"""Seconds of processor time that stops take meanwhile, up to a tenth of a millisecond each."""
TRIES = 5
"""Looks at a thread that runs just then, since it was let go by py-spy, or for good."""


@dataclass(frozen=True)
class Done:
    """What threads have done: writes, and seconds of a processor."""

    main_writes: int
    writes: int
    seconds: float


@dataclass
class Came:
    """A signal: when to look at the main thread, and what was done before it came."""

    due: float
    before: Done | None
    tries: int = 0


class Interrupts:
    """Reads what Python writes at a signal, and sends on what the main thread sleeps through.

    Parameters
    ----------
    pid : of the process, and so of its main thread
    pipe : path of the named pipe into which Python writes
    events : takes ``("signal", number)`` for each
    """

    def __init__(self, pid: int, pipe: str, events: queue.Queue[Any]) -> None:
        self._pid = pid
        self._events = events
        self._work = Work(pid)
        self._before: Done | None = None
        self._now = self._work.done()
        self._came: dict[int, Came] = {}
        self._next = time.monotonic() + EVERY
        # For reading and writing: it has no end, and to open it waits for nobody.
        self._pipe = os.open(pipe, os.O_RDWR)
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def due(self) -> float:
        """When to call :meth:`look` next, by :func:`time.monotonic`."""
        return min([self._next, *(one.due for one in self._came.values())])

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while numbers := os.read(self._pipe, 64):
                for number in numbers:
                    self._events.put(("signal", number))

    def came(self, number: int) -> None:
        """A signal was noted. What was before it, the last look but one says for sure."""
        if number in SENT_ON:
            self._came.setdefault(number, Came(time.monotonic() + LATER, self._before))

    def look(self) -> None:
        """Look at the threads, and send on what is to be sent."""
        now = time.monotonic()
        for number, one in list(self._came.items()):
            if now < one.due:
                continue
            asleep = one.before is not None and slept_through(one.before, self._work.done())
            if asleep and state_of(self._pid, self._pid) == "R" and one.tries < TRIES:
                one.due, one.tries = now + LATER, one.tries + 1
                continue
            del self._came[number]
            if asleep:
                send_to_main(self._pid, number)
        if now >= self._next:
            self._next = now + EVERY
            if not self._came:
                self._before, self._now = self._now, self._work.done()


def slept_through(before: Done, now: Done | None) -> bool:
    """Whether the main thread has slept since, while another thread wrote something."""
    if now is None:
        return False
    others = (now.writes - now.main_writes) - (before.writes - before.main_writes)
    return (
        others > 0
        and now.main_writes == before.main_writes
        and now.seconds - before.seconds < STOPPED
    )


class Work:
    """Reads what the threads of a process have done so far (proc(5): ``io``, ``schedstat``).

    The files stay open, since they are read twenty times a second.
    """

    def __init__(self, pid: int) -> None:
        main = f"/proc/{pid}/task/{pid}"
        self._files: list[int] = []
        with contextlib.suppress(OSError):
            for path in (f"{main}/io", f"/proc/{pid}/io", f"{main}/schedstat"):
                self._files.append(os.open(path, os.O_RDONLY))

    def done(self) -> Done | None:
        """None if that is not told."""
        try:
            main, all_threads, schedule = (os.pread(file, 4096, 0) for file in self._files)
            seconds = int(schedule.split()[0]) / 1e9
            return Done(_writes(main), _writes(all_threads), seconds)
        except (OSError, ValueError, LookupError):
            return None


def _writes(io: bytes) -> int:
    return int(io.partition(b"syscw: ")[2].split()[0])


def send_to_main(pid: int, number: int) -> None:
    """Send a signal to the main thread of a process (tgkill(2)); nothing where that fails."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).tgkill(pid, pid, number)
