"""Stacks with weights, from whatever file: merged, pruned, as sections. Pure.

Weights are ticks, whole numbers that add up exactly; a tick is ``each`` of the unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..document import LinesSection, Section, StacksSection, Unit, column
from ..profilers.base import Target
from ..profilers.stack_samples import Frame
from ..profilers.stack_tree import OTHER, Node, Run, Tree, prune, thin
from .build import main_file
from .errors import Broken
from .values import LARGEST

NANO = 1e-9
THREADS = 100
"""Threads with a tree of their own; those with the least are one more."""
DEEPEST = 20_000
"""Frames of a stack."""
BLOCKS = 60
"""Functions that get a block of lines, those with most time."""
UNKNOWN: Frame = ("(unknown)", "", 0)


class Stacks:
    """A tree that grows by stacks, or by frames that open and close."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.looks = 0
        self._roots: dict[tuple[int, Frame], int] = {}
        self._last: dict[int, Run] = {}

    def thread(self, name: str) -> int:
        """A number for a new thread."""
        self.tree.threads.append(name)
        return len(self.tree.threads) - 1

    def below(self, at: int, frame: Frame, thread: int) -> int:
        """The node of a frame below another one, or below none (-1)."""
        nodes = self.tree.nodes
        known = self._roots.get((thread, frame)) if at < 0 else nodes[at].children.get(frame)
        if known is None:
            known = len(nodes)
            nodes.append(Node(frame, at, thread))
            if at < 0:
                self._roots[thread, frame] = known
            else:
                nodes[at].children[frame] = known
        return known

    def node(self, stack: Iterable[Frame], thread: int) -> int:
        """The node of a whole stack, outermost frame first."""
        at = -1
        for frame in stack:
            at = self.below(at, frame, thread)
        return at if at >= 0 else self.below(-1, UNKNOWN, thread)

    def spend(self, node: int, ticks: int, tick: int | None = None) -> None:
        """Count ticks for a node; ``tick`` is when they began, where that is known."""
        if ticks <= 0:
            return
        found = self.tree.nodes[node]
        found.own += ticks
        if tick is None:
            return
        runs, thread = self.tree.runs, found.thread
        last = self._last.get(thread)
        if last is not None and last.node == node and last.tick + last.count == tick and runs:
            if runs[-1] is last:
                runs.pop()
                ticks, tick = ticks + last.count, last.tick
        run = Run(tick, ticks, node, thread)
        runs.append(run)
        self._last[thread] = run

    def done(self) -> Tree:
        """The tree with its sums.

        Raises
        ------
        Broken
            When nothing was spent, or more than can be said.
        """
        nodes = self.tree.nodes
        for node in nodes:
            node.total = node.own
        for node in reversed(nodes):
            if node.parent >= 0:
                nodes[node.parent].total += node.total
        if sum(node.own for node in nodes) > LARGEST:
            raise Broken("the sum of all weights is too large")
        _fold_threads(self.tree)
        self.tree.runs.sort(key=lambda run: (run.tick, run.thread))
        return self.tree


def _fold_threads(tree: Tree) -> None:
    """Make those with the least one thread, with one node."""
    if len(tree.threads) <= THREADS + 1:
        return
    weights: Counter[int] = Counter()
    for node in tree.nodes:
        weights[node.thread] += node.own
    kept = sorted(thread for thread, _ in weights.most_common(THREADS))
    numbers = {thread: place for place, thread in enumerate(kept)}
    rest = Node(OTHER, -1, len(kept))
    nodes: list[Node] = []
    index: list[int] = []
    for node in tree.nodes:
        thread = numbers.get(node.thread)
        if thread is None:
            rest.own += node.own
            index.append(-1)
            continue
        index.append(len(nodes))
        parent = index[node.parent] if node.parent >= 0 else -1
        nodes.append(Node(node.frame, parent, thread, node.own, node.total))
    rest.total = rest.own
    tree.runs = [
        Run(run.tick, run.count, index[run.node], numbers[run.thread])
        for run in tree.runs
        if index[run.node] >= 0
    ]
    tree.nodes = [*nodes, rest]
    others = len(tree.threads) - len(kept)
    tree.threads = [*(tree.threads[thread] for thread in kept), f"{others:,} other threads"]


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


def sections(parts: Sequence[Part], target: Target, nodes: int, *, lines: bool) -> list[Section]:
    """A ``stacks`` section for each part, and the lines of those with most of the first unit.

    Parameters
    ----------
    lines : whether the line of a frame is the one that ran
    """
    trees = [stacks_section(part, target, nodes) for part in parts if _weight(part)]
    blocks = list(lines_sections(parts[0], target)) if lines and trees else []
    return [*blocks, *trees]


