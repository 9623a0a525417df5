"""The program of the helper process: one that samples stacks and memory of another.

It is told what to do by one JSON argument, says ``{"ready": …}`` on its output when it
looks, and its result when ``stop`` comes in. It ends when the process is gone that started
it: then its input is closed, or its parent another.
"""

from __future__ import annotations

import json
import os
import queue
import select
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from .stacks import Stacks

if TYPE_CHECKING:
    from .libraries import Libraries

PARENT_EVERY = 1.0
"""Seconds between two looks whether the parent lives: a child that the kernel forked may
keep our input open."""


def watch(task: dict[str, Any]) -> None:
    """Sample until ``stop`` comes in, or until nobody is there any more.

    Parameters
    ----------
    task : ``pid`` and ``what``, the process in words, ``folder`` for temporary files,
        ``stacks`` (by name, see :class:`Stacks`), ``memory``: None, or the options of
        ``memory.MemorySampler``, and ``progress``: None, or every how many seconds to say
        what came in the meantime; what stacks count is said as it comes; ``libraries``:
        whether to look in which library threads run; ``signals``: None, or a named pipe that
        tells of them
    """
    events: queue.Queue[Any] = queue.Queue()
    parent = os.getppid()
    stacks: list[Stacks] = []
    libraries: Libraries | None = None
    try:
        for name, one in task["stacks"].items():
            one["what"] = task["what"]
            stacks.append(Stacks(name, task["pid"], task["folder"], one, events))
        # What is loaded from here on is so while py-spy begins.
        memory = None
        if task["memory"] is not None:
            from .memory import MemorySampler

            memory = MemorySampler(task["pid"], without=os.getpid(), **task["memory"])
            memory.sample()
        threading.Thread(target=_read_input, args=(events,), daemon=True).start()
        signals = None
        if task.get("signals"):
            from .interrupts import Interrupts

            signals = Interrupts(task["pid"], task["signals"], events)
        if task.get("libraries"):
            from .libraries import Libraries

            libraries = Libraries(task["pid"])
        counting = any(one.get("count") for one in task["stacks"].values())
        announced = False
        parent_due = time.monotonic() + PARENT_EVERY
        progress = task.get("progress") if memory is not None else None
        progress_due = time.monotonic() + progress if progress else float("inf")
        while True:
            if not announced and all(one.settled or one.optional for one in stacks):
                announced = True
                say({"ready": {one.name: one.problem for one in stacks}})
            now = time.monotonic()
            if memory is not None and now >= memory.due:
                memory.sample()
            for one in stacks:
                if now >= one.due:
                    one.rotate()
                elif now >= one.cost_due:
                    one.look_at_cost()
            if signals is not None and now >= signals.due:
                signals.look()
            if libraries is not None and now >= libraries.due:
                libraries.look()
            if now >= parent_due:
                parent_due = now + PARENT_EVERY
                if os.getppid() != parent:
                    return
            if memory is not None and progress and announced and now >= progress_due:
                progress_due = now + progress
                if _has_room():
                    say({"progress": memory.progress()})
            due = min([parent_due, progress_due, *(min(one.due, one.cost_due) for one in stacks)])
            due = min(due, memory.due) if memory is not None else due
            due = min(due, signals.due) if signals is not None else due
            due = min(due, libraries.due) if libraries is not None else due
            try:
                what, *more = events.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                continue
            if what == "ready":
                more[0].ready()
            elif what == "ended":
                more[0].ended(more[1])
            elif what == "signal" and signals is not None:
                signals.came(*more)
            elif what == "counted":
                say({"progress": more[0]})
            elif what == "alone":
                # Whoever counts on shall know that nothing comes any more.
                if counting:
                    say({"progress": {"ended": more[1]}})
            elif what == "stop":
                break
            else:
                return
        if libraries is not None:
            libraries.close()
        if memory is not None:
            memory.sample(last=True)
        for one in stacks:
            one.ask_to_stop()
        say(
            {
                "result": {
                    "stacks": {
                        one.name: one.result() for one in stacks if one.began and not one.problem
                    },
                    "memory": memory.data() if memory is not None else None,
                    "libraries": libraries.data() if libraries is not None else None,
                }
            }
        )
    finally:
        if libraries is not None:
            libraries.close()
        for one in stacks:
            one.kill()
        import shutil

        shutil.rmtree(task["folder"], ignore_errors=True)


def _has_room() -> bool:
    """Whether a short line can be said without waiting: nobody may be reading, since code
    that holds the interpreter lock stops the kernel's reader. What it misses is kept."""
    try:
        return bool(select.select([], [sys.stdout], [], 0)[1])
    except (OSError, ValueError):
        return True  # Windows: select is for sockets there.


def _read_input(events: queue.Queue[Any]) -> None:
    for line in sys.stdin:
        events.put((line.strip(),))
    events.put(("gone",))


def say(value: dict[str, Any]) -> None:
    """One line of JSON on the output."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()
