"""What a list says of a run; ``src/lib/history.ts`` makes the same of a document."""

from __future__ import annotations

import unicodedata
from typing import TypedDict

from ..document import ProfileDocument, split_lines, totals_of

FIRST_LINE = 80
"""Characters of a first line of source."""


class Measured(TypedDict):
    """What the document itself says."""

    id: str
    title: str
    started: str
    kind: str
    path: str | None
    cellId: str | None
    executionCount: int | None
    sourceHash: str | None
    firstLine: str | None
    status: str
    profilers: list[str]
    record: bool
    wall: float | None
    cpu: float | None
    peak: float | None
    increment: float | None
    python: str | None


class Summary(Measured):
    """The same, and what the history knows of it."""

    name: str | None
    received: str
    size: int
    pinned: bool


def measured(document: ProfileDocument) -> Measured:
    """The summary of a document that was checked."""
    target = document["target"]
    totals = totals_of(document)

    def value(name: str) -> float | None:
        return totals[name]["value"] if name in totals else None

    user, system = value("user"), value("sys")
    peaks = [value(name) for name in ("peak_rss", "peak", "heap_peak")]
    return {
        "id": document["id"],
        "title": document["title"],
        "started": document["started"],
        "kind": target["kind"],
        "path": target.get("path"),
        "cellId": target.get("cellId"),
        "executionCount": target.get("executionCount"),
        "sourceHash": target.get("sourceHash"),
        "firstLine": _first_line(document),
        "status": document["status"],
        "profilers": [run["name"] for run in document["profilers"]],
        # Of "Record every cell": nothing looked, only the clock ran.
        "record": not document["profilers"],
        "wall": value("wall"),
        "cpu": None if user is None or system is None else user + system,
        "peak": next((peak for peak in peaks if peak is not None), None),
        "increment": value("increment"),
        "python": document["environment"]["python"] or None,
    }


def _first_line(document: ProfileDocument) -> str | None:
    """Of what ran; that of a cell stands in its file and not in the target."""
    source = document["target"].get("source")
    lines = split_lines(source) if source is not None else []
    if source is None and document["files"]:
        lines = document["files"][0].get("source", [])
    stripped = (line.strip() for line in lines)
    return next((line[:FIRST_LINE] for line in stripped if line), None)


def search_text(summary: Measured, name: str | None) -> str:
    """What the words of a search are looked for in; a line each, so that no word spans two."""
    parts = [
        summary["title"],
        name,
        summary["path"],
        summary["firstLine"],
        *summary["profilers"],
        summary["status"],
    ]
    return "\n".join(folded(part) for part in parts if part)


def folded(text: str) -> str:
    """Text in which capitals do not matter, in any alphabet, nor how accents are put together."""
    return unicodedata.normalize("NFC", text.casefold())
