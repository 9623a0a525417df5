"""Merging samples into a tree for each thread, and into runs in time order. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

from .stack_samples import Frame, Sample

NODES = 1500
"""Nodes kept at most; the rest is "(other)" below the node that they belong to."""
SMALLEST = 0.001
"""Share of all samples below which a node goes to "(other)"."""
RUNS = 1500
"""Entries of the timeline at most."""
OTHER: Frame = ("(other)", "", 0)


@dataclass
class Node:
    """A frame below a certain stack, with the samples that ended there."""

    frame: Frame
    parent: int
    thread: int
    own: int = 0
    total: int = 0
    children: dict[Frame, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """Samples of one thread, one after another, that ended in the same node."""

    tick: int
    count: int
    node: int
    thread: int


@dataclass
class Tree:
    """Parents come before children; counts are samples."""

    nodes: list[Node] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


def merge(samples: list[Sample]) -> Tree:
    """The whole tree, and a run for each stretch of equal samples."""
    tree = Tree()
    roots: dict[tuple[int, Frame], int] = {}
    numbers: dict[str, int] = {}
    ends: list[Run] = []
    for sample in samples:
        thread = numbers.setdefault(sample.thread, len(numbers))
        at = -1
        for frame in sample.stack:
            known = roots.get((thread, frame)) if at < 0 else tree.nodes[at].children.get(frame)
            if known is None:
                known = len(tree.nodes)
                tree.nodes.append(Node(frame, at, thread))
                if at < 0:
                    roots[thread, frame] = known
                else:
                    tree.nodes[at].children[frame] = known
            at = known
            tree.nodes[at].total += sample.count
        tree.nodes[at].own += sample.count
        ends.append(Run(sample.tick, sample.count, at, thread))
    tree.threads = list(numbers)
    tree.runs = _join(ends)
    return tree


def prune(tree: Tree, limit: int = NODES, smallest: float = SMALLEST) -> Tree:
    """Fold small nodes into "(other)" below their parents, so that sums stay true."""
    whole = sum(node.own for node in tree.nodes)
    order = sorted((node.total for node in tree.nodes), reverse=True)
    least = max(smallest * whole, float(order[limit]) if len(order) > limit else 0.0)
    if all(node.total > least for node in tree.nodes):
        return tree
    pruned = Tree(threads=tree.threads)
    index: list[int] = []
    others: dict[tuple[int, int], int] = {}
    for node in tree.nodes:
        parent = index[node.parent] if node.parent >= 0 else -1
        folded = parent >= 0 and pruned.nodes[parent].frame == OTHER
        if node.total > least and not folded:
            index.append(len(pruned.nodes))
            pruned.nodes.append(Node(node.frame, parent, node.thread, node.own, node.total))
            continue
        if folded:
            place = parent
            pruned.nodes[place].own += node.own
        else:
            place = others.setdefault((parent, node.thread), len(pruned.nodes))
            if place == len(pruned.nodes):
                pruned.nodes.append(Node(OTHER, parent, node.thread))
            pruned.nodes[place].own += node.own
            pruned.nodes[place].total += node.total
        index.append(place)
    pruned.runs = _join(
        [Run(run.tick, run.count, index[run.node], run.thread) for run in tree.runs]
    )
    return pruned


def _join(runs: list[Run]) -> list[Run]:
    """Runs of one thread and node that follow each other are one; in the order of time."""
    joined: list[Run] = []
    for thread, group in groupby(sorted(runs, key=lambda r: r.thread), key=lambda r: r.thread):
        last: Run | None = None
        for run in group:
            if last is not None and last.node == run.node and last.tick + last.count == run.tick:
                last = Run(last.tick, last.count + run.count, run.node, thread)
                joined[-1] = last
            else:
                last = run
                joined.append(run)
    return sorted(joined, key=lambda run: (run.tick, run.thread))


def thin(runs: list[Run], limit: int = RUNS) -> tuple[list[Run], int]:
    """At most about ``limit`` runs: in each stretch of ticks the node that had most of them.

    Returns
    -------
    The runs, and how many ticks a stretch has (1 when nothing was thinned).
    """
    width = 1
    found = runs
    last = max((run.tick + run.count for run in runs), default=0)
    threads = len({run.thread for run in runs})
    if len(runs) > limit:
        width = max(2, -(-last * threads // limit))
        found = _stretches(runs, width)
    return found, width


def _stretches(runs: list[Run], width: int) -> list[Run]:
    counts: dict[tuple[int, int], Counter[int]] = {}
    for run in runs:
        tick, rest = run.tick, run.count
        while rest:
            stretch = tick // width
            some = min(rest, (stretch + 1) * width - tick)
            counts.setdefault((run.thread, stretch), Counter())[run.node] += some
            tick, rest = tick + some, rest - some
    thinned = []
    for (thread, stretch), nodes in counts.items():
        count = sum(nodes.values())
        thinned.append(Run(stretch * width, count, nodes.most_common(1)[0][0], thread))
    return _join(thinned)
