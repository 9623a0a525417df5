"""Samples of a long run in bounded memory: merged as they come, in time order as far as
there is room. Pure.

py-spy writes a file of the format of speedscope
(https://www.speedscope.app/file-format-schema.json): for each thread a list of stacks,
outermost frame first, as indices into shared frames. Here equal stacks are one node of a
tree, and equal samples in a row one run. Where there are too many different stacks, what
is between their common part and their innermost frame becomes "(other)".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .runs import Run, append, within_stretches

RUNS = 40_000
"""Runs kept in the order of time; beyond it samples are ordered within stretches only."""
NARROWEST = 8
"""Samples in the first stretches."""
NODES = 50_000
"""Nodes of the tree; beyond it rare stacks are folded."""
OTHER = ("(other)", "", 0)
"""Stands for the frames of rare stacks."""


class Thread:
    """One thread of one process. (No dataclass: the helper would begin 15 ms later.)"""

    def __init__(self) -> None:
        self.looks = 0
        """Samples that were taken of it, with those of the time before it was there."""
        self.runs: list[Run] = []


class Compact:
    """All samples so far.

    Parameters
    ----------
    limit : runs kept at most, for all threads together (as far as there are not more
        different stacks)
    nodes : different stacks, with their beginnings, at most
    """

    def __init__(self, limit: int = RUNS, nodes: int = NODES) -> None:
        self._limit = limit
        self._most = nodes
        self._frames: dict[tuple[str, str, int], int] = {}
        self._nodes: dict[tuple[int, int], int] = {}
        self._threads: dict[str, Thread] = {}
        self._looks = 0
        self._stretch = NARROWEST

    def add(self, profile: Mapping[str, Any], weight: int = 1) -> None:
        """Add what one py-spy wrote; times go on where the one before ended.

        Parameters
        ----------
        weight : samples that one of its looks stands for: it looked so much more seldom
        """
        frames = [
            self._frames.setdefault(
                (str(f["name"]), str(f.get("file") or ""), int(f.get("line") or 0)),
                len(self._frames),
            )
            for f in profile["shared"]["frames"]
        ]
        base = self._looks
        ends: dict[tuple[int, ...], int] = {}
        for found in profile["profiles"]:
            thread = self._threads.setdefault(str(found["name"]), Thread())
            tick = max(base, thread.looks)
            for indices in found["samples"]:
                stack = tuple(indices)
                node = ends.get(stack)
                if node is None:
                    node = ends[stack] = self._node([frames[i] for i in stack])
                append(thread.runs, (tick, weight, node, 1))
                tick += weight
            thread.looks = tick
            self._looks = max(self._looks, tick)
        if len(self._nodes) > self._most:
            self._fold()
        while self._crowded():
            for thread in self._threads.values():
                thread.runs = within_stretches(thread.runs, self._stretch)
            if not self._crowded() or self._stretch > self._looks:
                break
            self._stretch *= 4

    def data(self) -> dict[str, Any]:
        """JSON: ``frames`` ``[name, file, line]``; ``nodes`` with ``parent`` (-1: none) and
        ``frame``; ``threads`` with ``name``, ``looks`` and ``runs`` ``[first sample, count,
        node]``, node -1 for an empty stack; a fourth number is how many looks they were,
        where that is another than the count."""
        return {
            "frames": [list(frame) for frame in self._frames],
            "nodes": {
                "parent": [parent for parent, _ in self._nodes],
                "frame": [frame for _, frame in self._nodes],
            },
            "threads": [
                {
                    "name": name,
                    "looks": thread.looks,
                    "runs": [list(run[:3] if run[1] == run[3] else run) for run in thread.runs],
                }
                for name, thread in self._threads.items()
            ],
        }

    def _node(self, frames: list[int]) -> int:
        at = -1
        for frame in frames:
            at = self._nodes.setdefault((at, frame), len(self._nodes))
        return at

    def _fold(self) -> None:
        """Bring the nodes to half of what is allowed.

        Of a rare stack the frames that others share are kept, and the innermost one, so
        that each line keeps its own time.
        """
        keys = list(self._nodes)
        totals = [0] * len(keys)
        for thread in self._threads.values():
            for _, count, node, _ in thread.runs:
                if node >= 0:
                    totals[node] += count
        ends = {node for node, count in enumerate(totals) if count}
        for node in range(len(keys) - 1, -1, -1):
            if keys[node][0] >= 0:
                totals[keys[node][0]] += totals[node]
        other = self._frames.setdefault(OTHER, len(self._frames))
        least = max(1, sorted(totals, reverse=True)[self._most // 2])
        while True:
            self._nodes, places = _folded(keys, totals, ends, least, other)
            if len(self._nodes) <= self._most // 2 or least > max(totals):
                break
            least *= 2
        for thread in self._threads.values():
            runs: list[Run] = []
            for first, count, node, looks in thread.runs:
                append(runs, (first, count, places[node] if node >= 0 else node, looks))
            thread.runs = runs

    def _crowded(self) -> bool:
        return sum(len(thread.runs) for thread in self._threads.values()) > self._limit


def _folded(
    keys: list[tuple[int, int]], totals: list[int], ends: set[int], least: int, other: int
) -> tuple[dict[tuple[int, int], int], list[int]]:
    """The tree without what has ``least`` samples or fewer, and where each node went."""
    nodes: dict[tuple[int, int], int] = {}
    places: list[int] = []
    kept: list[int] = []
    """For each node its own place, or that of what was kept above it."""
    for node, (parent, frame) in enumerate(keys):
        above = kept[parent] if parent >= 0 else -1
        if totals[node] > least and (parent < 0 or places[parent] == above):
            place = nodes.setdefault((above, frame), len(nodes))
            kept.append(place)
        else:
            place = above
            if parent < 0 or places[parent] != above or keys[parent][1] != other:
                place = nodes.setdefault((above, other), len(nodes))
            kept.append(above)
            if node in ends and frame != other:
                place = nodes.setdefault((place, frame), len(nodes))
        places.append(place)
    return nodes, places


def compact(profile: Mapping[str, Any]) -> dict[str, Any]:
    """What one py-spy wrote, in the form of :meth:`Compact.data`."""
    found = Compact()
    found.add(profile)
    return found.data()
