"""From what Scalene saw to the sections of ``scalene``. Pure but for ``target.files``."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..document import (
    LinesSection,
    Section,
    SeriesSection,
    column,
    split_lines,
)
from .base import CellFile, Target
from .scalene_reading import Line, Profile
from .scalene_stacks import stacks_sections
from .scalene_totals import totals
from .stack_sections import AROUND, LONG, Span, span_at, spans_of

BLOCKS = 12
"""Functions outside of cells and the script that get a block of lines at most."""
STEP = 0.001
"""Seconds between two points from which on it matters that memory stayed in between."""
POINTS = 600
"""Points of a series: more than a page has room for."""


@dataclass
class Places:
    """Which file of the document a file of the profile is."""

    target: Target
    cells: Mapping[str, CellFile]
    """Cells that ran before, by the files that they had in the other process."""
    folder: str
    """Of the program: other files are named as seen from there."""
    sources: Mapping[str, list[str]]

    def cell(self, path: str) -> CellFile | None:
        return self.cells.get(path) or self.target.cells.get(path)

    def own(self, path: str) -> int | None:
        """What to add to the lines of a file that is file 0 of the document."""
        return self.target.own_files.get(path)

    def known(self, path: str) -> tuple[list[str], int]:
        """The source of a file as a person sees it, and what to add to line numbers."""
        offset, cell = self.own(path), self.cell(path)
        if offset is not None:
            source = self.target.files.files[0].get("source")
            return (list(source) if source else list(self.sources.get(path, []))), offset
        if cell is not None:
            return split_lines(cell.source), cell.offset
        return list(self.sources.get(path, [])), 0

    def shown(self, path: str) -> str:
        """A path as a reader should see it."""
        base = self.folder.rstrip("/\\")
        if base and path.startswith((base + "/", base + "\\")):
            return path[len(base) + 1 :].replace("\\", "/")
        return self.target.path_of(path)

    def index(self, path: str, span: Span | None = None) -> int:
        """Of a file, or of the excerpt of it that a block shows."""
        if self.own(path) is not None:
            return 0
        cell = self.cell(path)
        label, cell_id = (self.shown(path), None) if cell is None else (cell.label, cell.cell_id)
        if span is None:
            return self.target.files.add(label, cell_id=cell_id)
        excerpt = self.known(path)[0][span.first - 1 : span.last]
        return self.target.files.add(label, excerpt, cell_id=cell_id, first_line=span.first)

    def frame(self, path: str, line: int) -> tuple[int, int]:
        """File (-1: none) and line of a frame."""
        if line <= 0:
            name = os.path.basename(path.replace("\\", "/"))
            return (self.target.files.add(name), 0) if name else (-1, 0)
        return self.index(path), max(1, line + self.known(path)[1])


def sections_of(profile: Profile, raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals, lines, stacks and series."""
    hidden = set(raw.get("hidden", ()))
    profile.files = [file for file in profile.files if file.path not in hidden]
    sources = {file.path: file.source for file in profile.files}
    if not target.files.files:
        # Opened from a file: nobody but the profile knows what ran.
        name = os.path.basename(profile.program.replace("\\", "/")) or "program"
        target.files.add(name, sources.get(profile.program))
        target.own_files[profile.program] = 0
    cells = {
        path: CellFile(cell["label"], cell["source"], cell.get("cellId"))
        for path, cell in raw.get("cells", {}).items()
    }
    places = Places(target, cells, profile.folder if not cells else "", sources)
    return [
        totals(profile, raw),
        *lines_sections(profile, places),
        *stacks_sections(profile, hidden, places.frame),
        *series(profile),
    ]


