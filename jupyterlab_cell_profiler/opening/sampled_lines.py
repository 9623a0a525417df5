"""Lines of stacks: what each had itself, and with what it called. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..document import LinesSection, Unit, column
from ..profilers.base import Target
from ..profilers.stack_tree import Node, Tree

BLOCKS = 60
"""Functions that get a block of lines, those with most time."""


@dataclass
class Counted(Node):
    """A node that knows how many samples ended in it."""

    looks: int = 0


@dataclass(frozen=True)
class Part:
    """A tree, and what its ticks are."""

    tree: Tree
    unit: Unit
    each: float
    """How much of the unit a tick is."""
    name: str
    """Of the section."""
    looks: int | None = None
    """How many samples it is made of."""


def value_of(ticks: int, each: float) -> float:
    return ticks if each == 1 else round(ticks * each, 6)


Place = tuple[str, str, int]
"""File, function and line."""


@dataclass
class Sums:
    """Of a line: ticks of its own, and with what it called; samples in which it was."""

    own: int = 0
    total: int = 0
    looks: int = 0


def count_lines(tree: Tree) -> dict[Place, Sums]:
    """A line counts once for a stack, also where it is on it several times (recursion)."""
    found: dict[Place, Sums] = {}
    looks = [node.looks if isinstance(node, Counted) else 0 for node in tree.nodes]
    children: list[list[int]] = [[] for _ in tree.nodes]
    roots: list[int] = []
    for number in range(len(tree.nodes) - 1, -1, -1):
        parent = tree.nodes[number].parent
        if parent >= 0:
            looks[parent] += looks[number]
        (children[parent] if parent >= 0 else roots).append(number)
    active: Counter[Place] = Counter()
    # A node comes twice: as itself, and as its complement when all below it is done.
    todo = roots
    while todo:
        number = todo.pop()
        node = tree.nodes[number if number >= 0 else ~number]
        name, file, line = node.frame
        place = (file, name, line)
        if number < 0:
            active[place] -= 1
            continue
        sums = found.setdefault(place, Sums())
        sums.own += node.own
        if not active[place]:
            sums.total += node.total
            sums.looks += looks[number]
        active[place] += 1
        todo.append(~number)
        todo += children[number]
    return found


def lines_sections(part: Part, target: Target) -> Iterator[LinesSection]:
    """A block for each function with lines, the one with most time of its own first."""
    sums = count_lines(part.tree)
    blocks: dict[tuple[str, str], list[int]] = {}
    for file, name, line in sums:
        if file and line > 0:
            blocks.setdefault((file, name), []).append(line)

    def weight(key: tuple[str, str]) -> tuple[int, int]:
        rows = [sums[(*key, line)] for line in blocks[key]]
        return sum(row.own for row in rows), max(row.total for row in rows)

    for file, name in sorted(blocks, key=weight, reverse=True)[:BLOCKS]:
        lines = sorted(blocks[file, name])
        rows = [sums[file, name, line] for line in lines]
        whole = [value_of(row.total, part.each) for row in rows]
        itself = [value_of(row.own, part.each) for row in rows]
        columns = [
            column("total_time", "Time", "seconds", whole),
            column("self_time", "Own time", "seconds", itself),
        ]
        if part.looks is not None:
            columns.insert(0, column("samples", "Samples", "count", [row.looks for row in rows]))
        section: LinesSection = {
            "kind": "lines",
            "file": target.files.add(target.path_of(file)),
            "firstLine": lines[0],
            "lastLine": lines[-1],
            "lines": lines,
            "columns": columns,
        }
        if name not in ("", "<module>"):
            section["name"] = name
        yield section
