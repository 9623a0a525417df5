"""``scalene``: processor time in Python, native code and the system, memory, copies and GPU of
each line, all at once, by Scalene.

Scalene has to be there from the first instruction of a process to see its memory: it cannot
look into a kernel that runs. So a cell runs in a process of its own (``apart``), on request
after the cells that ran before it; scripts do so anyway (``scalene_process.run_scalene``).
What comes of either, or of a file that Scalene wrote, goes through the same ``convert``.
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
from .scalene_command import counts_copies_with_stacks, gpu_is_safe, installed
from .scalene_reading import read
from .scalene_recording import ScaleneRecording
from .scalene_sections import sections_of
from .scalene_totals import times_only

tool = "scalene"
sections = ("totals", "lines", "stacks", "series")
exclusive = True
apart = True
"""The cell runs in a process of its own instead of in the kernel: ``Recording.run`` does that."""

LEAST = (1, 5, 20)
"""The oldest version whose output is understood."""
MOST_PATTERNS = 50


def unavailable() -> str | None:
    """Why Scalene cannot run here, with the remedy; None when it can."""
    if sys.platform == "win32":
        return (
            "Scalene is not run by Cell Profiler on Windows: how its processes are ended there "
            "is not known to be safe. Use lines and memory_lines, or Windows Subsystem for Linux."
        )
    if sys.implementation.name != "cpython":
        return f"Scalene works in CPython only, and this kernel is {sys.implementation.name}."
    if find_spec("scalene") is None:
        return (
            "The package scalene is not installed in this kernel. "
            f'Run: "{sys.executable}" -m pip install scalene'
        )
    found = installed()
    if found is not None and found < LEAST:
        return (
            f"Scalene {'.'.join(map(str, found))} is too old here. "
            f'Run: "{sys.executable}" -m pip install --upgrade scalene'
        )
    return None


def tool_version() -> str:
    """Of Scalene; empty where it is not."""
    try:
        return version("scalene")
    except PackageNotFoundError:
        return ""


@contextmanager
def capture(target: Target, options: Mapping[str, Any]) -> Iterator[ScaleneRecording]:
    """Get ready; :meth:`ScaleneRecording.run` runs the cell.

    Options: ``setup`` (what runs before the cell: True for the cells that ran in this session,
    or ``[[cell id, source], …]``; False), ``cpu_only`` (no memory and no GPU: less slow; False),
    ``gpu`` (look at the GPU, too; where nothing is said, unless that would change its settings),
    ``stacks`` (sample call stacks of the time, too; where nothing is said, if Scalene still sees
    copies then),
    ``profile_only`` and ``profile_exclude`` (parts of names of files, as a list or as text with
    commas).

    Raises
    ------
    OptionError
        When an option has no such value.
    """
    yield ScaleneRecording(target, checked(options))


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with what stands for those that were not given.

    Raises
    ------
    OptionError
        When an option has a value that it cannot have.
    """
    cpu_only, gpu, stacks = (
        options.get("cpu_only", False),
        options.get("gpu"),
        options.get("stacks"),
    )
    if not isinstance(cpu_only, bool) or not all(isinstance(o, bool | None) for o in (gpu, stacks)):
        raise OptionError("The options cpu_only, gpu and stacks of scalene are on or off.")
    if cpu_only and gpu:
        raise OptionError("Choose one of cpu_only and gpu: without memory there is no GPU either.")
    return {
        "setup": _setup(options.get("setup", False)),
        "cpu_only": cpu_only,
        "gpu": (not cpu_only and gpu_is_safe()) if gpu is None else gpu,
        "stacks": (cpu_only or counts_copies_with_stacks()) if stacks is None else stacks,
        "profile_only": _patterns("profile_only", options.get("profile_only", [])),
        "profile_exclude": _patterns("profile_exclude", options.get("profile_exclude", [])),
    }


def _setup(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and all(
        isinstance(cell, list | tuple)
        and len(cell) == 2
        and isinstance(cell[0], str | None)
        and isinstance(cell[1], str)
        for cell in value
    ):
        return [(cell[0], cell[1]) for cell in value]
    raise OptionError("The option setup of scalene is on, off, or a list of cells.")


def _patterns(name: str, value: Any) -> list[str]:
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise OptionError(f"The option {name} of scalene is a list of parts of file names.")
    found = [one.strip() for one in given if one.strip()]
    if len(found) > MOST_PATTERNS or any("," in one for one in found):
        raise OptionError(
            f"The option {name} of scalene has at most {MOST_PATTERNS} parts of file names, "
            "without commas in them."
        )
    return found


def convert(raw: Any, target: Target) -> list[Section]:
    """Totals, lines, stacks and memory by time; only the times when Scalene saw nothing.

    Parameters
    ----------
    raw : ``{"profile": Scalene's JSON}``; and as ``scalene_process`` gives them ``"run"``
        (times), ``"hidden"`` (files of ours), ``"cells"`` (``{file: {"label", "source",
        "cellId"}}`` of cells that ran before)
    target : where it has no file yet, the program of the profile becomes file 0
    """
    profile = read(raw.get("profile")) if isinstance(raw, Mapping) else None
    if profile is not None:
        return sections_of(profile, raw, target)
    return list(times_only(raw.get("run"))) if isinstance(raw, Mapping) else []
