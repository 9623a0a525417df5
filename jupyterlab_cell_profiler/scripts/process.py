"""The process of one script: started behind a gate, followed to its end."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..children import keeper
from ..children.following import Child, follow
from .request import ScriptError, ScriptRequest

RUNNER = Path(__file__).with_name("runner.py")
SECONDS_TO_START = 60.0
RESULT = "result.json"
LARGEST_RESULT = 100_000_000
"""Bytes of a document that is read."""

Output = Callable[[str, bytes], None]
"""Takes what the script writes: ``"stdout"`` or ``"stderr"``, and bytes as they come."""


@dataclass(frozen=True)
class Seen:
    """How a script ran. Times by :func:`time.monotonic`, in seconds."""

    began: float
    """When its first line ran."""
    ended: float
    exit: int | None
    """Status; -N: ended by signal N; None when it is not known."""
    cancelled: bool
    usage: dict[str, float] | None
    """What the system counted, by the names of getrusage(2) without ``ru_``."""
    before: tuple[float, float]
    """User and system time of the interpreter's start, which is not the script's."""
    failure: dict[str, str] | None
    """``name`` and ``value`` of the exception that ended it."""
    problem: str | None = None
    """Why its end is not known."""

    @property
    def wall(self) -> float:
        return max(0.0, self.ended - self.began)

    @property
    def user(self) -> float | None:
        return None if self.usage is None else max(0.0, self.usage["utime"] - self.before[0])

    @property
    def sys(self) -> float | None:
        return None if self.usage is None else max(0.0, self.usage["stime"] - self.before[1])


class Process:
    """A script that waits for :meth:`run`; get one by :func:`process_of`."""

    def __init__(self, request: ScriptRequest, folder: Path, task: dict[str, Any] | None) -> None:
        self.folder = folder
        task_file = "-"
        if task is not None:
            task_file = str(folder / "task.json")
            Path(task_file).write_text(json.dumps(task), "utf-8")
        stdin = None
        if request.stdin is not None:
            stdin = folder / "stdin"
            stdin.write_bytes(request.stdin)
        self._child = Child(
            {
                "command": [
                    sys.executable,
                    str(RUNNER),
                    str(folder),
                    task_file,
                    request.file,
                    *request.arguments,
                ],
                "directory": request.folder,
                "environment": _environment(),
                "stdin": None if stdin is None else str(stdin),
                "folder": str(folder),
                "leave": True,
            }
        )
        try:
            self._before = self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Of the script's process."""
        return int((self.folder / keeper.PID).read_text("utf-8"))

    def _wait_until_ready(self) -> tuple[float, float]:
        ready, deadline = self.folder / "ready", time.monotonic() + SECONDS_TO_START
        while not ready.exists():
            if (self.folder / "refused").exists():
                raise ScriptError((self.folder / "refused").read_text("utf-8"))
            gone = self._child.process.poll() is not None or self._child.status() is not None
            if gone or time.monotonic() > deadline:
                raise ScriptError(f"The script's process could not be started: {self._said()}")
            time.sleep(0.002)  # By files, as scripts/runner.py says.
        user, system = ready.read_text("utf-8").split()
        return float(user), float(system)

    def _said(self) -> str:
        """What the process said last, before it should have begun."""
        said: list[bytes] = []
        with contextlib.suppress(Exception):
            while (event := self._child.events.get(timeout=1.0))[1] is not None:
                said.append(event[1] or b"")
        lines = b"".join(said).decode("utf-8", "replace").strip().splitlines()
        problem = (self._child.status() or {}).get("problem")
        return str(problem or (lines[-1] if lines else "it said nothing."))

    def run(self, output: Output) -> Seen:
        """Let the script begin, and follow it to its end.

        A ``KeyboardInterrupt`` goes to the script and all that it started; a second one, or
        ten seconds, kill them.
        """
        began = time.monotonic()
        (self.folder / "go").touch()
        ended = follow(self._child, self.folder, output)
        status = ended.status
        failure = None
        with contextlib.suppress(OSError, ValueError):
            said = (self.folder / "failure").read_bytes().decode("utf-8", "replace")
            name, _, value = said.partition("\n")
            failure = {"name": name, "value": value}
        return Seen(
            began,
            float(status.get("ended", time.monotonic())),
            status.get("exit"),
            ended.cancelled,
            status.get("usage"),
            self._before,
            failure,
            status.get("problem"),
        )

    def result(self) -> Any:
        """The document of the profilers inside; None when they could not write one."""
        file = self.folder / RESULT
        with contextlib.suppress(OSError, ValueError):
            if file.stat().st_size <= LARGEST_RESULT:
                return json.loads(file.read_text("utf-8"))
        return None

    def close(self) -> None:
        """End what still runs, and remove the folder."""
        self._child.close()


@contextmanager
def process_of(request: ScriptRequest, task: dict[str, Any] | None) -> Iterator[Process]:
    """A process for a script, with a temporary folder; both are gone afterwards.

    Parameters
    ----------
    task : for ``inside.Inside``; ``result`` is added. None: no profiler works inside

    Raises
    ------
    ScriptError
        When it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="cell-profiler-", ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        if task is not None:
            task = task | {"result": str(folder / RESULT)}
        process = Process(request, folder, task)
        try:
            yield process
        finally:
            process.close()


def _environment() -> dict[str, str | None]:
    """What a kernel has in its environment for itself, taken away for a script."""
    found: dict[str, str | None] = {"JPY_PARENT_PID": None}
    if "inline" in os.environ.get("MPLBACKEND", ""):
        found["MPLBACKEND"] = None
    return found
