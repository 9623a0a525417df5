"""Has Python tell the helper process of each signal: see :mod:`.interrupts`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys


class Hearing:
    """A named pipe into which Python writes the number of each signal, until :meth:`end`.

    Nothing where that is not needed or impossible: on another system than Linux, in another
    thread than the main one, and where the code of the user is told of signals that way.

    Parameters
    ----------
    folder : where the pipe is made; it is not removed here
    """

    def __init__(self, folder: str) -> None:
        self.path: str | None = None
        self._pipe: int | None = None
        if not sys.platform.startswith("linux"):
            return
        path = os.path.join(folder, "signals")
        try:
            os.mkfifo(path, 0o600)
            # For reading, too: it is never without a reader, which would be an error.
            self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
            before = signal.set_wakeup_fd(self._pipe, warn_on_full_buffer=False)
        except (OSError, ValueError):
            self._close()
            return
        if before == -1:
            self.path = path
        else:
            signal.set_wakeup_fd(before)
            self._close()

    def end(self) -> None:
        """Let it be as it was; safe to call again."""
        if self.path is None:
            return
        with contextlib.suppress(ValueError):
            now = signal.set_wakeup_fd(-1)
            if now not in (-1, self._pipe):
                signal.set_wakeup_fd(now)  # The code of the user has another one.
            self.path = None
            self._close()

    def _close(self) -> None:
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            os.close(pipe)
