"""Looks at one thread from inside, merged as they come. Pure.

A look says on which stack the time since the look before it was spent, in seconds that were
measured. What comes out has the shape of what py-spy saw (``stack_samples``): equal stacks
are one node of a tree, equal looks in a row one run. Ticks are microseconds here, and a run
has a fourth number: how many looks it is.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

from ..sampling.runs import Run, append, within_stretches
from .stack_samples import BUILT_IN, Frame
from .stack_tree import OTHER

TICK = 1e-6
"""Seconds."""
RUNS = 40_000
"""Runs kept in the order of time; beyond it looks are ordered within stretches only."""
NODES = 50_000
"""Nodes of the tree; from then on what is new in a stack is "(other)" and its last frame."""
STRETCH = 100_000
"""Ticks of the first stretches."""


class Looks:
    """All looks so far, in bounded memory however long they go on.

    Parameters
    ----------
    limit : runs kept at most (as far as there are not more different stacks)
    nodes : nodes of the tree, about
    """

    def __init__(self, limit: int = RUNS, nodes: int = NODES) -> None:
        self.count = 0
        self._limit = limit
        self._most = nodes
        self._seconds = 0.0
        self._frames: dict[Frame, int] = {}
        self._nodes: dict[tuple[int, int], int] = {}
        self._runs: list[Run] = []
        self._stretch = STRETCH

    def add(self, stack: list[Frame], seconds: float) -> None:
        """A look at a stack, outermost frame first, and the time that it stands for."""
        frames, nodes, at = self._frames, self._nodes, -1
        for frame in stack:
            key = (at, frames.setdefault(frame, len(frames)))
            if len(nodes) >= self._most and key not in nodes:
                for last in (OTHER, stack[-1]):
                    key = (at, frames.setdefault(last, len(frames)))
                    at = nodes.setdefault(key, len(nodes))
                break
            at = nodes.setdefault(key, len(nodes))
        begin = round(self._seconds / TICK)
        self._seconds += seconds
        append(self._runs, (begin, round(self._seconds / TICK) - begin, at, 1))
        self.count += 1
        while len(self._runs) > self._limit:
            self._runs = within_stretches(self._runs, self._stretch)
            if self._stretch > self._seconds / TICK:
                break
            self._stretch *= 4

    def data(self, thread: str) -> dict[str, Any]:
        """JSON, as ``sampling.compact.Compact.data`` has it, of a thread of that name."""
        return {
            "frames": [list(frame) for frame in self._frames],
            "nodes": {
                "parent": [parent for parent, _ in self._nodes],
                "frame": [frame for _, frame in self._nodes],
            },
            "threads": [
                {"name": thread, "looks": self.count, "runs": [list(run) for run in self._runs]}
            ],
        }


def stack_of(frame: FrameType | None, event: str, arg: Any) -> list[Frame]:
    """The stack that the time before an event of ``sys.setprofile`` belongs to, outermost
    frame first: until a call it was the caller's, until a built-in function returned it was
    that function's."""
    stack: list[Frame] = []
    if event == "call" and frame is not None:
        frame = frame.f_back
    elif event in ("c_return", "c_exception"):
        stack.append((str(getattr(arg, "__qualname__", "(built-in)")), BUILT_IN, 0))
    while frame is not None:
        code = frame.f_code
        name = getattr(code, "co_qualname", code.co_name)  # From CPython 3.11 on.
        stack.append((name, code.co_filename, frame.f_lineno or 0))
        frame = frame.f_back
    stack.reverse()
    return stack
