"""Watching the allocations of one run: when memray tracks, and where its capture file is."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from inspect import CO_COROUTINE
from types import CodeType, FunctionType
from typing import Any

from .base import Target
from .memory_line_files import CaptureFile, destination, enter
from .memory_line_functions import NamedFunctions
from .memory_line_reader import ReadingError, read_apart
from .memory_line_trackers import TrackerNames
from .memory_marks import Statements

INTERVAL = 10
"""Milliseconds between two looks at the heap and at the resident memory."""
LATE = 0.05
"""Seconds after a display from which on it is said that they were not tracked."""

OTHER_TRACKER = (
    "A memray Tracker is active in this kernel already, and there can be one only: no memory "
    "was tracked. End it and run the cell again."
)
OWN_TRACKER = (
    "The cell started a memray Tracker of its own: memory that was allocated after that is not "
    "counted."
)
OTHER_PROFILER = (
    "A profile function is set in this kernel (sys.setprofile, cProfile), and memray needs that "
    "place: no memory was tracked. Take it away and run the cell again."
)
OWN_PROFILER = (
    "The cell set a profile function of its own (sys.setprofile, cProfile), which takes memray's "
    "place: from there on memory may stand at a line that ran earlier."
)
RESUMED = (
    "Code ran after a value had been displayed in the middle of a statement; its memory is not "
    "counted."
)
SPLIT = (
    "A value was displayed between statements, which is not counted: memory that was allocated "
    "before and freed after that counts as still held."
)
PYTHON_ALLOCATORS = (
    "With Python's own allocator traced, every small object is counted; the run takes about "
    "three times as long as without."
)
BLOCKS = (
    "Python gets memory for small objects (up to 512 bytes) in blocks of 1 MB (256 kB before "
    "3.10): a block stands at the line that happened to need a new one. The option "
    "--python-allocators counts each object, and is about three times slower."
)
NATIVE = (
    "Functions of compiled libraries are on the stacks; looking them up makes the run and the "
    "profile slower."
)
SMALL = 16_000_000
"""Bytes at the peak below which blocks of the allocator distort what lines seem to hold."""


class MemoryLineRecording:
    """One ``memray.Tracker`` from the first code object of the cell until its last value is
    displayed or the cell ends; a further one where code runs after that."""

    def __init__(self, target: Target, options: Mapping[str, Any], memray: Any) -> None:
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}
        self._target = target
        self._options = options
        self._memray = memray
        self._named = NamedFunctions(options["functions"], target)
        self._names = TrackerNames(memray.Tracker, target.namespace, self._give_way)
        self._statements = Statements(target)
        self._pid = os.getpid()
        self._files: list[CaptureFile] = []
        self._tracker: Any = None
        self._leave: Callable[[], None] = lambda: None
        self._depth = 0
        self._lost = False
        self._paused: float | None = None
        self._awaits = False

    def start(self) -> None:
        """Nothing yet: tracking begins with the user's code."""

    def mark(self, code: CodeType) -> CodeType:
        """Code runs as it is."""
        self._statements.mark(code)
        if code.co_flags & CO_COROUTINE:
            self._awaits = True
        return code

    def profiler(self, function: Any) -> Any:
        """``@profile`` of the cell: its function is one of those that are named."""
        if isinstance(function, FunctionType):
            self._named.add(function)
        return function

    @contextmanager
    def running(self) -> Iterator[None]:
        """Track from here on. It goes on between statements, so that what one allocates and
        another frees is known; what IPython does there is told by its frames."""
        self._depth += 1
        try:
            if self._depth == 1:
                self._paused = None
                self._begin()
                self._statements.begin(0)
            yield
        finally:
            if self._depth == 1:
                self._statements.end()
                if self._paused is not None and time.monotonic() - self._paused > LATE:
                    self._note(RESUMED)
            self._depth -= 1

    def pause(self) -> None:
        """The display of the last value, or a traceback, may need more memory than the cell:
        it must not be what decides where the peak was."""
        self._end()

    def resume(self) -> None:
        """Go on inside a nested cell. After the display of the last value there is nothing
        left to track in its statement, and starting would take time that is the cell's."""
        if self._depth > 1:
            self._begin()
        else:
            self._paused = time.monotonic()

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to take off: it was paused."""

    def stop(self) -> None:
        """End tracking; safe to call again."""
        self._end()

    def close(self) -> None:
        """Let go of the capture files."""
        files, self._files = self._files, []
        for file in files:
            file.close()

    def _begin(self) -> None:
        if self._tracker is not None or self._lost:
            return
        if sys.getprofile() is not None:
            self._lost = True
            self._note(OTHER_PROFILER)
            return
        file = CaptureFile()
        try:
            tracker = self._memray.Tracker(
                destination=destination(self._memray, file.path),
                native_traces=self._options["native"],
                trace_python_allocators=self._options["python_allocators"],
                memory_interval_ms=INTERVAL,
                follow_fork=False,
            )
            self._leave = enter(tracker)
        except RuntimeError:
            file.close()
            self._lost = True
            self._note(OTHER_TRACKER)
            return
        except BaseException:
            file.close()
            raise
        self._tracker = tracker
        self._files.append(file)
        file.hide()
        self._names.replace()

    def _end(self) -> None:
        tracker, self._tracker = self._tracker, None
        if tracker is None:
            return
        self._names.restore()
        theirs: Any = sys.getprofile()
        of_threads: Any = threading.getprofile()
        tracker.__exit__(None, None, None)
        self._leave()
        if self._files:
            self._files[-1].ended = time.time()
        if of_threads is not self._memray.start_thread_trace:
            threading.setprofile(of_threads)  # The cell's, which a plain run would keep.
        if theirs is not None:
            self._note(OWN_PROFILER)
            if hasattr(type(theirs), "getstats"):  # A cProfile of the cell.
                theirs.enable()
            else:
                sys.setprofile(theirs)

    def _give_way(self) -> None:
        """The cell makes a Tracker: ours ends, and does not come back."""
        if self._tracker is not None:
            self._lost = True
            self._note(OWN_TRACKER)
            self._end()

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def collect(self) -> None:
        """Fill ``raw`` from the capture files."""
        if os.getpid() != self._pid:
            return  # A child that the cell forked came this far.
        for problem in self._named.catch_up():
            self._note(problem)
        if not self._files:
            return
        try:
            found = read_apart(
                self._files,
                {
                    "cells": [*self._target.own_files, *self._target.cells],
                    "named": self._named.ranges(),
                    "native": self._options["native"],
                },
            )
        except KeyboardInterrupt:
            self._note("Reading what was recorded was interrupted: its numbers are missing.")
            return
        except (ReadingError, OSError) as error:
            self._note(str(error))
            return
        self.notes += found["notes"]
        if found["parts"] > 1:
            self._note(SPLIT)
        self.raw = found["raw"] | {
            "statements": self._statements.data(),
            "clock": time.time() - time.monotonic(),
        }
        if self._options["python_allocators"]:
            self._note(PYTHON_ALLOCATORS)
        elif 0 < sum(stack["peak"] for stack in self.raw.get("stacks", ())) < SMALL:
            self._note(BLOCKS)
        if self._options["native"]:
            self._note(NATIVE)
