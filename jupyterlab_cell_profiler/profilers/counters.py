"""``counters``: what the machine did.

getrusage and /proc tell what the system did for this process; where ``perf`` is there, it is
attached for the run and reads the processor's own counters: of all threads of the kernel, only
while code of the user runs. What a machine refuses is in the profile with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..document import Section
from .base import OptionError, Target
from .counter_events import checked_events
from .counter_recording import CounterRecording
from .counter_sections import sections_of

tool = "getrusage"
sections = ("totals",)
exclusive = False
late = True
"""Started after the others: perf counts the child processes that begin once it is attached, and
theirs are not the cell's."""

MOST_RUNS = 1000


def unavailable() -> str | None:
    """None: there is always something to count, and the rest says why it is missing."""
    return None


def tool_version() -> str:
    """Empty: it is the system's own."""
    return ""


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[CounterRecording]:
    """Count what runs inside.

    Options: ``events`` (names of ``perf list``, as a list or as text with commas; those of
    ``counter_events.DEFAULT``), ``repeat`` (how often a statement runs; 1).

    Raises
    ------
    OptionError
        When an option has no such value, or perf knows no such event.
    """
    recording = CounterRecording(checked(options))
    try:
        recording.start()
        yield recording
    finally:
        recording.stop()
        recording.collect()


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with what stands for those that were not given.

    Raises
    ------
    OptionError
        When an option has a value that it cannot have.
    """
    try:
        events = checked_events(options.get("events"))
    except ValueError as error:
        raise OptionError(str(error)) from error
    repeat = options.get("repeat", 1)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= MOST_RUNS:
        raise OptionError(f"A statement runs 1 to {MOST_RUNS} times, not {repeat!r} times.")
    return {"events": events, "repeat": repeat}


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals of what was counted, and of each run where there were several."""
    return sections_of(raw)
