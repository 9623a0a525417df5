"""Python processes below one, for a look at all of them."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 32
OURS = "jupyterlab_cell_profiler.sampling"
NOBODYS = (OURS, "multiprocessing.resource_tracker")
"""Part of the command line of helpers, which nobody wants to look into."""


def is_wanted(command: Sequence[str], name: str = "") -> bool:
    """Whether a process is Python and no helper. Pure."""
    program = command[0] if command else ""
    if "python" not in (name + program).lower():
        return False
    return not any(part in word for word in command for part in NOBODYS)


def pids_below(pid: int) -> list[int]:
    """The Python processes that a process has started, and those that they have."""
    import psutil

    found = []
    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    for process in below:
        try:
            if is_wanted(process.cmdline(), process.name()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found
