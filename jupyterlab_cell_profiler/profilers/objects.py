"""``objects``: how large variables are, with everything that they refer to, by pympler.

Sizes are those of pympler's ``asizeof``, for numpy, pandas, torch and Arrow with each piece
of memory counted once. The namespace is measured after the run, and its sizes before it, so
that what the run added is known. No code of a person runs but ``__sizeof__``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..document import Section
from .base import OptionError, Target
from .object_recording import ObjectRecording
from .object_sections import sections_of

tool = "pympler"
sections = ("totals", "objects")
exclusive = False

SECONDS = 5.0
LONGEST = 3600.0


def unavailable() -> str | None:
    """Why objects cannot be measured here, with the remedy; None when they can."""
    try:
        found = version("pympler")
    except PackageNotFoundError:
        found = None
    remedy = f'"{sys.executable}" -m pip install "pympler>=1.1"'
    if found is None:
        return f"The package pympler is not installed in this kernel. Run: {remedy}"
    if tuple(int(part) for part in found.split(".")[:2] if part.isdigit()) < (1, 1):
        return f"pympler {found} is too old, 1.1 is needed. Run: {remedy}"
    return None


def tool_version() -> str:
    return version("pympler")


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[ObjectRecording]:
    """Measure the namespace before and after what runs inside.

    Options: ``seconds`` that measuring after the run may take (5; before it two fifths of
    that; None for no bound), ``expression``, whose value is measured instead.

    Raises
    ------
    OptionError
        When an option has no such value.
    """
    recording = ObjectRecording(target, checked(options))
    try:
        recording.start()
        yield recording
    finally:
        recording.stop()


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with what stands for those that were not given.

    Raises
    ------
    OptionError
        When an option has a value that it cannot have.
    """
    expression, seconds = options.get("expression"), options.get("seconds", SECONDS)
    if expression is not None and not isinstance(expression, str):
        raise OptionError("The option expression of objects is text.")
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if seconds is not None and not (number and 0 < seconds <= LONGEST):
        raise OptionError(
            f"The option seconds of objects is a number above 0 up to {LONGEST:g}, not {seconds!r}."
        )
    return {"expression": expression, "seconds": seconds}


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals, and the tree of objects."""
    return sections_of(raw)