def lines_sections(profile: Profile, places: Places) -> Iterator[LinesSection]:
    """A block for each function, the one with most time first."""
    blocks: dict[tuple[str, Span], list[int]] = defaultdict(list)
    at: dict[tuple[str, int], Line] = {}
    for file in profile.files:
        source, offset = places.known(file.path)
        if not source:
            continue
        spans = spans_of(source) if file.whole or offset else [Span(None, 1, len(source))]
        for number, line in file.lines.items():
            shown = number + offset
            if 1 <= shown <= len(source):
                blocks[file.path, span_at(spans, shown)].append(shown)
                at[file.path, shown] = line

    def rank(key: tuple[str, Span]) -> tuple[float, float]:
        found = [at[key[0], number] for number in blocks[key]]
        return sum(line.time for line in found), sum(line.peak for line in found)

    columns = columns_of(list(at.values()), memory=profile.memory, gpu=profile.gpu)
    others = 0
    for key in sorted(blocks, key=rank, reverse=True):
        path, span = key
        if places.own(path) is None and places.cell(path) is None:
            others += 1
            if others > BLOCKS:
                continue
            if span.last - span.first >= LONG:
                first, last = min(blocks[key]) - AROUND, max(blocks[key]) + AROUND
                span = Span(span.name, max(span.first, first), min(span.last, last))
        numbers = sorted(blocks[key])
        section: LinesSection = {
            "kind": "lines",
            "file": places.index(path, span),
            "firstLine": span.first,
            "lastLine": span.last,
            "lines": numbers,
            "columns": [
                column(name, label, unit, [get(at[path, number]) for number in numbers])
                for name, label, unit, get in columns
            ],
        }
        if span.name is not None:
            section["name"] = span.name
        yield section


def columns_of(lines: Sequence[Line], *, memory: bool, gpu: bool) -> list[Any]:
    """Name, label, unit and value of the columns: those that say something of some line."""
    found: list[Any] = [
        ("self_time", "Time", "seconds", lambda line: line.time),
        ("python_time", "Python", "seconds", lambda line: line.python),
        ("native_time", "Native", "seconds", lambda line: line.native),
        ("system_time", "System", "seconds", lambda line: line.system),
    ]
    if memory:
        found += [
            ("memory_peak", "Peak", "bytes", lambda line: line.peak),
            ("memory_average", "Average", "bytes", lambda line: line.average),
        ]
        # Newer versions repeat the peak there.
        if any(line.growth != line.peak for line in lines):
            found.append(("memory_growth", "Growth", "bytes", lambda line: line.growth))
        found += [
            ("memory_allocated", "Allocated", "bytes", lambda line: line.allocated),
            ("memory_python", "Of it Python", "bytes", lambda line: line.by_python),
            ("allocations", "Allocations", "count", lambda line: line.allocations),
        ]
        if any(line.copied for line in lines):
            found.append(("memory_copied", "Copied", "bytes", lambda line: line.copied))
    if gpu:
        found += [
            ("gpu_time", "GPU", "seconds", lambda line: line.gpu),
            ("gpu_memory", "GPU memory", "bytes", lambda line: line.gpu_memory),
        ]
    if any(line.cores for line in lines):
        found.append(("core_percent", "Cores", "percent", lambda line: line.cores))
    if any(line.awaits for line in lines):
        found += [
            ("await_percent", "Await", "percent", lambda line: line.awaits),
            ("await_tasks", "Tasks", "count", lambda line: line.tasks),
        ]
    if any(line.leak is not None for line in lines):
        found += [
            (
                "leak_percent",
                "Leak",
                "percent",
                lambda line: None if line.leak is None else 100 * line.leak,
            ),
            ("leak_speed", "Leak per second", "bytes", lambda line: line.leak_speed),
        ]
    return found


def series(profile: Profile) -> Iterator[SeriesSection]:
    """The memory by time."""
    if not profile.footprint or not profile.memory:
        return
    # Scalene looks when memory comes or goes; in between it is what it was.
    points, last = [(0.0, 0.0)], 0.0
    for t, value in profile.footprint:
        points += [(t, last), (t, value)] if t - points[-1][0] > STEP else [(t, value)]
        last = value
    if profile.elapsed > points[-1][0]:
        points.append((profile.elapsed, last))
    if len(points) > POINTS:
        width = -(-len(points) // (POINTS // 2))
        thin = []
        for start in range(0, len(points), width):
            some = points[start : start + width]
            ends = {min(some, key=lambda p: p[1]), max(some, key=lambda p: p[1])}
            thin += sorted(ends)
        points = thin
    yield {
        "kind": "series",
        "name": "heap",
        "unit": "bytes",
        "t": [round(t, 4) for t, _ in points],
        "values": [round(value) for _, value in points],
    }
