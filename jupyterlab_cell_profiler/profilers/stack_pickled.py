"""Functions of cells in other processes, to which cloudpickle sent them. Pure.

joblib, dask and others send code by value, and cloudpickle then replaces its file name by
a text that is the same for all, so that equal functions have equal pickles
(``cloudpickle.py``, ``_code_reduce``). Name and line are kept: they tell the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..document import split_lines
from .base import Target
from .stack_sections import span_at, spans_of

FILE = "<dynamic-code>"
INNER = re.compile(r"(\.<locals>)?\.<\w+>$")
"""What a lambda or a comprehension has after the name of the function around it."""


def with_cells(frames: list[list[Any]], target: Target) -> list[list[Any]]:
    """Frames ``[name, file, line]`` with the file of the cell in which such a function is:
    the cell that runs if it may be there, else the latest one."""
    wanted = {(name, line) for name, file, line in frames if file == FILE}
    found: dict[tuple[str, int], str] = {}
    if wanted:
        for file, source, offset in _cells(target):
            spans = spans_of(source)
            for name, line in wanted:
                span = span_at(spans, line + offset)
                # Up to CPython 3.10 a frame has the last part of the name only.
                names = {span.name, (span.name or "").rpartition(".")[2]}
                if span.name is not None and INNER.sub("", name) in names:
                    found[name, line] = file
    return [
        [name, found.get((name, line), file) if file == FILE else file, line]
        for name, file, line in frames
    ]


def _cells(target: Target) -> Iterator[tuple[str, list[str], int]]:
    for file in target.cells:
        cell = target.cells[file]
        yield file, split_lines(cell.source), cell.offset
    for file, offset in target.own_files.items():
        yield file, list(target.files.files[0].get("source", [])), offset
