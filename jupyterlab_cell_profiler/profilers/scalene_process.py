"""Runs Scalene on a program in a process of its own, and gives what it found.

``run_scalene`` is for scripts, ``run_cells`` for a cell and what goes before it. Nothing of
it is in the user's folder, no port is opened, no browser started. The program has a process
group of its own; a keeper (``children.keeper``) ends it and removes the temporary folder
however this process ends.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..children.following import Child, follow

PROGRAM = Path(__file__).with_name("scalene_program.py")
# Not ``-m scalene``: that would put the working directory first on the path, and a json.py
# of the user is not what Scalene imports. Nothing stays in ``__main__``, where scripts run.
MAIN = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; del sys; "
    "__import__('scalene.__main__', fromlist=['main']).main()"
)
WINDOW = "1048576"
"""Bytes between two samples of memory; Scalene's own value."""
ASYNC = re.compile(r"\b(?:async|await|asyncio)\b")
MOST = 200_000_000
"""Bytes of a profile that are read."""

Output = Callable[[str, bytes], None]
"""Takes what the program writes: ``"stdout"`` or ``"stderr"``, and bytes as they come."""


def run_scalene(
    program: str,
    arguments: Sequence[str],
    *,
    directory: str,
    options: Mapping[str, Any],
    stdin: bytes | None = None,
    output: Output,
) -> dict[str, Any]:
    """Run a script under Scalene to its end.

    Called in the main thread, a ``KeyboardInterrupt`` in it is passed on to the program, which
    is killed if it does not end; what Scalene has seen until then is given all the same.

    Parameters
    ----------
    program : path of the script; relative to ``directory`` if it is not absolute
    directory : where it runs
    options : as ``scalene.checked`` gives them (``cpu_only``, ``gpu``, ``stacks``,
        ``profile_only``, ``profile_exclude``)
    stdin : what it reads from its standard input; nothing: it is at its end at once
    output : called in this thread, as soon as something is written

    Returns
    -------
    ``{"profile": Scalene's JSON or None, "exit": status (negative: a signal) or None,
    "cancelled": bool, "problem": a sentence why there is no profile, or None, "run":
    {"status", "error"?: {"name", "value"}, "wall", "user", "sys"} or {}, "hidden": [files that
    are no part of the program]}``, all of it JSON: what ``scalene.convert`` takes.
    """
    path = os.path.join(directory, program)
    plan = {"kind": "script", "program": path, "arguments": list(arguments)}
    scope = ["--program-path", os.path.dirname(path), *_without_async(_text(path))]
    with _Folder() as folder:
        raw = _run(folder, plan, directory, options, scope, stdin, output)
    if raw["profile"]:
        raw["profile"]["program"] = path
    return raw


def run_cells(
    cells: Sequence[Mapping[str, str]],
    *,
    directory: str,
    options: Mapping[str, Any],
    output: Output,
) -> dict[str, Any]:
    """Run the last of the cells under Scalene, after the others without it.

    Parameters
    ----------
    cells : ``{"code", "label"}`` of each; ``code`` has lines where the cell has them

    Returns
    -------
    As :func:`run_scalene`, and ``"files"``: the names of the files that the cells had, which
    are gone.
    """
    with _Folder() as folder:
        placed = []
        (folder / "cells").mkdir()
        for index, cell in enumerate(cells):
            file = folder / "cells" / f"cell_{index}.py"
            file.write_text(cell["code"], "utf-8", "surrogatepass")
            placed.append({"file": str(file), "label": cell["label"], "code": cell["code"]})
        plan = {"kind": "cells", "cells": placed, "path": [directory, *filter(None, sys.path)]}
        scope = _scope_of_cells(folder, directory, options)
        scope += _without_async("".join(cell["code"] for cell in cells))
        if len(cells) > 1:
            scope.append("--off")
        raw = _run(folder, plan, directory, options, scope, None, output)
    raw["files"] = [cell["file"] for cell in placed]
    if raw["profile"]:
        raw["profile"]["program"] = raw["files"][-1]
    return raw


