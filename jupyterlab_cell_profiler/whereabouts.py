"""Where this kernel is now: asked in a subshell, while a cell runs in the main thread.

py-spy looks from beside, as it does for the server; the kernel knows besides which cell a
file name stands for, and where a cell awaits.
"""

from __future__ import annotations

import json
import os
import platform
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .awaiting import Awaiting, awaiting
from .cells import Cells
from .document import now
from .processes.cells import Known, hash_of
from .processes.dumping import look_into
from .processes.errors import Refusal
from .processes.listing import Processes
from .processes.places import place_of
from .processes.reading import IDLE, kernels_in, read_dump
from .processes.sources import source_line
from .sampling import spy

OPTIONS = ("native", "locals", "subprocesses")
MAIN = "MainThread"
PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
FIRST_TASK = 2**31
"""Tasks have no number of a thread: theirs begin above all of those."""


def answer(request: str, cells: Cells, loop: Any) -> dict[str, Any]:
    """A dump for the front end, or ``{"problem", "status"}``."""
    try:
        value = json.loads(request)
        if not isinstance(value, dict):
            raise ValueError
        pairs = [(str(id), str(source)) for id, source in value.get("cells", [])]
    except (ValueError, TypeError):
        return {"problem": "The request cannot be read.", "status": 400}
    cells.introduce(pairs)
    options = {name: value.get(name) is True for name in OPTIONS}
    try:
        return dump_here(cells, options, loop)
    except Refusal as reason:
        return {"problem": str(reason), "status": reason.status}


def dump_here(cells: Cells, options: Mapping[str, bool], loop: Any) -> dict[str, Any]:
    """Where each thread of this process is, but for the one that asks and the kernel's own.

    Parameters
    ----------
    options : ``native``, ``locals``, ``subprocesses``
    loop : the event loop in which cells run; None where there is none

    Raises
    ------
    Refusal
        When nobody can look, with the reason.
    """
    reason = spy.impossible()
    if reason is not None:
        raise Refusal(409, reason)
    pid = os.getpid()
    said, calls, unseen = look_into(pid, options)
    # The thread that asks, which is left out, may be the one that tells.
    kernel = pid in kernels_in(said, pid)
    said = [thread for thread in said if not _is_ours(thread, cells)]
    files = [str(frame["filename"]) for thread in said for frame in thread["frames"]]
    found = read_dump(
        said,
        pid,
        known_cells(files, cells),
        name_of=Processes().named,
        line_of=source_line,
        call_of=lambda owner, thread: calls.get(owner, {}).get(thread),
        kernel=kernel,
    )
    found["notes"] += unseen
    (here,) = (one for one in found["processes"] if one["pid"] == pid)
    here["threads"].sort(key=lambda thread: thread["name"] != MAIN)
    if here["threads"] and here["threads"][0]["name"] == MAIN:
        _add_tasks(here["threads"], found["notes"], awaiting(loop, cells), cells)
    return {"pid": pid, "taken": now(), "python": platform.python_version(), **found}


def known_cells(files: Iterable[str], cells: Cells) -> dict[str, Known]:
    """Cells of files by the hash in their names."""
    return {
        number: Known(cell.cell_id, cell.offset, cell.source, cell.label)
        for file in dict.fromkeys(files)
        if (number := hash_of(file)) is not None and file in cells
        for cell in (cells[file],)
    }


def _is_ours(thread: Mapping[str, Any], cells: Cells) -> bool:
    """Whether it is the thread that asks, or one of a sampler of ours."""
    if thread["pid"] != os.getpid():
        return False
    if thread.get("os_thread_id") == threading.get_native_id():
        return True
    if thread.get("thread_name") == MAIN:
        return False  # A profiler is being started, or its profile made.
    files = [str(frame["filename"]) for frame in thread["frames"]]
    return any(file.startswith(PACKAGE) for file in files) and not any(f in cells for f in files)


def _add_tasks(
    threads: list[dict[str, Any]], notes: list[str], tasks: Sequence[Awaiting], cells: Cells
) -> None:
    """A cell that awaits stands for the main thread, which only waits for events then; tasks
    that cells started come below."""
    main = threads[0]
    known = known_cells((place.file for task in tasks for place in task.places), cells)
    for number, task in enumerate(tasks):
        seen = {
            "waits": task.waits,
            "frames": [
                {"name": place.name, **place_of(place.file, place.line, known)}
                for place in task.places
            ],
        }
        if task.is_cell and not main["frames"]:
            main |= {"active": False, **seen}
            if IDLE in notes:
                notes.remove(IDLE)
            continue
        threads.append(
            {
                "id": FIRST_TASK + number,
                "name": f"{task.name} (awaits)",
                "gil": False,
                "active": False,
                **seen,
            }
        )
