"""What a process and its children hold in memory: by the files of Linux, elsewhere by psutil.

A look is taken a hundred times a second, and on a machine whose processors are all busy the
profiled cell waits meanwhile: on Linux psutil takes five to fifteen times as long: to find
children it asks every process of the machine for its parent.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any, Protocol

PROC = "/proc"


class Gone(Exception):
    """There is no such process any more, or nobody may look at it."""


class Family(Protocol):
    """A process, and those that it started."""

    def rss(self, pid: int) -> int:
        """Resident set size of one of them, in bytes.

        Raises
        ------
        Gone
        """

    def children(self, pid: int) -> list[int]:
        """Those that one of them started itself, by their process numbers; without the ones
        that are gone.

        Raises
        ------
        Gone
        """


def family(pid: int) -> Family:
    """The quickest way of this system to look at a process."""
    try:
        return ByFiles(pid)
    except OSError:
        return ByPsutil(pid)


class ByFiles:
    """``statm``, and ``children`` of each thread (proc(5)), if the system was built with it.

    Raises
    ------
    OSError
        When there are no such files.
    """

    def __init__(self, pid: int) -> None:
        self._page = os.sysconf("SC_PAGE_SIZE")
        self._known: dict[int, set[int]] = {}
        _read(f"{PROC}/{pid}/task/{pid}/children")
        self._pid = pid
        self._statm = os.open(f"{PROC}/{pid}/statm", os.O_RDONLY)

    def __del__(self) -> None:
        if hasattr(self, "_statm"):
            os.close(self._statm)

    def rss(self, pid: int) -> int:
        """Resident set size, in bytes."""
        try:
            if pid == self._pid:
                statm = os.pread(self._statm, 200, 0)
            else:
                statm = _read(f"{PROC}/{pid}/statm")
            return int(statm.split()[1]) * self._page
        except (OSError, LookupError, ValueError) as error:
            raise Gone from error

    def children(self, pid: int) -> list[int]:
        """Those of all its threads. The system may leave one out while another one ends
        (proc(5)): who was there, and has the same parent still, is there."""
        found: set[int] = set()
        try:
            for thread in os.listdir(f"{PROC}/{pid}/task"):
                with contextlib.suppress(OSError):  # This thread has ended.
                    found.update(map(int, _read(f"{PROC}/{pid}/task/{thread}/children").split()))
        except OSError as error:
            self._known.pop(pid, None)
            raise Gone from error
        found.update(
            child for child in self._known.get(pid, set()) - found if _parent(child) == pid
        )
        self._known[pid] = found
        return sorted(found)


class ByPsutil:
    """For all systems."""

    def __init__(self, pid: int) -> None:
        import psutil

        self._psutil = psutil
        self._pid = pid
        self._first: psutil.Process | None = None

    def _process(self, pid: int) -> Any:
        """The one that is looked at most is looked up once."""
        if pid != self._pid:
            return self._psutil.Process(pid)
        if self._first is None:
            self._first = self._psutil.Process(pid)
        return self._first

    def rss(self, pid: int) -> int:
        """Resident set size, in bytes."""
        try:
            return int(self._process(pid).memory_info().rss)
        except self._psutil.Error as error:
            raise Gone from error

    def children(self, pid: int) -> list[int]:
        """By the parent that each process of the machine names."""
        try:
            return [child.pid for child in self._process(pid).children()]
        except self._psutil.Error as error:
            raise Gone from error


def _parent(pid: int) -> int | None:
    """Of a process that has not ended; None without."""
    try:
        # The name of the program stands before it in parentheses, and may have any bytes.
        state, parent = _read(f"{PROC}/{pid}/stat").rpartition(b")")[2].split()[:2]
    except (OSError, ValueError):
        return None
    return None if state in (b"Z", b"X") else int(parent)


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(file, 65536):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)
