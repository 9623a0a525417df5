"""What the process that reads may do: little, and not for long."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Any

MEMORY = 4 * 1024**3
"""Bytes of address space."""
SECONDS = 60
"""Of processor time."""
WALL = 120
"""Seconds after which it ends, also when nobody ends it."""
FILES = 64
_NAMES = (
    "subprocess.",
    "socket.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "pickle.find_class",
    "ctypes.dlopen",
    "webbrowser.",
)
"""Audit events that reading a profile has no need of."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit() -> None:
    """Set what the system enforces, where it does. Writing of files is forbidden last, by
    :func:`forbid`."""
    with contextlib.suppress(OSError):
        # Where memory runs out all the same, this process is the one to go.
        if sys.platform.startswith("linux"):
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write("1000")
    _end_with_parent()
    if hasattr(signal, "alarm"):
        signal.alarm(WALL)
    for name, value in (
        ("RLIMIT_AS", MEMORY),
        ("RLIMIT_CPU", SECONDS),
        ("RLIMIT_NOFILE", FILES),
        ("RLIMIT_CORE", 0),
    ):
        _lower(name, value)


def forbid() -> None:
    """From now on no file is written, no program started and no connection made."""
    _lower("RLIMIT_FSIZE", 0)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_NAMES):
        raise PermissionError(event)
    if event != "open" or len(arguments) < 3 or isinstance(arguments[0], int):
        return
    if isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError(event)


def _lower(name: str, value: int) -> None:
    try:
        import resource
    except ImportError:
        return  # Windows: the parent's time limit remains.
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    # macOS does not take every limit.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (most, most))


def _end_with_parent() -> None:
    """On Linux the system ends this process with the thread that waits for it."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError, ImportError):
        import ctypes

        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL), 0, 0, 0)  # PR_SET_PDEATHSIG
