"""From what ``py-spy dump --json`` says to a dump for the reader. Pure.

Frames are innermost first. What is above a cell, and threads of the kernel, are left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .cells import Known, hash_of
from .waits import deadlock_note, waits_of

THREADS = 500
DEPTH = 500
"""Frames of a thread; of a deeper stack the innermost and outermost ones are kept."""
LOCALS = 100
VALUE = 200
"""Characters of a local variable's value."""
KERNEL = ("/ipykernel/", "/zmq/", "/IPython/core/history.py", "/ipykernel_launcher.py")
IDLE = "The kernel is idle: no cell runs."


def read_dump(
    said: Sequence[Mapping[str, Any]],
    pid: int,
    cells: Mapping[str, Known],
    *,
    name_of: Callable[[int], tuple[str, int | None]],
    line_of: Callable[[str, int], str] = lambda file, line: "",
    key_of: Callable[[str], str | None] = hash_of,
) -> dict[str, Any]:
    """``processes`` and ``notes`` of a dump.

    Parameters
    ----------
    said : threads, as py-spy writes them
    pid : of the process that was asked for
    cells : known cells by the hash of their source, or what ``key_of`` gives
    name_of : name and parent of a process
    line_of : text of a source line, "" when it is not known
    key_of : what a cell's file name is known by; None when it is no cell's
    """
    processes: dict[int, list[dict[str, Any]]] = {pid: []}
    notes: list[str] = []
    if len(said) > THREADS:
        notes.append(f"There are {len(said)} threads; the first {THREADS} are shown.")
    for thread in said[:THREADS]:
        owner = int(thread.get("pid") or pid)
        found = _thread(thread, cells, line_of, key_of)
        if found is None:
            continue
        if not found["frames"] and IDLE not in notes:
            notes.append(IDLE)
        processes.setdefault(owner, []).append(found)
    shown = []
    for owner, threads in processes.items():
        name, parent = name_of(owner)
        shown.append({"pid": owner, "name": name, "parent": parent, "threads": threads})
        note = deadlock_note(threads)
        if note is not None:
            notes.append(note)
    return {"processes": shown, "notes": notes}


def _thread(
    thread: Mapping[str, Any],
    cells: Mapping[str, Known],
    line_of: Callable[[str, int], str],
    key_of: Callable[[str], str | None],
) -> dict[str, Any] | None:
    frames = list(thread.get("frames") or ())
    files = [str(frame.get("filename") or "").replace("\\", "/") for frame in frames]
    of_cell = [i for i, file in enumerate(files) if key_of(file)]
    python = next((i for i, file in enumerate(files) if file.endswith(".py")), None)
    line = ""
    if python is not None:
        line = line_of(files[python], int(frames[python].get("line") or 0))
    waits = waits_of(thread, line)
    if of_cell:
        frames = frames[: of_cell[-1] + 1]
    elif any(part in file for file in files for part in KERNEL):
        if thread.get("thread_name") != "MainThread":
            return None
        frames = []
    if len(frames) > DEPTH:
        frames = [*frames[: DEPTH // 2], *frames[-DEPTH // 2 :]]
    return {
        "id": int(thread.get("os_thread_id") or thread.get("thread_id") or 0),
        "name": str(thread.get("thread_name") or "")[:VALUE],
        "gil": bool(thread.get("owns_gil")),
        "active": bool(thread.get("active")),
        "waits": waits,
        "frames": [_frame(frame, cells, key_of) for frame in frames],
    }


def _frame(
    frame: Mapping[str, Any],
    cells: Mapping[str, Known],
    key_of: Callable[[str], str | None],
) -> dict[str, Any]:
    file, line = str(frame.get("filename") or ""), int(frame.get("line") or 0)
    found: dict[str, Any] = {"name": str(frame.get("name") or "")[:VALUE]}
    key = key_of(file)
    if key is not None:
        known = cells.get(key)
        found["file"] = known.name if known else "a cell"
        found["line"] = line + (known.offset if known else 0)
        if known is not None and known.id is not None:
            found["cellId"] = known.id
    else:
        found |= {"file": shown_path(file), "line": line}
        if not file.endswith((".py", ">")):
            found["native"] = True
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


def shown_path(file: str) -> str:
    """A path without the name of the home directory."""
    home = os.path.expanduser("~").rstrip(os.sep) + os.sep
    return ("~/" + file[len(home) :] if file.startswith(home) else file).replace(os.sep, "/")
