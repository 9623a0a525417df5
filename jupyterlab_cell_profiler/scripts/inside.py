"""Profilers that work inside a script's process: ``functions``, ``lines``, ``memory_lines``."""

from __future__ import annotations

import builtins
import json
import os
import re
from types import CodeType, ModuleType
from typing import Any

from ..document import split_lines
from ..profilers import Target
from ..requests import error_of, status_of
from ..session import Session

MARKED = re.compile(r"^[ \t]*@profile\b", re.MULTILINE)
"""A function that a person marked for line_profiler or memory_profiler."""
ONLY_MARKED = (
    "Only functions that are marked with @profile, or named with -f or -m, are counted. "
    "Without any the whole script is."
)
BY_LINE = ("lines", "memory_lines")


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
        self._target = Target(
            namespace=module.__dict__,
            own_files={path: 0},
            directory=os.path.dirname(path),
            may_define=True,
        )
        self._target.files.add(self._task["name"], split_lines(source))
        options = self._task["options"]
        self._marked = any(
            set(options.get(name, {})) & {"functions", "modules"} for name in BY_LINE
        ) or (bool(MARKED.search(source)) and set(self._task["profilers"]) & set(BY_LINE) != set())
        self._session = Session(self._task["profilers"], options, self._target, {"kind": "script"})
        self._session.start()

    def run(self, code: CodeType) -> None:
        """Run the code of the script in the module."""
        session = self._session
        names = self._target.namespace
        if not self._marked:
            code = session.mark(code)
        elif "lines" in session.recordings:
            session.problems.append(ONLY_MARKED)
        self._offer_profile()
        with session.running():
            exec(code, names)

    def _offer_profile(self) -> None:
        """``profile`` as a builtin, as kernprof has it; a script's own one goes before it."""
        recordings = self._session.recordings
        if hasattr(builtins, "profile"):
            return
        if "lines" in recordings:
            mark = recordings["lines"].decorate  # type: ignore[attr-defined]
        elif "memory_lines" in recordings:
            mark = recordings["memory_lines"].profiler  # type: ignore[attr-defined]
        else:
            mark = _as_it_is
        builtins.profile = mark  # type: ignore[attr-defined]

    def finish(self, error: BaseException | None) -> None:
        """Write the document."""
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
