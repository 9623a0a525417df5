"""One run of a script under profilers: from the request to the document."""

from __future__ import annotations

import os
import signal
from typing import Any

from .. import profilers, trim
from .._info import PRODUCER
from ..clock import time_totals
from ..document import (
    FORMAT_VERSION,
    ProfileDocument,
    ProfilerRun,
    RunError,
    Section,
    Status,
    TargetData,
    new_id,
    now,
    source_hash,
    split_lines,
)
from ..profilers import OptionError, Target
from ..session import TITLES, environment
from .process import Output, Seen, process_of
from .request import ScriptError, ScriptRequest, source_of
from .watching import OUTSIDE, Watching
from .words import of_script, sections_of_script

LOST = (
    "The process ended before it could write what was seen inside it (%s), so that only the times "
    "of the whole process are known. overview and stacks look from outside and lose nothing."
)


def run_script(request: ScriptRequest, output: Output) -> ProfileDocument:
    """Run a script to its end, and give the profile; also when the script fails.

    In the main thread a ``KeyboardInterrupt`` ends the script, not this.

    Raises
    ------
    ScriptError
        When it cannot be run at all, with a sentence.
    """
    source = source_of(request)
    target = Target(own_files={request.file: 0}, directory=os.path.dirname(request.file))
    target.files.add(os.path.basename(request.file), split_lines(source))
    started = now()
    try:
        if any(profilers.is_apart(name) for name in request.profilers):
            made = _run_apart(request, target, output)
        else:
            made = _run(request, source, target, output)
    except OptionError as error:
        raise ScriptError(of_script(str(error))) from error
    data: TargetData = {
        "kind": "script",
        "path": request.server_path or request.path,
        "arguments": list(request.arguments),
        "exitStatus": made.exit,
        "sourceHash": source_hash(source),
    }
    document: ProfileDocument = {
        "version": FORMAT_VERSION,
        "producer": PRODUCER,
        "id": new_id(),
        "title": " + ".join(TITLES[name] for name in request.profilers),
        "started": started,
        "target": data,
        "status": made.status,
        "environment": environment(),
        "profilers": made.runs,
        "files": target.files.files,
        "sections": sections_of_script(made.sections),
    }
    if made.error is not None:
        document["error"] = made.error
    for run in made.runs:
        run["notes"] = [of_script(note) for note in run["notes"]]
    return trim.fit(document)


class _Made:
    """What came of a run."""

    def __init__(self, exit: int | None, cancelled: bool, failure: dict[str, str] | None) -> None:
        self.exit = exit
        self.status, self.error = outcome(exit, cancelled, failure)
        self.runs: list[ProfilerRun] = []
        self.sections: list[Section] = []


def outcome(
    exit: int | None, cancelled: bool, failure: dict[str, str] | None
) -> tuple[Status, RunError | None]:
    """How a script ended, for a document.

    Parameters
    ----------
    exit : its status; -N: signal N ended it
    cancelled : whether a person ended it
    failure : name and value of the exception that ended it
    """
    error: RunError | None = None
    if failure is not None:
        error = {"name": str(failure.get("name")), "value": str(failure.get("value"))}
    elif exit is not None and exit < 0:
        error = {"name": _signal(-exit), "value": "A signal ended the process."}
    elif exit:
        error = {"name": "SystemExit", "value": f"status {exit}"}
    if cancelled:
        return "interrupted", error or {"name": "KeyboardInterrupt", "value": ""}
    return ("error" if error is not None or exit is None else "ok"), error


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _run(request: ScriptRequest, source: str, target: Target, output: Output) -> _Made:
    outside = [name for name in request.profilers if name in OUTSIDE]
    inside = [name for name in request.profilers if name not in OUTSIDE]
    watching = Watching(outside, request.options, target)
    with process_of(request, _task(request, source, inside) if inside else None) as process:
        try:
            if outside:
                watching.start(process.pid)
            seen = process.run(output)
            watching.stop(seen.ended)
        finally:
            watching.close()
        found = process.result() if inside else None
    made = _Made(seen.exit, seen.cancelled, seen.failure)
    made.sections.append(time_totals(seen.wall, seen.user, seen.sys))
    runs = _take_inside(found, inside, request, target, made, seen)
    sections = watching.sections(seen)
    for name in request.profilers:
        if name in sections:
            made.sections += sections[name]
            used = watching.used(name)
            runs[name] = _profiler_run(name, used, watching.chosen[name], watching.notes[name])
    made.runs = [runs[name] for name in request.profilers]
    if seen.problem is not None:
        made.runs[0]["notes"].append(seen.problem)
    return made


def _task(request: ScriptRequest, source: str, inside: list[str]) -> dict[str, Any]:
    return {
        "profilers": inside,
        "options": {name: request.options.get(name, {}) for name in inside},
        "path": request.file,
        "name": os.path.basename(request.file),
        "source": source,
    }


def _take_inside(
    found: Any,
    names: list[str],
    request: ScriptRequest,
    target: Target,
    made: _Made,
    seen: Seen,
) -> dict[str, ProfilerRun]:
    """Put what the session inside the process found into this run."""
    if found is None:
        reason = "os._exit" if made.error is None else made.error["name"]
        return {
            name: _profiler_run(name, None, request.options.get(name, {}), [LOST % reason])
            for name in names
        }
    # Its sections know their files by number, so they keep their places.
    target.files.take(found["files"])
    times = {item["name"] for item in made.sections[0]["items"]}  # type: ignore[typeddict-item]
    for section in found["sections"]:
        first = section["items"][0]["name"] if section.get("items") else ""
        if section["kind"] != "totals" or first not in times:
            made.sections.append(section)
    return {run["name"]: run for run in found["profilers"]}


def _profiler_run(
    name: str, used: tuple[str, str] | None, options: dict[str, Any], notes: list[str]
) -> ProfilerRun:
    profiler = profilers.get(name)
    tool, version = used or (profiler.tool, profiler.tool_version())
    return {
        "name": name,
        "tool": tool,
        "toolVersion": version,
        "options": dict(options),
        "notes": list(notes),
    }


def _run_apart(request: ScriptRequest, target: Target, output: Output) -> _Made:
    """Under Scalene, which has to be there from the first instruction of a process."""
    from ..profilers import scalene
    from ..profilers.scalene_process import run_scalene

    options = scalene.checked(request.options.get("scalene", {}))
    raw = run_scalene(
        request.file,
        request.arguments,
        directory=request.folder,
        options=options,
        stdin=request.stdin,
        output=output,
    )
    run = raw["run"]
    failure = run.get("error") if run.get("status") == "error" else None
    made = _Made(raw["exit"], raw["cancelled"], failure)
    made.sections = scalene.convert(raw, target)
    notes = [raw["problem"]] if raw["problem"] else []
    made.runs = [_profiler_run("scalene", None, options, notes)]
    return made
