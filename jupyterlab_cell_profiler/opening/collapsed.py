"""Collapsed (folded) stacks: ``frame;frame;frame weight`` in each line, outermost first.

Of Brendan Gregg's ``stackcollapse-*.pl``, ``perf script | inferno``, py-spy ``--format raw`` and
our Export; the last two write a frame as ``name (file:line)``.
"""

from __future__ import annotations

import re

from ..profilers.stack_samples import Frame
from .build import Opened
from .errors import Broken
from .sampled import DEEPEST, Stacks, main_of, sections
from .sampled_lines import Part
from .values import LARGEST, short

LINE = re.compile(r"^(?P<stack>.*?)\s+(?P<weight>\d{1,16}(?:\.\d{1,9})?)$")
TWO = re.compile(r"\s\d+(?:\.\d+)?$")
PLACED = re.compile(r"^(?P<name>.*) \((?P<file>[^()]*?)(?::(?P<line>\d{1,9}))?\)$")
PROCESS = re.compile(r"^process \d+:")
THREAD = re.compile(r"^thread \(", re.IGNORECASE)


def looks_like(text: str) -> bool:
    """Whether the first lines are stacks."""
    lines = [line for line in text.splitlines() if line.strip() and line[0] != "#"][:20]
    return bool(lines) and all(LINE.match(line.rstrip()) for line in lines)


def read(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").split("\n")


def convert(lines: list[str]) -> Opened:
    """One ``stacks`` section of counts; each stack once, in no order of time."""
    stacks = Stacks()
    thread = stacks.thread("all")
    known: dict[str, Frame] = {}
    parsed: list[tuple[str, float]] = []
    for number, line in enumerate(lines, 1):
        line = line.rstrip()
        if not line or line.startswith("#"):
            continue
        match = LINE.match(line) or (re.match(r"^(?P<stack>)(?P<weight>\d{1,16})$", line.strip()))
        if match is None:
            raise Broken(f"line {number} does not end in a number")
        stack, weight = match["stack"].strip(), float(match["weight"])
        if weight > LARGEST:
            raise Broken(f"the weight of line {number} is too large")
        parsed.append((stack, weight))
    two = [stack for stack, _ in parsed if TWO.search(stack)]
    if parsed and len(two) == len(parsed):
        raise Broken("it compares two profiles (two numbers in each line), which is not read")
    fractions = any(not weight.is_integer() for _, weight in parsed)
    scale = 1e6 if fractions else 1
    for stack, weight in parsed:
        names = [name for name in stack.split(";") if name]
        if len(names) > DEEPEST:
            raise Broken("its stacks are too deep")
        frames = []
        for name in names:
            frame = known.get(name)
            if frame is None:
                frame = known[name] = frame_of(name)
            frames.append(frame)
        stacks.spend(stacks.node(frames, thread), round(weight * scale))
    tree = stacks.done()
    part = Part(tree, "count", 1 / scale if fractions else 1, "samples")
    return Opened(
        profiler="stacks",
        tool="collapsed stacks",
        make=lambda target, nodes: sections([part], target, nodes, lines=False),
        main=main_of(tree),
        notes=[
            "The numbers are what the file counts, most often samples: it does not say of what, "
            "how much time that was, nor what ran when.",
            *stacks.notes,
        ],
    )


def frame_of(name: str) -> Frame:
    """A frame by its text; with its place where the text has one."""
    match = PLACED.match(name)
    if match is None or PROCESS.match(name) or THREAD.match(name):
        return short(name), "", 0
    file, line = match["file"], match["line"]
    if line is None and "/" not in file and "." not in file:
        return short(name), "", 0
    return short(match["name"]) or "(unknown)", short(file, 1000), int(line or 0)
