"""The profile document: its shape in Python, and the pure functions that build one.

``document.schema.json`` beside this file is the only source of truth; the ``TypedDict``
classes here repeat it for the type checker, and the tests validate every document that
is built against the schema. Nothing here imports IPython or a profiler.
"""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Any, Literal, TypedDict

MIME_TYPE = "application/vnd.cell-profiler.profile.v1+json"
FORMAT_VERSION = 1

Unit = Literal["seconds", "bytes", "count", "percent", "ratio"]
Status = Literal["ok", "error", "interrupted"]


class _TargetRequired(TypedDict):
    kind: Literal["cell", "statement", "script", "process"]


class TargetData(_TargetRequired, total=False):
    cellId: str
    path: str
    pid: int
    executionCount: int | None
    source: str
    sourceHash: str
    arguments: list[str]
    exitStatus: int | None


class RunError(TypedDict):
    name: str
    value: str


class Environment(TypedDict):
    python: str
    platform: str
    cpuCount: int
    packages: dict[str, str]


class ProfilerRun(TypedDict):
    name: str
    tool: str
    toolVersion: str
    options: dict[str, Any]
    notes: list[str]


class _FileRequired(TypedDict):
    path: str


class SourceFile(_FileRequired, total=False):
    cellId: str
    source: list[str]
    firstLine: int


class _TotalsItemRequired(TypedDict):
    name: str
    label: str
    value: float | None
    unit: Unit
    supported: bool


class TotalsItem(_TotalsItemRequired, total=False):
    help: str


class TotalsSection(TypedDict):
    kind: Literal["totals"]
    items: list[TotalsItem]


class LineColumn(TypedDict):
    name: str
    label: str
    unit: Unit
    values: list[float | None]


class _LinesRequired(TypedDict):
    kind: Literal["lines"]
    file: int
    lines: list[int]
    columns: list[LineColumn]


class LinesSection(_LinesRequired, total=False):
    name: str
    firstLine: int
    lastLine: int


class CallFunctions(TypedDict):
    name: list[str]
    file: list[int]
    line: list[int]
    calls: list[int]
    primitive_calls: list[int]
    self_time: list[float | None]
    total_time: list[float | None]


class CallEdges(TypedDict):
    caller: list[int]
    callee: list[int]
    calls: list[int]
    self_time: list[float | None]
    total_time: list[float | None]


class CallsSection(TypedDict):
    kind: Literal["calls"]
    functions: CallFunctions
    edges: CallEdges


class StackFrames(TypedDict):
    name: list[str]
    file: list[int]
    line: list[int]


class _StackNodesRequired(TypedDict):
    parent: list[int]
    frame: list[int]
    self: list[float]
    total: list[float]


class StackNodes(_StackNodesRequired, total=False):
    thread: list[int]


class _StackTimelineRequired(TypedDict):
    t: list[float]
    node: list[int]
    thread: list[int]


class StackTimeline(_StackTimelineRequired, total=False):
    duration: list[float]


class _StacksRequired(TypedDict):
    kind: Literal["stacks"]
    unit: Unit
    frames: StackFrames
    nodes: StackNodes


class StacksSection(_StacksRequired, total=False):
    name: str
    samples: int
    timeline: StackTimeline
    threads: list[str]


class SeriesMark(TypedDict):
    t: float
    label: str


class _SeriesRequired(TypedDict):
    kind: Literal["series"]
    name: str
    unit: Unit
    t: list[float]
    values: list[float | None]


class SeriesSection(_SeriesRequired, total=False):
    marks: list[SeriesMark]


class _ObjectsRequired(TypedDict):
    kind: Literal["objects"]
    name: list[str]
    type: list[str]
    size: list[float | None]
    flat: list[float | None]
    count: list[int]
    parent: list[int]


class ObjectsSection(_ObjectsRequired, total=False):
    shared: list[float | None]
    added: list[float | None]
    partial: list[bool]
    note: list[str | None]


Section = (
    TotalsSection | LinesSection | CallsSection | StacksSection | SeriesSection | ObjectsSection
)


class _DocumentRequired(TypedDict):
    version: int
    producer: str
    id: str
    title: str
    started: str
    target: TargetData
    status: Status
    environment: Environment
    profilers: list[ProfilerRun]
    files: list[SourceFile]
    sections: list[Section]


class ProfileDocument(_DocumentRequired, total=False):
    error: RunError
    truncated: Literal[True]
    live: Literal[True]
    summary: Literal[True]


