"""Code of cells that awaits: it is on no stack, and only its own process can find it.

Asked in another thread than that of the event loop, while the interpreter lock is held.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterator
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

TASKS = 100
DEPTH = 200
KERNEL = ("/ipykernel/", "/IPython/core/interactiveshell.py")


@dataclass(frozen=True)
class Place:
    """Where a coroutine awaits."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Awaiting:
    """A task of an event loop that code of a cell takes part in."""

    name: str
    is_cell: bool
    """Whether it is the run of a cell, and not a task that a cell started."""
    places: list[Place]
    """Innermost first; the outermost one is of a cell."""

    @property
    def waits(self) -> str:
        """For what, in the words of a dump."""
        inner = self.places[0]
        file = inner.file.replace("\\", "/")
        if file.endswith("asyncio/tasks.py") and inner.name == "sleep":
            return "sleep"
        if file.endswith(("asyncio/locks.py", "asyncio/queues.py")):
            return "lock"
        io = ("asyncio/streams.py", "asyncio/selector_events.py", "asyncio/subprocess.py")
        return "io" if file.endswith(io) else "other"


def loop_of(shell: Any) -> Any:
    """The event loop in which cells of the main thread run; None outside of ipykernel."""
    loop = getattr(getattr(shell, "kernel", None), "io_loop", None)
    return getattr(loop, "asyncio_loop", None)


def awaiting(loop: asyncio.AbstractEventLoop | None, cells: Container[str]) -> list[Awaiting]:
    """Tasks of a loop that await in code of cells.

    Parameters
    ----------
    cells : file names of cells' code
    """
    if loop is None or loop.is_closed():
        return []
    try:
        tasks = asyncio.all_tasks(loop)
    except RuntimeError:
        return []  # They changed all the time while they were counted.
    current = asyncio.current_task(loop)
    found = []
    for task in tasks:
        if task is not current and not task.done():
            one = _awaiting(task, cells)
            if one is not None:
                found.append(one)
    found.sort(key=lambda one: (not one.is_cell, len(one.name), one.name))
    return found[:TASKS]


def _awaiting(task: asyncio.Task[Any], cells: Container[str]) -> Awaiting | None:
    places = list(places_of(task.get_coro()))
    first = next((i for i, place in enumerate(places) if place.file in cells), None)
    if first is None:
        return None
    above = [place.file.replace("\\", "/") for place in places[:first]]
    is_cell = any(part in file for file in above for part in KERNEL)
    return Awaiting(task.get_name(), is_cell, places[first:][::-1])


def places_of(coroutine: Any) -> Iterator[Place]:
    """Where a coroutine and what it awaits are, outermost first."""
    for _ in range(DEPTH):
        for kind in ("cr", "gi", "ag"):
            frame: FrameType | None = getattr(coroutine, f"{kind}_frame", None)
            if frame is not None:
                break
        else:
            return
        code: CodeType = frame.f_code
        yield Place(getattr(code, "co_qualname", code.co_name), code.co_filename, frame.f_lineno)
        coroutine = getattr(coroutine, "gi_yieldfrom" if kind == "gi" else f"{kind}_await", None)
