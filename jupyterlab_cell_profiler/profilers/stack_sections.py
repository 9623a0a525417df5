"""From samples to the ``stacks`` section and the ``lines`` sections. Pure."""

from __future__ import annotations

import ast
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..document import LineColumn, LinesSection, Section, StacksSection, column, split_lines
from .base import Target
from .stack_samples import (
    BUILT_IN,
    Sample,
    calls_native,
    count_of,
    own_place,
    samples_of,
    seconds_per_sample,
)
from .stack_tree import Tree, merge, prune, thin

BLOCKS = 12
"""Functions outside of cells that get a block of lines at most …"""
LONG = 40
"""Lines of a function of a library from which on only those with samples are kept, …"""
AROUND = 8
"""… and so many before and after them."""
ENOUGH = 5
"""Samples of a line below which nothing is said of its native code."""
NOTABLE = 0.01
"""… those with at least this share of all samples as their own."""


@dataclass(frozen=True)
class Span:
    """Where a function is in its file; ``name`` is None for the top level."""

    name: str | None
    first: int
    last: int


def sections_of(
    raw: Mapping[str, Any], target: Target, deep: Sequence[Sample] = ()
) -> list[Section]:
    """The sections of a recording; none when no sample fell into the user's code.

    Parameters
    ----------
    deep : samples of the same run that tell native code, when those of ``raw`` do not
    """
    samples = samples_of(raw) if raw else []
    if not samples:
        return []
    each = seconds_per_sample(raw)
    return [
        *lines_sections(samples, raw, target, each, native_shares(deep or samples)),
        stacks_section(prune(merge(samples)), target, each, count_of(samples)),
    ]


def stacks_section(tree: Tree, target: Target, each: float, looks: int) -> StacksSection:
    """The tree with ``each`` seconds for a tick, and its runs in time order."""
    frames: dict[tuple[str, int, int], int] = {}
    numbers = []
    for node in tree.nodes:
        name, file, line = node.frame
        place = (name, *place_of(file, line, target))
        numbers.append(frames.setdefault(place, len(frames)))
    runs, _ = thin(tree.runs)
    start = runs[0].tick
    return {
        "kind": "stacks",
        "name": "time",
        "unit": "seconds",
        "samples": looks,
        "frames": {
            "name": [name for name, _, _ in frames],
            "file": [file for _, file, _ in frames],
            "line": [line for _, _, line in frames],
        },
        "nodes": {
            "parent": [node.parent for node in tree.nodes],
            "frame": numbers,
            "self": [round(node.own * each, 6) for node in tree.nodes],
            "total": [round(node.total * each, 6) for node in tree.nodes],
            "thread": [node.thread for node in tree.nodes],
        },
        "timeline": {
            "t": [_seconds(run.tick - start, each) for run in runs],
            "node": [run.node for run in runs],
            "thread": [run.thread for run in runs],
            "duration": [_seconds(run.count, each) for run in runs],
        },
        "threads": tree.threads,
    }


def _seconds(count: int, each: float) -> float:
    return round(count * each, 6)


def native_shares(samples: Sequence[Sample]) -> dict[tuple[str, int], float]:
    """For each line with enough samples of its own, how many of them were in libraries of
    native code that it called; nothing when none was."""
    own: Counter[tuple[str, int]] = Counter()
    native: Counter[tuple[str, int]] = Counter()
    for sample in samples:
        place = own_place(sample)
        if place is not None:
            own[place] += sample.count
            native[place] += sample.count if calls_native(sample) else 0
    if not any(native.values()):
        return {}
    return {place: native[place] / own[place] for place in own if own[place] >= ENOUGH}


def lines_sections(
    samples: list[Sample],
    raw: Mapping[str, Any],
    target: Target,
    each: float,
    native: Mapping[tuple[str, int], float],
) -> list[LinesSection]:
    """For each function its lines, with the samples in which they were on the stack.

    A line counts once for a sample, however often it is on the stack (recursion). Time in
    native code is the own time of the line that called it; ``native`` has its share.
    """
    own: Counter[tuple[str, int]] = Counter()
    total: Counter[tuple[str, int]] = Counter()
    seen: Counter[tuple[str, int]] = Counter()
    for sample in samples:
        place = own_place(sample)
        if place is not None:
            own[place] += sample.count
        for file, line in {(file, line) for _, file, line in sample.stack}:
            total[file, line] += sample.count
            seen[file, line] += sample.seen
    blocks: dict[tuple[str, Span], list[int]] = defaultdict(list)
    sources: dict[str, tuple[list[str], int]] = {}
    for file in {file for file, _ in total}:
        known = _source(file, raw, target)
        if known is None:
            continue
        source, offset = sources[file] = known
        spans = spans_of(source)
        for name, line in total:
            if name == file and line > 0:
                blocks[file, span_at(spans, line + offset)].append(line)
    whole = sum(sample.count for sample in samples)
    kept = _notable(blocks, own, whole, set(raw["cells"]))
    found = []
    for (file, span), lines in kept:
        source, offset = sources[file]
        counts = (own, total, seen)
        section = _section(file, span, sorted(lines), source, offset, counts, target, each)
        if native:
            section["columns"].append(_native(file, sorted(lines), own, native, each))
        found.append(section)
    return found