class FileTable:
    """The ``files`` of a document while it is built; sections refer to them by index.

    A function outside the cell is an excerpt of its own, so a file may stand here more
    than once, with different first lines.
    """

    def __init__(self) -> None:
        self.files: list[SourceFile] = []
        self._index: dict[tuple[str, str | None, int], int] = {}

    def add(
        self,
        path: str,
        source: Sequence[str] | None = None,
        *,
        cell_id: str | None = None,
        first_line: int = 1,
    ) -> int:
        """Return the index of a file, adding it when it is new.

        Parameters
        ----------
        path : what a person calls it, never the temporary file name of a cell
        source : lines without line ends, the first one being line ``first_line``
        cell_id : id of the notebook cell, if it is one
        first_line : 1-based line number of ``source[0]``
        """
        key = (path, cell_id, first_line)
        if key not in self._index:
            entry: SourceFile = {"path": path}
            if cell_id is not None:
                entry["cellId"] = cell_id
            if first_line != 1:
                entry["firstLine"] = first_line
            if source is not None:
                entry["source"] = list(source)
            self._index[key] = len(self.files)
            self.files.append(entry)
        return self._index[key]

    def take(self, files: Sequence[SourceFile]) -> None:
        """Have these in place of all that are here, each with its index in them."""
        self.files[:] = files
        self._index = {
            (file["path"], file.get("cellId"), file.get("firstLine", 1)): index
            for index, file in reversed(list(enumerate(files)))
        }


def new_id() -> str:
    """A fresh id for a run (UUID 4)."""
    return str(uuid.uuid4())


def now() -> str:
    """The time, ISO 8601 in UTC with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def split_lines(source: str) -> list[str]:
    """Source lines without line ends; as an editor counts them.

    ``str.splitlines`` would also split at form feeds and other separators that neither
    Python's tokenizer nor CodeMirror count as line ends.
    """
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def source_hash(source: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the source, with ``\\n`` line ends."""
    text = "\n".join(split_lines(source))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def total(
    name: str,
    label: str,
    value: float | None,
    unit: Unit,
    help: str = "",
) -> TotalsItem:
    """One item of a ``totals`` section; ``value=None`` means that it is not supported here."""
    if value is not None and not math.isfinite(value):
        value = None
    item: TotalsItem = {
        "name": name,
        "label": label,
        "value": None if value is None else round(value, 9),
        "unit": unit,
        "supported": value is not None,
    }
    if help:
        item["help"] = help
    return item


def column(name: str, label: str, unit: Unit, values: Iterable[float | None]) -> LineColumn:
    """One column of a ``lines`` section; seconds are kept to the nanosecond."""
    return {
        "name": name,
        "label": label,
        "unit": unit,
        "values": [round(v, 9) if isinstance(v, float) else v for v in values],
    }


def totals_of(document: ProfileDocument) -> dict[str, TotalsItem]:
    """All items of the ``totals`` sections by name; the first one wins."""
    items: dict[str, TotalsItem] = {}
    for section in document["sections"]:
        if section["kind"] == "totals":
            for item in section["items"]:
                items.setdefault(item["name"], item)
    return items


def values_of(section: LinesSection, name: str) -> list[float | None]:
    """The values of a column, all ``None`` when the section has no such column."""
    for candidate in section["columns"]:
        if candidate["name"] == name:
            return candidate["values"]
    return [None] * len(section["lines"])


def block_time(section: LinesSection) -> float:
    """Seconds in all lines of a block; what was sampled in them themselves, where inclusive
    times are of whole stacks and would count callees twice."""
    name = "time" if any(c["name"] == "time" for c in section["columns"]) else "self_time"
    return sum(value or 0.0 for value in values_of(section, name))


MEMORY = ("memory_peak", "memory_increment")
"""Columns that say how much memory a line holds; a block has one of them."""


def block_memory(section: LinesSection) -> float | None:
    """Bytes in all lines of a block; None when memory was not measured."""
    names = {column["name"] for column in section["columns"]}
    for name in MEMORY:
        if name in names:
            return sum(max(0.0, value or 0.0) for value in values_of(section, name))
    return None


def block_title(document: ProfileDocument, section: LinesSection) -> str:
    """What a person calls a block: the function, or the cell or file itself."""
    path = document["files"][section["file"]]["path"]
    name = section.get("name")
    return path if name is None else f"{name} ({path})"


def source_lines(file: SourceFile) -> dict[int, str]:
    """The source of a file by line number."""
    first = file.get("firstLine", 1)
    return dict(enumerate(file.get("source", []), start=first))
