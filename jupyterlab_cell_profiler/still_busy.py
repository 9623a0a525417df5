"""Says once more that the kernel is busy, when a subshell has made it say that it is idle.

Whoever follows a kernel takes its last word for all of it: JupyterLab shows it as idle, and
a server that ends idle kernels would end one in the midst of a cell.
"""

from __future__ import annotations

import threading
import time
from typing import Any

LONGEST = 10.0
"""Seconds in which a subshell that has answered is deleted, or it stays."""
STEP = 0.02
"""Between two looks whether the cell has ended."""
SOON = 0.1
"""Until the kernel has said that it has deleted it."""


def say_again(shell: Any) -> None:
    """When the subshell that asks has gone, unless the cell has ended before."""
    kernel = getattr(shell, "kernel", None)
    # Held while the main thread does a request, until the kernel has said so (ipykernel 7).
    lock = getattr(kernel, "_main_asyncio_lock", None)
    asking = threading.current_thread()
    if lock is not None and lock.locked() and asking is not threading.main_thread():
        threading.Thread(
            target=_wait, args=(kernel, lock, asking), name="cell-profiler-busy", daemon=True
        ).start()


def _wait(kernel: Any, lock: Any, asking: threading.Thread) -> None:
    end = time.monotonic() + LONGEST
    while asking.is_alive() and time.monotonic() < end:
        if not lock.locked():
            return
        asking.join(STEP)
    time.sleep(SOON)
    if lock.locked():
        _say(kernel, "busy")
        if not lock.locked():
            # It ended just now: that must be the last word.
            _say(kernel, "idle")


def _say(kernel: Any, state: str) -> None:
    """As the kernel does, but about no request: none is done anew."""
    kernel.session.send(
        kernel.iopub_socket,
        "status",
        {"execution_state": state},
        parent={},
        ident=kernel._topic("status"),
    )
