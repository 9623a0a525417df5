"""Wait with a profile until a Jupyter server passes it on.

A server drops what comes after more than a megabyte of printed text a second, or after more
than a thousand messages a second, over three seconds (``iopub_data_rate_limit``,
``iopub_msg_rate_limit`` and ``rate_limit_window`` of jupyter_server). A profile comes right
behind what its cell printed, and would be dropped with it. So where a run printed that much,
its profile waits until the three seconds are over.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .sends import listen, unlisten

WINDOW = 3.0
"""Seconds that a server looks back."""
MARGIN = 0.4
"""Seconds more: a server counts when a message comes to it."""
MOST_BYTES = 500_000 * WINDOW
"""Half of what it passes on: it begins again at four fifths only."""
MOST_MESSAGES = 500 * WINDOW
FREE = {"status", "comm_open", "execute_input"}
"""Messages that it does not count."""


class Flood:
    """Counts what a run sends, from :meth:`install` to :meth:`uninstall`; on ipykernel only."""

    def __init__(
        self,
        shell: Any,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = getattr(shell.display_pub, "session", None)
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()
        self._installed = False

    def install(self) -> None:
        if self._session is not None and not self._installed:
            listen(self._session, self._count)
            self._installed = True

    def uninstall(self) -> None:
        """Take what still waits to be sent into account, and count no more."""
        if not self._installed:
            return
        self._installed = False
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()  # It may be anybody's.
        unlisten(self._session, self._count)

    def settle(self) -> None:
        """Return when a server takes more; an interrupt ends the waiting."""
        with contextlib.suppress(KeyboardInterrupt):
            while (seconds := self._seconds()) > 0:
                self._sleep(seconds)

    def _count(self, kind: str, content: Any) -> None:
        if kind in FREE:
            return
        text = content.get("text") if kind == "stream" and isinstance(content, dict) else None
        size = len(text.encode("utf-8", "replace")) if isinstance(text, str) else 0
        with self._lock:
            self._sent.append((self._clock(), size))
            while self._sent[0][0] < self._sent[-1][0] - WINDOW:
                self._sent.popleft()

    def _seconds(self) -> float:
        """To wait, until what counts is little enough."""
        now = self._clock()
        with self._lock:
            sent = [(at, size) for at, size in self._sent if at > now - WINDOW - MARGIN]
        size, count = sum(size for _, size in sent), len(sent)
        wait = 0.0
        for at, one in sent:
            if size <= MOST_BYTES and count <= MOST_MESSAGES:
                break
            size, count = size - one, count - 1
            wait = at + WINDOW + MARGIN - now
        return wait
