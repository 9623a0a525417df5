"""Where a frame is, for a reader: cells by their id, paths without the home directory. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..sampling.own_stacks import PYTHON
from .cells import CELL, Known, hash_of

LONGEST = 1000
"""Characters of a path."""


def place_of(file: str, line: int, cells: Mapping[str, Known]) -> dict[str, Any]:
    """``file`` and ``line``, ``cellId`` where it is known, ``native`` where it is no Python.

    Parameters
    ----------
    cells : by the hash of their source
    """
    number = hash_of(file)
    if number is None:
        place: dict[str, Any] = {"file": shown_path(file), "line": line}
        return place if PYTHON.search(file) else place | {"native": True}
    known = cells.get(number)
    if known is None:
        return {"file": CELL, "line": line}
    place = {"file": known.name, "line": line + known.offset}
    return place if known.id is None else place | {"cellId": known.id}


def line_in(file: str, line: int, cells: Mapping[str, Known]) -> str | None:
    """The text of a line of a cell; None when it is of no cell that is known."""
    known = cells.get(hash_of(file) or "")
    if known is None:
        return None
    lines = known.source.replace("\r\n", "\n").split("\n")
    at = line + known.offset - 1
    return lines[at] if 0 <= at < len(lines) else ""


def shown_path(file: str) -> str:
    """A path without the name of the home directory."""
    file = file[:LONGEST]
    home = os.path.expanduser("~").rstrip(os.sep) + os.sep
    return ("~/" + file[len(home) :] if file.startswith(home) else file).replace(os.sep, "/")
