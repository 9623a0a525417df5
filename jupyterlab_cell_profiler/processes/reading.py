"""From what ``py-spy dump --json`` says to a dump for the reader. Pure.

Frames are innermost first. What is above a cell, and threads of a kernel's own, are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..sampling.own_stacks import is_launched, start_of
from .cells import Known
from .deadlocks import deadlock_notes
from .nested import in_its_cell
from .places import line_in, place_of
from .waits import innermost, waits_of

THREADS = 500
DEPTH = 500
"""Frames of a thread; of a deeper stack the innermost and outermost ones are kept."""
LOCALS = 100
VALUE = 200
"""Characters of a local variable's value."""
IDLE = "The kernel is idle: no cell runs."


def kernels_in(said: Sequence[Mapping[str, Any]], pid: int) -> set[int]:
    """Processes that are kernels, told from their main threads.

    Parameters
    ----------
    said, pid : as :func:`read_dump` has them
    """
    return {int(one.get("pid") or pid) for one in said if is_launched(_outermost_first(one))}


def read_dump(
    said: Sequence[Mapping[str, Any]],
    pid: int,
    cells: Mapping[str, Known],
    *,
    name_of: Callable[[int], tuple[str, int | None]],
    line_of: Callable[[str, int], str] = lambda file, line: "",
    call_of: Callable[[int, int], str | None] = lambda pid, thread: None,
    kernel: bool = False,
) -> dict[str, Any]:
    """``processes`` and ``notes`` of a dump.

    Parameters
    ----------
    said : threads, as py-spy writes them
    pid : of the process that was asked for
    cells : known cells by the hash of their source
    name_of : name and parent of a process
    line_of : text of a source line of a file, "" when it is not known
    call_of : which system call a thread of a process waits in, see ``system_calls``
    kernel : whether the process is known to be a kernel; else its frames tell
    """
    processes: dict[int, list[dict[str, Any]]] = {pid: []}
    notes: list[str] = []
    lines: dict[int, str] = {}
    if len(said) > THREADS:
        notes.append(f"There are {len(said)} threads; the first {THREADS} are shown.")
    kernels = kernels_in(said, pid)
    if kernel:
        kernels.add(pid)
    for thread in said[:THREADS]:
        owner = int(thread.get("pid") or pid)
        id = int(thread.get("os_thread_id") or thread.get("thread_id") or 0)
        # py-spy reads names from threading, which a program need not have imported; Linux
        # numbers the first thread of a process as the process.
        name = str(thread.get("thread_name") or ("MainThread" if id == owner else ""))[:VALUE]
        frames = in_its_cell(thread.get("frames") or ())
        line = _line(frames, cells, line_of)
        waits = waits_of(thread, line, call_of(owner, id))
        processes.setdefault(owner, [])
        if owner in kernels:
            start = start_of(_outermost_first(thread))
            if start is None:
                if name != "MainThread":
                    continue
                notes += [] if IDLE in notes else [IDLE]
                frames = []
            else:
                frames = frames[: len(frames) - start]
        lines[id] = line
        processes[owner].append(
            {
                "id": id,
                "name": name,
                "gil": bool(thread.get("owns_gil")),
                "active": bool(thread.get("active")),
                "waits": waits,
                "frames": [_frame(frame, cells) for frame in _middle_out(frames)],
            }
        )
    shown = []
    for owner, threads in processes.items():
        called, parent = name_of(owner)
        shown.append({"pid": owner, "name": called, "parent": parent, "threads": threads})
    return {"processes": shown, "notes": deadlock_notes(shown, lines) + notes}


def _outermost_first(thread: Mapping[str, Any]) -> list[tuple[str, str]]:
    frames = thread.get("frames") or ()
    return [(str(f.get("name")), str(f.get("filename") or "")) for f in reversed(frames)]


def _line(
    frames: list[Mapping[str, Any]],
    cells: Mapping[str, Known],
    line_of: Callable[[str, int], str],
) -> str:
    """The source of the innermost Python frame, "" when it is not known."""
    frame = innermost(frames)
    if frame is None:
        return ""
    file, line = str(frame.get("filename") or ""), int(frame.get("line") or 0)
    known = line_in(file, line, cells)
    return line_of(file, line) if known is None else known


def _middle_out(frames: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if len(frames) <= DEPTH:
        return frames
    return [*frames[: DEPTH // 2], *frames[-DEPTH // 2 :]]


def _frame(frame: Mapping[str, Any], cells: Mapping[str, Known]) -> dict[str, Any]:
    file, line = str(frame.get("filename") or ""), int(frame.get("line") or 0)
    found: dict[str, Any] = {"name": str(frame.get("name") or "")[:VALUE]}
    found |= place_of(file, line, cells)
    if frame.get("locals"):
        found["locals"] = [
            {
                "name": str(one.get("name"))[:VALUE],
                "value": str(one.get("repr") or "")[:VALUE],
                "argument": bool(one.get("arg")),
            }
            for one in frame["locals"][:LOCALS]
        ]
    return found
