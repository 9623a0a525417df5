"""The processor time of the kernel's own threads.

A kernel sends output, keeps the history and listens in threads of its own. What is counted for
the whole process has their part in it, which is little, and told here.
"""

from __future__ import annotations

import threading
from pathlib import Path

TASKS = Path("/proc/self/task")
MODULES = ("ipykernel", "IPython", "zmq", "tornado", "jupyter_client", "pydevd", "debugpy")
"""Whose threads are the kernel's, by where their class is."""
NAMES = ("IOPub", "Heartbeat", "Control", "Shell channel", "Subshell", "pydevd", "cell-profiler")
"""And by how their names begin, where the class is Python's own."""
NATIVE = "ZMQbg/"
"""How the names of ZeroMQ's own threads begin, which Python knows nothing of."""


def own_threads() -> list[int]:
    """The kernel's own threads, by their numbers in the system."""
    found = [
        thread.native_id
        for thread in threading.enumerate()
        if thread.native_id is not None and _is_own(thread)
    ]
    try:
        tasks = list(TASKS.iterdir())
    except OSError:
        return []
    return [*found, *(int(task.name) for task in tasks if _name(task).startswith(NATIVE))]


def _is_own(thread: threading.Thread) -> bool:
    if thread is threading.main_thread():
        return False
    return type(thread).__module__.split(".")[0] in MODULES or thread.name.startswith(NAMES)


def _name(task: Path) -> str:
    try:
        return (task / "comm").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


class OwnThreads:
    """Adds up between :meth:`begin` and :meth:`end`."""

    def __init__(self) -> None:
        self._threads = own_threads()
        self._sum = 0
        self._before: dict[int, int] = {}

    def begin(self) -> None:
        self._before = self._now()

    def end(self) -> None:
        now = self._now()
        self._sum += sum(now[n] - before for n, before in self._before.items() if n in now)

    def _now(self) -> dict[int, int]:
        """Nanoseconds on a processor by thread, without those that are gone."""
        found = {}
        for number in self._threads:
            try:
                text = (TASKS / str(number) / "schedstat").read_bytes()
                found[number] = int(text.split()[0])
            except (OSError, ValueError, IndexError):
                continue
        return found

    @property
    def seconds(self) -> float | None:
        """Processor time; None where the system does not tell."""
        return self._sum / 1e9 if self._before else None
