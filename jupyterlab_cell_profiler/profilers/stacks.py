"""``stacks``: call stacks, sampled from outside by py-spy, or else by pyinstrument.

py-spy is another process that stops this one for a moment, about a hundred times a second,
and reads its stacks. Nothing is installed in the interpreter, so code runs at its own speed
between samples. Times are estimates: the share of the samples in which a line was on the
stack, times the time of the recording. Threads that wait are sampled, too (``idle``), so
that a cell that sleeps or reads shows where.

Where py-spy may not look into this process, pyinstrument does it from inside
(``stack_inside``), and the profile says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..document import Section
from ..sampling import spy
from .base import OptionError, Target
from .stack_inside import missing
from .stack_recording import INSTEAD, StackRecording
from .stack_sections import sections_of

tool = "py-spy"
sections = ("stacks", "lines")
exclusive = False

RATE = 100
"""Samples a second."""
FASTEST = 1000
FLAGS = {"idle": True, "native": False, "gil": False, "subprocesses": False}
"""Options that are on or off, and what they are when nothing is said."""


def unavailable() -> str | None:
    """Why stacks cannot be sampled here, with the remedy; None when they can."""
    reason, neither = spy.impossible(), missing()
    return f"{reason} {neither} {INSTEAD}" if reason and neither else None


def tool_version() -> str:
    """Of the package; empty where only the program is there."""
    try:
        return version("py-spy")
    except PackageNotFoundError:
        return ""


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[StackRecording]:
    """Sample the stacks of what runs inside.

    Options: ``rate`` (samples a second, 1 to 1000; 100), ``idle`` (also threads that wait;
    True), ``native`` (also functions of C extensions, costs more; False), ``gil`` (only the
    thread that holds the interpreter lock; False), ``subprocesses`` (also Python processes
    that the cell starts; False).

    Raises
    ------
    OptionError
        When an option has no such value, or nothing can look into this process.
    """
    recording = StackRecording(target, checked(options))
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
    rate = options.get("rate", RATE)
    if isinstance(rate, bool) or not isinstance(rate, int) or not 1 <= rate <= FASTEST:
        raise OptionError(
            f"The rate of stacks is a whole number from 1 to {FASTEST} samples a second, "
            f"not {rate!r}."
        )
    found: dict[str, Any] = {"rate": rate}
    for name, usual in FLAGS.items():
        value = options.get(name, usual)
        if not isinstance(value, bool):
            raise OptionError(f"The option {name} of stacks is on or off, not {value!r}.")
        found[name] = value
    return found


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """One ``stacks`` section, and a ``lines`` section for each function with samples."""
    return sections_of(raw, target)
