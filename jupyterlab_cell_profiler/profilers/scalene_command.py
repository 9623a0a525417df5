"""How Scalene is called: its command line and environment, by the version that is there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("scalene_program.py")
WINDOW = "1048576"
"""Bytes between two samples of memory; Scalene's own value."""
ASYNC = re.compile(r"\b(?:async|await|asyncio)\b")


def installed() -> tuple[int, ...] | None:
    """The version of Scalene, as numbers; None when it is not there."""
    try:
        text = version("scalene")
    except PackageNotFoundError:
        return None
    numbers = []
    for part in text.split(".")[:3]:
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def gpu_is_safe() -> bool:
    """Whether looking at the GPU leaves its settings alone: Scalene, run by root, switches
    accounting and persistence of NVIDIA's on, for all who use them."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    return not root or not os.path.exists("/dev/nvidiactl")


def counts_copies_with_stacks() -> bool:
    """Whether this Scalene sees copies while it samples stacks. From 2.3 on it uses the signal
    of the one for the other, and sees no copy then."""
    return not has_flag("--no-stacks")


def is_second() -> bool:
    """Whether it is Scalene 2 or later, whose command line is another."""
    return (installed() or (2,)) >= (2,)


def has_flag(flag: str) -> bool:
    """Whether the command line of this Scalene knows an option."""
    spec = find_spec("scalene")
    if spec is None or spec.origin is None:
        return False
    try:
        return f'"{flag}"' in Path(spec.origin).with_name("scalene_parseargs.py").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def without_async(source: str) -> list[str]:
    """The option by which Scalene does not follow tasks, for code that has none: from Python
    3.12 on it makes generators seven times as slow as they are."""
    return [] if ASYNC.search(source) or not has_flag("--no-async") else ["--no-async"]


def flags(options: Mapping[str, Any], profile: Path) -> list[str]:
    """What Scalene is to measure, and where it writes, as its version wants to be told."""
    found = ["run"] if is_second() else ["--json", "--cli", "--no-browser"]
    found += ["--outfile", str(profile), "--cpu-percent-threshold", "0"]
    if options["stacks"]:
        found.append("--stacks")
    elif has_flag("--no-stacks"):
        found.append("--no-stacks")
    if options["cpu_only"]:
        # Naming one of them switches off those that are not named.
        found += ["--cpu-only"] if is_second() else ["--cpu"]
    elif not options["gpu"]:
        found += ["--memory"]
    return found


def patterns(options: Mapping[str, Any], scope: Sequence[str]) -> list[str]:
    """Which files it is to look at."""
    found = list(scope)
    if options["profile_only"] and "--profile-only" not in found:
        found += ["--profile-only", ",".join(options["profile_only"])]
    return [*found, "--profile-exclude", ",".join([str(PROGRAM), *options["profile_exclude"]])]


def scope_of_cells(folder: Path, directory: str, options: Mapping[str, Any]) -> list[str]:
    """Cells, and files of the user below the working directory: Scalene by itself would take
    only what is beside the program.

    Not ``--profile-all``: the part of it that sees memory then takes the libraries of an
    environment in that directory for the user's.
    """
    if not is_second():
        return ["--program-path", str(folder / "cells")]
    shown = options["profile_only"] or [os.path.join(os.path.realpath(directory), "")]
    # A pattern is a part of a name, and commas stand between them.
    parts = [max(part.split(","), key=len) for part in shown]
    only = ",".join([f"{folder}/cells/", *parts])
    return ["--program-path", os.path.abspath(os.sep), "--profile-only", only]


def environment(*, memory: bool) -> dict[str, str]:
    """What Scalene wants in its environment to see memory. It would set that itself, and then
    run itself once more as its own child: two processes, and the exit status of neither."""
    found = {"SCALENE_ALLOCATION_SAMPLING_WINDOW": WINDOW}
    spec = find_spec("scalene")
    folder = str(Path(spec.origin).parent) if spec and spec.origin else ""
    if sys.platform == "darwin":
        found["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] = "YES"
        if memory:
            found["DYLD_INSERT_LIBRARIES"] = os.path.join(folder, "libscalene.dylib")
    elif memory:
        for name, value in (("LD_LIBRARY_PATH", folder), ("LD_PRELOAD", "libscalene.so")):
            before = os.environ.get(name)
            found[name] = value if not before else f"{value}:{before}"
        if "PYTHONMALLOC" in os.environ:
            found["PYTHONMALLOC"] = "default"
    return found
