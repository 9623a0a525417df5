"""Ending a py-spy: with whoever started it, and so that the process it looks at goes on.

For each look py-spy stops all threads of the process. One that is killed in the middle of
that may leave it stopped: the stop that it asked for can still be on its way. So it is
stopped itself first, at a moment when it holds no thread, and killed then.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable

TRIES = 50
PAUSE = 0.002
"""Seconds between two tries; a look takes a few milliseconds."""
PR_SET_PDEATHSIG = 1


def ending_with_this_process() -> Callable[[], None] | None:
    """What py-spy does before it begins, so that it ends with the thread that started it, however
    that ends (Linux only). It takes no lock, so that it may run in the child of a process that
    has threads."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return prepare


def stop_between_looks(spy: int, pid: int) -> bool:
    """Stop a py-spy while it holds no thread of a process.

    Parameters
    ----------
    spy, pid : numbers of the two processes

    Returns
    -------
    Whether that worked; False also where the system does not tell (only Linux does).
    """
    for _ in range(TRIES):
        try:
            os.kill(spy, signal.SIGSTOP)
            if _stops(spy) and not _is_held(pid, spy):
                return True
            os.kill(spy, signal.SIGCONT)
        except (OSError, AttributeError):
            return False
        time.sleep(PAUSE)
    return False


def _stops(pid: int) -> bool:
    """Wait until all threads of a process are stopped; whether they are."""
    for _ in range(TRIES):
        if all(state[:1] in "TtZX" for state in _of_threads(pid, "State")):
            return True
        time.sleep(PAUSE / 4)
    return False


def _is_held(pid: int, spy: int) -> bool:
    """Whether a thread of a process is traced by a py-spy, one of whose threads did it."""
    tracers = set(_of_threads(pid, "TracerPid")) - {"0"}
    with contextlib.suppress(FileNotFoundError):
        return not tracers.isdisjoint({str(spy), *os.listdir(f"/proc/{spy}/task")})
    return False


def _of_threads(pid: int, name: str) -> list[str]:
    """A field of the status of each thread of a process.

    Raises
    ------
    OSError
        Where there is no such process, or the system has no ``/proc``.
    """
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii", errors="replace") as f:
                text = f.read()
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended meanwhile.
        found += [
            line.partition(":")[2].strip() for line in text.splitlines() if line.startswith(name)
        ]
    return found
