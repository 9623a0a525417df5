"""memray's capture file, and how its tracking begins."""

from __future__ import annotations

import _thread
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from inspect import signature
from typing import Any


def enter(tracker: Any) -> Callable[[], None]:
    """Begin tracking, from a thread of its own.

    memray hides as many of the outermost frames of a thread as are on its stack when that
    thread begins the tracking. Ours are gone again when the cell's come, which would be
    hidden in their place.

    Returns
    -------
    What ends the thread, to be called after the tracking: memray keeps what was on the stack
    of each thread when it began, and has nothing to mix up while this one is there.
    """
    done, stay = _thread.allocate_lock(), _thread.allocate_lock()
    done.acquire()
    stay.acquire()
    problems: list[BaseException] = []

    def begin() -> None:
        try:
            tracker.__enter__()
        except BaseException as problem:
            problems.append(problem)
        finally:
            done.release()
        stay.acquire()

    _thread.start_new_thread(begin, ())
    interrupts: list[BaseException] = []
    while True:
        try:
            done.acquire()
            break
        except KeyboardInterrupt as interrupt:
            interrupts.append(interrupt)
    if not problems and interrupts:
        tracker.__exit__(None, None, None)
    if problems or interrupts:
        stay.release()
    for error in problems + interrupts:
        raise error
    return stay.release


def destination(memray: Any, path: str) -> Any:
    """Where memray writes. Plain writes rather than a mapped file, from memray 1.20 on: what
    is lost when the kernel dies is of no use anyhow, and a full disk is an error then instead
    of a fault in the kernel."""
    options = {"overwrite": True, "compress_on_exit": False}
    if "buffered" in signature(memray.FileDestination).parameters:
        options["buffered"] = True
    return memray.FileDestination(path=path, **options)


class CaptureFile:
    """A file in a private folder; on Linux it has no name while memray writes it, so that
    nothing is left even when the kernel is killed."""

    def __init__(self) -> None:
        self.ended: float | None = None
        self._pid = os.getpid()
        self._folder: str | None = tempfile.mkdtemp(prefix="cell-profiler-")
        self.descriptor: int | None = None
        self.path = os.path.join(self._folder, "memory.bin")

    def hide(self) -> None:
        """Take the name away where an open file can be found without."""
        if not sys.platform.startswith("linux"):
            return
        descriptor = os.open(self.path, os.O_RDONLY)
        if os.path.exists(f"/proc/self/fd/{descriptor}"):
            self.descriptor = descriptor
            self._remove()
        else:
            os.close(descriptor)

    @property
    def readable(self) -> str:
        """A path to read it by."""
        return self.path if self.descriptor is None else f"/proc/self/fd/{self.descriptor}"

    def close(self) -> None:
        """Nothing of it is left; safe to call again."""
        if self.descriptor is not None:
            with suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = None
        if os.getpid() == self._pid:  # A forked child must not take it from its parent.
            self._remove()

    def _remove(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
