"""line_profiler's ``.lprof``: a pickle of ``LineStats``, read as plain data.

Its ``timings`` are ``{(file, first line, function): [(line, hits, ticks), …]}``, and ``unit`` is
what a tick is in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..document import FileTable, Section, total
from ..profilers.base import Target
from ..profilers.line_sections import sections_of
from .build import Opened, Plain, main_file
from .errors import Broken
from .plain_pickle import Instance, load
from .values import amount, line_of, short, text, whole

NAMES = {
    "line_profiler.line_profiler.LineStats",
    "line_profiler._line_profiler.LineStats",
    "_line_profiler.LineStats",
}
MOST = 2_000_000
"""Lines."""


def read(data: bytes) -> Any:
    return load(data, NAMES)


def convert(stats: Any) -> Opened:
    """A ``lines`` section for each function that ran."""
    state = stats.state if isinstance(stats, Instance) else None
    if isinstance(state, tuple) and len(state) == 2:
        state = state[1] if state[0] is None else state[0]
    if not isinstance(state, dict) or not isinstance(state.get("timings"), dict):
        raise Broken("it holds no timings of lines")
    unit = amount(state.get("unit"), "the unit")
    if not 0 < unit <= 1:
        raise Broken("the unit is no part of a second")
    blocks: list[dict[str, Any]] = []
    seconds, idle, count = 0.0, 0, 0
    for key, timings in state["timings"].items():
        if not isinstance(key, tuple) or len(key) != 3 or not isinstance(timings, list):
            raise Broken("the lines of a function are no list")
        file, first, name = text(key[0], "a file", 1000), line_of(key[1]), text(key[2], "a name")
        count += len(timings)
        if count > MOST:
            raise Broken(f"it has more than {MOST:,} lines")
        lines = [_line(entry) for entry in timings]
        ran = [line for line in lines if line[1] > 0]
        if not ran:
            idle += 1
            continue
        numbers = [number for number, *_ in ran]
        # A function begins at its decorator, which is what line_profiler says.
        begin = first if 0 < first <= min(numbers) else min(numbers)
        seconds += sum(ticks for *_, ticks in ran) * unit
        blocks.append(
            {
                "file": file,
                "name": None if name == "<module>" else name,
                "first": begin,
                "last": max(numbers),
                "codes": [ran],
                "mentions": {},
            }
        )
    raw = {"unit": unit, "blocks": blocks}
    notes = [
        "The file has no source and does not say which lines call profiled functions: a line's "
        "time has that of what it called."
    ]
    if idle:
        notes.append(
            f"{idle} profiled functions never ran." if idle > 1 else "One function never ran."
        )
    return Opened(
        profiler="lines",
        tool="line_profiler",
        make=lambda target, nodes: _sections(raw, seconds, target),
        main=main_file(
            (str(block["file"]), float(sum(t for *_, t in block["codes"][0]))) for block in blocks
        ),
        notes=notes,
    )


def _line(entry: Any) -> tuple[int, int, int]:
    if not isinstance(entry, tuple) or len(entry) != 3:
        raise Broken("a line is no tuple of three")
    number, hits, ticks = entry
    if not line_of(number):
        raise Broken("the number of a line is none")
    return number, whole(hits, "hits"), whole(ticks, "a time")


def _sections(raw: dict[str, Any], seconds: float, target: Target) -> Sequence[Section]:
    found: list[Section] = []
    apart = Plain(files=FileTable())
    for section in sections_of(raw, apart):
        # Whole files instead of excerpts: all blocks of a file may get its source.
        path = apart.files.files[section["file"]]["path"]
        section["file"] = target.files.add(short(path, 1000))
        columns = [c for c in section["columns"] if c["name"] != "self_time"]
        section["columns"] = columns
        found.append(section)
    if not found:
        return []
    help = "All functions together, as line_profiler adds them; one that calls another has both."
    item = total("line_time", "Time in lines", seconds, "seconds", help)
    return [{"kind": "totals", "items": [item]}, *found]
