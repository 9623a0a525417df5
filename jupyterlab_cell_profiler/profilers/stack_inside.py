"""pyinstrument inside this process, for where py-spy may not look into it.

What is used is pyinstrument's sampler: a profile function of the interpreter, written in C,
that calls back at the first call or return after each interval. Its class ``Profiler`` is
not, for three reasons: it keeps each stack as a list of texts (half a megabyte a second, in
an overview of memory), an error while it looks is raised in the cell, and a ``Profiler`` of
the cell itself would share its looks with ours.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import perf_counter
from types import FrameType
from typing import Any

from .stack_looks import TICK, Looks, stack_of

TOOL = "pyinstrument"
TOOK_OVER = (
    "pyinstrument took the place of py-spy and looked from inside the kernel: only at the thread "
    "that runs the cell, and only at its Python side. It looks when a function is called or "
    "returns. So a line without calls has its time at the next line with one, or at the end of "
    "its function; and every call costs, so that a cell of many short calls takes several times "
    "as long."
)
OTHER_PROFILER = (
    "Another profiler is at work in this thread (the profiler functions, sys.setprofile, or a "
    "profiler that was never stopped). pyinstrument would put an end to it, so that it did not "
    "look. Run the cell without the other one."
)
OWN_PROFILER = (
    "For a part of the run nothing was sampled: the cell used a profile function of its own "
    "(sys.setprofile, cProfile, pyinstrument), or a recursion reached its limit. With the next "
    "statement sampling went on, as far as the place was free."
)
SHARE = 0.4
"""Of the time that looking may take: on a stack of a thousand calls a look takes longer than
from one sample to the next, and nothing else would be done any more."""


class InsideError(RuntimeError):
    """pyinstrument cannot work here; the message is a sentence with the remedy."""


def missing() -> str | None:
    """Why pyinstrument cannot take over, with the remedy; None when it is installed."""
    if find_spec(TOOL) is not None:
        return None
    return (
        "pyinstrument, which could take the place of py-spy, is not installed in this kernel's "
        f'environment. Run: "{sys.executable}" -m pip install pyinstrument'
    )


@contextmanager
def _filters_as_they_are() -> Iterator[None]:
    """Import pyinstrument without the filter that it adds, for its own warnings.

    With a filter more or less, Python forgets which warnings it has shown, and would show
    those of the cell again; ``warnings.catch_warnings`` does that, too.
    """
    original = warnings.filterwarnings

    def filterwarnings(*args: Any, **how: Any) -> None:
        if not any(isinstance(arg, str) and arg.startswith(TOOL) for arg in args):
            original(*args, **how)

    warnings.filterwarnings = filterwarnings
    try:
        yield
    finally:
        warnings.filterwarnings = original


class Inside:
    """Looks at this thread, ``rate`` times a second at most, between :meth:`begin` and
    :meth:`end`; both are safe to call again, and so is :meth:`stop`.

    The sampler stays installed in between, so that a row of short statements is looked at
    as often as a long one. What was not yet seen at an ``end`` goes on at the next ``begin``.
    """

    def __init__(self, rate: int) -> None:
        self.notes: list[str] = []
        self.looks = Looks()
        self._interval = 1.0 / rate
        self._thread = threading.get_ident()
        self._sampler: Any = None
        self._timer = "walltime"
        self._ours: Any = None
        """What the interpreter has for a profile function while it is ours."""
        self._real: Any = None
        self._on = False
        self._fell = False
        self._last = 0.0
        self._due = 0.0
        self._unseen = 0.0

    def start(self) -> None:
        """Import the tool; nothing is measured yet.

        Raises
        ------
        InsideError
            When it cannot be used.
        """
        reason = missing()
        if reason is not None:
            raise InsideError(reason)
        try:
            with _filters_as_they_are():
                from pyinstrument.low_level.stat_profile import (
                    setstatprofile,
                    walltime_coarse_resolution,
                )

            # The clock is read at every call. Never pyinstrument's thread that keeps the time:
            # it is a bit faster at best, and something more that could stay behind.
            coarse = walltime_coarse_resolution()
            if coarse is not None and coarse <= self._interval:
                self._timer = "walltime_coarse"
        except Exception as error:
            raise InsideError(
                f"pyinstrument, which could take the place of py-spy, does not work here "
                f"({type(error).__name__}: {error}). Run: "
                f'"{sys.executable}" -m pip install --upgrade pyinstrument'
            ) from None
        self._sampler = setstatprofile

    def begin(self) -> None:
        """Code of the user runs from now on, in this thread."""
        if self._on or self._sampler is None:
            return
        self._install()
        self._last = perf_counter() - self._unseen
        self._on = True

    def end(self) -> None:
        """What runs from now on is not the user's."""
        if not self._on:
            return
        self._on = False
        if self._is_ours():
            self._unseen = perf_counter() - self._last
            return
        self._unseen = 0.0
        if self._ours is not None and not self._fell:
            self._note(OWN_PROFILER)

    def stop(self) -> None:
        """Take the sampler off; a profile function that is not ours stays."""
        self.end()
        sampler, self._sampler = self._sampler, None
        if sampler is not None and self._is_ours() and threading.get_ident() == self._thread:
            sampler(None)
        self._ours = None
        if self._real is not None and sys.getprofile is self._getprofile:
            sys.getprofile = self._real
        self._real = None

    def data(self) -> dict[str, Any]:
        """What was seen, in the shape of what a py-spy saw."""
        name = threading.current_thread().name
        return {
            "samples": self.looks.data(f'Thread {threading.get_native_id()} "{name}"'),
            "tick": TICK,
        }

    def _install(self) -> None:
        if self._is_ours():
            return
        self._thread = threading.get_ident()
        if self._profile_function() is not None:
            # The cell's own, or one that was there before.
            self._note(OTHER_PROFILER if self._ours is None else OWN_PROFILER)
            return
        self._sampler(self._look, interval=self._interval, timer_type=self._timer)
        self._ours = self._profile_function()
        self._fell = False
        if self._real is None:
            # A plain run of the cell sees none, and one that puts back what it found would
            # otherwise put back ours, which cannot be: it is no function of Python.
            self._real = sys.getprofile
            self._getprofile = self._as_without_us
            sys.getprofile = self._getprofile

    def _as_without_us(self) -> Any:
        """``sys.getprofile`` while the cell runs."""
        return None if self._is_ours() else self._profile_function()

    def _profile_function(self) -> Any:
        return (self._real or sys.getprofile)()

    def _is_ours(self) -> bool:
        return self._ours is not None and self._profile_function() is self._ours

    def _look(self, frame: FrameType, event: str, arg: Any) -> None:
        if not self._on:
            if self._sampler is None:  # Stopped by another thread.
                sys.setprofile(None)
            return
        try:
            now = perf_counter()
            if now < self._due:
                return
            self.looks.add(stack_of(frame, event, arg), now - self._last)
            self._last = now
            self._due = now + (perf_counter() - now) / SHARE
        except Exception:
            return  # A recursion at its limit, say. Raised here it would be raised in the cell.
        except BaseException:
            self._fell = True  # An interrupt; it belongs to the cell. The interpreter ends us.
            raise

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)
