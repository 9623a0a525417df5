"""What a thread of a process does, as the system has it. Linux only."""

from __future__ import annotations


def state_of(pid: int, thread: int) -> str:
    """A letter: ``R`` running, or ready and waiting for a processor; ``S`` asleep; ``t`` held
    by a tracer (proc(5)); or ``?``, when it is gone."""
    try:
        with open(f"/proc/{pid}/task/{thread}/stat", encoding="utf-8", errors="replace") as file:
            # The name of the program stands before it in parentheses, and may have any bytes.
            return file.read().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return "?"
