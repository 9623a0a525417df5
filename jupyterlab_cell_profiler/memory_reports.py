"""The report of memory_profiler's ``%mprun``, made from what memray recorded.

The columns are the original's. ``Mem usage`` is the memory of the process right after the
line had allocated, the highest time: what was resident before the run, and what the run had
allocated since. ``Increment`` is what the line, with all that it called, had allocated at the
peak of the run. ``Occurrences`` counts its allocations: memray does not know how often a
line ran.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .document import split_lines
from .profilers import Target

MIB = 1024 * 1024
ROW = "{0:>6} {1:>12} {2:>12}  {3:>10}   {4:<}"
EXPLANATION = (
    "Made by memray: Mem usage is the memory of the process right after the line had allocated, "
    "Increment what the line and what it called had allocated at the peak of the run, "
    "Occurrences its allocations."
)

Measures = tuple[float, float, int]
"""Increment and usage in MiB, and occurrences, in the order that memory_profiler has them."""
Function = tuple[str, Sequence[tuple[int, Measures | None]], Sequence[str]]
"""File name, measures of each line, and the lines of the source."""


class MemoryStats:
    """What ``-r`` returns; ``memory_profiler.show_results`` takes it, too."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self.functions = list(functions)
        self.code_map = self

    def items(self) -> Iterator[tuple[str, Sequence[tuple[int, Measures | None]]]]:
        """File name, and measures by line, of each function."""
        for name, lines, _ in self.functions:
            yield name, lines

    def __repr__(self) -> str:
        return f"<MemoryStats of {len(self.functions)} functions>"


def memory_stats(raw: Mapping[str, Any], target: Target) -> MemoryStats:
    """The functions that were named, with the lines that they have in their files."""
    if "blocks" in raw:
        return MemoryStats(list(_from_profiler(raw, target)))
    return MemoryStats(list(_from_memray(raw, target)))


def print_memory_stats(stats: MemoryStats) -> str:
    """The report of ``memory_profiler.show_results``."""
    parts = []
    for file, lines, source in stats.functions:
        header = ROW.format("Line #", "Mem usage", "Increment", "Occurrences", "Line Contents")
        rows = [f"Filename: {file}", "", header, "=" * len(header)]
        for number, measures in lines:
            text = source[number - 1] if number <= len(source) else ""
            cells = ("", "", "") if measures is None else _cells(measures)
            rows.append(ROW.format(number, *cells, text).rstrip())
        parts.append("\n".join(rows))
    return "\n\n\n".join(parts)


def write_memory_stats(report: str, text: str | None) -> None:
    """Write what ``-T`` asks for and say so, as memory_profiler does."""
    if text:
        with open(text, "w", encoding="utf-8") as stream:
            stream.write(report)
        print(f"\n*** Profile printout saved to text file {text}. ")


def _cells(measures: Measures) -> tuple[str, str, str]:
    increment, usage, count = measures
    return f"{usage:5.1f} MiB", f"{increment:5.1f} MiB", str(count)


def _from_memray(raw: Mapping[str, Any], target: Target) -> Iterator[Function]:
    baseline = raw["looks"][0][2] if raw.get("looks") else 0
    for file, first, last, _ in raw.get("named", ()):
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for stack in raw["stacks"]:
            on = [raw["frames"][i] for i in stack["stack"]]
            lines = [line for _, name, line in on if name == file and first <= line <= last]
            for line in set(lines):
                sums = found[line]
                sums[0] += stack["peak"]
                sums[1] = max(sums[1], stack["level"])
                sums[2] += stack["count"]
        yield _function(
            file,
            first,
            last,
            {
                line: (peak / MIB, (baseline + level) / MIB, count)
                for line, (peak, level, count) in found.items()
            },
            raw,
            target,
        )


def _from_profiler(raw: Mapping[str, Any], target: Target) -> Iterator[Function]:
    for block in raw["blocks"]:
        if block["named"]:
            measures = {
                # As the original, whose first line has all the memory there was.
                line: (usage if increment is None else increment, usage, count)
                for line, increment, usage, count in block["lines"]
            }
            yield _function(block["file"], block["first"], block["last"], measures, raw, target)


def _function(
    file: str,
    first: int,
    last: int,
    measures: Mapping[int, Measures],
    raw: Mapping[str, Any],
    target: Target,
) -> Function:
    cell = target.cells.get(file)
    name, offset = target.path_of(file), 0
    source: Sequence[str] = raw["sources"].get(file, [])
    if file in target.own_files:
        own = target.files.files[0]
        name, offset, source = own["path"], target.own_files[file], own.get("source", [])
    elif cell is not None:
        name, offset, source = cell.label, cell.offset, split_lines(cell.source)
    rows = [(line + offset, measures.get(line)) for line in range(first, last + 1)]
    return name, rows, source
