"""What the drop-ins of cells and statements do besides running them: reports, files, values.

Knows the original tools' manners, not IPython.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from .call_reports import call_stats, file_namer, print_call_stats, write_call_stats
from .document import ProfileDocument
from .drop_in_arguments import LprunArguments, MemitArguments, MprunArguments, PrunArguments
from .memit_reports import MemitResult, memit_result
from .memory_reports import (
    EXPLANATION,
    MemoryStats,
    memory_stats,
    print_memory_stats,
    write_memory_stats,
)
from .reports import cell_stats, print_line_stats, write_line_stats
from .session import Session

STATEMENT = "<profiled statement>"
"""File name of the code of a line magic's statement."""

After = Callable[[Session, ProfileDocument, Any], str | None]


def line_report(
    arguments: LprunArguments, raw: str
) -> Callable[[Session, ProfileDocument, Any], str | None]:
    def after(session: Session, document: ProfileDocument, result: Any) -> str | None:
        recording = session.recordings["lines"]
        stats = cell_stats(recording)
        report = print_line_stats(stats, arguments.unit, arguments.strip_zeros, raw)
        write_line_stats(stats, report, arguments.pickle_file, arguments.text_file)
        namespace = session.target.namespace
        if arguments.keep_time:
            namespace["_total_time_taken"] = session.clock.wall
        if arguments.return_profiler:
            profiler = recording.profiler  # type: ignore[attr-defined]
            _return(namespace, profiler, result)
        return report

    return after


def function_report(arguments: PrunArguments) -> After:
    """The report of ``%%prun``; ``-r`` gives the ``pstats.Stats`` as the cell's value."""

    def after(session: Session, document: ProfileDocument, result: Any) -> str | None:
        report, stats = statement_report(arguments, session)
        if arguments.return_stats:
            _return(session.target.namespace, stats, result)
        return report

    return after


def memit_report(arguments: MemitArguments) -> After:
    """The report of ``%%memit``; ``-o`` gives its result as the cell's value."""

    def after(session: Session, document: ProfileDocument, result: Any) -> str | None:
        found = memit_of(arguments, session)
        if arguments.return_result and found is not None:
            _return(session.target.namespace, found, result)
        return None if found is None else str(found)

    return after


def memit_of(arguments: MemitArguments, session: Session) -> MemitResult | None:
    """What ``-o`` returns, and says as text."""
    raw = session.recordings["memory"].raw
    if arguments.repeat == 1 and len(raw.get("runs", [])) > 1:
        # A cell runs statement by statement, and is one run.
        runs = raw["runs"]
        whole = {
            "baseline": runs[0]["baseline"],
            "peak": max(run["peak"] for run in runs),
        }
        raw = {**raw, "runs": [whole]}
    return memit_result(raw, arguments.timeout, arguments.interval, arguments.include_children)


def memit_options(arguments: MemitArguments) -> dict[str, Any]:
    """Options of ``memory`` for these arguments."""
    return {
        "interval": arguments.interval,
        "children": arguments.include_children,
        "gpu": False,
        "repeat": arguments.repeat,
    }


def statement_report(arguments: PrunArguments, session: Session) -> tuple[str, Any]:
    """The report of ``%prun`` and its ``pstats.Stats``; writes the files of -D and -T."""
    names = file_namer(session.target, STATEMENT)
    stats = call_stats(session.recordings["functions"].raw, names)
    dumped = dict(stats.stats)  # With directories, which the report strips.
    report = print_call_stats(stats, arguments.sort, arguments.limits)
    write_call_stats(dumped, report, arguments.dump_file, arguments.text_file)
    return report, stats


CHILDREN = "Memory of child processes (-c) is not counted: only this process is tracked."


def memory_report(arguments: MprunArguments) -> After:
    """The report of ``%%mprun``; ``-r`` gives the statistics as the cell's value."""

    def after(session: Session, document: ProfileDocument, result: Any) -> str | None:
        report, stats = memory_statement_report(arguments, session)
        if arguments.return_profiler:
            _return(session.target.namespace, stats, result)
        return report

    return after


def memory_statement_report(
    arguments: MprunArguments, session: Session
) -> tuple[str | None, MemoryStats]:
    """The report of ``%mprun`` and its statistics; writes the file of -T. None without
    functions: the document's own text says more than an empty report."""
    recording = session.recordings["memory_lines"]
    stats = memory_stats(recording.raw, session.target)
    report = print_memory_stats(stats)
    write_memory_stats(report, arguments.text_file)
    if stats.functions and "blocks" not in recording.raw:
        report = f"{report}\n\n{EXPLANATION}"
    if arguments.children:
        report = f"{report}\n\n{CHILDREN}".strip()
    return report or None, stats


def _return(namespace: dict[str, Any], value: Any, result: Any) -> None:
    """Make a value the cell's last one, as if the magic had returned it."""
    namespace["_"] = value
    if result is not None and result.execution_count is not None:
        namespace[f"_{result.execution_count}"] = value
        namespace.get("_oh", {})[result.execution_count] = value


class builtin_profile:
    """``profile`` as a builtin while a statement runs, as ``%lprun`` and ``%mprun`` have it."""

    def __init__(self, session: Session) -> None:
        recording = session.recordings.get("lines") or session.recordings.get("memory_lines")
        self._profiler = getattr(recording, "profiler", None)
        self._before: Any = self

    def __enter__(self) -> None:
        self._before = getattr(builtins, "profile", self)
        if self._profiler is not None:
            builtins.profile = self._profiler  # type: ignore[attr-defined]

    def __exit__(self, *_: object) -> None:
        if self._profiler is None:
            return
        if self._before is self:
            del builtins.profile  # type: ignore[attr-defined]
        else:
            builtins.profile = self._before  # type: ignore[attr-defined]
