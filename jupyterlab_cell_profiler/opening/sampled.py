"""Stacks with weights, from whatever file: merged, pruned, as sections. Pure.

Weights are ticks, whole numbers that add up exactly; a tick is ``each`` of the unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..document import Section, StacksSection
from ..profilers.base import Target
from ..profilers.stack_samples import Frame
from ..profilers.stack_tree import OTHER, Node, Run, Tree, prune, thin
from .build import main_file
from .errors import Broken
from .sampled_lines import Counted, Part, lines_sections, value_of
from .values import LARGEST

NANO = 1e-9
THREADS = 100
"""Threads with a tree of their own; those with the least are one more."""
MOST = 500_000
"""Nodes of a tree before it is pruned: some hundred bytes each."""
DEEPEST = 20_000
"""Frames of a stack."""
UNKNOWN: Frame = ("(unknown)", "", 0)


class Stacks:
    """A tree that grows by stacks, or by frames that open and close."""

    def __init__(self) -> None:
        self.tree = Tree()
        self._roots: dict[tuple[int, Frame], int] = {}
        self._last: dict[int, Run] = {}
        self.notes: list[str] = []

    def thread(self, name: str) -> int:
        """A number for a new thread."""
        self.tree.threads.append(name)
        return len(self.tree.threads) - 1

    def below(self, at: int, frame: Frame, thread: int) -> int:
        """The node of a frame below another one, or below none (-1)."""
        nodes = self.tree.nodes
        if at >= 0 and nodes[at].frame == OTHER:
            return at
        if len(nodes) >= MOST:
            frame = self._rare(at, frame)
        known = self._roots.get((thread, frame)) if at < 0 else nodes[at].children.get(frame)
        if known is None:
            known = len(nodes)
            nodes.append(Counted(frame, at, thread))
            if at < 0:
                self._roots[thread, frame] = known
            else:
                nodes[at].children[frame] = known
        return known

    def _rare(self, at: int, frame: Frame) -> Frame:
        """What stands for a frame when there is no room for new ones."""
        if at < 0 or frame in self.tree.nodes[at].children:
            return frame
        if not self.notes:
            self.notes.append(
                f"It has more than {MOST:,} different stacks: what came after that and was new is "
                '"(other)" below what it shares with them.'
            )
        return OTHER

    def node(self, stack: Iterable[Frame], thread: int) -> int:
        """The node of a whole stack, outermost frame first."""
        at = -1
        for frame in stack:
            at = self.below(at, frame, thread)
        return at if at >= 0 else self.below(-1, UNKNOWN, thread)

    def spend(self, node: int, ticks: int, tick: int | None = None, looks: int = 0) -> None:
        """Count ticks for a node; ``tick`` is when they began, where that is known, and ``looks``
        how many samples they are."""
        if ticks <= 0:
            return
        found = self.tree.nodes[node]
        found.own += ticks
        if isinstance(found, Counted):
            found.looks += looks
        if tick is None:
            return
        runs, thread = self.tree.runs, found.thread
        last = self._last.get(thread)
        newest = runs[-1] if runs else None
        follows = last is not None and last.node == node and last.tick + last.count == tick
        if last is not None and last is newest and follows:
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
        copy = Counted(node.frame, parent, thread, node.own, node.total)
        copy.looks = node.looks if isinstance(node, Counted) else 0
        nodes.append(copy)
    rest.total = rest.own
    tree.runs = [
        Run(run.tick, run.count, index[run.node], numbers[run.thread])
        for run in tree.runs
        if index[run.node] >= 0
    ]
    tree.nodes = [*nodes, rest]
    others = len(tree.threads) - len(kept)
    tree.threads = [*(tree.threads[thread] for thread in kept), f"{others:,} other threads"]


def sections(parts: Sequence[Part], target: Target, nodes: int, *, lines: bool) -> list[Section]:
    """A ``stacks`` section for each part, and lines where they have times.

    Parameters
    ----------
    lines : whether the line of a frame is the one that ran
    """
    trees = [stacks_section(part, target, nodes) for part in parts if _weight(part)]
    timed = bool(trees) and parts[0].unit == "seconds"
    blocks = list(lines_sections(parts[0], target)) if lines and timed else []
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
            "self": [value_of(node.own, part.each) for node in tree.nodes],
            "total": [value_of(node.total, part.each) for node in tree.nodes],
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
            "t": [value_of(run.tick - start, part.each) for run in runs],
            "node": [run.node for run in runs],
            "thread": [run.thread for run in runs],
            "duration": [value_of(run.count, part.each) for run in runs],
        }
    return section
