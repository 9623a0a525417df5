"""What a page asks for, read and bounded. Pure.

Each function raises :class:`.errors.Refusal` of status 400 with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .cells import Known, by_hash
from .errors import Refusal

RATE = 100
FASTEST = 1000
LONGEST = 3600
"""Seconds of a recording."""
PATH = 4096
"""Characters of a path."""
FLAGS = ("idle", "native", "gil", "subprocesses")
KINDS = ("watch", "record")


@dataclass(frozen=True)
class LookRequest:
    """A look that somebody wants."""

    kind: str
    pid: int | None
    kernel_id: str | None
    """One of the two."""
    options: dict[str, Any]
    cells: dict[str, Known]
    path: str | None
    seconds: float | None


@dataclass(frozen=True)
class ChangeRequest:
    """What to do with a watch."""

    paused: bool | None
    reset: bool
    rate: int | None


def read_look(value: Mapping[str, Any]) -> LookRequest:
    """The body of ``POST looks``."""
    kind, pid, kernel = value.get("kind"), value.get("pid"), value.get("kernelId")
    if kind not in KINDS:
        raise Refusal(400, "kind is watch or record.")
    if (pid is None) == (kernel is None):
        raise Refusal(400, "Either pid or kernelId says what to look into.")
    if pid is not None and (isinstance(pid, bool) or not isinstance(pid, int) or pid < 1):
        raise Refusal(400, "pid is a whole number above 0.")
    if kernel is not None and not isinstance(kernel, str):
        raise Refusal(400, "kernelId is a text.")
    path, seconds = value.get("path"), value.get("seconds")
    if path is not None and (not isinstance(path, str) or len(path) > PATH):
        raise Refusal(400, f"path is a text of at most {PATH} characters.")
    if seconds is not None:
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if kind != "record" or not number or not 0 < seconds <= LONGEST:
            raise Refusal(400, f"seconds is a number above 0 and up to {LONGEST}, for a recording.")
    # A live top leaves out what waits, as py-spy's own does; a recording shows it.
    options: dict[str, Any] = {"rate": RATE, **dict.fromkeys(FLAGS, False)}
    options["idle"] = kind == "record"
    options |= read_flags(value, FLAGS)
    if value.get("rate") is not None:
        options["rate"] = read_rate(value["rate"])
    return LookRequest(kind, pid, kernel, options, read_cells(value), path, seconds)


def read_change(value: Mapping[str, Any]) -> ChangeRequest:
    """The body of ``POST looks/<id>``."""
    rate = value.get("rate")
    flags = read_flags(value, ("paused", "reset"))
    return ChangeRequest(
        flags.get("paused"), flags.get("reset", False), None if rate is None else read_rate(rate)
    )


def read_cells(value: Mapping[str, Any]) -> dict[str, Known]:
    """``cells`` of a body, by the hash of their source."""
    cells = value.get("cells")
    cells = [] if cells is None else cells
    pairs = isinstance(cells, list) and all(
        isinstance(cell, list) and len(cell) == 2 and all(isinstance(text, str) for text in cell)
        for cell in cells
    )
    if not pairs:
        raise Refusal(400, "cells is a list of [id, source].")
    return by_hash((id, source) for id, source in cells)


def read_flags(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, bool]:
    """Those of these that are given."""
    found = {name: value[name] for name in names if value.get(name) is not None}
    for name, given in found.items():
        if not isinstance(given, bool):
            raise Refusal(400, f"{name} is true or false.")
    return found


def read_rate(rate: Any) -> int:
    """Samples a second."""
    if isinstance(rate, bool) or not isinstance(rate, int) or not 1 <= rate <= FASTEST:
        raise Refusal(400, f"rate is a whole number from 1 to {FASTEST}.")
    return rate
