"""From measured rows to ``totals`` and an ``objects`` section. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..document import ObjectsSection, Section, TotalsSection, total

ROWS = 300
"""Rows that a reader can take in, and a notebook carry."""
ROOTS = 200
LEAST = 0.001
"""Share of the whole below which a part of a variable has no row of its own."""
OTHER = "(other)"

Row = dict[str, Any]


def sections_of(raw: Mapping[str, Any]) -> list[Section]:
    """The totals and the tree; nothing when nothing was measured."""
    if not raw:
        return []
    rows = _with_sizes(raw)
    return [_totals(raw, rows), _section(_pruned(rows), raw)]


def _with_sizes(raw: Mapping[str, Any]) -> list[Row]:
    """Rows with what the roots share and what the run added."""
    before = raw.get("before")
    known = raw.get("before_total") is not None
    rows = []
    for row in raw["rows"]:
        new: Row = {**row, "shared": None, "added": None}
        if row["parent"] == -1:
            own = raw["own"].get(row["name"])
            if own is None:
                new["size"] = None
            elif not row["partial"]:
                new["shared"] = max(0, row["size"] - own)
                if before is not None and (known or row["name"] in before):
                    new["added"] = own - before.get(row["name"], 0)
        rows.append(new)
    return rows


def _totals(raw: Mapping[str, Any], rows: list[Row]) -> TotalsSection:
    expression, complete = raw.get("expression"), raw["complete"]
    at_least = "" if complete else " Not all of it was measured: at least that."
    items = [
        total(
            "total_size",
            "Size" if expression is not None else "All variables",
            raw["total"],
            "bytes",
            "Bytes of the objects that can be reached from there, each counted once." + at_least,
        )
    ]
    if "before" in raw:
        value = None
        if complete and raw["before_total"] is not None:
            value = raw["total"] - raw["before_total"]
        items.append(
            total(
                "added_size",
                "Added by the run",
                value,
                "bytes",
                "What all variables hold now, less what they held before the run."
                if value is not None
                else "Not all variables could be measured before and after the run.",
            )
        )
    return {"kind": "totals", "items": items}


def _pruned(rows: list[Row]) -> list[Row]:
    """The largest rows; what is left out is summed up beside its siblings.

    Parents come before their children, the largest root and the largest child first.
    """
    children: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        children.setdefault(row["parent"], []).append(index)

    def weight(index: int) -> float:
        row = rows[index]
        return float(row["size"] if row["size"] is not None else row["flat"])

    for siblings in children.values():
        siblings.sort(key=weight, reverse=True)
    whole = sum(weight(index) for index in children.get(-1, []))
    kept: set[int] = set(children.get(-1, [])[:ROOTS])
    candidates = sorted(
        (i for i, row in enumerate(rows) if row["parent"] != -1 and weight(i) >= LEAST * whole),
        key=weight,
        reverse=True,
    )
    for index in candidates:
        if len(kept) >= ROWS:
            break
        # The larger parents come first, so that they are there already.
        if rows[index]["parent"] in kept and weight(index) > 0:
            kept.add(index)
    result: list[Row] = []

    def add(index: int, parent: int) -> None:
        place = len(result)
        result.append({**rows[index], "parent": parent})
        add_all(children.get(index, []), place)

    def add_all(siblings: Sequence[int], parent: int) -> None:
        left_out = [i for i in siblings if i not in kept]
        for index in siblings:
            if index in kept:
                add(index, parent)
        other = _other([rows[i] for i in left_out], parent)
        # An only row that says "other" says nothing.
        if other is not None and (parent == -1 or len(left_out) < len(siblings)):
            result.append(other)

    add_all(children.get(-1, []), -1)
    return result


def _other(left_out: list[Row], parent: int) -> Row | None:
    size = sum(row["size"] or 0 for row in left_out)
    if not left_out or (size == 0 and parent != -1):
        return None
    if len(left_out) == 1:
        return {**left_out[0], "parent": parent}
    added = [row["added"] for row in left_out]
    return {
        "name": f"({len(left_out):,} {OTHER[1:]}",
        "type": "",
        "parent": parent,
        "size": size,
        "flat": sum(row["flat"] or 0 for row in left_out),
        "count": sum(row["count"] for row in left_out),
        "partial": any(row["partial"] for row in left_out),
        "note": None,
        "shared": sum(row["shared"] or 0 for row in left_out) if parent == -1 else None,
        "added": sum(added) if parent == -1 and None not in added else None,
    }


def _section(rows: list[Row], raw: Mapping[str, Any]) -> ObjectsSection:
    section: ObjectsSection = {
        "kind": "objects",
        "name": [_shown(row["name"]) for row in rows],
        "type": [_shown(row["type"]) for row in rows],
        "size": [row["size"] for row in rows],
        "flat": [row["flat"] for row in rows],
        "count": [row["count"] for row in rows],
        "parent": [row["parent"] for row in rows],
    }
    # Columns that say nothing are left out.
    if any(row["shared"] for row in rows):
        section["shared"] = [row["shared"] for row in rows]
    if "before" in raw:
        section["added"] = [row["added"] for row in rows]
    if any(row["partial"] for row in rows):
        section["partial"] = [bool(row["partial"]) for row in rows]
    if any(row["note"] for row in rows):
        section["note"] = [row["note"] for row in rows]
    return section


def _shown(text: str) -> str:
    """A name without what cannot be written as UTF-8, at a sane length."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= 200 else text[:199] + "…"
