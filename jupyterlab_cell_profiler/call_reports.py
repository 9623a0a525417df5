"""Reports of ``pstats`` on a call graph: what ``%prun`` says and writes.

The graph is the user's part of what cProfile counted, so what ``%prun`` counts of itself
(its ``exec``, its ``disable``) is not in it. Cells go by their label (``In [7]``), never by
the name of their temporary file.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from .profilers import Target

Key = tuple[str, int, str]


class _Counted:
    """What ``pstats.Stats`` takes for a profile."""

    def __init__(self, stats: dict[Key, Any]) -> None:
        self.stats = stats

    def create_stats(self) -> None:
        """They are there already."""


def call_stats(raw: Mapping[str, Any], name_file: Callable[[str], str]) -> Any:
    """A ``pstats.Stats`` of a graph (see ``profilers.function_graph.graph_of``).

    Its entries are ``(file, line, name) -> (primitive calls, calls, self seconds, total
    seconds, callers)``, as ``cProfile.Profile.create_stats`` makes them.
    """
    import pstats

    keys: list[Key] = []
    stats: dict[Key, Any] = {}
    for file, line, name, calls, primitive, own, total in raw.get("functions", ()):
        # pstats knows no qualified names; those of built-ins are sentences.
        plain = name if file == "~" else name.rpartition(".")[2]
        key = (name_file(file), line, plain)
        keys.append(key)
        before = stats.get(key, (0, 0, 0.0, 0.0, {}))
        sums = (primitive, calls, own, total)
        stats[key] = (*(a + b for a, b in zip(before, sums, strict=False)), before[4])
    for caller, callee, calls, primitive, own, total in raw.get("edges", ()):
        callers = stats[keys[callee]][4]
        before = callers.get(keys[caller], (0, 0, 0.0, 0.0))
        sums = (calls, primitive, own, total)
        callers[keys[caller]] = tuple(a + b for a, b in zip(before, sums, strict=True))
    counted: Any = _Counted(stats)
    return pstats.Stats(counted, stream=StringIO())


def file_namer(target: Target, statement: str) -> Callable[[str], str]:
    """Names of files as a reader knows them; ``statement`` is that of a line magic."""

    def name_file(file: str) -> str:
        if file == statement:
            return "<string>"
        if file in target.own_files:
            return target.files.files[0]["path"]
        return target.cells[file].label if file in target.cells else file

    return name_file


def print_call_stats(stats: Any, sort: Sequence[str], limits: Sequence[str]) -> str:
    """The report of ``%prun``: directories stripped, sorted, limited."""
    shown = stats.strip_dirs().sort_stats(*sort)
    shown.stream = stream = StringIO()
    shown.print_stats(*map(read_limit, limits))
    return stream.getvalue().rstrip()


def read_limit(limit: str) -> int | float | str:
    """A limit of ``-l``: a number of lines, a share of them, or a regular expression."""
    for kind in (int, float):
        try:
            return kind(limit)
        except ValueError:
            continue
    return limit


def write_call_stats(
    stats: dict[Key, Any], report: str, dump: str | None, text: str | None
) -> None:
    """Write what ``-D`` and ``-T`` ask for and say so, as ``%prun`` does."""
    if dump:
        Path(dump).write_bytes(marshal.dumps(stats))
        print(f"\n*** Profile stats marshalled to file {dump!r}.")
    if text:
        Path(text).write_text(report, encoding="utf-8")
        print(f"\n*** Profile printout saved to text file {text!r}.")