def _weight(part: Part) -> int:
    return sum(node.own for node in part.tree.nodes)


def main_of(tree: Tree) -> str | None:
    """The file of the program: that of the top level which took most."""
    tops = [node for node in tree.nodes if node.frame[0] == "<module>"] or tree.nodes
    return main_file((node.frame[1], float(node.total)) for node in tops)


def stacks_section(part: Part, target: Target, limit: int) -> StacksSection:
    """The pruned tree, and its runs in time order where those are known."""
    tree = prune(part.tree, limit)
    frames: dict[tuple[str, int, int], int] = {}
    numbers = []
    for node in tree.nodes:
        name, file, line = node.frame
        number = target.files.add(target.path_of(file)) if file else -1
        place = (name, number, line if number >= 0 else 0)
        numbers.append(frames.setdefault(place, len(frames)))
    section: StacksSection = {
        "kind": "stacks",
        "name": part.name,
        "unit": part.unit,
        "frames": {
            "name": [name for name, _, _ in frames],
            "file": [file for _, file, _ in frames],
            "line": [line for _, _, line in frames],
        },
        "nodes": {
            "parent": [node.parent for node in tree.nodes],
            "frame": numbers,
            "self": [_value(node.own, part.each) for node in tree.nodes],
            "total": [_value(node.total, part.each) for node in tree.nodes],
            "thread": [node.thread for node in tree.nodes],
        },
        "threads": tree.threads,
    }
    if part.looks is not None:
        section["samples"] = part.looks
    if tree.runs and part.unit == "seconds":
        runs, _ = thin(tree.runs, limit)
        start = runs[0].tick
        section["timeline"] = {
            "t": [_value(run.tick - start, part.each) for run in runs],
            "node": [run.node for run in runs],
            "thread": [run.thread for run in runs],
            "duration": [_value(run.count, part.each) for run in runs],
        }
    return section


def _value(ticks: int, each: float) -> float:
    return ticks if each == 1 else round(ticks * each, 6)


Place = tuple[str, str, int]
"""File, function and line."""


def count_lines(tree: Tree) -> tuple[Counter[Place], Counter[Place]]:
    """Ticks of each line itself, and with what it called: once for a stack, also in recursion."""
    own: Counter[Place] = Counter()
    total: Counter[Place] = Counter()
    children: list[list[int]] = [[] for _ in tree.nodes]
    roots = []
    for number, node in enumerate(tree.nodes):
        (children[node.parent] if node.parent >= 0 else roots).append(number)
    active: Counter[Place] = Counter()
    todo = roots
    while todo:
        number = todo.pop()
        node = tree.nodes[number if number >= 0 else ~number]
        name, file, line = node.frame
        place = (file, name, line)
        if number < 0:
            active[place] -= 1
            continue
        own[place] += node.own
        if not active[place]:
            total[place] += node.total
        active[place] += 1
        todo.append(~number)
        todo += children[number]
    return own, total


def lines_sections(part: Part, target: Target) -> Iterator[LinesSection]:
    """A block for each function with lines, the one with most of its own first."""
    own, total = count_lines(part.tree)
    blocks: dict[tuple[str, str], list[int]] = {}
    for file, name, line in total:
        if file and line > 0:
            blocks.setdefault((file, name), []).append(line)

    def weight(key: tuple[str, str]) -> tuple[int, int]:
        places = [(*key, line) for line in blocks[key]]
        return sum(own[place] for place in places), max(total[place] for place in places)

    for file, name in sorted(blocks, key=weight, reverse=True)[:BLOCKS]:
        lines = sorted(blocks[file, name])
        places = [(file, name, line) for line in lines]
        self_values = [_value(own[place], part.each) for place in places]
        total_values = [_value(total[place], part.each) for place in places]
        section: LinesSection = {
            "kind": "lines",
            "file": target.files.add(target.path_of(file)),
            "firstLine": lines[0],
            "lastLine": lines[-1],
            "lines": lines,
            "columns": [
                column("total_time", "Time", "seconds", total_values),
                column("self_time", "Own time", "seconds", self_values),
            ]
            if part.unit == "seconds"
            else [
                column("samples", "Samples", "count", total_values),
                column("self_samples", "Own samples", "count", self_values),
            ],
        }
        if name not in ("", "<module>"):
            section["name"] = name
        yield section
