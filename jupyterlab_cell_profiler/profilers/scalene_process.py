"""Runs Scalene on a program in a process of its own, and gives what it found.

``run_scalene`` is for scripts, ``run_cells`` for a cell and what goes before it. Nothing of
it is in the user's folder, no port is opened, no browser started. The program has a process
group of its own; a keeper (``children.keeper``) ends it and removes the temporary folder
however this process ends.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..children.following import Child, follow
from .scalene_command import PROGRAM, environment, flags, patterns, scope_of_cells, without_async

# Not ``-m scalene``: that would put the working directory first on the path, and a json.py
# of the user is not what Scalene imports. Nothing stays in ``__main__``, where scripts run.
MAIN = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; del sys; "
    "__import__('scalene.__main__', fromlist=['main']).main()"
)
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
    scope = ["--program-path", os.path.dirname(path), *without_async(_text(path))]
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
        scope = scope_of_cells(folder, directory, options)
        scope += without_async("".join(cell["code"] for cell in cells))
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
        *flags(options, profile),
        *patterns(options, scope),
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


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
