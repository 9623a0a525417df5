"""Text reports of the original tools, and the files that their magics write.

The drop-ins carry these as text/plain, so that a notebook made for the originals says the
same as before. The words are line_profiler's own.
"""

from __future__ import annotations

import linecache
from io import StringIO
from typing import Any

from .document import split_lines

CELL_LABEL = "<lprof_cell>"
"""What ``%%lprun_all`` calls the top level of a cell."""


def named_stats(recording: Any) -> Any:
    """line_profiler's ``LineStats`` of the functions that were named, as ``%lprun`` has it."""
    stats = recording.stats()
    stats.timings = {key: lines for key, lines in stats.timings.items() if key in recording.named}
    return stats


def cell_stats(recording: Any) -> Any:
    """line_profiler's ``LineStats`` of a cell, as ``%%lprun_all`` has it.

    IPython compiles each statement on its own, which would be one block for each: they
    become one. Lambdas and comprehensions are no functions there.
    """
    stats = recording.stats()
    timings: dict[tuple[str, int, str], list[tuple[int, int, int]]] = {}
    for (file, first, name), lines in stats.timings.items():
        if name.startswith(("<cell line", "<module")):
            timings.setdefault((file, 1, CELL_LABEL), []).extend(lines)
        elif recording.is_function((file, first, name)):
            timings[file, first, name] = lines
    stats.timings = {key: sorted(lines) for key, lines in timings.items()}
    return stats


def print_line_stats(stats: Any, unit: float | None, strip_zeros: bool, source: str | None) -> str:
    """line_profiler's report as text; ``source`` is the cell, if one was profiled.

    ``show_func`` shows the block of code that begins at a function's first line; for the
    top level of a cell that is the cell.
    """
    from line_profiler import line_profiler as module

    original = module.get_code_block

    def get_code_block(filename: Any, lineno: int) -> Any:
        if source is not None and lineno == 1:
            return [line + "\n" for line in split_lines(source)]
        return original(filename, lineno)

    stream = StringIO()
    clear = linecache.clearcache
    module.get_code_block = get_code_block
    # For a function in a file show_func clears the cache, which is the only place that
    # has the source of cells; files are looked at again all the same.
    linecache.clearcache = linecache.checkcache
    try:
        stats.print(stream, output_unit=unit, stripzeros=strip_zeros)
    finally:
        module.get_code_block = original
        linecache.clearcache = clear
    return stream.getvalue().rstrip()


def write_line_stats(stats: Any, report: str, pickle: str | None, text: str | None) -> None:
    """Write what ``-D`` and ``-T`` ask for and say so, as line_profiler does."""
    if pickle:
        stats.to_file(pickle)
        print(f"\n*** Profile stats pickled to file {pickle!r}.")
    if text:
        with open(text, "w", encoding="utf-8") as stream:
            print(report, file=stream)
        print(f"\n*** Profile printout saved to text file {text!r}.")
