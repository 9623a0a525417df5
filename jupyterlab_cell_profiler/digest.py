"""What the fallbacks show of a document: its figures and its hottest lines. Pure.

``text`` and ``html`` both draw this, each in its own way, so that they never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .document import (
    LinesSection,
    ProfileDocument,
    TotalsItem,
    Unit,
    block_memory,
    block_time,
    block_title,
    source_lines,
    totals_of,
    values_of,
)

FUNCTIONS = 10
"""Functions shown of a call graph, those with the largest cumulative time."""
OBJECTS = 15
"""Variables shown, the largest ones."""
BLOCKS = 6
"""Functions shown; the rest is counted."""
LINES = 15
"""Lines shown of each function, the hottest ones in source order."""
DETAILS = (
    "memory_average",
    "memory_growth",
    "memory_allocated",
    "memory_python",
    "allocations",
    "core_percent",
    "await_tasks",
    "leak_speed",
)
"""Columns of Scalene that are left out, since a page has no room for all of them."""
FIRST = ("wall", "user", "sys", "wait", "cpu_percent")
"""The totals that stand above the table of counters."""
ABSENT = "not available"
NOTE = 300
"""Characters of the reason why there is no number."""
ROUNDS_UP = 0.9995
"""What three digits would show as 1000 of the smaller unit is 1 of the larger."""
WIDTH = 88
"""Characters of source shown of a line."""


@dataclass(frozen=True)
class Row:
    """One line of source; times in seconds, shares 0 to 1 (None without a whole)."""

    number: int
    source: str
    hits: int
    """How often the line ran; in a sampled block, in how many samples it was on the stack."""
    time: float
    per_hit: float
    """Seconds for each time that it ran; in a sampled block, those of the line itself."""
    of_block: float
    of_run: float | None


@dataclass(frozen=True)
class BlockDigest:
    title: str
    time: float
    rows: list[Row]
    left_out: int
    sampled: bool

    @property
    def columns(self) -> tuple[str, str, str]:
        """Headings of hits, time and per_hit."""
        return ("Samples", "Time", "Own") if self.sampled else ("Hits", "Time", "Per hit")


@dataclass(frozen=True)
class MemoryRow:
    """One line of source; ``cells`` are its numbers as text, ``share`` that of the most."""

    number: int
    source: str
    cells: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class MemoryBlock:
    """A function with the memory of its lines, or with all that Scalene says of them."""

    title: str
    amount: str
    """What its lines have in all, as text."""
    columns: tuple[str, ...]
    rows: list[MemoryRow]
    left_out: int


@dataclass(frozen=True)
class FunctionRow:
    """One function of a call graph, as pstats has it; times in seconds."""

    title: str
    calls: str
    self_time: float | None
    total_time: float | None


@dataclass(frozen=True)
class ObjectRow:
    """One variable with all that it refers to."""

    name: str
    type: str
    size: str
    added: str
    """What the run added; empty where that is not known."""
    count: str
    note: str


@dataclass(frozen=True)
class CounterRow:
    """What the machine counted; ``each`` is mean and deviation of a run where there were
    several, ``note`` why there is no number."""

    label: str
    value: str
    each: str
    note: str


@dataclass(frozen=True)
class Digest:
    """A document in short."""

    title: str
    tools: str
    state: str
    totals: list[tuple[str, str]]
    blocks: list[BlockDigest]
    blocks_left_out: int
    notes: list[str]
    functions: list[FunctionRow]
    functions_left_out: int
    objects: list[ObjectRow]
    objects_left_out: int
    memory: list[MemoryBlock]
    memory_left_out: int
    counters: list[CounterRow]


def digest(document: ProfileDocument) -> Digest:
    """What a reader without the extension sees of a document."""
    totals = totals_of(document)
    wall = totals["wall"]["value"] if "wall" in totals else None
    lines = [s for s in document["sections"] if s["kind"] == "lines"]
    sections = [s for s in lines if not _is_table(s)]
    sections.sort(key=block_time, reverse=True)
    memory = [s for s in lines if _is_table(s)]
    memory.sort(key=lambda s: (block_time(s), block_memory(s) or 0.0), reverse=True)
    functions = _functions(document)
    objects = _objects(document)
    counted = any(p["name"] == "counters" for p in document["profilers"])
    return Digest(
        title=document["title"],
        tools=", ".join(f"{p['tool']} {p['toolVersion']}".rstrip() for p in document["profilers"]),
        state=_state(document),
        totals=[
            (item["label"], format_value(item["value"], item["unit"]))
            for item in totals.values()
            if item["supported"] and (item["name"] in FIRST or not counted)
        ],
        blocks=[_block(document, section, wall) for section in sections[:BLOCKS]],
        blocks_left_out=max(0, len(sections) - BLOCKS),
        notes=[note for p in document["profilers"] for note in p["notes"]],
        functions=functions[:FUNCTIONS],
        functions_left_out=max(0, len(functions) - FUNCTIONS),
        objects=objects[:OBJECTS],
        objects_left_out=max(0, len(objects) - OBJECTS),
        memory=[_memory(document, section) for section in memory[:BLOCKS]],
        memory_left_out=max(0, len(memory) - BLOCKS),
        counters=_counters(totals) if counted else [],
    )


def _counters(totals: Mapping[str, TotalsItem]) -> list[CounterRow]:
    """A row for each figure; those of single runs stand in the row of all of them."""
    rows = []
    for name, item in totals.items():
        figure, _, kind = name.rpartition("_")
        if kind in ("mean", "deviation") and figure in totals:
            continue
        mean, deviation = totals.get(f"{name}_mean"), totals.get(f"{name}_deviation")
        if name in FIRST and mean is None:
            continue
        each = ""
        if mean is not None and deviation is not None:
            each = " ± ".join(format_value(one["value"], one["unit"]) for one in (mean, deviation))
        value = format_value(item["value"], item["unit"]) if item["supported"] else ABSENT
        note = "" if item["supported"] else _cut(item.get("help", ""), NOTE)
        rows.append(CounterRow(_cut(item["label"], 60), value, each, note))
    return rows


def _objects(document: ProfileDocument) -> list[ObjectRow]:
    rows = []
    for section in document["sections"]:
        if section["kind"] != "objects":
            continue
        nothing: list[None] = [None] * len(section["name"])
        partial = section.get("partial", nothing)
        added, notes = section.get("added", nothing), section.get("note", nothing)
        for i, name in enumerate(section["name"]):
            if section["parent"][i] != -1:
                continue
            size, change = section["size"][i], added[i]
            least = "≥ " if partial[i] and size is not None else ""
            sign = "+" if change is not None and change > 0 else ""
            row = ObjectRow(
                name=_cut(name, 60),
                type=_cut(section["type"][i], 40),
                size=least + format_value(size, "bytes"),
                added="" if change is None else sign + format_value(change, "bytes"),
                count=f"{section['count'][i]:,}" if size is not None else "–",
                note=_cut(notes[i] or "", 100),
            )
            rows.append((size or 0, row))
    return [row for _, row in sorted(rows, key=lambda pair: -pair[0])]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _functions(document: ProfileDocument) -> list[FunctionRow]:
    rows = []
    for section in document["sections"]:
        if section["kind"] != "calls":
            continue
        table = section["functions"]
        for i, name in enumerate(table["name"]):
            file = table["file"][i]
            place = f" ({document['files'][file]['path']}:{table['line'][i]})" if file >= 0 else ""
            calls, primitive = table["calls"][i], table["primitive_calls"][i]
            rows.append(
                FunctionRow(
                    title=name + place,
                    calls=f"{calls:,}" if calls == primitive else f"{calls:,}/{primitive:,}",
                    self_time=table["self_time"][i],
                    total_time=table["total_time"][i],
                )
            )
    # The row of what was folded away has no cumulative time and comes last.
    return sorted(rows, key=lambda row: -1.0 if row.total_time is None else row.total_time)[::-1]


def _is_table(section: LinesSection) -> bool:
    """Whether a block has memory, or times of several kinds, so that all of its columns count."""
    kinds = any(column["name"] == "python_time" for column in section["columns"])
    return kinds or block_memory(section) is not None


def _amount(section: LinesSection) -> str:
    time, memory = block_time(section), block_memory(section)
    parts = [format_value(time, "seconds")] if time or memory is None else []
    return ", ".join(parts if memory is None else [*parts, format_value(memory, "bytes")])


def _shares(section: LinesSection) -> list[float]:
    """How much each line has of the most that one has: of bytes or of seconds."""
    shares = [0.0] * len(section["lines"])
    for unit in ("bytes", "seconds"):
        columns = [c["values"] for c in section["columns"] if c["unit"] == unit]
        most = [max(abs(v[i] or 0.0) for v in columns) for i in range(len(shares)) if columns]
        largest = max(most, default=0.0)
        if largest:
            shares = [max(s, m / largest) for s, m in zip(shares, most, strict=True)]
    return shares


def _memory(document: ProfileDocument, section: LinesSection) -> MemoryBlock:
    sources = source_lines(document["files"][section["file"]])
    columns = section["columns"]
    if any(c["name"] == "python_time" for c in columns):
        columns = [c for c in columns if c["name"] not in DETAILS]
    shares = _shares(section)
    rows = [
        MemoryRow(
            number=number,
            source=_cut_source(sources.get(number, "")),
            cells=tuple(format_value(c["values"][i], c["unit"]) for c in columns),
            share=shares[i],
        )
        for i, number in enumerate(section["lines"])
    ]
    chosen = sorted(range(len(rows)), key=lambda i: shares[i], reverse=True)[:LINES]
    return MemoryBlock(
        title=block_title(document, section),
        amount=_amount(section),
        columns=tuple(c["label"] for c in columns),
        rows=[rows[i] for i in sorted(chosen)],
        left_out=len(rows) - len(chosen),
    )


def _cut_source(source: str) -> str:
    return _cut(source.expandtabs(4), WIDTH)


def format_value(value: float | None, unit: Unit) -> str:
    """A value for people: three significant digits and the unit that fits."""
    if value is None:
        return "–"
    if unit == "seconds":
        for factor, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if abs(value) >= ROUNDS_UP * factor:
                return f"{_digits(value / factor)} {name}"
        return f"{_digits(value / 1e-9)} ns" if value else "0 s"
    if unit == "bytes":
        for factor, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
            if abs(value) >= ROUNDS_UP * factor:
                return f"{_digits(value / factor)} {name}"
        return f"{value:.0f} B"
    if unit == "percent":
        return f"{value:.0f} %"
    if unit == "count":
        return f"{value:,.0f}"
    return _digits(value)


def format_share(share: float | None) -> str:
    """A share of 0 to 1 in percent."""
    if share is None:
        return "–"
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"


def _digits(value: float) -> str:
    magnitude = abs(value)
    return f"{value:.0f}" if magnitude >= 99.95 else f"{value:.3g}"


def _state(document: ProfileDocument) -> str:
    error = document.get("error")
    if document["status"] == "interrupted":
        return "interrupted: the numbers are those up to there"
    if document["status"] == "error":
        name = error["name"] if error else "an error"
        if not document["sections"]:
            return f"did not run: {name}"
        return f"ended by {name}: the numbers are those up to there"
    return ""


def _block(document: ProfileDocument, section: LinesSection, wall: float | None) -> BlockDigest:
    sources = source_lines(document["files"][section["file"]])
    sampled = any(column["name"] in ("samples", "total_time") for column in section["columns"])
    hits = values_of(section, "samples" if sampled else "hits")
    times = values_of(section, "total_time" if sampled else "time")
    owns = values_of(section, "self_time")
    whole = block_time(section)
    rows = []
    for number, hit, time, own in zip(section["lines"], hits, times, owns, strict=True):
        count, seconds = int(hit or 0), float(time or 0.0)
        # Inclusive times of sampled lines do not add up to that of their block.
        counted = float(own or 0.0) if sampled else seconds
        rows.append(
            Row(
                number=number,
                source=_cut_source(sources.get(number, "")),
                hits=count,
                time=seconds,
                per_hit=counted if sampled else (seconds / count if count else 0.0),
                of_block=counted / whole if whole else 0.0,
                of_run=counted / wall if wall else None,
            )
        )
    hottest = sorted(rows, key=lambda row: row.time, reverse=True)[:LINES]
    kept = sorted(hottest, key=lambda row: row.number)
    return BlockDigest(block_title(document, section), whole, kept, len(rows) - len(kept), sampled)
