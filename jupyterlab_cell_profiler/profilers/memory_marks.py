"""When lines of a cell began, for the timeline of its memory.

IPython runs a cell statement by statement, so their times are exact. Which line of a loop
ran is known from samples only: py-spy looks at random moments and does not write them down,
so that the samples of a statement are spread evenly over its time.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from inspect import CO_COROUTINE
from types import CodeType

from ..document import SeriesMark
from .base import Target
from .stack_samples import Sample
from .stack_tree import Run, thin

MARKS = 450
"""Readers take at most 500."""
MAIN = "the cell"

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


def marks_of(
    statements: Sequence[Statement], samples: Sequence[Sample], target: Target, start: float
) -> list[SeriesMark]:
    """When lines of the top level began, as seconds from ``start``; at most ``MARKS``.

    Beyond that the shortest statements have no mark, and theirs is that of the one before.
    """
    chosen = longest(statements)
    within = _by_statement(statements, _runs(samples, target, MARKS - len(chosen)))
    marks: list[SeriesMark] = []

    def add(line: int, t: float) -> None:
        label = f"line {line}"
        if not marks or marks[-1]["label"] != label:
            marks.append({"t": round(max(0.0, t - start), 4), "label": label})

    for line, begin, end, _ in chosen:
        add(line, begin)
        runs = within.get(begin, [])
        if runs:
            first, last = runs[0].tick, runs[-1].tick + runs[-1].count
            for run in runs:
                add(run.node, begin + (end - begin) * (run.tick - first + 0.5) / (last - first + 1))
    return marks


def longest(statements: Sequence[Statement]) -> list[Statement]:
    """As many statements as have room, in the order of time."""
    kept = sorted(statements, key=lambda s: s[1] - s[2])[:MARKS]
    return sorted(kept, key=lambda s: s[1])


def _runs(samples: Sequence[Sample], target: Target, limit: int) -> list[Run]:
    """Looks at the cell's own thread, with the line of the top level instead of a node."""
    runs = []
    for sample in samples:
        _, file, line = sample.stack[0]
        if sample.thread == MAIN and line > 0 and file in target.own_files:
            runs.append(Run(sample.tick, sample.count, line + target.own_files[file], 0))
    if not runs or limit < 2:
        return []
    return thin(sorted(runs, key=lambda run: run.tick), limit)[0][:limit]


def _by_statement(statements: Sequence[Statement], runs: list[Run]) -> dict[float, list[Run]]:
    """The runs of each statement, by its begin: it has the lines up to the next one."""
    order = sorted(statements)
    lines = [line for line, *_ in order]
    found = defaultdict(list)
    for run in runs:
        index = bisect_right(lines, run.node) - 1
        if index >= 0:
            found[order[index][1]].append(run)
    return found
