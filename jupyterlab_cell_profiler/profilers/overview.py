"""``overview``: where time and memory go, in one run and from outside.

A helper process looks at this one: py-spy reads its stacks, psutil its memory. Nothing is
installed in the interpreter, so a cell runs at its own speed. A second py-spy looks more
seldom and deeper, to tell Python from native code, which is what costs most to find out.

Where py-spy may not look into this process, pyinstrument does it from inside
(``stack_inside``), and the profile says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..document import Section
from .base import OptionError, Target
from .overview_recording import OverviewRecording
from .overview_sections import sections_of

tool = "py-spy + psutil"
sections = ("totals", "lines", "stacks", "series")
exclusive = False

RATE = 20
"""Samples of the stacks a second."""
FASTEST = 1000


def unavailable() -> str | None:
    """None: what a machine refuses is left out of the overview, with the reason."""
    return None


def tool_version() -> str:
    """Of both; empty for what is not there."""
    return " + ".join(filter(None, map(_version, ("py-spy", "psutil"))))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[OverviewRecording]:
    """Watch what runs inside.

    Options: ``rate`` (samples of the stacks a second, 1 to 1000; 20) and ``native``
    (whether to tell Python from native code; True).

    Raises
    ------
    OptionError
        When an option has no such value.
    """
    recording = OverviewRecording(target, checked(options))
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
    rate, native = options.get("rate", RATE), options.get("native", True)
    if isinstance(rate, bool) or not isinstance(rate, int) or not 1 <= rate <= FASTEST:
        raise OptionError(
            f"The rate of overview is a whole number from 1 to {FASTEST} samples a second, "
            f"not {rate!r}."
        )
    if not isinstance(native, bool):
        raise OptionError(f"The option native of overview is on or off, not {native!r}.")
    return {"rate": rate, "native": native}


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals of memory and counters, lines, stacks, and memory by time."""
    return sections_of(raw, target)
