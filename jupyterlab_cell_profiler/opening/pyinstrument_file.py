"""pyinstrument: sessions (``.pyisession``), and what ``-r json`` writes.

A session has all samples, stacks of ``function NUL file NUL first line`` with attributes behind
SOH: ``l`` and the line that ran (``pyinstrument/frame_info.py``). The report is a tree that
pyinstrument has trimmed already, with the lines where functions begin.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..document import Section, total
from ..profilers.base import Target
from ..profilers.stack_samples import Frame
from .build import Opened
from .errors import Broken
from .sampled import DEEPEST, NANO, Stacks, main_of, sections
from .sampled_lines import Part
from .values import amount, finite, line_of, listed, record, short, text

BUILT_IN = ("<built-in>", "<thread>", "")
STARTS = re.compile(r"(^|[\\/])(pyinstrument[\\/]__main__\.py|runpy\.py)$|^<frozen runpy>$")
"""What pyinstrument and Python have on the stack before a program begins."""
PROGRAM = re.compile(r"^Program: (?P<words>.*)$", re.DOTALL)


def convert_session(file: Any) -> Opened:
    """A ``stacks`` section in time order, and lines."""
    known: dict[str, Frame] = {}
    stacks = Stacks()
    threads: dict[str, int] = {}
    at: dict[int, int] = {}
    records = listed(file.get("frame_records"), "frame_records")
    for one in records:
        if not isinstance(one, list) or len(one) != 2:
            raise Broken("a record is no pair of a stack and a time")
        names, ticks = listed(one[0], "a stack"), round(amount(one[1], "a time") / NANO)
        if len(names) > DEEPEST:
            raise Broken("its stacks are too deep")
        frames = []
        label = "main thread"
        for name in names:
            if not isinstance(name, str):
                raise Broken("a frame is no text")
            frame = known.get(name)
            if frame is None:
                frame = known[name] = frame_of(name)
            if frame[1] == "<thread>":
                label = frame[0]
            else:
                frames.append(frame)
        if label not in threads:
            threads[label] = stacks.thread(label)
        thread = threads[label]
        places = [(n, "" if f in BUILT_IN else f, line) for n, f, line in _program(frames)]
        # Samples of one thread follow each other; each has the time since the one before.
        begin = at.get(thread, 0)
        stacks.spend(stacks.node(places, thread), ticks, begin, 1)
        at[thread] = begin + ticks
    tree = stacks.done()
    return _opened(
        file, Part(tree, "seconds", NANO, "time", len(records)), lines=True, notes=stacks.notes
    )


def convert_report(file: Any) -> Opened:
    """A ``stacks`` section, merged."""
    stacks = Stacks()
    thread = stacks.thread("main thread")
    root = file.get("root_frame")
    todo = [] if root is None else [(-1, record(root, "root_frame"), 0)]
    while todo:
        at, frame, depth = todo.pop()
        if depth > DEEPEST:
            raise Broken("its stacks are too deep")
        node = stacks.below(at, _report_frame(frame), thread)
        children = [record(one, "a frame") for one in listed(frame.get("children"), "children")]
        inside = sum(round(amount(child.get("time"), "a time") / NANO) for child in children)
        own = round(amount(frame.get("time"), "a time") / NANO) - inside
        stacks.spend(node, own)  # Below zero by rounding it is nothing.
        todo += [(node, child, depth + 1) for child in children]
    notes = [
        "pyinstrument has left out what took little and grouped libraries; a frame is at the line "
        "where its function begins. What ran when is not in the file: a session (.pyisession) "
        "has all of it."
    ]
    part = Part(stacks.done(), "seconds", NANO, "time")
    return _opened(file, part, lines=False, notes=notes)


def _opened(file: Mapping[str, Any], part: Part, *, lines: bool, notes: list[str]) -> Opened:
    duration = finite(file.get("duration", 0), "duration")
    cpu = amount(file.get("cpu_time") or 0, "cpu_time")
    count = file.get("sample_count")
    match = PROGRAM.match(text(file.get("target_description") or "", "target_description", 2000))
    words = match["words"].split() if match else []

    def make(target: Target, nodes: int) -> Sequence[Section]:
        made = sections([part], target, nodes, lines=lines)
        if not made:
            return []
        items = [
            total("wall", "Wall time", duration, "seconds"),
            total("cpu_time", "Processor time", cpu, "seconds", "Of the whole process."),
        ]
        if isinstance(count, int) and 0 <= count < 2**53:
            items.append(total("sample_count", "Samples", count, "count"))
        return [{"kind": "totals", "items": items}, *made]

    return Opened(
        profiler="stacks",
        tool="pyinstrument",
        make=make,
        main=main_of(part.tree),
        notes=notes,
        started=finite(file.get("start_time", 0), "start_time"),
        arguments=[short(word) for word in words[1:]][:100] if words else None,
    )


def frame_of(info: str) -> Frame:
    """Function, file and the line that ran of a frame; the first line where that is not there."""
    identifier, _, attributes = info.partition("\x01")
    name, _, rest = identifier.partition("\x00")
    file, _, first = rest.partition("\x00")
    line = int(first) if first.isdecimal() and len(first) < 10 else 0
    for attribute in attributes.split("\x01"):
        if attribute.startswith("l") and attribute[1:].isdecimal() and len(attribute) < 10:
            line = int(attribute[1:])
        elif attribute.startswith("c") and attribute[1:]:
            name = f"{attribute[1:]}.{name}"
    return short(name) or "(unknown)", short(file, 1000), line_of(line)


def _program(frames: list[Frame]) -> list[Frame]:
    """Without what stands above the program on every stack."""
    start = max((n + 1 for n, frame in enumerate(frames) if STARTS.search(frame[1])), default=0)
    return frames[start:] or frames


def _report_frame(frame: Mapping[str, Any]) -> Frame:
    file = text(frame.get("file_path") or "", "a file", 1000)
    name = text(frame.get("function"), "a function")
    if isinstance(frame.get("class_name"), str):
        name = short(f"{frame['class_name']}.{name}")
    return name or "(unknown)", "" if file in BUILT_IN else file, line_of(frame.get("line_no"))
