"""``stacks`` sections of bytes: at the peak, still held, and freed again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..document import StacksSection
from .base import Target
from .stack_samples import Sample
from .stack_sections import place_of
from .stack_tree import Tree, merge, prune

NODES = 300
"""Nodes of a tree; the rest is "(other)", so that sums hold."""
SMALLEST = 0.002
"""Share of all bytes below which a node goes to "(other)"."""
VIEWS = (("peak", "peak"), ("leaked", "held"), ("temporary", "temporary"))
"""Names of the sections, and which number of a stack each shows."""


def stacks_sections(raw: Mapping[str, Any], target: Target) -> Iterator[StacksSection]:
    """A tree of bytes for each view that has any."""
    frames = [(name, file, line) for name, file, line in raw["frames"]]
    for name, number in VIEWS:
        # Bytes stand for the samples of a profile of time; the order of time is not known.
        samples = [
            Sample(stack["thread"], 0, tuple(frames[i] for i in stack["stack"]), stack[number])
            for stack in raw["stacks"]
            if stack[number] > 0
        ]
        if samples:
            yield stacks_section(name, prune(merge(samples), NODES, SMALLEST), target)


def stacks_section(name: str, tree: Tree, target: Target) -> StacksSection:
    frames: dict[tuple[str, int, int], int] = {}
    numbers = []
    for node in tree.nodes:
        called, file, line = node.frame
        numbers.append(frames.setdefault((called, *place_of(file, line, target)), len(frames)))
    return {
        "kind": "stacks",
        "name": name,
        "unit": "bytes",
        "frames": {
            "name": [called for called, _, _ in frames],
            "file": [file for _, file, _ in frames],
            "line": [line for _, _, line in frames],
        },
        "nodes": {
            "parent": [node.parent for node in tree.nodes],
            "frame": numbers,
            "self": [node.own for node in tree.nodes],
            "total": [node.total for node in tree.nodes],
            "thread": [node.thread for node in tree.nodes],
        },
        "threads": tree.threads,
    }
