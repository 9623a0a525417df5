"""The program of the helper process of one look: runs ``py-spy dump``, for a limited time.

The limit is kept here and not in the process that asks, which may be the one that is looked
at: while py-spy holds it, it cannot end py-spy.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from .stacks import is_stopped, wake

EVERY = 0.5
"""Seconds between two looks whether somebody still waits."""
SAID = 20_000
"""Bytes of its complaints that are kept."""
PIECE = 64 * 1024
PR_SET_PDEATHSIG = 1


def look(task: dict[str, Any]) -> None:
    """Run ``task["command"]`` to its end; write ``{"exit", "said", "problem", "size"}`` and,
    below, its output of that size.

    Parameters
    ----------
    task : ``command``, ``pid`` of the process that it looks at, ``seconds`` that it may take,
        ``most`` bytes of output that it may give. ``problem`` is ``late`` or ``much`` when it
        was ended for that. Nothing is written when nobody waits any more.
    """
    stopped = is_stopped(task["pid"])
    child = subprocess.Popen(
        task["command"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_ending_with_this_process(),
    )
    watch = Watch(child, task["seconds"])
    out, said = bytearray(), bytearray()
    listener = threading.Thread(target=_listen, args=(child.stderr, said), daemon=True)
    listener.start()
    assert child.stdout is not None
    while piece := os.read(child.stdout.fileno(), PIECE):
        out += piece
        if len(out) > task["most"]:
            watch.end("much")
            break
    child.wait()
    if watch.problem is not None and not stopped:
        wake(task["pid"])
    if watch.problem == "unwanted":
        return
    listener.join(1.0)
    body = b"" if watch.problem else bytes(out)
    head = {
        "exit": child.returncode,
        "said": said.decode("utf-8", "replace"),
        "problem": watch.problem,
        "size": len(body),
    }
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


class Watch:
    """Ends a program when its time is over, or when nobody waits for it any more."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.problem: str | None = None
        self._child = child
        self._parent = os.getppid()
        self._deadline = time.monotonic() + seconds
        self._closed = threading.Event()
        for work in (self._read, self._look):
            threading.Thread(target=work, daemon=True).start()

    def end(self, problem: str) -> None:
        self.problem = self.problem or problem
        self._child.kill()

    def _read(self) -> None:
        while os.read(0, 1):  # Not sys.stdin, whose lock a thread may hold at the end.
            pass
        self._closed.set()

    def _look(self) -> None:
        while True:
            left = self._deadline - time.monotonic()
            # A child that the asking process forked may keep our input open.
            if self._closed.wait(max(0.0, min(EVERY, left))) or os.getppid() != self._parent:
                self.end("unwanted")
                return
            if left <= 0:
                self.end("late")
                return


def _listen(stream: Any, said: bytearray) -> None:
    while piece := os.read(stream.fileno(), PIECE):
        said += piece[: max(0, SAID - len(said))]


def _ending_with_this_process() -> Callable[[], None] | None:
    """What py-spy does before it begins, so that it ends with this process however that ends
    (Linux only; this process has one thread yet, so that Python may run in the child)."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return prepare
