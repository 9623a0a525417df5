"""What a thread of a process does, as the system has it. Linux only."""

from __future__ import annotations

import os


def state_of(pid: int, thread: int) -> str:
    """A letter: ``R`` running, or ready and waiting for a processor; ``S`` asleep; ``t`` held
    by a tracer (proc(5)); or ``?``, when it is gone."""
    try:
        file = os.open(f"/proc/{pid}/task/{thread}/stat", os.O_RDONLY)
    except OSError:
        return "?"
    try:
        return state_in(file)
    finally:
        os.close(file)


def state_in(file: int) -> str:
    """The same from an open ``stat`` of a thread, which may be read many times."""
    try:
        # The name of the program stands before it in parentheses, and may have any bytes.
        return os.pread(file, 4096, 0).rpartition(b")")[2].split()[0].decode()
    except (OSError, IndexError):
        return "?"
