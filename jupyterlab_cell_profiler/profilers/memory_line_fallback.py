"""``memory_lines`` where memray does not exist: memory_profiler on functions.

It asks for the resident memory of the process after every line, which takes some hundred
times as long as the lines themselves, and sees only what a line adds to that.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from ..blocks import Block, block_of_function, nested_scope
from ..document import LinesSection, column, split_lines
from ..namespace import functions_in
from .base import Target
from .memory_line_functions import NamedFunctions

MIB = 1024 * 1024
COST = (
    "memray is not available here, so memory_profiler looked at the memory of the process after "
    "every line of the functions: that takes several hundred times as long as the lines "
    "themselves. The top level of a cell is not seen, nor is memory that is allocated and freed "
    "within one line."
)
UNSUPPORTED = "The options native and python_allocators are of memray, which is not available here."
OWN_TRACER = (
    "The cell set a trace function of its own (sys.settrace, a debugger): lines that ran "
    "after that are not counted."
)


class FallbackRecording:
    """A ``memory_profiler.LineProfiler`` that traces the code of the cell."""

    used = ("memory_profiler",)

    def __init__(self, target: Target, options: Mapping[str, Any]) -> None:
        import memory_profiler

        self.notes: list[str] = [COST]
        self.raw: dict[str, Any] = {}
        self._tool: Any = memory_profiler.LineProfiler(backend="psutil")
        self._target = target
        self._named = NamedFunctions(options["functions"], target)
        self._blocks: dict[int, tuple[CodeType, Block]] = {}
        self._depth = 0
        self._tracer: Any = None
        if options["native"] or options["python_allocators"]:
            self.notes.append(UNSUPPORTED)

    def start(self) -> None:
        """Register functions that were named or that earlier cells defined."""
        found = functions_in(self._target.namespace)
        cells = [f for f in found if f.__code__.co_filename in self._target.cells]
        for function in [*self._named.functions, *cells]:
            self._add_function(function)

    def mark(self, code: CodeType) -> CodeType:
        """Register the functions in code of the cell, which runs as it is."""
        self._add(code, Block(code.co_filename, None, 1, 1), "")
        return code

    def profiler(self, function: Any) -> Any:
        """``@profile`` of the cell: its function is one of those that are named."""
        if isinstance(function, FunctionType):
            self._named.add(function)
            self._add_function(function)
        return function

    def _add_function(self, function: FunctionType) -> None:
        block = block_of_function(function.__code__, function.__qualname__)
        self._add(function.__code__, block, f"{function.__qualname__}.<locals>.")

    def _add(self, code: CodeType, block: Block, prefix: str) -> None:
        if id(code) in self._blocks:
            return
        if block.name is not None:  # A loop of the top level would take for ever.
            self._blocks[id(code)] = (code, block)
            # Not its ``add``, which refuses code that is in no file.
            self._tool.code_map.setdefault(code, {})
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._add(constant, *nested_scope(constant, block, prefix))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Trace while code of the cell runs."""
        if self._tracer is not None and sys.gettrace() is self._tracer:
            yield  # The cell is traced by its own function since an earlier statement.
            return
        self._depth += 1
        if self._depth == 1:
            self._tool.prevlines.clear()
            self._tool.enable_by_count()
        ours = sys.gettrace()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                theirs = sys.gettrace()
                self._tool.disable_by_count()
                if theirs is not None and theirs != ours:
                    self._tracer = theirs
                    sys.settrace(theirs)
                    if OWN_TRACER not in self.notes:
                        self.notes.append(OWN_TRACER)

    def pause(self) -> None:
        """Code of IPython is not traced."""

    def resume(self) -> None:
        """Nothing was paused."""

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Times are not measured."""

    def stop(self) -> None:
        """Take everything down; safe to call again."""
        while self._tool.enable_count:
            self._tool.disable_by_count()

    def close(self) -> None:
        """There are no files."""

    def collect(self) -> None:
        """Fill ``raw`` from memory_profiler's map of code."""
        self.notes += self._named.catch_up()
        blocks: dict[Block, dict[int, list[float]]] = {}
        for code, block in self._blocks.values():
            for line, (increment, usage, count) in self._tool.code_map[code].items():
                sums = blocks.setdefault(block, {}).setdefault(line, [0.0, 0.0, 0])
                sums[0] += increment
                sums[1] = max(sums[1], usage)
                sums[2] += count
        named = {(file, first) for file, first, _, _ in self._named.ranges()}
        self.raw = {
            "blocks": [
                {
                    "file": block.file,
                    "name": block.name,
                    "first": block.first,
                    "last": max(block.last, *lines),
                    "named": (block.file, block.first) in named,
                    # At the call memory_profiler takes all there was for an increment.
                    "lines": [
                        [line, None if line == block.first else lines[line][0], *lines[line][1:]]
                        for line in sorted(lines)
                        if line > 0
                    ],
                }
                for block, lines in blocks.items()
            ],
            "sources": {
                block.file: [line.rstrip("\r\n") for line in linecache.getlines(block.file)]
                for block in blocks
                if block.file not in self._target.cells
            },
        }


def fallback_sections(raw: Mapping[str, Any], target: Target) -> Iterator[LinesSection]:
    """A block for each function, the one with most growth first."""

    def growth(block: Mapping[str, Any]) -> float:
        return sum(max(0.0, increment or 0.0) for _, increment, _, _ in block["lines"])

    for block in sorted(raw["blocks"], key=growth, reverse=True):
        lines = block["lines"]
        if not lines:
            continue
        file, offset = _place(block, raw, target)
        section: LinesSection = {
            "kind": "lines",
            "file": file,
            "firstLine": block["first"] + offset,
            "lastLine": block["last"] + offset,
            "lines": [line + offset for line, *_ in lines],
            "columns": [
                column("hits", "Hits", "count", [count for *_, count in lines]),
                column(
                    "memory_increment",
                    "Increment",
                    "bytes",
                    [None if i is None else round(i * MIB) for _, i, _, _ in lines],
                ),
                column(
                    "memory_usage",
                    "Usage",
                    "bytes",
                    [round(usage * MIB) for _, _, usage, _ in lines],
                ),
            ],
        }
        if block["name"] is not None:
            section["name"] = block["name"]
        yield section


def _place(block: Mapping[str, Any], raw: Mapping[str, Any], target: Target) -> tuple[int, int]:
    """Index of the block's file in the document, and what to add to line numbers."""
    file = block["file"]
    if file in target.own_files:
        return 0, target.own_files[file]
    cell = target.cells.get(file)
    source, offset = raw["sources"].get(file, []), 0
    path, cell_id = target.path_of(file), None
    if cell is not None:
        source, offset = split_lines(cell.source), cell.offset
        path, cell_id = cell.label, cell.cell_id
    first, last = block["first"] + offset, block["last"] + offset
    excerpt = source[first - 1 : last] or None
    return target.files.add(path, excerpt, cell_id=cell_id, first_line=first), offset
