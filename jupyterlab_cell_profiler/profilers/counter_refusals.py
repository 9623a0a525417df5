"""Why ``perf`` does not count, as a sentence with what to do about it.

Pure but for :func:`paranoid`, which asks the machine.
"""

from __future__ import annotations

from pathlib import Path

PARANOID = Path("/proc/sys/kernel/perf_event_paranoid")
NO_LINUX = (
    "perf is a program of Linux, and this system has no such counters for one process. "
    "Run the notebook on Linux to see them."
)
NOT_INSTALLED = (
    "The program perf is not installed where this kernel runs. On Debian it is in the package "
    "linux-perf, on Ubuntu in linux-tools-generic, on Fedora in perf."
)
HARDWARE = (
    "This machine does not let the processor’s own counters be read, as virtual machines and "
    "containers often do. Run it on the machine itself, or on a virtual one with a virtual PMU."
)
NOT_COUNTED = (
    "perf never got to count it: the processor has fewer counters than were asked for, or the "
    "run was too short. Ask for fewer events (--events), or let it run longer."
)
NOT_SEEN = (
    "It happens in the system’s own code, and only the program’s own was counted: the event ends "
    "in :u, or kernel.perf_event_paranoid allows no more. An administrator can set that to 1."
)
SYNTAX = "event syntax error: "
TRACE = "can't access trace events"
CAPABILITY = "In a container it needs the capability PERFMON: docker run --cap-add PERFMON."


def paranoid() -> int | None:
    """``kernel.perf_event_paranoid``; None where the kernel has no such counters."""
    try:
        return int(PARANOID.read_text())
    except (OSError, ValueError):
        return None


def refusal(said: str, code: int | None, level: int | None) -> str:
    """What perf said when it ended before it was ready, as a sentence with a remedy.

    Parameters
    ----------
    level : see :func:`paranoid`
    """
    text = said.lower()
    if "perf not found for kernel" in text:
        return (
            "The perf that is installed is not the one of this Linux kernel. Install the "
            "package linux-tools of that kernel’s version."
        )
    if "unknown option" in text:
        return "This perf is too old: it cannot be told when to count. Version 6.0 can."
    if TRACE in text:
        return (
            "Tracepoints (names with a colon) may only be counted by root here. Leave them out, or "
            "let an administrator open /sys/kernel/tracing."
        )
    if "function not implemented" in text or (level is None and code != 0):
        return f"This system keeps no such counters, or hides them from programs. {CAPABILITY}"
    if "is limited" in text or "not permitted" in text or "permission" in text:
        return _not_permitted(level)
    short = " ".join(line.strip() for line in said.splitlines() if line.strip())[:300]
    return f"perf could not count for this kernel: {short or f'it ended with status {code}'}"


def _not_permitted(level: int | None) -> str:
    if level is not None and level > 2:
        return (
            f"This machine lets nobody but root count (kernel.perf_event_paranoid is {level}). "
            f"An administrator can set it to 2, or to 1 for the system’s part as well. {CAPABILITY}"
        )
    return (
        f"perf may not count here (kernel.perf_event_paranoid is {level}). An administrator can "
        f"set it to 1. {CAPABILITY}"
    )


def unknown_event(said: str) -> str | None:
    """That perf does not know an event, as a sentence; None when it said something else."""
    lines = said.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        head, begin, quoted = line.partition(SYNTAX)
        if begin and TRACE not in below:
            event = _event_at(quoted, below.find("\\") - len(head + begin))
            return f"perf has no event {event!r}: 'perf list' names those of this machine."
    return None


def _event_at(quoted: str, index: int) -> str:
    """The event of a list in quotes that perf points at."""
    text = quoted.strip().strip("'")
    begin = text.rfind(",", 0, max(0, index - 1)) + 1
    return text[begin:].partition(",")[0]
