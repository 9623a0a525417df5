"""What the fallbacks show of lines: the hottest ones of each block. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .document import (
    LinesSection,
    ProfileDocument,
    block_memory,
    block_time,
    block_title,
    source_lines,
    values_of,
)
from .figures import format_value

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


def is_table(section: LinesSection) -> bool:
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


def table_of(document: ProfileDocument, section: LinesSection) -> MemoryBlock:
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


def block_of(document: ProfileDocument, section: LinesSection, wall: float | None) -> BlockDigest:
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


def _cut_source(source: str) -> str:
    return cut(source.expandtabs(4), WIDTH)


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
