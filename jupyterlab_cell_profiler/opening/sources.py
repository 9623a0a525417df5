"""Source lines for documents whose file has none: of files that lie beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .. import trim
from ..document import LinesSection, ProfileDocument, split_lines
from .values import short

FILES = 20
"""Files that are looked for at most."""
LARGEST = 1_000_000
"""Bytes of one."""
DEPTH = 3
"""Folders below that of the profile in which a file may lie."""


@dataclass(frozen=True)
class Source:
    """A file as it is now."""

    text: str
    modified: float | None
    """Seconds since 1970."""


def wanted(document: ProfileDocument) -> dict[str, list[str]]:
    """Files of lines without source, and where each may lie below the folder of the profile."""
    found: dict[str, list[str]] = {}
    for path in _blocks(document):
        places = list(_places(path))
        if places and len(found) < FILES:
            found[path] = places
    return found


def _blocks(document: ProfileDocument) -> dict[str, list[LinesSection]]:
    found: dict[str, list[LinesSection]] = {}
    for section in document["sections"]:
        if section["kind"] == "lines":
            file = document["files"][section["file"]]
            if "source" not in file and "cellId" not in file:
                found.setdefault(file["path"], []).append(section)
    return found


def _places(path: str) -> Iterator[str]:
    """The end of a path, the longest first; never upwards, hidden, or of an installed package."""
    plain = path.replace("\\", "/")
    if "/site-packages/" in plain or plain.startswith("<"):
        return
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if not parts or any(part.startswith(".") for part in parts[-DEPTH:]):
        return
    for count in range(min(DEPTH, len(parts)), 0, -1):
        yield "/".join(parts[-count:])


def add_sources(
    document: ProfileDocument, sources: Mapping[str, Source], modified: float | None
) -> ProfileDocument:
    """Give the document the source of files that fit its lines; in place.

    Parameters
    ----------
    sources : by path, as the document has it
    modified : when the profile was written
    """
    blocks = _blocks(document)
    given, late = [], []
    for path, source in sources.items():
        lines = split_lines(source.text)
        if path not in blocks or not all(fits(block, lines) for block in blocks[path]):
            continue
        if trim.size_of(document) + len(source.text) * 1.2 > trim.BUDGET:
            continue
        for file in document["files"]:
            if file["path"] == path:
                file["source"] = [short(line, trim.LINE_LIMIT) for line in lines]
        given.append(path)
        if modified is not None and source.modified is not None and source.modified > modified:
            late.append(path)
    notes = document["profilers"][0]["notes"]
    if given:
        notes.append(
            f"The source of {_list(given)} is from the file of that name beside the profile: "
            "a profile has none."
        )
    if late:
        notes.append(
            f"{_list(late)} was changed after the profile was written: lines may have moved."
        )
    return document


def fits(block: LinesSection, lines: list[str]) -> bool:
    """Whether a block can be of this source: its lines are there, and its function stands at or
    above the first of them."""
    numbers = block["lines"]
    if not numbers or numbers[-1] > len(lines):
        return False
    name = block.get("name", "").rpartition(".")[2]
    if not name.isidentifier():
        return True
    define = re.compile(rf"\b(?:def|class)\s+{re.escape(name)}\b")
    return any(define.search(line[:1000]) for line in lines[: numbers[0]])


def _list(paths: list[str]) -> str:
    names = [short(path, 80) for path in paths[:3]]
    return ", ".join(names) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
