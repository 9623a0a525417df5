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

from .stacks import wake

EVERY = 0.5
"""Seconds between two looks whether somebody still waits."""
SAID = 20_000
"""Bytes of its complaints that are kept."""
PR_SET_PDEATHSIG = 1


def look(task: dict[str, Any]) -> None:
    """Run ``task["command"]`` to its end; write ``{"exit", "said"}`` and, below, its output.

    Parameters
    ----------
    task : ``command``, ``pid`` of the process that it looks at, ``seconds`` that it may take.
        ``exit`` is None when it did not end in that time. Nothing is written when nobody
        waits any more.
    """
    parent = os.getppid()
    unwanted = threading.Event()
    child = subprocess.Popen(
        task["command"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_ending_with_this_process(),
    )
    threading.Thread(target=_wait_for_end_of_input, args=(unwanted,), daemon=True).start()
    deadline = time.monotonic() + task["seconds"]
    try:
        while True:
            try:
                out, said = child.communicate(timeout=EVERY)
                break
            except subprocess.TimeoutExpired:
                # A child that the asking process forked may keep our input open.
                if unwanted.is_set() or os.getppid() != parent:
                    return
                if time.monotonic() > deadline:
                    _say(None, b"", b"")
                    return
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
            wake(task["pid"])
    _say(child.returncode, said, out)


def _say(code: int | None, said: bytes, out: bytes) -> None:
    head = {"exit": code, "said": said[-SAID:].decode("utf-8", "replace")}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + out)
    sys.stdout.buffer.flush()


def _wait_for_end_of_input(unwanted: threading.Event) -> None:
    while os.read(0, 1):  # Not sys.stdin, whose lock a thread may hold at the end.
        pass
    unwanted.set()


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
