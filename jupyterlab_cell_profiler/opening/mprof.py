"""mprof's ``.dat``: lines of memory in MiB by time, of the program, its children and functions.

``MEM memory time``, ``CHLD process memory time``, ``FUNC name memory time memory time [level]``,
``CMDLINE command`` (``mprof.py``: ``read_mprofile_file``).
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..document import Section, SeriesSection, total
from ..sampling.series import extremes
from .build import LIBRARY, Opened
from .errors import Broken
from .values import amount, short

MIB = 2**20
POINTS = 1500
MARKS = 200
CHILDREN = 5
"""Child processes that get a series of their own, the largest."""

Points = list[tuple[float, float]]


def read(data: bytes) -> list[list[str]]:
    """The words of each line that has any."""
    lines = data.decode("utf-8", "replace").splitlines()
    return [line.split() for line in lines if line.strip()]


def convert(lines: Sequence[Sequence[str]]) -> Opened:
    """Totals, and series of the program and its children."""
    own: Points = []
    children: dict[str, Points] = {}
    calls: list[tuple[float, str]] = []
    command: list[str] = []
    for number, (field, *words) in enumerate(lines, 1):
        place = f"line {number}"
        if field == "MEM" and len(words) >= 2:
            own.append(_point(words[1], words[0], place))
        elif field == "CHLD" and len(words) >= 3:
            children.setdefault(short(words[0], 20), []).append(_point(words[2], words[1], place))
        elif field == "FUNC" and len(words) >= 5:
            calls.append((_number(words[2], place), short(words[0])))
        elif field == "CMDLINE":
            command = list(words)
        else:
            raise Broken(f"{place} is none of MEM, CHLD, FUNC and CMDLINE")
    if not own:
        raise Broken("it has no line MEM")
    own.sort()
    start, end = own[0][0], own[-1][0]
    return Opened(
        profiler="memory",
        tool="mprof",
        make=lambda target, nodes: _sections(own, children, sorted(calls), start, end, nodes),
        main=next((w for w in command if w.endswith(".py") and not LIBRARY.search(w)), None),
        arguments=_arguments(command),
        notes=[
            "Sampled: a peak between two samples is not in the file.",
            *(["A mark is where a function with @profile began."] if calls else []),
        ],
        started=start,
        ended=end,
    )


def _arguments(command: Sequence[str]) -> list[str] | None:
    """What the program was given, where its own file can be told."""
    line = " ".join(command)
    try:
        words = shlex.split(line)
    except ValueError:
        words = list(command)
    place = next((n for n, word in enumerate(words) if word.endswith(".py")), None)
    return None if place is None else [short(word) for word in words[place + 1 :]][:100]


def _sections(
    own: Points,
    children: dict[str, Points],
    calls: list[tuple[float, str]],
    start: float,
    end: float,
    nodes: int,
) -> list[Section]:
    points = min(POINTS, nodes)
    peak = max(memory for _, memory in own)
    items = [
        total("wall", "Wall time", end - start, "seconds", "From the first sample to the last."),
        total("peak_rss", "Peak memory", peak, "bytes", "The highest of the samples."),
        total("baseline_rss", "Memory before", own[0][1], "bytes", "The first sample."),
        total("increment", "Peak above the start", peak - own[0][1], "bytes"),
    ]
    found: list[Section] = [{"kind": "totals", "items": items}]
    rss = _series("rss", own, start, points)
    marks = [(t, name) for t, name in calls if start <= t <= end][:MARKS]
    if marks:
        rss["marks"] = [{"t": round(t - start, 4), "label": name} for t, name in marks]
    found.append(rss)
    if children:
        found.append(_series("children", together(children), start, points))
    if len(children) > 1:
        order = sorted(children, key=lambda pid: -max(memory for _, memory in children[pid]))
        found += [
            _series(f"child {pid}", sorted(children[pid]), start, points)
            for pid in order[:CHILDREN]
        ]
    return found


def together(children: dict[str, Points]) -> Points:
    """Memory of all children by time; one that says no more within two of its steps is gone."""
    events: list[tuple[float, str, float]] = []
    for pid, unsorted in children.items():
        points = sorted(unsorted)
        steps = sorted(b[0] - a[0] for a, b in pairwise(points))
        step = steps[len(steps) // 2] if steps else 0.1
        events += [(t, pid, memory) for t, memory in points]
        events.append((points[-1][0] + step, pid, 0.0))
    events.sort()
    now: dict[str, float] = {}
    sums: Points = [(events[0][0], 0.0)] if events else []
    whole = 0.0
    for t, pid, memory in events:
        whole += memory - now.get(pid, 0.0)
        now[pid] = memory
        if sums and t - sums[-1][0] < 0.005 and len(sums) > 1:
            sums[-1] = (sums[-1][0], whole)
        else:
            sums.append((t, whole))
    return sums


def _series(name: str, points: Points, start: float, limit: int) -> SeriesSection:
    kept = thinned(points, limit)
    return {
        "kind": "series",
        "name": name,
        "unit": "bytes",
        "t": [round(max(0.0, t - start), 4) for t, _ in kept],
        "values": [round(value) for _, value in kept],
    }


def thinned(points: Sequence[Any], limit: int) -> list[Any]:
    """At most ``limit`` points, by the lowest and the highest of each stretch."""
    if len(points) <= limit:
        return list(points)
    width = -(-len(points) // max(1, limit // 2))
    return [
        point
        for begin in range(0, len(points), width)
        for point in extremes(list(points[begin : begin + width]))
    ]


def _point(t: str, memory: str, place: str) -> tuple[float, float]:
    return _number(t, place), round(_number(memory, place) * MIB)


def _number(word: str, place: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise Broken(f"{place} has no number where one belongs") from None
    return amount(value, f"a number in {place}")
