"""A dump as text, for who has no front end, and to be copied. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WAITS = {
    "lock": "waits for a lock",
    "sleep": "sleeps",
    "io": "waits for input or output",
    "other": "waits",
}
SECRETS = "Values of variables may hold passwords and other secrets: look before you share this."


def text_of(dump: Mapping[str, Any]) -> str:
    """All of it: what is remarkable, then the stacks of each thread, innermost frame first.

    Parameters
    ----------
    dump : as docs/processes.md has it
    """
    return "\n".join(_lines(dump)) + "\n"


def _lines(dump: Mapping[str, Any]) -> Iterator[str]:
    has_locals = any(
        frame.get("locals")
        for process in dump["processes"]
        for thread in process["threads"]
        for frame in thread["frames"]
    )
    for note in [*dump["notes"], *([SECRETS] if has_locals else [])]:
        yield note
        yield ""
    for number, process in enumerate(dump["processes"]):
        if number:
            yield ""
        yield _process(process, dump)
        for thread in process["threads"]:
            yield ""
            name = thread["name"] or f"Thread {thread['id']}"
            yield f"  {name}, {state_of(thread)}"
            for frame in thread["frames"]:
                yield f"    {frame['name']}   {frame['file']}, line {frame['line']}"
                for one in frame.get("locals") or ():
                    yield f"        {one['name']} = {_one_line(one['value'])}"
        if not process["threads"]:
            yield "  No thread runs code of yours."


def _process(process: Mapping[str, Any], dump: Mapping[str, Any]) -> str:
    words = f"{process['name']} (PID {process['pid']})"
    if process["pid"] == dump["pid"]:
        return words + (f", Python {dump['python']}" if dump.get("python") else "")
    return words + f", started by PID {process['parent']}" if process.get("parent") else words


def state_of(thread: Mapping[str, Any]) -> str:
    """What a thread does, in words."""
    if thread["gil"]:
        return "runs and holds the interpreter lock (GIL)"
    waits = thread["waits"]
    if waits is None:
        return "runs"
    return WAITS.get(waits, "waits")


def _one_line(value: str) -> str:
    return " ".join(value.split())
