"""What a run of a notebook cost, cell by cell. Pure.

Times are seconds, memory is bytes; None where something is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .._info import PRODUCER
from ..document import ProfileDocument, split_lines, totals_of
from ..figures import format_share, format_value
from ..text import CONTROLS

VERSION = 1
"""Of the JSON form."""
FIRST_LINE = 80
MEASURED = ("wall", "user", "sys", "wait", "peak", "increment")
NAMES = {"peak": "peak_rss"}
"""What a document calls it, where that is another name."""


@dataclass(frozen=True)
class Cell:
    """A code cell and what its run took."""

    index: int
    """Its place among all cells of the notebook, from 0."""
    number: int
    """The same from 1, as JupyterLab counts cells."""
    id: str | None
    first_line: str
    status: str
    """``ok``, ``error``, ``interrupted``, ``not run`` or ``empty``."""
    wall: float | None = None
    user: float | None = None
    sys: float | None = None
    wait: float | None = None
    peak: float | None = None
    increment: float | None = None

    @property
    def cpu(self) -> float | None:
        """Processor time: user and system."""
        return None if self.user is None or self.sys is None else self.user + self.sys


@dataclass
class Report:
    """A notebook that was run."""

    notebook: str
    started: str
    status: str
    """``ok``, ``error`` or ``interrupted``."""
    cells: list[Cell]
    error: str | None = None
    """Name and text of the exception that ended it."""
    notes: list[str] = field(default_factory=list)
    environment: Mapping[str, Any] = field(default_factory=dict)
    exceeded: list[str] = field(default_factory=list)
    """A sentence for each budget that was exceeded."""

    def total(self, name: str) -> float | None:
        """Sum of times of all cells, or the highest peak; None when nothing is known."""
        values = [v for v in (getattr(cell, name) for cell in self.cells) if v is not None]
        if not values:
            return None
        return float(max(values) if name in ("peak", "increment") else sum(values))


def cell_of(
    index: int, number: int, id: str | None, source: str, document: ProfileDocument
) -> Cell:
    """A cell from the record of its run."""
    totals = totals_of(document)
    values = {}
    for name in MEASURED:
        item = totals.get(NAMES.get(name, name))
        values[name] = None if item is None else item["value"]
    return Cell(index, number, id, first_line(source), document["status"], **values)


def first_line(source: str) -> str:
    """What a person knows a cell by."""
    found = (line.strip() for line in split_lines(source))
    return next((line[:FIRST_LINE] for line in found if line), "")


def ranked(cells: Sequence[Cell], name: str) -> list[Cell]:
    """Cells of which this is known, the largest first."""
    known = [cell for cell in cells if getattr(cell, name) is not None]
    return sorted(known, key=lambda cell: -getattr(cell, name))


def share(report: Report, cell: Cell, name: str) -> float | None:
    """Of the sum of all times, or of the highest peak."""
    value, whole = getattr(cell, name), report.total(name)
    return None if value is None or not whole else value / whole


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON: ``docs/notebook-report.md`` says what is in it."""
    return {
        "version": VERSION,
        "producer": PRODUCER,
        "notebook": report.notebook,
        "started": report.started,
        "status": report.status,
        "error": report.error,
        "environment": dict(report.environment),
        "notes": report.notes,
        "totals": {name: report.total(name) for name in ("wall", "cpu", "peak", "increment")},
        "cells": [asdict(cell) | {"cpu": cell.cpu} for cell in report.cells],
        "exceeded": report.exceeded,
    }


def as_text(report: Report) -> str:
    """The report as a table, the slowest cell first."""
    lines = [
        " · ".join([report.notebook, *_head(report)]),
        "",
        f"{'Cell':>5} {'Wall':>9} {'of all':>7} {'CPU':>9} {'Waiting':>9} {'Peak':>9}  First line",
    ]
    for cell in ranked(report.cells, "wall"):
        lines.append(
            f"{cell.number:>5} {format_value(cell.wall, 'seconds'):>9} "
            f"{format_share(share(report, cell, 'wall')):>7} "
            f"{format_value(cell.cpu, 'seconds'):>9} {format_value(cell.wait, 'seconds'):>9} "
            f"{format_value(cell.peak, 'bytes'):>9}  {cell.first_line}{_state(cell)}".rstrip()
        )
    left = sum(1 for cell in report.cells if cell.status == "not run")
    if left:
        lines.append(f"{left} cell{'s' if left > 1 else ''} did not run.")
    lines += [f"Note: {note}" for note in report.notes]
    lines += [f"Over budget: {sentence}" for sentence in report.exceeded]
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))


def _head(report: Report) -> list[str]:
    found = [f"{format_value(report.total('wall'), 'seconds')} in all"]
    peak = report.total("peak")
    if peak is not None:
        found.append(f"peak {format_value(peak, 'bytes')}")
    if report.status != "ok":
        found.append(report.status + (f": {report.error}" if report.error else ""))
    return found


def _state(cell: Cell) -> str:
    return "" if cell.status == "ok" else f"  ({cell.status})"
