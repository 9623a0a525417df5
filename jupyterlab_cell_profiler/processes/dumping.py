"""``py-spy dump`` of a process, from beside it."""

from __future__ import annotations

import json
import linecache
import sys
import time
from collections.abc import Mapping
from typing import Any

from ..document import now
from ..sampling import spy
from ..sampling.look import look_at
from .below import MOST, pids_below
from .cells import Known
from .errors import Refusal
from .listing import GONE, Processes
from .reading import read_dump

SECONDS = 20.0
"""Longer than any dump; native symbols of large libraries take a few."""
MOST_BYTES = 32_000_000
"""Of what py-spy says."""


def refusal(said: str, code: int, pid: int) -> Refusal:
    """What py-spy said, as a sentence with a remedy."""
    text = said.lower()
    if "no such process" in text or "check that the process is running" in text:
        return Refusal(404, GONE)
    if "failed to find python version" in text or "failed to find a python" in text:
        return Refusal(409, f"Process {pid} is not Python, or not one that py-spy finds in it.")
    if "unsupported version of python" in text or "version of python is not supported" in text:
        return Refusal(
            409,
            f"This py-spy does not know the Python of process {pid}. "
            f'A newer one may: "{sys.executable}" -m pip install --upgrade py-spy',
        )
    sentence = spy.refusal(said.partition("Stack backtrace")[0], code, f"process {pid}")
    if "permi" in text:
        sentence += f' Or in a terminal: sudo env "PATH=$PATH" py-spy dump --pid {pid}'
    return Refusal(409, sentence)


def threads_of(pid: int, options: Mapping[str, bool]) -> tuple[list[dict[str, Any]], list[str]]:
    """What ``py-spy dump`` says of each thread, and what could not be seen.

    Raises
    ------
    Refusal
        When the process cannot be looked into, with the reason.
    """
    began = time.monotonic()
    found = _look(pid, options)
    # With --json py-spy leaves the processes below out, without a word.
    below = pids_below(pid) if options.get("subprocesses") else []
    unseen, why = max(0, len(below) - MOST), f"only {MOST} are looked into"
    for child in below[:MOST]:
        try:
            if time.monotonic() - began > SECONDS:
                raise Refusal(409, "it takes too long")
            found += _look(child, options)
        except Refusal as reason:
            if reason.status != 404:
                unseen, why = unseen + 1, str(reason).rstrip(".")
    if not unseen:
        return found, []
    what = f"{unseen} process{'es' if unseen > 1 else ''} below it"
    return found, [f"{what} could not be looked into: {why}."]


def _look(pid: int, options: Mapping[str, bool]) -> list[dict[str, Any]]:
    reason = spy.impossible()
    if reason is not None:
        raise Refusal(409, reason)
    flags = [f"--{name}" for name in ("native", "locals") if options.get(name)]
    command = [str(spy.executable()), "dump", "--json", "--full-filenames", f"--pid={pid}", *flags]
    try:
        done = look_at(pid, command, SECONDS)
    except OSError as error:
        raise Refusal(409, f"No process could be started to look with: {error}") from None
    if done.exit is None:
        raise Refusal(409, f"py-spy did not answer within {SECONDS:.0f} s and was ended.")
    if done.exit:
        raise refusal(done.said, done.exit, pid)
    if len(done.out) > MOST_BYTES:
        raise Refusal(409, "The stacks of this process are too large to be shown.")
    try:
        threads: list[dict[str, Any]] = json.loads(done.out)
    except ValueError:
        raise Refusal(409, "py-spy said something that is no JSON.") from None
    return threads


def take_dump(
    processes: Processes, pid: int, cells: Mapping[str, Known], options: Mapping[str, bool]
) -> dict[str, Any]:
    """Where each thread of a process is now.

    Parameters
    ----------
    options : ``native``, ``locals``, ``subprocesses``

    Raises
    ------
    Refusal
        When it cannot be looked into, with the reason.
    """
    processes.own(pid)
    said, unseen = threads_of(pid, options)
    found = read_dump(said, pid, cells, name_of=processes.named, line_of=linecache.getline)
    found["notes"] += unseen
    return {"pid": pid, "taken": now(), "python": None, **found}
