"""Profilers that work inside a script's process: ``functions``, ``lines``, ``memory_lines``."""

from __future__ import annotations

import builtins
import json
import os
import re
import sys
from types import CodeType, ModuleType
from typing import Any, cast

from ..document import split_lines
from ..profilers import Target
from ..profilers.line_recording import LineRecording
from ..requests import error_of, status_of
from ..session import Session
from .selected import Selected

MARKED = re.compile(r"^[ \t]*@profile\b", re.MULTILINE)
"""A function that a person marked for line_profiler or memory_profiler."""
ONLY_MARKED = (
    "Only functions that are marked with @profile, or named with -f or -m, are counted. "
    "Without any the whole script is."
)


class Inside:
    """One session around a script, in the script's own process.

    Parameters
    ----------
    task : name of a JSON file: ``profilers``, ``options``, ``path`` (of the script), ``source``,
        ``name`` (what a person calls it) and ``result`` (a file for the document)
    module : what will be ``__main__``
    """

    def __init__(self, task: str, module: ModuleType) -> None:
        with open(task, encoding="utf-8") as file:
            self._task: dict[str, Any] = json.load(file)
        path, source = self._task["path"], self._task["source"]
        self._paths = list(sys.path)
        """Without the script's folder, which is not there yet: its ``ast.py`` is not ours."""
        self._target = Target(
            namespace=module.__dict__,
            own_files={path: 0},
            directory=os.path.dirname(path),
            may_define=True,
        )
        self._target.files.add(self._task["name"], split_lines(source))
        options = dict(self._task["options"])
        self._selected = self._selection(options, source)
        self._session = Session(self._task["profilers"], options, self._target, {"kind": "script"})
        self._session.start()
        if self._selected is not None:
            self._selected.start(self._lines)

    def _selection(self, options: dict[str, Any], source: str) -> Selected | None:
        """What ``lines`` counts alone; None when it counts the whole script. ``options`` lose
        what names it: nothing of it is loaded yet."""
        if "lines" not in self._task["profilers"]:
            return None
        given = options["lines"] = dict(options.get("lines", {}))
        functions, modules = given.pop("functions", []), given.pop("modules", [])
        if functions or modules or MARKED.search(source):
            return Selected(functions, modules)
        return None

    @property
    def _lines(self) -> LineRecording:
        return cast(LineRecording, self._session.recordings["lines"])

    def run(self, code: CodeType) -> None:
        """Run the code of the script in the module."""
        session = self._session
        if self._selected is None:
            code = session.mark(code)
        else:
            code = self._selected.mark(self._lines, code)
            session.problems.append(ONLY_MARKED)
        self._offer_profile()
        with session.running():
            exec(code, self._target.namespace)

    def _offer_profile(self) -> None:
        """``profile`` as a builtin, as kernprof has it; a script's own one goes before it."""
        recordings = self._session.recordings
        if hasattr(builtins, "profile"):
            return
        if "lines" in recordings:
            mark = self._lines.decorate
        elif "memory_lines" in recordings:
            mark = recordings["memory_lines"].profiler  # type: ignore[attr-defined]
        else:
            mark = _as_it_is
        builtins.profile = mark  # type: ignore[attr-defined]

    def finish(self, error: BaseException | None) -> None:
        """Write the document."""
        theirs, sys.path[:] = list(sys.path), self._paths
        try:
            self._write(error)
        finally:
            sys.path[:] = theirs

    def _write(self, error: BaseException | None) -> None:
        if self._selected is not None:
            self._selected.stop()
            self._session.problems += self._selected.missing()
        status, failure = "ok", None
        if error is not None and not isinstance(error, SystemExit):
            status, failure = status_of(error), error_of(error)
        document = self._session.finish(status, failure)  # type: ignore[arg-type]
        part = self._task["result"] + ".part"
        with open(part, "w", encoding="utf-8", errors="backslashreplace") as file:
            json.dump(document, file)
        os.replace(part, self._task["result"])


def _as_it_is(function: Any) -> Any:
    """``@profile`` where nothing counts lines."""
    return function
