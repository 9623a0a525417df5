"""V8's ``.cpuprofile``: of ``node --cpu-prof`` and Chromium's tools.

https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile: a tree of nodes,
and ``samples`` (ids) with ``timeDeltas`` in microseconds; a sample lasts until the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from ..document import Section, total
from ..profilers.base import Target
from ..profilers.stack_samples import Frame
from .build import Opened
from .errors import Broken
from .sampled import DEEPEST, NANO, Stacks, main_of, sections
from .sampled_lines import Part
from .values import finite, listed, record, short, text, whole

TICKS = 1000
"""Ticks of a microsecond."""
MOST = 2_000_000
"""Nodes."""


def convert(file: Any) -> Opened:
    """A ``stacks`` section in time order."""
    nodes = [record(one, "a node") for one in listed(file.get("nodes"), "nodes")]
    if len(nodes) > MOST:
        raise Broken("it has too many nodes")
    start, end = finite(file.get("startTime"), "startTime"), finite(file.get("endTime"), "endTime")
    stacks = Stacks()
    thread = stacks.thread("main thread")
    places = _tree(nodes, stacks, thread)
    samples = file.get("samples")
    if samples is None:
        looks = _by_hits(nodes, places, stacks, end - start)
    else:
        looks = _by_samples(
            listed(samples, "samples"), file.get("timeDeltas"), places, stacks, end - start
        )
    tree = stacks.done()
    part = Part(tree, "seconds", NANO, "time", looks)

    def make(target: Target, limit: int) -> Sequence[Section]:
        made = sections([part], target, limit, lines=False)
        if not made:
            return []
        wall = total("wall", "Wall time", max(0.0, end - start) / 1e6, "seconds")
        return [{"kind": "totals", "items": [wall]}, *made]

    return Opened(
        profiler="stacks",
        tool="V8",
        make=make,
        main=main_of(tree),
        notes=[
            "A frame is at the line where its function begins. (program) is the engine itself, "
            "(idle) waiting, (garbage collector) the freeing of memory.",
            *stacks.notes,
        ],
    )


def _tree(nodes: Sequence[Any], stacks: Stacks, thread: int) -> dict[int, int]:
    """Our node of each of theirs, by its id; without their root."""
    by_id = {whole(node.get("id"), "an id"): node for node in nodes}
    if len(by_id) != len(nodes):
        raise Broken("two nodes have the same id")
    children: dict[int, list[int]] = {}
    below = set()
    for number, node in by_id.items():
        given = node.get("children")
        if given is None and "parent" in node:
            children.setdefault(whole(node["parent"], "a parent"), []).append(number)
            below.add(number)
            continue
        for one in listed(given if given is not None else [], "children"):
            child = whole(one, "a child")
            if child not in by_id or child in below:
                raise Broken("its nodes are no tree")
            below.add(child)
            children.setdefault(number, []).append(child)
    places: dict[int, int] = {}
    todo = [(number, -1, 0) for number in by_id if number not in below]
    while todo:
        number, at, depth = todo.pop()
        if depth > DEEPEST:
            raise Broken("its stacks are too deep")
        frame = frame_of(by_id[number].get("callFrame"))
        place = -1 if frame[0] == "(root)" else stacks.below(at, frame, thread)
        places[number] = place
        todo += [(child, place, depth + 1) for child in children.get(number, ())]
    if len(places) != len(by_id):
        raise Broken("its nodes are no tree")
    return places


def _by_samples(
    samples: list[Any], deltas: Any, places: dict[int, int], stacks: Stacks, whole_time: float
) -> int:
    steps = [finite(step, "a time") for step in listed(deltas, "timeDeltas")]
    if len(steps) != len(samples):
        raise Broken("it has not as many times as samples")
    # Clocks of several cores may go back a little: then a sample lasts no time.
    times, now = [], 0.0
    for step in steps:
        now += step
        times.append(now)
    at = 0
    for n, one in enumerate(samples):
        place = places.get(whole(one, "a sample"))
        if place is None:
            raise Broken("a sample is of a node that is not there")
        until = times[n + 1] if n + 1 < len(times) else max(times[n], whole_time)
        begin, stop = round(max(0.0, times[n]) * TICKS), round(max(0.0, until) * TICKS)
        begin = max(begin, at)
        if place >= 0 and stop > begin:
            stacks.spend(place, stop - begin, begin)
        at = max(at, stop)
    return len(samples)


def _by_hits(
    nodes: Sequence[Any], places: dict[int, int], stacks: Stacks, whole_time: float
) -> int:
    """Older files have counts only: each stands for the same time."""
    hits = {node["id"]: whole(node.get("hitCount", 0), "hitCount") for node in nodes}
    looks = sum(hits.values())
    for number, count in hits.items():
        if places[number] >= 0 and looks:
            stacks.spend(places[number], round(max(0.0, whole_time) * TICKS * count / looks))
    return looks


def frame_of(value: object) -> Frame:
    """A function at its first line; V8 counts from 0."""
    frame = record(value, "callFrame")
    name = text(frame.get("functionName", ""), "a function") or "(anonymous)"
    url = text(frame.get("url") or "", "a url", 4000)
    if url.startswith("file://"):
        url = unquote(url[len("file://") :])
    line = frame.get("lineNumber")
    usual = isinstance(line, int) and not isinstance(line, bool) and 0 <= line < 2**31 - 1
    return name, short(url, 1000), line + 1 if usual and isinstance(line, int) and url else 0
