"""``py-spy dump`` of a process, from beside it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..document import now
from ..sampling import spy
from ..sampling.look import Said, TooLate, TooMuch, look_at
from .cells import Known
from .errors import Refusal
from .listing import Processes, is_ours, is_own
from .reading import read_dump
from .refusals import NOT_PYTHON, impossible, refusal
from .sources import source_line
from .system_calls import all_waiting_in
from .versions import python_of

OPTIONS = ("native", "locals", "subprocesses")
SECONDS = 20.0
"""Longer than any dump; native symbols of large libraries take a few."""
MOST_BYTES = 32_000_000
"""Of what py-spy says."""
TRIES = 3
"""Looks at a process that somebody else holds."""
CHILDREN = 64
"""Child processes that are looked into at most …"""
AT_A_TIME = 4
"""… and so many at the same time."""


def stacks_of(pid: int, options: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Threads of one process, as py-spy writes them.

    Raises
    ------
    Refusal
        When it cannot be looked into, with the reason.
    """
    done = _run(pid, [name for name in ("native", "locals") if options.get(name)])
    if done.code and "permi" in done.complaints.lower():
        # One at a time may hold a process, and a recording does so again and again. Without
        # holding it, a look may fail by chance; where the rights are missing it does always.
        for _ in range(TRIES):
            free = _run(pid, ["nonblocking", *(["locals"] if options.get("locals") else [])])
            if not free.code:
                done = free
                break
    if done.code:
        raise refusal(done.complaints, done.code, pid)
    try:
        said = json.loads(done.output)
    except (ValueError, RecursionError):
        raise Refusal(409, "py-spy said something that is no JSON.") from None
    return [thread for thread in said if isinstance(thread, dict)]


def _run(pid: int, flags: list[str]) -> Said:
    command = [str(spy.executable()), "dump", "--json", "--full-filenames", f"--pid={pid}"]
    try:
        return look_at(pid, [*command, *(f"--{flag}" for flag in flags)], SECONDS, MOST_BYTES)
    except TooLate:
        raise Refusal(409, f"py-spy did not answer within {SECONDS:.0f} s and was ended.") from None
    except TooMuch:
        raise Refusal(409, "The stacks of this process are too large to be shown.") from None
    except OSError as error:
        raise Refusal(409, f"No process can be started to look with: {error}.") from None


def stacks_of_all(
    pids: list[int], options: Mapping[str, bool]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The same of several processes, and a sentence when some cannot be looked into."""
    refused: list[str] = []

    # py-spy has --subprocesses for people only: with --json it leaves children out.
    def one(child: int) -> list[dict[str, Any]]:
        try:
            return stacks_of(child, options)
        except Refusal as reason:
            if reason.status != 404 and NOT_PYTHON not in str(reason):
                refused.append(str(reason))
            return []

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = list(pool.map(one, pids))
    threads = [thread for said in found for thread in said]
    if not refused:
        return threads, []
    many = f"{len(refused)} process{'es' if len(refused) > 1 else ''} below it"
    return threads, [f"{many} could not be looked into. {refused[0]}"]


def children_of(pid: int) -> list[int]:
    """All processes below one, nearest first, that are its user's and no helpers of ours."""
    import psutil

    found = []
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                words = child.cmdline()
                if not is_ours(words) and is_own(child):
                    found.append(child.pid)
    return found


Calls = dict[int, dict[int, str]]
"""What threads wait in (see ``system_calls``), by process and thread."""


def look_into(
    pid: int, options: Mapping[str, bool]
) -> tuple[list[dict[str, Any]], Calls, list[str]]:
    """Threads as py-spy writes them, what they wait in, and what could not be seen.

    Parameters
    ----------
    options : ``native``, ``locals``, ``subprocesses``

    Raises
    ------
    Refusal
        When the process cannot be looked into, with the reason.
    """
    children = children_of(pid)[:CHILDREN] if options.get("subprocesses") else []
    # Before py-spy stops them: what it interrupted begins anew and looks like another call.
    calls = {one: all_waiting_in(one) for one in (pid, *children)}
    said = stacks_of(pid, options)
    unseen: list[str] = []
    if children:
        more, unseen = stacks_of_all(children, options)
        said += more
    for one, known in calls.items():
        known |= {
            thread: call for thread, call in all_waiting_in(one).items() if thread not in known
        }
    return said, calls, unseen


def take_dump(
    processes: Processes,
    pid: int,
    cells: Mapping[str, Known],
    options: Mapping[str, bool],
    *,
    kernel: bool = False,
) -> dict[str, Any]:
    """Where each thread of a process is now.

    Parameters
    ----------
    cells : by the hash of their source
    options : ``native``, ``locals``, ``subprocesses``
    kernel : whether it is known to be a kernel

    Raises
    ------
    Refusal
        When it cannot be looked into, with the reason.
    """
    processes.own(pid)
    reason = impossible()
    if reason is not None:
        raise Refusal(409, reason)
    said, calls, unseen = look_into(pid, options)
    found = read_dump(
        said,
        pid,
        cells,
        name_of=processes.named,
        line_of=source_line,
        call_of=lambda owner, thread: calls.get(owner, {}).get(thread),
        kernel=kernel,
    )
    found["notes"] += unseen
    return {"pid": pid, "taken": now(), "python": python_of(pid), **found}