def _native(
    file: str,
    lines: list[int],
    own: Counter[tuple[str, int]],
    native: Mapping[tuple[str, int], float],
    each: float,
) -> LineColumn:
    def value(line: int) -> float | None:
        share = native.get((file, line))
        return None if share is None else round(own[file, line] * each * share, 6)

    return column("native_time", "Native", "seconds", [value(line) for line in lines])


def _notable(
    blocks: dict[tuple[str, Span], list[int]],
    own: Counter[tuple[str, int]],
    count: int,
    cells: set[str],
) -> list[tuple[tuple[str, Span], list[int]]]:
    """All blocks of cells, and the hottest of other files; hottest first."""
    weights = {key: sum(own[key[0], line] for line in lines) for key, lines in blocks.items()}
    order = sorted(blocks, key=lambda key: weights[key], reverse=True)
    others = [
        key for key in order if key[0] not in cells and weights[key] >= max(2, NOTABLE * count)
    ]
    chosen = set(others[:BLOCKS])
    return [(key, blocks[key]) for key in order if key[0] in cells or key in chosen]


def _section(
    file: str,
    span: Span,
    lines: list[int],
    source: list[str],
    offset: int,
    counts: tuple[Counter[tuple[str, int]], ...],
    target: Target,
    each: float,
) -> LinesSection:
    own, total, seen = counts
    cell = target.cells.get(file)
    if cell is None and file not in target.own_files:
        span = _window(span, lines)
    excerpt = source[span.first - 1 : span.last]
    if file in target.own_files:
        index = 0
    elif cell is not None:
        index = target.files.add(cell.label, excerpt, cell_id=cell.cell_id, first_line=span.first)
    else:
        index = target.files.add(target.path_of(file), excerpt, first_line=span.first)
    section: LinesSection = {
        "kind": "lines",
        "file": index,
        "firstLine": span.first,
        "lastLine": span.last,
        "lines": [line + offset for line in lines],
        "columns": [
            column("samples", "Samples", "count", [seen[file, line] for line in lines]),
            column(
                "total_time",
                "Time",
                "seconds",
                [_seconds(total[file, line], each) for line in lines],
            ),
            column(
                "self_time",
                "Own time",
                "seconds",
                [_seconds(own[file, line], each) for line in lines],
            ),
        ],
    }
    if span.name is not None:
        section["name"] = span.name
    return section


def _window(span: Span, lines: list[int]) -> Span:
    """Of a long function of a library, most of which is documentation, what is around the
    lines with samples."""
    if span.last - span.first < LONG:
        return span
    first, last = max(span.first, lines[0] - AROUND), min(span.last, lines[-1] + AROUND)
    return Span(span.name, first, last)


def _source(file: str, raw: Mapping[str, Any], target: Target) -> tuple[list[str], int] | None:
    """Lines of a file as a person sees it, and what to add to line numbers of its code."""
    if file in target.own_files:
        return list(target.files.files[0].get("source", [])), target.own_files[file]
    cell = target.cells.get(file)
    if cell is not None:
        # Of another process one may know no more than that it is a cell.
        return (split_lines(cell.source), cell.offset) if cell.source else None
    source = raw["sources"].get(file)
    return None if source is None else (source, 0)


def spans_of(source: list[str]) -> list[Span]:
    """Functions of a source, outer ones first, and the top level before them all.

    A cell with magics is no Python: the lines that begin one are taken for empty.
    """
    top = Span(None, 1, max(1, len(source)))
    plain = [
        "" if line.startswith("%%") else "pass" if line.startswith(("%", "!")) else line
        for line in source
    ]
    try:
        tree = ast.parse("\n".join(plain))
    except (SyntaxError, ValueError, RecursionError):
        return [top]
    spans = [top]
    todo: list[tuple[ast.AST, str]] = [(tree, "")]
    while todo:
        node, prefix = todo.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                name = prefix + child.name
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                spans.append(Span(name, first, child.end_lineno or child.lineno))
                todo.append((child, f"{name}.<locals>."))
            elif isinstance(child, ast.ClassDef):
                todo.append((child, f"{prefix}{child.name}."))
            else:
                todo.append((child, prefix))
    return spans


def span_at(spans: list[Span], line: int) -> Span:
    """The innermost function around a line; it may be as long as its cell."""
    inside = [span for span in reversed(spans) if span.first <= line <= span.last]
    return min(inside, key=lambda span: span.last - span.first, default=spans[0])


def place_of(file: str, line: int, target: Target) -> tuple[int, int]:
    """Index of a frame's file in the document (-1: none), and its line there."""
    if not file or file in ("?", BUILT_IN):
        return -1, 0
    if file in target.own_files:
        return 0, max(1, line + target.own_files[file])
    cell = target.cells.get(file)
    if cell is not None:
        source = split_lines(cell.source) if cell.source else None
        index = target.files.add(cell.label, source, cell_id=cell.cell_id)
        return index, max(1, line + cell.offset)
    if not file.endswith(".py"):
        return target.files.add(os.path.basename(file)), max(0, line)
    return target.files.add(target.path_of(file)), max(0, line)
