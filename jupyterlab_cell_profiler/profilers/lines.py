"""``lines``: exact hits and time of each line, by line_profiler.

Every code object of the cell is registered before it runs, and so are the functions that
earlier cells defined and those named with ``-f`` and ``-m``.

Times are those of line_profiler: inclusive, so a line that calls a profiled function
contains that function's time, and without the time during which a coroutine is suspended.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..document import Section
from .base import Target
from .line_recording import LineRecording
from .line_sections import sections_of

tool = "line_profiler"
sections = ("lines",)
exclusive = True


def unavailable() -> str | None:
    """Why lines cannot be profiled here, with the remedy; None when they can."""
    try:
        found = version("line_profiler")
    except PackageNotFoundError:
        found = None
    remedy = f'"{sys.executable}" -m pip install "line_profiler>=5.1"'
    if found is None:
        return f"The package line_profiler is not installed in this kernel. Run: {remedy}"
    if tuple(int(part) for part in found.split(".")[:2] if part.isdigit()) < (5, 1):
        return f"line_profiler {found} is too old, 5.1 is needed. Run: {remedy}"
    return None


def tool_version() -> str:
    return version("line_profiler")


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[LineRecording]:
    """Count and time lines of what runs inside.

    Options: ``functions`` and ``modules`` (lists of expressions and module names, as
    ``-f`` and ``-m`` of ``%lprun``), ``places`` (functions by ``path``, ``line`` and
    ``name``, as a document has them), ``automatic`` (also functions that earlier cells
    defined; True), ``nested`` (also functions defined inside; True).

    Raises
    ------
    OptionError
        When a function or module cannot be found.
    """
    recording = LineRecording(target, options)
    try:
        recording.add_functions(options)
        recording.start()
        yield recording
    finally:
        recording.stop()
        recording.collect()


def convert(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """One ``lines`` section for each function, and one for the top level."""
    return list(sections_of(raw, target))
