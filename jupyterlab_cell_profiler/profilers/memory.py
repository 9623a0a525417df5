"""``memory``: how much, and when.

The peak is the kernel's own high-water mark where that can be set back (Linux), so that
nothing is missed between two samples. The timeline is sampled by a helper process: code
that holds the interpreter lock does not blind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from ..document import Section
from .base import OptionError, Target
from .memory_marks import marks_of
from .memory_recording import MemoryRecording
from .memory_sections import limit_totals, memory_totals, repeat_totals, series_sections

tool = "psutil"
sections = ("totals", "series")
exclusive = False

INTERVAL = 0.01
"""Seconds between two samples."""
SHORTEST, LONGEST = 0.001, 60.0
UNIQUE = ("uss", "pss")
FLAGS = {"children": True, "gpu": None}


def unavailable() -> str | None:
    """None: psutil is always there, and it works on all systems."""
    return None


def tool_version() -> str:
    return version("psutil")


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[MemoryRecording]:
    """Watch the memory of what runs inside.

    Options: ``interval`` (seconds between two samples, 0.001 to 60; 0.01), ``children``
    (also child processes; True), ``gpu`` (GPUs of NVIDIA; when nothing is said where there are
    any),
    ``unique`` (``"uss"``: what only this process holds, or ``"pss"``: with its share of
    what several hold; sampled as well, more seldom since it costs more; None), ``repeat``
    (how often a statement runs; 1).

    Raises
    ------
    OptionError
        When an option has no such value.
    """
    recording = MemoryRecording(target, checked(options))
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
    interval = options.get("interval", INTERVAL)
    usual = not isinstance(interval, bool) and isinstance(interval, int | float)
    if not usual or not SHORTEST <= interval <= LONGEST:
        raise OptionError(
            f"The interval of memory is {SHORTEST} to {LONGEST:.0f} seconds, not {interval!r}."
        )
    unique = options.get("unique")
    if unique is not None and unique not in UNIQUE:
        raise OptionError(f"The option unique of memory is uss or pss, not {unique!r}.")
    repeat = options.get("repeat", 1)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or repeat < 1:
        raise OptionError(f"A statement runs once or more often, not {repeat!r} times.")
    found: dict[str, Any] = {"interval": float(interval), "unique": unique, "repeat": repeat}
    for name, value in FLAGS.items():
        given = options.get(name, value)
        if given is not value and not isinstance(given, bool):
            raise OptionError(f"The option {name} of memory is on or off, not {given!r}.")
        found[name] = given
    return found


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals, and memory by time with the lines that ran."""
    if not raw or raw["peak"] is None:
        return []
    found: list[Section] = [memory_totals(raw["peak"], raw["memory"])]
    if raw["repeat"] > 1:
        found.append(repeat_totals(raw["runs"]))
    if raw["memory"] is not None:
        marks = marks_of(raw["statements"], raw["peak"]["started"])
        found.append(limit_totals(raw["memory"]))
        found += series_sections(raw["memory"], raw["peak"], raw["statements"], marks)
    return found
