"""``memory_lines``: which lines hold the memory, by memray.

memray sees every allocation of the process while the cell runs, also those of compiled
libraries, and which Python frames were on the stack. A line's memory is what it allocated
itself or had libraries allocate; what functions of the user's own allocate stands at their
lines, and once more in the column that has the calls.

Where memray does not exist (Windows), memory_profiler takes over: it looks at the resident
memory after every line of Python functions, which costs very much more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from ..document import Section
from .base import OptionError, Target
from .memory_line_fallback import FallbackRecording, fallback_sections
from .memory_line_recording import MemoryLineRecording
from .memory_line_sections import sections_of

tool = "memray"
sections = ("totals", "lines", "stacks", "series")
exclusive = True

FLAGS = ("native", "python_allocators")
"""Options that are on or off; both are off when nothing is said."""


def unavailable() -> str | None:
    """Why memory of lines cannot be profiled here, with the remedy; None when it can."""
    if find_spec("memray") is None and find_spec("memory_profiler") is None:
        package = "memory_profiler" if sys.platform == "win32" else "memray"
        return (
            f"The package {package} is not installed in this kernel. "
            f'Run: "{sys.executable}" -m pip install {package}'
        )
    return None


def tool_version() -> str:
    """Of memray; empty where it is not."""
    try:
        return version("memray")
    except PackageNotFoundError:
        return ""


@contextmanager
def capture(
    target: Target, options: Mapping[str, Any]
) -> Iterator[MemoryLineRecording | FallbackRecording]:
    """Watch the allocations of what runs inside.

    Options: ``native`` (also the functions of compiled libraries on each stack; False),
    ``python_allocators`` (also each small object of Python's own allocator, where otherwise
    only the blocks of memory are seen that it gets; about three times slower; False),
    ``functions`` (a list of expressions: functions whose lines are shown although they are
    a library's, as ``-f`` of ``%mprun``).

    Raises
    ------
    OptionError
        When an option has no such value, or a function cannot be found.
    """
    given = checked(options)
    recording: MemoryLineRecording | FallbackRecording
    try:
        import memray
    except ImportError:
        recording = FallbackRecording(target, given)
    else:
        recording = MemoryLineRecording(target, given, memray)
    try:
        recording.start()
        yield recording
    finally:
        try:
            recording.stop()
            recording.collect()
        finally:
            recording.close()


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with what stands for those that were not given.

    Raises
    ------
    OptionError
        When an option has a value that it cannot have.
    """
    found: dict[str, Any] = {}
    for name in FLAGS:
        value = options.get(name, False)
        if not isinstance(value, bool):
            raise OptionError(f"The option {name} of memory_lines is on or off, not {value!r}.")
        found[name] = value
    functions = options.get("functions", [])
    if not isinstance(functions, list) or not all(isinstance(name, str) for name in functions):
        raise OptionError(f"The functions of memory_lines are a list of names, not {functions!r}.")
    return found | {"functions": functions}


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals, lines, stacks of bytes and memory by time; of memory_profiler only lines."""
    if "blocks" in raw:
        return list(fallback_sections(raw, target))
    return sections_of(raw, target)
