"""Threads that wait for each other's locks, as far as one look can tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .waits import place_of

IDLE = {
    ("queue.py", "get"),
    ("queues.py", "get"),
    ("thread.py", "_worker"),
    ("pool.py", "worker"),
    ("pool.py", "_handle_tasks"),
    ("pool.py", "_handle_workers"),
    ("pool.py", "_handle_results"),
    ("process.py", "_process_worker"),
    ("selectors.py", "select"),
    ("base_events.py", "_run_once"),
}
"""Where workers of pools, and event loops, wait for something to do."""
WAITS = {("threading.py", name) for name in ("wait", "join", "_wait_for_tstate_lock")}
ACQUIRES = {
    ("threading.py", "acquire"),
    ("threading.py", "__enter__"),
    ("synchronize.py", "__enter__"),
    ("synchronize.py", "acquire"),
}
ACQUIRE_LINE = re.compile(r"\.acquire\(|^\s*with\b")
NO_ACQUIRE_LINE = re.compile(r"\.(join|wait|get|put|result|recv|map)\(")
NEAR = 5
SHOWN = 8
LIBRARY = (
    "threading.py",
    "queue.py",
    "synchronize.py",
    "queues.py",
    "connection.py",
    "selectors.py",
)


def deadlock_notes(processes: Sequence[Mapping[str, Any]], lines: Mapping[int, str]) -> list[str]:
    """A sentence for each process in which two threads or more wait to get a lock and nobody
    is there who could give one back; or one for several processes together.

    Parameters
    ----------
    processes : of a dump of ours
    lines : by thread id the source line of its innermost Python frame, where it is known
    """
    notes = []
    for process in processes:
        note = _note([("", thread) for thread in process["threads"]], lines)
        if note is not None:
            notes.append(note)
    if not notes and len(processes) > 1:
        every = [
            (f"process {process['pid']}: ", thread)
            for process in processes
            for thread in process["threads"]
        ]
        note = _note(every, lines)
        if note is not None:
            notes.append(note)
    return notes


def _note(threads: list[tuple[str, Mapping[str, Any]]], lines: Mapping[int, str]) -> str | None:
    stuck = []
    for label, thread in threads:
        if is_idle(thread):
            continue
        if thread["waits"] == "lock":
            if acquires(thread, lines.get(thread["id"], "")):
                stuck.append((label, thread))
        elif thread["waits"] != "other" or thread["active"]:
            return None  # It may give back what the others wait for.
    if len(stuck) < 2:
        return None
    names = " and ".join(_name(label, thread) for label, thread in stuck[:SHOWN])
    places = "; ".join(_place(label, thread) for label, thread in stuck[:SHOWN])
    verb = "both wait" if len(stuck) == 2 else "all wait"
    return f"{names} {verb} for a lock and no thread runs, which may be a deadlock: {places}."


def is_idle(thread: Mapping[str, Any]) -> bool:
    """Whether a thread waits for work, and holds nothing."""
    if not thread["frames"]:
        return not thread["active"]  # The main thread of a kernel in which no cell runs.
    for frame in thread["frames"]:
        place = place_of(frame)
        if place in IDLE:
            return True
        if place[0] not in LIBRARY and not frame.get("native"):
            break
    return False


def acquires(thread: Mapping[str, Any], line: str) -> bool:
    """Whether a thread that waits for a lock wants to get it, and does not wait for a thread to
    end or for news."""
    places = [place_of(frame) for frame in thread["frames"][:NEAR] if not frame.get("native")]
    for place in places:
        if place in ACQUIRES:
            return True
        if place in WAITS:
            # A semaphore waits for news of itself.
            continue
        break
    if places and places[0] in WAITS:
        return False
    return bool(ACQUIRE_LINE.search(line)) and not NO_ACQUIRE_LINE.search(line)


def _name(label: str, thread: Mapping[str, Any]) -> str:
    return f"{label}{thread['name'] or thread['id']}"


def _place(label: str, thread: Mapping[str, Any]) -> str:
    # The lines of threading.py are no help: the first frame outside of it is.
    frame = next(
        (f for f in thread["frames"] if not f.get("native") and not f["file"].endswith(LIBRARY)),
        None,
    )
    where = f" in {frame['file']}, line {frame['line']}" if frame else ""
    return _name(label, thread) + where
