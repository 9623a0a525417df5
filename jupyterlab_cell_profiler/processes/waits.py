"""What a thread waits for, told from where it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

LOCKS = {
    ("threading.py", name)
    for name in ("acquire", "wait", "join", "_wait_for_tstate_lock", "__enter__")
}
LOCKS |= {("queue.py", "get"), ("queue.py", "put"), ("synchronize.py", "__enter__")}
IO = {"selectors.py", "socket.py", "ssl.py", "subprocess.py", "connection.py", "popen_fork.py"}
NATIVE_LOCKS = ("sem_wait", "sem_clockwait", "sem_timedwait", "pthread_cond", "futex")
NATIVE_SLEEPS = ("nanosleep", "clock_nanosleep", "time_sleep")
NATIVE_IO = ("poll", "epoll_wait", "select", "recv", "read", "wait4", "waitpid")
LOCK_LINE = re.compile(r"\.(acquire|join|result)\(|^\s*with (.*(lock|mutex|sem)|[\w.]+:)", re.I)
IO_LINE = re.compile(r"(\.(recv|recvfrom|read|readline|accept|communicate)|\bselect|\binput)\(")
SLEEP_LINE = re.compile(r"\bsleep\(")
NEAR = 4
"""Frames within which the standard library shows what is waited for."""


def waits_of(thread: Mapping[str, Any], line: str = "", call: str | None = None) -> str | None:
    """``lock``, ``sleep``, ``io`` or ``other``; None when the thread works.

    Parameters
    ----------
    thread : of ``py-spy dump --json``
    line : the source line of its innermost Python frame, where it is known
    call : of ``system_calls.waiting_in``: a lock of C shows no frame, and only this tells
    """
    if thread.get("owns_gil") or thread.get("active"):
        return None
    if call in ("sleep", "io", "lock"):
        return call
    return _by_frames(thread) or _by_line(line) or "other"


def _by_frames(thread: Mapping[str, Any]) -> str | None:
    for frame in list(thread.get("frames") or ())[:NEAR]:
        file, name = place_of(frame, "filename")
        if not file.endswith(".py"):
            plain = name.lstrip("_")
            if plain.startswith(NATIVE_SLEEPS):
                return "sleep"
            if plain.startswith(NATIVE_LOCKS):
                return "lock"
            if plain.startswith(NATIVE_IO):
                return "io"
            continue
        if (file, name) in LOCKS:
            return "lock"
        return "io" if file in IO else None
    return None


def _by_line(line: str) -> str | None:
    if SLEEP_LINE.search(line):
        return "sleep"
    if LOCK_LINE.search(line):
        return "lock"
    return "io" if IO_LINE.search(line) else None


def place_of(frame: Mapping[str, Any], key: str = "file") -> tuple[str, str]:
    """The last parts of a frame's file and name."""
    file = str(frame.get(key)).replace("\\", "/").rpartition("/")[2]
    return file, str(frame.get("name")).rpartition(".")[2]


def is_python(frame: Mapping[str, Any]) -> bool:
    """Whether a frame of ``py-spy dump --json`` is of Python."""
    return str(frame.get("filename") or "").endswith((".py", ".pyw", ">"))


def innermost(frames: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The innermost Python frame of them."""
    return next((frame for frame in frames if is_python(frame)), None)