class _Folder:
    """A temporary folder by its real name; usually its keeper has removed it already."""

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(
            prefix="cell-profiler-", ignore_cleanup_errors=True
        )
        return Path(os.path.realpath(self._folder.name))

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _run(
    folder: Path,
    plan: dict[str, Any],
    directory: str,
    options: Mapping[str, Any],
    scope: Sequence[str],
    stdin: bytes | None,
    output: Output,
) -> dict[str, Any]:
    outcome, profile = folder / "outcome.json", folder / "profile.json"
    plan_file = folder / "plan"
    more = {
        "here": str(PROGRAM),
        "outcome": str(outcome),
        "temporary": os.environ.get("TMPDIR"),
    }
    plan_file.write_text(json.dumps(plan | more), "utf-8")
    given = None
    if stdin is not None:
        given = folder / "stdin"
        given.write_bytes(stdin)
    command = [
        sys.executable,
        "-c",
        MAIN,
        *_flags(options, profile),
        *_patterns(options, scope),
        str(PROGRAM),
        "---",
        str(plan_file),
    ]
    # Scalene leaves a folder in the temporary folder each time that it runs.
    (folder / "scalene").mkdir()
    variables = environment(memory=not options["cpu_only"]) | {"TMPDIR": str(folder / "scalene")}
    if plan["kind"] == "cells":
        variables["MPLBACKEND"] = "Agg"  # That of the kernel needs IPython.
    task = {
        "command": command,
        "directory": directory,
        "environment": variables,
        "stdin": None if given is None else str(given),
        "folder": str(folder),
    }
    ended = follow(Child(task), folder, output)
    # The keeper waits with the folder until it is let go.
    try:
        raw = {
            "profile": _read(profile),
            "run": _read(outcome) or {},
            "exit": ended.status.get("exit"),
            "cancelled": ended.cancelled,
            "problem": ended.status.get("problem"),
            "hidden": [str(PROGRAM)],
        }
    finally:
        ended.child.close()
    if not raw["profile"]:
        raw["profile"] = None
        raw["problem"] = raw["problem"] or why_nothing(raw, options)
    return raw


def why_nothing(raw: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Why there is no profile, as a sentence."""
    code = raw["exit"]
    if raw["cancelled"]:
        return "It was stopped before Scalene could write what it had seen."
    if raw["run"].get("stage") == "setup":
        return "There is nothing to show: an earlier cell did not run to its end."
    if not raw["run"] and code is not None and code < 0:
        return (
            f"The process was ended by signal {-code} before Scalene could write what it had seen."
        )
    if not raw["run"]:
        return (
            "The process ended without a word of Scalene (os._exit, or another program in its "
            "place), so that there is no profile."
        )
    memory = "" if options["cpu_only"] else ", and allocated less than some megabytes"
    return (
        "Scalene saw nothing: the code ran for too short a time to be sampled (it looks a hundred "
        f"times a second){memory}, or all of it is in files that were left out. Repeat the work, "
        "for example in a loop."
    )


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST:
            return None
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


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


def _without_async(source: str) -> list[str]:
    """The option by which Scalene does not follow tasks, for code that has none: from Python
    3.12 on it makes generators seven times as slow as they are."""
    return [] if ASYNC.search(source) or not has_flag("--no-async") else ["--no-async"]


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""


def _flags(options: Mapping[str, Any], profile: Path) -> list[str]:
    flags = ["run"] if is_second() else ["--json", "--cli", "--no-browser"]
    flags += ["--outfile", str(profile), "--cpu-percent-threshold", "0"]
    if options["stacks"]:
        flags.append("--stacks")
    elif has_flag("--no-stacks"):
        flags.append("--no-stacks")
    if options["cpu_only"]:
        # Naming one of them switches off those that are not named.
        flags += ["--cpu-only"] if is_second() else ["--cpu"]
    elif not options["gpu"]:
        flags += ["--memory"]
    return flags


def _patterns(options: Mapping[str, Any], scope: Sequence[str]) -> list[str]:
    found = list(scope)
    if options["profile_only"] and "--profile-only" not in found:
        found += ["--profile-only", ",".join(options["profile_only"])]
    return [*found, "--profile-exclude", ",".join([str(PROGRAM), *options["profile_exclude"]])]


def _scope_of_cells(folder: Path, directory: str, options: Mapping[str, Any]) -> list[str]:
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
