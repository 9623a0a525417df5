"""``functions``: exact calls and times of each function, and who called it, by cProfile.

Counts are those of cProfile: ``calls`` with the recursive ones, ``primitive_calls``
without; a generator or a coroutine counts once for each time that it is resumed. Times
are in seconds: ``self_time`` in the body of a function, ``total_time`` with all that it
called (a recursive function once).
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from ..document import Section
from .base import Target
from .function_recording import FunctionRecording
from .function_sections import calls_section

tool = "cProfile"
sections = ("calls",)
exclusive = True


def unavailable() -> str | None:
    """Why functions cannot be profiled here, with the remedy; None when they can."""
    if find_spec("_lsprof") is None or find_spec("cProfile") is None:
        return (
            f"This Python ({sys.executable}, {platform.python_implementation()}) was built "
            "without cProfile. Use the stacks of another profiler, or a CPython kernel."
        )
    return None


def tool_version() -> str:
    """cProfile has the version of its Python."""
    return platform.python_version()


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[FunctionRecording]:
    """Count and time the calls of what runs inside. It has no options."""
    recording = FunctionRecording(target)
    try:
        yield recording
    finally:
        recording.stop()
        recording.collect()


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """One ``calls`` section; none when no code ran."""
    return [calls_section(raw, target)] if raw.get("functions") else []
