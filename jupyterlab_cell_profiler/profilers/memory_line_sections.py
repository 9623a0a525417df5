"""From what stacks allocated and held to the sections of ``memory_lines``. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..document import (
    LineColumn,
    LinesSection,
    Section,
    SeriesSection,
    TotalsSection,
    column,
    split_lines,
    total,
)
from .base import Target
from .memory_line_reading import is_library
from .memory_line_stacks import stacks_sections
from .memory_marks import marks_of
from .stack_sections import AROUND, LONG, Span, span_at, spans_of

BLOCKS = 12
"""Functions outside of cells that get a block of lines at most."""
POINTS = 600
"""Points of a series: more than a page has room for."""

Place = tuple[str, int]
"""File and line, as code has them."""


@dataclass
class Bytes:
    """What a line allocated and held; all but ``inclusive`` without functions of the
    user's own that it calls."""

    peak: int = 0
    inclusive: int = 0
    allocated: int = 0
    count: int = 0
    held: int = 0

    @property
    def weight(self) -> int:
        return max(self.peak, self.inclusive, self.held, self.allocated)


@dataclass
class Lines:
    """All lines of the user, and whether one has memory by a function that it calls."""

    at: dict[Place, Bytes] = field(default_factory=lambda: defaultdict(Bytes))
    nested: bool = False


