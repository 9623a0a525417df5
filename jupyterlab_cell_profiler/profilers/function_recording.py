"""Counting calls of one run: when cProfile is on, and what is kept of its numbers.

It is on while a code object of the cell runs, and off while IPython shows the last value.
What it saw of IPython's own frames around that is left out by ``function_graph``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from .base import Target
from .function_graph import Call, Entry, graph_of

THREADED = (
    "The cell started threads: cProfile counts the thread that runs the cell, functions that "
    "ran in other threads are missing."
)
THREADED_MIXED = (
    "The cell started threads: from CPython 3.12 on cProfile sees all of them at once, so their "
    "functions may appear under a wrong caller, and their times may overlap."
)
RESUMED = (
    "A coroutine counts as called each time that it is resumed, and its cumulative time does "
    "not contain the time while it is suspended: the summary has that as waiting."
)
OTHER_PROFILER = (
    "Another profiler is at work in this kernel (sys.setprofile, or a cProfile that was never "
    "disabled), so that functions could not be counted. Disable it and run the cell again."
)
OWN_PROFILER = (
    "The cell started a profiler of its own (sys.setprofile, cProfile): functions that ran "
    "after that are not counted."
)


PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class FunctionRecording:
    """One ``cProfile.Profile`` and when it is on."""

    def __init__(self, target: Target) -> None:
        from cProfile import Profile

        self.raw: dict[str, Any] = {}
        self.notes: list[str] = []
        self.profiler = Profile()
        self._target = target
        # Kept alive, and by identity: equal code objects may be different statements.
        self._roots: dict[int, CodeType] = {}
        self._depth = 0
        self._on = False
        self._lost = False
        self._theirs = self._give_way(Profile)

    def mark(self, code: CodeType) -> CodeType:
        """Remember a top-level code object of the cell; it runs as it is."""
        self._roots[id(code)] = code
        if code.co_flags & CO_COROUTINE:
            self._note(RESUMED)
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count while code of the cell runs."""
        self._depth += 1
        if self._depth == 1:
            self._enable()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._disable()

    def pause(self) -> None:
        """Stop counting for what IPython does while a line runs."""
        self._disable()

    def resume(self) -> None:
        """Go on after :meth:`pause`."""
        if self._depth:
            self._enable()

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to take off: it was paused."""

    def stop(self) -> None:
        """Take everything down; safe to call again."""
        self._depth = 0
        self._disable()

    def _enable(self) -> None:
        if self._on or self._lost:
            return
        if _other_profiler():
            self._lost = True
            self._note(OTHER_PROFILER)
            return
        self._on = True
        self.profiler.enable()
        if sys.version_info >= (3, 12):
            type(self.profiler).enable = self._theirs  # type: ignore[method-assign]

    def _disable(self) -> None:
        if not self._on:
            return
        theirs: Any = sys.getprofile()
        self._on = False
        if vars(type(self.profiler)).get("enable") is self._theirs:
            del type(self.profiler).enable
        self.profiler.disable()
        if sys.version_info < (3, 12) and theirs is not self.profiler:
            # The cell changed the profile function, which a plain run would keep.
            self._lost = True
            self._note(OWN_PROFILER)
            if hasattr(type(theirs), "getstats"):  # A cProfile of the cell.
                theirs.enable()
            else:
                sys.setprofile(theirs)

    def _give_way(self, profile: Any) -> Any:
        """What stands for ``Profile.enable`` while ours is on, from CPython 3.12 on.

        There the interpreter lets one be active at a time and raises an error in the cell
        that enables its own; a plain run of it would not, so ours goes.
        """

        def enable(profiler: Any, *args: Any, **how: Any) -> None:
            if self._on:
                self._disable()
                self._lost = True
                self._note(OWN_PROFILER)
            original: Any = super(profile, profiler)
            original.enable(*args, **how)

        return enable

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def collect(self) -> None:
        """Fill ``raw`` from the statistics."""
        users = {*self._target.own_files, *(code.co_filename for code in self._roots.values())}
        entries = [_entry(found) for found in self.profiler.getstats()]
        self.raw = graph_of(
            entries,
            roots=set(self._roots),
            is_user=lambda code: (
                code.co_filename in users or code.co_filename in self._target.cells
            ),
            is_hidden=is_display,
        )
        if any(
            name == "start" and file.endswith("threading.py") for file, _, name in self._labels()
        ):
            self._note(THREADED_MIXED if sys.version_info >= (3, 12) else THREADED)

    def _labels(self) -> Iterator[tuple[str, int, str]]:
        for file, line, name, *_ in self.raw["functions"]:
            yield file, line, name.rpartition(".")[2]


def is_display(code: CodeType) -> bool:
    """Whether code is how IPython shows the last value, or ours around that."""
    shown = code.co_name == "__call__" and code.co_filename.endswith(
        os.path.join("IPython", "core", "displayhook.py")
    )
    return shown or code.co_filename.startswith(PACKAGE)


def _entry(found: Any) -> Entry:
    """cProfile's entry of a function, with its callees."""
    calls = [
        Call(c.code, c.callcount, c.reccallcount, c.inlinetime, c.totaltime)
        for c in found.calls or ()
    ]
    return Entry(
        found.code,
        found.callcount,
        found.reccallcount,
        found.inlinetime,
        found.totaltime,
        calls,
    )


def _other_profiler() -> bool:
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is not None:
        return monitoring.get_tool(monitoring.PROFILER_ID) is not None
    return sys.getprofile() is not None
