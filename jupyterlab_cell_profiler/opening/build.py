"""From what a converter found to a document. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .. import trim
from .._info import PRODUCER
from ..document import (
    FORMAT_VERSION,
    FileTable,
    ProfileDocument,
    ProfilerRun,
    Section,
    TargetData,
    now,
)
from ..profilers.base import Target
from .errors import CannotOpen
from .values import PATH, short

NODES = (1500, 500, 150, 40, 10)
"""Nodes of a tree, or edges of a graph by a factor: as many as fit into a document."""
NAMESPACE = uuid.UUID("6f3c1f0e-0d59-4a6c-9a4e-6a3a3c1d7b52")
LIBRARY = re.compile(
    r"[\\/](site|dist)-packages[\\/]|[\\/][Ll]ib[\\/]python\d|[\\/]node_modules[\\/]|^node:|^<|^~$|^$"
)
"""Files that no person who profiles a program of their own wrote."""

Make = Callable[[Target, int], Sequence[Section]]


class Plain(Target):
    """Paths stay as the file has them."""

    def path_of(self, filename: str) -> str:
        return short(filename, PATH)


@dataclass
class Opened:
    """What a converter found.

    ``make`` gives the sections, given a target for files and how many nodes or so they may have;
    it is called again with fewer when the document is too large.
    """

    profiler: str
    tool: str
    make: Make
    main: str | None = None
    """The file of the program that ran, where that can be told."""
    version: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    started: float | None = None
    """Seconds since 1970."""
    ended: float | None = None
    python: str = ""
    arguments: list[str] | None = None


def main_file(candidates: Iterable[tuple[str, float]]) -> str | None:
    """The file with most weight that is no library's."""
    weights: dict[str, float] = {}
    for path, weight in candidates:
        if not LIBRARY.search(path):
            weights[path] = weights.get(path, 0.0) + weight
    return max(weights, key=lambda path: weights[path], default=None)


def document_of(
    opened: Opened, *, name: str, path: str, digest: str, modified: float | None
) -> ProfileDocument:
    """The document.

    Parameters
    ----------
    name : of the file, as a person sees it
    path : of the file for whoever opened it
    digest : of what stands in it; the same file gives the same id
    modified : when the file was written, in seconds since 1970

    Raises
    ------
    CannotOpen
        When it does not fit, or says nothing.
    """
    for nodes in NODES:
        document = _document(opened, nodes, name, path, digest, modified)
        if trim.size_of(trim.fit(document)) <= trim.BUDGET:
            return document
    raise CannotOpen(f"{name} has more names than a profile has room for.")


def _document(
    opened: Opened, nodes: int, name: str, path: str, digest: str, modified: float | None
) -> ProfileDocument:
    target = Plain(files=FileTable())
    # File 0 is the program to a reader; where nobody knows it, it is the file itself.
    target.files.add(target.path_of(opened.main if opened.main is not None else name))
    sections = list(opened.make(target, nodes))
    if not sections:
        raise CannotOpen(f"{name} is a profile of {opened.tool} with nothing in it.")
    notes = list(opened.notes)
    started = opened.started if opened.started is not None else modified
    if opened.started is None:
        notes.append(
            "When it ran is not in the file: the time is that at which the file was last changed."
            if modified is not None
            else "When it ran is not in the file: the time is that at which it was opened."
        )
    run: ProfilerRun = {
        "name": opened.profiler,
        "tool": opened.tool,
        "toolVersion": short(opened.version, 100),
        "options": opened.options,
        "notes": notes,
    }
    data: TargetData = {"kind": "script", "path": path}
    if opened.arguments is not None:
        data["arguments"] = opened.arguments
    return {
        "version": FORMAT_VERSION,
        "producer": PRODUCER,
        "id": str(uuid.uuid5(NAMESPACE, f"{PRODUCER} {path} {digest}")),
        "title": f"{short(name, 200)} ({opened.tool})",
        "started": moment(started),
        "target": data,
        "status": "ok",
        "environment": {"python": opened.python, "platform": "", "cpuCount": 1, "packages": {}},
        "profilers": [run],
        "files": target.files.files,
        "sections": sections,
    }


def moment(seconds: float | None) -> str:
    """A time as documents have it; now when it is none."""
    try:
        if seconds is None or not 0 <= seconds < 253_402_300_800:
            return now()
        found = datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return now()
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
