"""Where a thread of another process is, by its registers: ptrace(2). Linux only.

A thread is held for some ten microseconds, which is little beside a look of py-spy (one to
ten thousand); it is not stopped by a signal, and goes on if this process is killed meanwhile.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import struct
import sys
import time
from dataclasses import dataclass

SEIZE, INTERRUPT, GETREGSET, DETACH = 0x4206, 0x4207, 0x4204, 17
EVENT_STOP = 128
"""What tells a stop by ``INTERRUPT`` from one by a signal (linux/ptrace.h)."""
PRSTATUS = 1
"""General registers (linux/elf.h)."""
WAIT_ALL = 0x40000000
"""Also for threads (``__WALL``, linux/wait.h)."""
REGISTERS = {"x86_64": (16, 19), "aarch64": (32, 31)}
"""Of 64 bits each, by machine: which is the program counter, and which the stack pointer
(``user_regs_struct`` of sys/user.h, ``user_pt_regs`` of asm/ptrace.h)."""
MOST = 34
"""Registers of any of these machines."""
STACK = 1024
"""Bytes of the stack that are read."""
AT_ONCE = 0.00005
"""Seconds within which a thread stops that runs on another processor. Until then it is looked
all the time, so that it is not held for longer than it needs to be; …"""
NAP = 0.0002
"""… and then after naps of so many seconds: it may wait for the processor that this takes."""
PATIENCE = 0.02
"""Seconds that a thread has to stop. One that cannot just then, since it waits for a disk or
for a program that it starts, stops later, and is to be let go then …"""
LAST_PATIENCE = 1.0
"""… within this time at the end; with the end of this process it goes on in any case."""


@dataclass(frozen=True)
class Place:
    """The program counter of a thread, and the innermost words of its stack."""

    counter: int
    words: tuple[int, ...]


class _Span(ctypes.Structure):
    """``struct iovec`` of sys/uio.h."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def supported() -> bool:
    """Whether this system has such looks."""
    return sys.platform.startswith("linux") and platform.machine() in REGISTERS


class Registers:
    """Looks at threads of a process. Only the thread that made it may call it.

    Raises
    ------
    OSError
        When the memory of the process may not be read.
    """

    def __init__(self, pid: int) -> None:
        self._counter, self._pointer = REGISTERS[platform.machine()]
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.ptrace.restype = ctypes.c_long
        self._libc.ptrace.argtypes = (
            ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p,
        )  # fmt: skip
        self._values = (ctypes.c_uint64 * MOST)()
        self._late: set[int] = set()
        self._memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)

    def close(self) -> None:
        """Let go of the process."""
        end = time.monotonic() + LAST_PATIENCE
        while self.let_go() and time.monotonic() < end:
            time.sleep(0.001)
        os.close(self._memory)

    def look(self, thread: int) -> Place | None:
        """Where it is; None when it is gone, or held by somebody else, or did not stop.

        Raises
        ------
        PermissionError
            When nobody may look: or somebody else holds it, which is over in a moment.
        """
        self.let_go()
        if thread in self._late:
            return None
        if self._call(SEIZE, thread) != 0:
            return None
        signals = 0
        try:
            self._call(INTERRUPT, thread)
            stopped = self._wait(thread, PATIENCE)
            if stopped is None:
                self._late.add(thread)
                return None
            signals = stopped
            return self._read(thread)
        finally:
            if thread not in self._late:
                self._release(thread, signals)

    def let_go(self) -> bool:
        """Release those that stopped too late; whether there are more, which will be held
        until this is called again."""
        for thread in list(self._late):
            stopped = self._wait(thread, 0.0)
            if stopped is not None:
                self._late.discard(thread)
                self._release(thread, stopped)
        return bool(self._late)

    def _call(self, request: int, thread: int, address: int = 0, data: int = 0) -> int:
        if self._libc.ptrace(request, thread, address, data) == 0:
            return 0
        number = ctypes.get_errno()
        if number == errno.EPERM and request == SEIZE:
            raise PermissionError(number, os.strerror(number))
        return number

    def _wait(self, thread: int, patience: float) -> int | None:
        """Until it stops: the signal that it was to get just then, or 0; None when it does
        not stop."""
        begin = time.monotonic()
        while True:
            try:
                found, status = os.waitpid(thread, WAIT_ALL | os.WNOHANG)
            except ChildProcessError:
                return 0  # It is gone.
            if found:
                if not os.WIFSTOPPED(status) or status >> 16 == EVENT_STOP:
                    return 0
                return os.WSTOPSIG(status)
            waited = time.monotonic() - begin
            if waited >= patience:
                return None
            if waited >= AT_ONCE:
                time.sleep(NAP)

    def _release(self, thread: int, signals: int) -> None:
        """Let it go on, with the signal that it would have got."""
        self._call(DETACH, thread, 0, signals)

    def _read(self, thread: int) -> Place | None:
        span = _Span(ctypes.addressof(self._values), ctypes.sizeof(self._values))
        if self._call(GETREGSET, thread, PRSTATUS, ctypes.addressof(span)) != 0:
            return None
        counter, pointer = self._values[self._counter], self._values[self._pointer]
        stack = b""
        with contextlib.suppress(OSError, OverflowError):
            stack = os.pread(self._memory, STACK, pointer)
        return Place(counter, struct.unpack(f"{len(stack) // 8}Q", stack[: len(stack) // 8 * 8]))
