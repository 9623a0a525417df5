"""``text/plain`` of a document: what a terminal, a diff or a reader of ``.ipynb`` sees."""

from __future__ import annotations

import re

from .digest import Digest, digest
from .digest_lines import BlockDigest, MemoryBlock
from .document import ProfileDocument
from .figures import format_share, format_value

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey instead of showing it, and what turns text around."""


def render(document: ProfileDocument) -> str:
    """The document as plain text."""
    short = digest(document)
    head = [short.title, short.tools]
    if short.state:
        head.append(short.state)
    parts = [" · ".join(head)]
    error = document.get("error")
    if error:
        parts.append(f"{error['name']}: {error['value']}".splitlines()[0])
    if short.totals:
        parts.append("   ".join(f"{label} {value}" for label, value in short.totals))
    if short.counters:
        parts.append(_counters(short))
    if short.functions:
        parts.append(_functions(short))
    if short.objects:
        parts.append(_objects(short))
    parts.extend(_block(block) for block in short.blocks)
    if short.blocks_left_out:
        parts.append(f"and {short.blocks_left_out} more functions")
    parts.extend(_memory(block) for block in short.memory)
    if short.memory_left_out:
        parts.append(f"and {short.memory_left_out} more functions")
    parts.extend(f"Note: {note}" for note in short.notes)
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", "\n\n".join(parts))


def _counters(short: Digest) -> str:
    several = any(row.each for row in short.counters)
    wide = max(len(row.label) for row in short.counters)
    lines = [f"{'Counter':<{wide}} {'Value':>13}" + (f" {'Each run':>21}" if several else "")]
    last = ""
    for row in short.counters:
        each = f" {row.each:>21}" if several else ""
        # A machine has one reason for many of them.
        note = f"  {row.note}" if row.note and row.note != last else ""
        last = row.note
        lines.append(f"{row.label:<{wide}} {row.value:>13}{each}{note}".rstrip())
    return "\n".join(lines)


def _functions(short: Digest) -> str:
    lines = [f"{'Calls':>12} {'Self':>9} {'Total':>9}  Function"]
    for row in short.functions:
        lines.append(
            f"{row.calls:>12} {format_value(row.self_time, 'seconds'):>9} "
            f"{format_value(row.total_time, 'seconds'):>9}  {row.title}"
        )
    if short.functions_left_out:
        lines.append(f"and {short.functions_left_out} more functions")
    return "\n".join(lines)


def _objects(short: Digest) -> str:
    lines = [f"{'Size':>9} {'Added':>9} {'Objects':>12}  Variable"]
    for row in short.objects:
        note = f"  ({row.note})" if row.note else ""
        kind = f": {row.type}" if row.type else ""
        lines.append(f"{row.size:>9} {row.added:>9} {row.count:>12}  {row.name}{kind}{note}")
    if short.objects_left_out:
        lines.append(f"and {short.objects_left_out} more variables")
    return "\n".join(lines)


def _block(block: BlockDigest) -> str:
    hits, time, per_hit = block.columns
    lines = [
        f"{block.title}: {format_value(block.time, 'seconds')}",
        f"{'Line':>6} {hits:>12} {time:>9} {per_hit:>9} {'% block':>8} {'% wall':>8}  Source",
    ]
    for row in block.rows:
        lines.append(
            f"{row.number:>6} {row.hits:>12,} {format_value(row.time, 'seconds'):>9} "
            f"{format_value(row.per_hit, 'seconds'):>9} {format_share(row.of_block):>8} "
            f"{format_share(row.of_run):>8}  {row.source}".rstrip()
        )
    if block.left_out:
        lines.append(f"       and {block.left_out} cooler lines")
    return "\n".join(lines)


def _memory(block: MemoryBlock) -> str:
    heads = " ".join(f"{label:>11}" for label in block.columns)
    lines = [
        f"{block.title}: {block.amount}",
        f"{'Line':>6} {heads}  Source",
    ]
    for row in block.rows:
        cells = " ".join(f"{cell:>11}" for cell in row.cells)
        lines.append(f"{row.number:>6} {cells}  {row.source}".rstrip())
    if block.left_out:
        lines.append(f"       and {block.left_out} lines with less")
    return "\n".join(lines)
