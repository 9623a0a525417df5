"""``stacks`` sections of what Scalene saw: seconds, and bytes that were allocated. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..document import StacksSection, Unit
from .scalene_reading import Profile, Stack
from .stack_samples import Sample
from .stack_tree import merge, prune

NODES = 800
"""Nodes of a tree; the rest is "(other)", so that sums hold."""
SMALLEST = 0.001
"""Share of the whole below which a node goes to "(other)"."""
PARTS = 1_000_000
"""Of a second, or of a byte: the tree counts whole numbers."""

MACHINERY = re.compile(r"(^|/)(libpython|python[\d.]*$|libscalene|_scalene_unwind)[^/]*$")
"""Libraries that run the code, or look at it, and are none of it."""

Place = Callable[[str, int], tuple[int, int]]
"""File of the document and line of a frame."""


def stacks_sections(profile: Profile, hidden: set[str], place: Place) -> Iterator[StacksSection]:
    """A tree of seconds, and one of bytes."""
    for name, unit, parts, stacks in (
        ("time", "seconds", PARTS, profile.stacks),
        ("allocated", "bytes", 1, profile.memory_stacks),
    ):
        section = section_of(name, unit, parts, stacks, hidden, place)  # type: ignore[arg-type]
        if section is not None:
            if name == "time" and profile.samples:
                section["samples"] = profile.samples
            yield section


def section_of(
    name: str, unit: Unit, parts: int, stacks: Sequence[Stack], hidden: set[str], place: Place
) -> StacksSection | None:
    samples = []
    for stack in stacks:
        frames = tuple(
            frame
            for frame in stack.frames
            if frame[1] not in hidden and (frame[2] > 0 or not MACHINERY.search(frame[1]))
        )
        weight = round(stack.weight * parts)
        if frames and weight > 0:
            samples.append(Sample("", 0, frames, weight))
    if not samples:
        return None
    tree = prune(merge(samples), NODES, SMALLEST)
    numbers: list[int] = []
    frames_of: dict[tuple[str, int, int], int] = {}
    for node in tree.nodes:
        called, file, line = node.frame
        key = (called, *(place(file, line) if file else (-1, 0)))
        numbers.append(frames_of.setdefault(key, len(frames_of)))

    def value(counted: int) -> float:
        return round(counted / parts, 6) if parts != 1 else counted

    section: StacksSection = {
        "kind": "stacks",
        "name": name,
        "unit": unit,
        "frames": {
            "name": [called for called, _, _ in frames_of],
            "file": [file for _, file, _ in frames_of],
            "line": [line for _, _, line in frames_of],
        },
        "nodes": {
            "parent": [node.parent for node in tree.nodes],
            "frame": numbers,
            "self": [value(node.own) for node in tree.nodes],
            "total": [value(node.total) for node in tree.nodes],
        },
    }
    return section
