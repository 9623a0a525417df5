"""From line_profiler's numbers to ``lines`` sections. Pure.

Two things line_profiler does not have are worked out here. Code objects that share a
block (a lambda inside a function) are laid over each other: the outer one runs while the
inner one does, so the larger time and the larger count of a line are the line's own. And
``self_time`` is the time without profiled functions that the line calls, found by the
names that the line mentions; it is left out (None) where that is ambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..document import LinesSection, column, split_lines
from .base import Target

NEGLIGIBLE = 0.02
"""Share of a function's time below which a line that mentions it is not its caller."""


@dataclass
class Line:
    """Numbers of one line; times in seconds."""

    hits: int
    time: float
    own: float | None


@dataclass
class LineBlock:
    """A function or the top level, with its lines by number."""

    file: str
    name: str | None
    first: int
    last: int
    lines: dict[int, Line]
    mentions: dict[int, set[str]] = field(default_factory=dict)

    @property
    def time(self) -> float:
        """Seconds in all lines; more than the run's where the function is recursive."""
        return sum(line.time for line in self.lines.values())

    @property
    def hits(self) -> int:
        """How many lines were counted."""
        return sum(line.hits for line in self.lines.values())

    @property
    def called_as(self) -> set[str]:
        """Names by which a caller would mention it."""
        if self.name is None:
            return set()
        *outer, last = self.name.split(".")
        return {last, outer[-1]} if last in ("__init__", "__new__") and outer else {last}


def read_blocks(raw: Mapping[str, Any]) -> list[LineBlock]:
    """Blocks with at least one line that ran."""
    unit = float(raw["unit"])
    blocks = []
    for entry in raw["blocks"]:
        lines: dict[int, Line] = {}
        for code in entry["codes"]:
            for number, hits, ticks in code:
                if hits <= 0 or number <= 0:
                    continue
                time = ticks * unit
                line = lines.setdefault(number, Line(0, 0.0, None))
                line.hits = max(line.hits, hits)
                line.time = max(line.time, time)
        if lines:
            mentions = {int(k): set(names) for k, names in entry["mentions"].items()}
            blocks.append(
                LineBlock(
                    entry["file"], entry["name"], entry["first"], entry["last"], lines, mentions
                )
            )
    return blocks


def attribute(blocks: list[LineBlock], cost: float = 0.0, waited: float = 0.0) -> None:
    """Set ``own`` of every line: its time less that of the profiled functions it calls.

    ``cost`` is what counting one line adds to the line that called the function, in
    seconds; it is not work of that line either. ``waited`` are seconds during which the
    thread did not run.
    """
    for block in blocks:
        for line in block.lines.values():
            line.own = line.time
    mentioning: dict[str, list[tuple[LineBlock, int]]] = defaultdict(list)
    for block in blocks:
        for number, names in block.mentions.items():
            if number in block.lines:
                for name in names:
                    mentioning[name].append((block, number))
    for block in blocks:
        callers = {
            (id(caller), number): (caller, number)
            for name in block.called_as
            for caller, number in mentioning[name]
        }
        _subtract(block, list(callers.values()), block.hits * cost, waited)


def _credible(own: float, counting: float, waited: float) -> float | None:
    """What is left of a calling line's time, if it is a finding.

    Counting can cost up to three times what it did when it was measured: what is left
    within that is nothing. And a busy machine interrupts the counting as it does the
    lines: what is left within the time that the thread did not get cannot be told.
    """
    if own <= 2 * counting:
        return 0.0
    return None if own <= 2 * counting + waited else own


def _subtract(
    block: LineBlock, callers: list[tuple[LineBlock, int]], counting: float, waited: float
) -> None:
    for caller, number in callers:
        if caller is block:  # Recursion: its time is in there at every level.
            block.lines[number].own = None
    outside = [(caller.lines[number]) for caller, number in callers if caller is not block]
    time = block.time
    likely = [line for line in outside if line.time >= NEGLIGIBLE * time]
    if len(likely) == 1:
        if likely[0].own is not None:
            own = likely[0].own - time - counting
            likely[0].own = _credible(own, counting, waited if counting > 0.05 * time else 0.0)
    else:
        for line in likely:
            # Which of them it was cannot be told; it only matters where it could be much.
            if time > NEGLIGIBLE * line.time:
                line.own = None


def sections_of(raw: Mapping[str, Any], target: Target) -> Iterator[LinesSection]:
    """``lines`` sections, the one with the most time first."""
    blocks = read_blocks(raw)
    attribute(blocks, float(raw.get("cost", 0.0)), float(raw.get("waited", 0.0)))
    blocks = _one_top_level(blocks, target)
    for block in sorted(blocks, key=lambda b: b.time, reverse=True):
        lines = sorted(block.lines.items())
        file, offset = _place(block, raw, target)
        section: LinesSection = {
            "kind": "lines",
            "file": file,
            "firstLine": block.first + offset,
            "lastLine": block.last + offset,
            "lines": [number + offset for number, _ in lines],
            "columns": [
                column("hits", "Hits", "count", [line.hits for _, line in lines]),
                column("time", "Time", "seconds", [line.time for _, line in lines]),
                column(
                    "time_per_hit",
                    "Per hit",
                    "seconds",
                    [line.time / line.hits for _, line in lines],
                ),
                column("self_time", "Own time", "seconds", [line.own for _, line in lines]),
            ],
        }
        if block.name is not None:
            section["name"] = block.name
        yield section


def _one_top_level(blocks: list[LineBlock], target: Target) -> list[LineBlock]:
    """Lay the bodies of ``%%time`` and its like over the top level of their cell.

    Such a body is compiled under a file name of its own, and the line of the magic
    contains its time. The result has the line numbers of the cell's own file.
    """
    own = [b for b in blocks if b.name is None and b.file in target.own_files]
    if len(own) < 2:
        return blocks
    main = next((b for b in own if b.file == next(iter(target.own_files))), own[0])
    base = target.own_files[main.file]
    for body in own:
        if body is main:
            continue
        shift = target.own_files[body.file] - base
        before = [number for number in main.lines if number <= shift]
        magic = main.lines[max(before)] if before else None
        if magic is not None and magic.own is not None:
            magic.own = max(0.0, magic.own - body.time)
        for number, line in body.lines.items():
            outer = main.lines.get(number + shift)
            if outer is not None:
                line = Line(max(line.hits, outer.hits), max(line.time, outer.time), line.own)
            main.lines[number + shift] = line
        main.last = max(main.last, body.last + shift)
    return [b for b in blocks if b is main or not any(b is other for other in own)]


def _place(block: LineBlock, raw: Mapping[str, Any], target: Target) -> tuple[int, int]:
    """Index of the block's file in the document, and what to add to line numbers."""
    if block.file in target.own_files:
        return 0, target.own_files[block.file]
    cell = target.cells.get(block.file)
    if cell is not None:
        source, offset = split_lines(cell.source), cell.offset
        path, cell_id = cell.label, cell.cell_id
    else:
        source, offset = raw.get("sources", {}).get(block.file, []), 0
        path, cell_id = target.path_of(block.file), None
    first, last = block.first + offset, block.last + offset
    excerpt = source[first - 1 : last] or None
    return target.files.add(path, excerpt, cell_id=cell_id, first_line=first), offset