def sections_of(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals, lines, stacks and series; nothing when nothing was tracked."""
    if not raw or "stacks" not in raw:
        return []
    return [
        totals(raw["stacks"]),
        *lines_sections(raw, target),
        *stacks_sections(raw, target),
        *series(raw, target),
    ]


def totals(stacks: Sequence[Mapping[str, Any]]) -> TotalsSection:
    def whole(name: str) -> int:
        return sum(stack.get(name, 0) for stack in stacks)

    return {
        "kind": "totals",
        "items": [
            total(
                "heap_peak",
                "Allocated at the peak",
                whole("peak"),
                "bytes",
                "What the cell had allocated and not freed at the moment when that was most; "
                "exact, without what was there before.",
            ),
            total(
                "heap_held",
                "Still held",
                whole("held"),
                "bytes",
                "What the cell allocated and had not freed when it ended: its results, "
                "caches, and leaks.",
            ),
            total(
                "heap_allocated",
                "Allocated in all",
                whole("allocated"),
                "bytes",
                "All allocations together, also of memory that was freed again.",
            ),
            total(
                "heap_allocations",
                "Allocations",
                whole("count"),
                "count",
                "How often memory was asked for.",
            ),
        ],
    }


def count_lines(raw: Mapping[str, Any]) -> Lines:
    """The lines of the user: those of cells, of files that are no library, and of functions
    that were named. Memory belongs to the innermost of them on a stack."""
    cells, libraries = set(raw["cells"]), raw["libraries"]
    named: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for file, first, last, _ in raw["named"]:
        named[file].append((first, last))
    mine = [
        line > 0
        and (
            file in cells
            or not is_library(file, libraries)
            or any(first <= line <= last for first, last in named.get(file, ()))
        )
        for _, file, line in raw["frames"]
    ]
    places = [(file, line) for _, file, line in raw["frames"]]
    lines = Lines()
    for stack in raw["stacks"]:
        users = [places[i] for i in stack["stack"] if mine[i]]
        if not users:
            continue
        own = lines.at[users[-1]]
        own.peak += stack["peak"]
        own.allocated += stack["allocated"]
        own.count += stack["count"]
        own.held += stack["held"]
        for place in set(users):
            lines.at[place].inclusive += stack["peak"]
        lines.nested = lines.nested or (stack["peak"] > 0 and len(set(users)) > 1)
    return lines


def lines_sections(raw: Mapping[str, Any], target: Target) -> Iterator[LinesSection]:
    """A block for each function with memory, the one with most at the peak first."""
    lines = count_lines(raw)
    blocks: dict[tuple[str, Span], list[int]] = defaultdict(list)
    sources: dict[str, tuple[list[str], int]] = {}
    for file in {file for file, _ in lines.at}:
        known = _source(file, raw, target)
        if known is None:
            continue
        source, offset = sources[file] = known
        spans = spans_of(source)
        for at, line in lines.at:
            if at == file and lines.at[at, line].weight:
                blocks[file, span_at(spans, line + offset)].append(line)

    def rank(key: tuple[str, Span]) -> tuple[int, int]:
        found = [lines.at[key[0], line] for line in blocks[key]]
        return sum(b.peak for b in found), sum(b.allocated for b in found)

    order = sorted(blocks, key=rank, reverse=True)
    named = {(file, first) for file, first, *_ in raw["named"]}
    cells = set(raw["cells"]) | set(target.own_files)
    others = [key for key in order if key[0] not in cells]
    chosen = set(others[:BLOCKS])
    chosen |= {key for key in others if (key[0], key[1].first) in named}
    for key in order:
        if key[0] in cells or key in chosen:
            file, span = key
            source, offset = sources[file]
            yield _section(file, span, sorted(blocks[key]), source, offset, lines, target)


def _section(
    file: str,
    span: Span,
    numbers: list[int],
    source: list[str],
    offset: int,
    lines: Lines,
    target: Target,
) -> LinesSection:
    cell = target.cells.get(file)
    if file in target.own_files:
        index = 0
    elif cell is not None:
        excerpt = source[span.first - 1 : span.last]
        index = target.files.add(cell.label, excerpt, cell_id=cell.cell_id, first_line=span.first)
    else:
        if span.last - span.first >= LONG:
            first, last = numbers[0] - AROUND, numbers[-1] + AROUND
            span = Span(span.name, max(span.first, first), min(span.last, last))
        excerpt = source[span.first - 1 : span.last]
        index = target.files.add(target.path_of(file), excerpt, first_line=span.first)
    section: LinesSection = {
        "kind": "lines",
        "file": index,
        "firstLine": span.first,
        "lastLine": span.last,
        "lines": [line + offset for line in numbers],
        "columns": columns([lines.at[file, line] for line in numbers], nested=lines.nested),
    }
    if span.name is not None:
        section["name"] = span.name
    return section


def columns(rows: Sequence[Bytes], *, nested: bool) -> list[LineColumn]:
    """``nested``: whether lines call functions that have memory at lines of their own."""
    found = [column("memory_peak", "Peak", "bytes", [row.peak for row in rows])]
    if nested:
        found.append(
            column("memory_peak_total", "With calls", "bytes", [row.inclusive for row in rows])
        )
    return [
        *found,
        column("memory_held", "Still held", "bytes", [row.held for row in rows]),
        column("memory_allocated", "Allocated", "bytes", [row.allocated for row in rows]),
        column("allocations", "Allocations", "count", [row.count for row in rows]),
    ]


def _source(file: str, raw: Mapping[str, Any], target: Target) -> tuple[list[str], int] | None:
    """Lines of a file as a person sees it, and what to add to line numbers of its code."""
    if file in target.own_files:
        return list(target.files.files[0].get("source", [])), target.own_files[file]
    cell = target.cells.get(file)
    if cell is not None:
        return split_lines(cell.source), cell.offset
    source = raw["sources"].get(file)
    return None if source is None else (source, 0)


def series(raw: Mapping[str, Any], target: Target) -> list[SeriesSection]:
    """What was allocated by time, and the resident memory beside it."""
    began, looks = raw["began"], raw["looks"]
    statements = raw["statements"]
    end = max([0.0, *(ended + raw["clock"] - began for _, _, ended, _ in statements)])
    inside = [(max(0.0, t - began), heap, rss) for t, heap, rss in looks if t - began <= end]
    if not inside:
        return []
    held = sum(stack["held"] for stack in raw["stacks"])
    # The last look may be some milliseconds old, in which a short run happened.
    heap = [(0.0, 0), *((t, value) for t, value, _ in inside[1:]), (end, held)]
    found = [_series("heap", heap), _series("rss", [(t, rss) for t, _, rss in inside])]
    marks = marks_of(statements, began - raw["clock"])
    if marks:
        found[0]["marks"] = marks
    return found


def _series(name: str, points: Sequence[tuple[float, int]]) -> SeriesSection:
    """At most ``POINTS``, by the lowest and the highest of each stretch."""
    kept = [
        point
        for i, point in enumerate(points)
        if i in (0, len(points) - 1) or not points[i - 1][1] == point[1] == points[i + 1][1]
    ]
    if len(kept) > POINTS:
        width = -(-len(kept) // (POINTS // 2))
        thin = []
        for start in range(0, len(kept), width):
            some = kept[start : start + width]
            ends = {min(some, key=lambda p: p[1]), max(some, key=lambda p: p[1])}
            thin += sorted(ends)
        kept = thin
    return {
        "kind": "series",
        "name": name,
        "unit": "bytes",
        "t": [round(t, 4) for t, _ in kept],
        "values": [value for _, value in kept],
    }
