"""One run under profilers: from the first code object to the finished document.

Knows the clock and the profilers, not IPython: ``kernel`` feeds it code objects.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from types import CodeType
from typing import Any

from . import profilers, trim
from ._info import PRODUCER
from .clock import Clock
from .document import (
    FORMAT_VERSION,
    Environment,
    ProfileDocument,
    ProfilerRun,
    RunError,
    Section,
    Status,
    TargetData,
    new_id,
    now,
)
from .profilers import Recording, Target

TITLES = {
    "overview": "Overview",
    "functions": "Functions",
    "lines": "Lines",
    "stacks": "Stacks",
    "memory": "Memory",
    "memory_lines": "Memory by line",
    "objects": "Objects",
    "counters": "Counters",
    "scalene": "Scalene",
}
PACKAGES = ("ipython", "ipykernel")


class Session:
    """A run under the named profilers.

    Parameters
    ----------
    names : profilers, as ``profilers.NAMES`` has them
    options : options of each, by name
    target : what they need to know
    data : the ``target`` entry of the document
    """

    def __init__(
        self,
        names: Sequence[str],
        options: Mapping[str, Mapping[str, Any]],
        target: Target,
        data: TargetData,
    ) -> None:
        self.names = list(dict.fromkeys(names))
        self.options = {name: dict(options.get(name, {})) for name in self.names}
        self.target = target
        self.data = data
        self.clock = Clock()
        self.recordings: dict[str, Recording] = {}
        self.problems: list[str] = []
        self._captures = ExitStack()
        self._id = new_id()
        self._started = now()

    def start(self) -> None:
        """Start every profiler.

        Raises
        ------
        OptionError
            When an option cannot be used; nothing is left running then.
        """
        try:
            # In their order, but for those that say that they come after the others.
            for name in sorted(self.names, key=lambda one: getattr(profilers.get(one), "late", 0)):
                capture = profilers.get(name).capture(self.target, self.options[name])
                self.recordings[name] = self._captures.enter_context(capture)
        except BaseException:
            self.stop()
            raise

    @property
    def apart(self) -> Any:
        """The recording that runs the cell in another process; None when it runs here."""
        for name, recording in self.recordings.items():
            if profilers.is_apart(name):
                return recording
        return None

    def mark(self, code: CodeType) -> CodeType:
        """Prepare a code object of the user; an error in a profiler leaves it as it is."""
        for recording in self.recordings.values():
            try:
                code = recording.mark(code)
            except Exception as error:
                self._failed(error)
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """Around the time in which code of the user runs."""
        with ExitStack() as stack:
            for recording in self.recordings.values():
                try:
                    stack.enter_context(recording.running())
                except Exception as error:
                    self._failed(error)
            stack.enter_context(self.clock.running())
            yield

    def pause(self) -> None:
        """IPython works while a line of the user runs."""
        for recording in self.recordings.values():
            recording.pause()

    def resume(self) -> None:
        """The user's code goes on after :meth:`pause`."""
        for recording in self.recordings.values():
            recording.resume()

    def exclude(self, code: CodeType, line: int, wall: float, user: float, system: float) -> None:
        """Take off seconds that passed while a line ran, but not for the user's code."""
        self.clock.exclude(wall, user, system)
        for recording in self.recordings.values():
            recording.exclude(code, line, wall)

    def stop(self) -> None:
        """Take every profiler down; safe to call again."""
        self._captures.close()

    def finish(self, status: Status = "ok", error: RunError | None = None) -> ProfileDocument:
        """Stop, and build the document from what was recorded."""
        try:
            self.stop()
        except Exception as failure:
            self._failed(failure)
        sections: list[Section] = [self.clock.totals()] if self.clock.wall > 0 else []
        runs: list[ProfilerRun] = []
        for name in self.names:
            profiler = profilers.get(name)
            recording = self.recordings.get(name)
            notes = list(recording.notes) if recording else []
            if recording is not None:
                try:
                    sections.extend(self._new(profiler.convert(recording.raw, self.target), name))
                except Exception as failure:
                    self._failed(failure)
            used = getattr(recording, "used", ())
            runs.append(
                {
                    "name": name,
                    "tool": " + ".join(used) if used else profiler.tool,
                    "toolVersion": getattr(recording, "used_version", "")
                    or (versions_of(used) if used else profiler.tool_version()),
                    "options": self.options[name] | dict(getattr(recording, "chosen", {})),
                    "notes": notes,
                }
            )
        runs[0]["notes"].extend(self.problems)
        document: ProfileDocument = {
            "version": FORMAT_VERSION,
            "producer": PRODUCER,
            "id": self._id,
            "title": self._title(),
            "started": self._started,
            "target": self.data,
            "status": status,
            "environment": environment(),
            "profilers": runs,
            "files": self.target.files.files,
            "sections": sections,
        }
        if error is not None:
            document["error"] = error
        return trim.fit(document)

    def partial(self, sections: list[Section]) -> ProfileDocument:
        """What is known while the run goes on: to look at, not to keep.

        It has the id of the finished document to come, and no source: whoever looks on has
        the cell. Other threads may ask.
        """
        return {
            "version": FORMAT_VERSION,
            "producer": PRODUCER,
            "id": self._id,
            "title": self._title(),
            "started": self._started,
            "target": self.data,
            "status": "interrupted",
            "live": True,
            "environment": environment(),
            "profilers": [
                {
                    "name": name,
                    "tool": profilers.get(name).tool,
                    "toolVersion": "",
                    "options": self.options[name],
                    "notes": [],
                }
                for name in self.names
            ],
            "files": [
                {key: value for key, value in file.items() if key in ("path", "cellId")}  # type: ignore[misc]
                for file in self.target.files.files[:1]
            ],
            "sections": sections,
        }

    def _new(self, sections: list[Section], name: str) -> list[Section]:
        """Without sampled lines where lines are counted: a line would be there twice."""
        if name == "lines" or "lines" not in self.names:
            return sections
        return [section for section in sections if section["kind"] != "lines"]

    def _title(self) -> str:
        title = " + ".join(TITLES[name] for name in self.names)
        expression = self.options.get("objects", {}).get("expression")
        if expression is not None:
            return f"{title} of {expression[:80]}"
        given = self.options.get("lines", {})
        places = given.get("places", [])
        functions = [
            *given.get("functions", []),
            *self.options.get("memory_lines", {}).get("functions", []),
            *(
                str(place["name"])
                for place in (places if isinstance(places, list) else [])
                if isinstance(place, dict) and "name" in place
            ),
        ]
        return f"{title} of {', '.join(functions)}" if functions else title

    def _failed(self, error: Exception) -> None:
        sentence = f"The profile is incomplete: {type(error).__name__}: {error}"
        if sentence not in self.problems:
            self.problems.append(sentence)


def versions_of(packages: Sequence[str]) -> str:
    """Their versions, with `` + `` between; without those that only have a program."""
    found = []
    for package in packages:
        try:
            found.append(version(package))
        except PackageNotFoundError:
            continue
    return " + ".join(found)


def environment() -> Environment:
    """Where this runs, for comparisons later."""
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpuCount": os.cpu_count() or 1,
        "packages": packages,
    }
