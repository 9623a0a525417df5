"""What a script prints, at a pace that a Jupyter server passes on.

A server drops what a kernel sends above a megabyte a second, and with it the profile
that comes last. So of very much output only the end is sent, and where some is missing
that is said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .process import Output

RATE = 400_000
"""Bytes a second, below half of what a server passes on by default."""
BURST = 400_000
"""Bytes that are sent at once after a quiet time."""
KEPT = 200_000
"""Bytes of the end that wait at most; less than :data:`BURST`."""
PAUSE = 0.05
"""Seconds between two messages: a script prints many lines in that time."""
SOON = 0.001
"""Seconds for which it is not worth waiting; a remainder of rounding is never waited for."""
LINE = 1000
"""Bytes within which the end of a line is looked for, to begin with a whole one."""


class Paced:
    """Passes output on, the first at once; ``close`` passes on what still waits.

    Parameters
    ----------
    output : called with one lock held, from the calling thread or one of its own
    clock : seconds
    later : runs a function after some seconds, and gives what cancels that
    """

    def __init__(
        self,
        output: Output,
        *,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        self._output = output
        self._clock = clock
        self._later = later or _later
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, bytearray]] = []
        self._size = 0
        self._dropped = 0
        self._allowed = float(BURST)
        self._counted = clock()
        self._sent = self._counted - PAUSE
        self._cancel: Callable[[], None] | None = None
        self._is_closed = False

    def __call__(self, name: str, data: bytes) -> None:
        with self._lock:
            if self._waiting and self._waiting[-1][0] == name:
                self._waiting[-1][1].extend(data)
            else:
                self._waiting.append((name, bytearray(data)))
            self._size += len(data)
            if self._size > 2 * KEPT:  # Not with each line.
                self._cut()
            self._send_or_wait()

    def close(self) -> None:
        """Pass on what waits; nothing is passed on afterwards."""
        with self._lock:
            self._is_closed = True
            if self._cancel is not None:
                self._cancel()
            self._cut()
            self._send()

    def _send_or_wait(self) -> None:
        now = self._clock()
        self._allowed = min(float(BURST), self._allowed + RATE * (now - self._counted))
        self._counted = now
        seconds = max(self._sent + PAUSE - now, (min(self._size, KEPT) - self._allowed) / RATE)
        if seconds < SOON:
            if self._size > self._allowed:
                self._cut()
            self._send()
        elif self._cancel is None:
            self._cancel = self._later(seconds, self._on_time)

    def _on_time(self) -> None:
        with self._lock:
            self._cancel = None
            if not self._is_closed and self._waiting:
                self._send_or_wait()

    def _send(self) -> None:
        if self._dropped:
            words = f"\n[{self._dropped:,} bytes of output are left out here]\n"
            self._output("stdout", words.encode())
            self._dropped = 0
        for name, data in self._waiting:
            self._output(name, bytes(data))
        self._allowed -= self._size
        self._waiting, self._size = [], 0
        self._sent = self._clock()

    def _cut(self) -> None:
        """Keep the end only."""
        before = self._size
        while self._size > KEPT:
            _, data = self._waiting[0]
            excess = self._size - KEPT
            if len(data) <= excess:
                self._waiting.pop(0)
                self._size -= len(data)
                continue
            end = data.find(b"\n", excess, excess + LINE) + 1
            del data[: end or excess]
            self._size -= end or excess
        self._dropped += before - self._size


def _later(seconds: float, function: Callable[[], None]) -> Callable[[], None]:
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
    return timer.cancel
