"""What the fallbacks show of a document: its figures and its hottest lines. Pure.

``text`` and ``html`` both draw this, each in its own way, so that they never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .digest_lines import BlockDigest, MemoryBlock, block_of, cut, is_table, table_of
from .document import ProfileDocument, TotalsItem, block_memory, block_time, totals_of
from .figures import format_value

FUNCTIONS = 10
"""Functions shown of a call graph, those with the largest cumulative time."""
OBJECTS = 15
"""Variables shown, the largest ones."""
BLOCKS = 6
"""Functions shown; the rest is counted."""
FIRST = ("wall", "user", "sys", "wait", "cpu_percent")
"""The totals that stand above the table of counters."""
ABSENT = "not available"
NOTE = 300
"""Characters of the reason why there is no number."""


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
    sections = [s for s in lines if not is_table(s)]
    sections.sort(key=block_time, reverse=True)
    memory = [s for s in lines if is_table(s)]
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
        blocks=[block_of(document, section, wall) for section in sections[:BLOCKS]],
        blocks_left_out=max(0, len(sections) - BLOCKS),
        notes=[note for p in document["profilers"] for note in p["notes"]],
        functions=functions[:FUNCTIONS],
        functions_left_out=max(0, len(functions) - FUNCTIONS),
        objects=objects[:OBJECTS],
        objects_left_out=max(0, len(objects) - OBJECTS),
        memory=[table_of(document, section) for section in memory[:BLOCKS]],
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
        note = "" if item["supported"] else cut(item.get("help", ""), NOTE)
        rows.append(CounterRow(cut(item["label"], 60), value, each, note))
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
                name=cut(name, 60),
                type=cut(section["type"][i], 40),
                size=least + format_value(size, "bytes"),
                added="" if change is None else sign + format_value(change, "bytes"),
                count=f"{section['count'][i]:,}" if size is not None else "–",
                note=cut(notes[i] or "", 100),
            )
            rows.append((size or 0, row))
    return [row for _, row in sorted(rows, key=lambda pair: -pair[0])]


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
