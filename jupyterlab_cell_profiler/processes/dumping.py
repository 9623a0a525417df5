"""``py-spy dump`` of a process, from beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..document import now
from ..sampling import spy
from ..sampling.stacks import wake
from .bounded import TooLate, TooMuch, run_bounded
from .cells import Known
from .errors import Refusal
from .listing import Processes
from .reading import read_dump
from .refusals import refusal
from .sources import source_line
from .system_calls import waiting_in
from .versions import python_of

OPTIONS = ("native", "locals", "subprocesses")
SECONDS = 20.0
"""Longer than any dump; native symbols of large libraries take a few."""
MOST_BYTES = 32_000_000
"""Of what py-spy says."""


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
    reason = spy.impossible()
    if reason is not None:
        raise Refusal(409, reason)
    flags = [f"--{name}" for name in OPTIONS if options.get(name)]
    command = [str(spy.executable()), "dump", "--json", "--full-filenames", f"--pid={pid}", *flags]
    try:
        done = run_bounded(command, SECONDS, MOST_BYTES)
    except TooLate:
        # It was killed, maybe while it held the process.
        wake(pid)
        raise Refusal(409, f"py-spy did not answer within {SECONDS:.0f} s and was ended.") from None
    except TooMuch:
        wake(pid)
        raise Refusal(409, "The stacks of this process are too large to be shown.") from None
    if done.code:
        raise refusal(done.complaints, done.code, pid)
    try:
        said = json.loads(done.output)
    except ValueError:
        raise Refusal(409, "py-spy said something that is no JSON.") from None
    found = read_dump(
        said,
        pid,
        cells,
        name_of=processes.named,
        line_of=source_line,
        call_of=waiting_in,
        kernel=kernel,
    )
    return {"pid": pid, "taken": now(), "python": python_of(pid), **found}
