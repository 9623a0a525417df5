"""When lines of a cell began, for the timeline of its memory.

IPython runs a cell statement by statement, so their times are exact. Which line of a loop
ran is known from samples only, where there are any.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from inspect import CO_COROUTINE
from types import CodeType, MappingProxyType
from typing import Any

from ..document import SeriesMark
from .base import Target

MARKS = 450
"""Readers take at most 500."""
NOTHING: Mapping[Any, Any] = MappingProxyType({})

Statement = tuple[int, float, float, int]
"""Line of the cell (1-based), begin and end by :func:`time.monotonic`, and the resident
memory at its begin in bytes."""


class Statements:
    """The code objects of a cell, and when each ran."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._line: int | None = None
        self._began: float | None = None
        self._memory = 0
        self._found: list[Statement] = []

    def mark(self, code: CodeType) -> None:
        """The code object that runs next; one of other code has no line here."""
        if self._began is None:
            offset = self._target.own_files.get(code.co_filename)
            self._line = None if offset is None else first_line(code) + offset

    def begin(self, memory: int) -> None:
        """It runs from now on; ``memory`` is what is resident, in bytes."""
        self._memory = memory
        self._began = time.monotonic()

    def end(self) -> None:
        if self._line is not None and self._began is not None:
            now = time.monotonic()
            self._found.append((max(1, self._line), self._began, now, self._memory))
        self._line = self._began = None

    def so_far(self, now: float) -> list[Statement]:
        """As :meth:`data`, with the one that runs; another thread may ask."""
        line, began, memory = self._line, self._began, self._memory
        found = list(self._found)
        if line is not None and began is not None:
            found.append((max(1, line), began, now, memory))
        return found

    def data(self) -> list[Statement]:
        """JSON: line, begin and end of each."""
        return self._found


def first_line(code: CodeType) -> int:
    """The first line that has code; ``co_firstlineno`` of a module is 1, and so is the line of
    the instruction that makes a coroutine of it."""
    lines = [line for _, _, line in code.co_lines() if line]
    if code.co_flags & CO_COROUTINE:
        lines = [line for line in lines if line != code.co_firstlineno]
    return lines[0] if lines else code.co_firstlineno


Looks = Sequence[tuple[int, int, int]]
"""Looks at what ran within a statement: number of the first, how many, and the line."""


def marks_of(
    statements: Sequence[Statement], start: float, within: Mapping[float, Looks] = NOTHING
) -> list[SeriesMark]:
    """When lines of the top level began, as seconds from ``start``; at most ``MARKS``.

    Beyond that the shortest statements have no mark, and theirs is that of the one before.

    Parameters
    ----------
    within : for statements, by their begin, what is known of the lines in them; evenly spread
    """
    marks: list[SeriesMark] = []

    def add(line: int, t: float) -> None:
        label = f"line {line}"
        if not marks or marks[-1]["label"] != label:
            marks.append({"t": round(max(0.0, t - start), 4), "label": label})

    for line, begin, end, _ in longest(statements):
        add(line, begin)
        looks = within.get(begin, ())
        if looks:
            first, last = looks[0][0], looks[-1][0] + looks[-1][1]
            for tick, _, inner in looks:
                add(inner, begin + (end - begin) * (tick - first + 0.5) / (last - first + 1))
    return marks


def longest(statements: Sequence[Statement]) -> list[Statement]:
    """As many statements as have room, in the order of time."""
    kept = sorted(statements, key=lambda s: s[1] - s[2])[:MARKS]
    return sorted(kept, key=lambda s: s[1])
