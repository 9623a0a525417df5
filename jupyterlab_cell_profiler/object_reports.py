"""The report of ``%asizeof``: what pympler's ``asized(…).format()`` says, of bounded size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ROWS = 20
"""Lines for what one object refers to; the largest come first."""


def size_report(raw: Mapping[str, Any], depth: int) -> str:
    """The size as pympler prints it, and below it the objects as ``asized`` has them.

    Parameters
    ----------
    raw : what ``objects`` recorded of one expression
    depth : levels of referents
    """
    rows: Sequence[Mapping[str, Any]] = raw.get("rows", ())
    if not rows:
        return ""
    root = rows[0]
    least = "at least " if root["partial"] else ""
    objects = "one object" if root["count"] == 1 else f"{root['count']:,} objects"
    lines = [f"{least}{root['size']} bytes{_binary(root['size'])}, {objects}"]
    children: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        children.setdefault(row["parent"], []).append(index)

    def add(index: int, indent: str, left: int) -> None:
        row = rows[index]
        note = f"  ({row['note']})" if row["note"] else ""
        lines.append(f"{indent}{row['name']} size={row['size']} flat={row['flat']}{note}")
        below = sorted(children.get(index, ()), key=lambda i: -rows[i]["size"])
        for child in below[:ROWS] if left else ():
            add(child, indent + "    ", left - 1)
        if left and len(below) > ROWS:
            size = sum(rows[i]["size"] for i in below[ROWS:])
            lines.append(f"{indent}    ({len(below) - ROWS} more) size={size}")

    add(0, "", depth)
    return "\n".join(lines)


def _binary(size: float) -> str:
    """As pympler adds it, in units of 1024: " or 8.3 MiB"."""
    unit = -1
    while size >= 1024 and unit < 5:
        size /= 1024
        unit += 1
    return f" or {size:.1f} {'KMGTPE'[unit]}iB" if unit >= 0 else ""
