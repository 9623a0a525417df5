"""The permission to look into this process, which Yama makes it give (Linux).

Where ``kernel.yama.ptrace_scope`` is 1, a process is read by what it is a child of, or by one
process that it names, with what that started. There is one such name for each process, so
permissions that are given at the same time share it.
"""

from __future__ import annotations

import threading

from . import spy

PR_SET_PTRACER = 0x59616D61
ANY = -1
"""Stands for all processes (``PR_SET_PTRACER_ANY``)."""

_given: dict[int, int] = {}
"""The process that each permission names, by the permission's ``id``."""
_lock = threading.Lock()


class Permission:
    """Given to one process at a time; nothing happens where there is no need of it."""

    def give(self, pid: int = ANY) -> None:
        """Let a process look, with what it starts; in place of the one before."""
        if spy.yama_scope() == 1:
            with _lock:
                _given[id(self)] = pid
                _tell()

    def take_back(self) -> None:
        """Let it look no more; safe to call again."""
        with _lock:
            if _given.pop(id(self), None) is not None:
                _tell()


def _tell() -> None:
    named = set(_given.values())
    set_tracer(0 if not named else named.pop() if len(named) == 1 else ANY)


def set_tracer(pid: int) -> None:
    """Tell the system; where it has no Yama it says no, which does no harm."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_long(pid), 0, 0, 0)
