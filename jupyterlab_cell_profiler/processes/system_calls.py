"""Which call of the operating system a thread waits in, where Linux tells it."""

from __future__ import annotations

import os
import platform
from pathlib import Path

MOST = 1000
"""Threads that are asked for."""
CALLS: dict[str, dict[int, str]] = {
    "x86_64": {
        **dict.fromkeys((35, 230), "sleep"),
        **dict.fromkeys((0, 1, 19, 20, 43, 45, 47, 288), "io"),
        **dict.fromkeys((7, 61, 232, 247, 271, 281, 441), "io"),
        **dict.fromkeys((23, 270), "select"),
        **dict.fromkeys((202, 449), "futex"),
    },
    "aarch64": {
        **dict.fromkeys((101, 115), "sleep"),
        **dict.fromkeys((22, 63, 64, 65, 66, 73, 95, 202, 207, 212, 242, 260, 441), "io"),
        72: "select",
        **dict.fromkeys((98, 449), "futex"),
    },
}
"""By number (``asm/unistd_64.h``): nanosleep and clock_nanosleep; read, write, accept, recv,
poll, wait and epoll; select; futex."""


def all_waiting_in(pid: int) -> dict[int, str]:
    """What all threads of a process wait in, by thread, of those that are known to wait."""
    try:
        threads = [int(name) for name in os.listdir(f"/proc/{pid}/task")[:MOST]]
    except (OSError, ValueError):
        return {}
    return {thread: call for thread in threads if (call := waiting_in(pid, thread)) is not None}


def waiting_in(pid: int, thread: int) -> str | None:
    """``sleep``, ``io``, ``lock``, ``timed`` (a lock with a limit, or the interpreter's); None
    where it runs, or nobody tells."""
    try:
        text = Path(f"/proc/{pid}/task/{thread}/syscall").read_text()
    except OSError:
        return None
    return kind_of(text, platform.machine())


def kind_of(text: str, machine: str) -> str | None:
    """The same of the text of ``/proc/<pid>/task/<tid>/syscall`` (proc(5)). Pure."""
    words = text.split()
    try:
        number, *values = (int(word, 0) for word in words[:7])
    except ValueError:
        return None  # It says "running".
    kind = CALLS.get(machine, {}).get(number)
    if kind == "select":
        # Up to Python 3.10 time.sleep is a select of no files.
        return "sleep" if values and values[0] == 0 else "io"
    if kind == "futex":
        return "lock" if len(values) > 3 and values[3] == 0 else "timed"
    return kind
