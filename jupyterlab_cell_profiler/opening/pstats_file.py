"""pstats: what ``python -m cProfile -o`` and ``profile`` write, a marshalled dictionary.

``{(file, line, name): (primitive calls, calls, self, total, {caller: (calls, primitive calls,
self, total)})}``, times in seconds; ``profile`` has only a number of calls for each caller
(``Lib/cProfile.py``: ``snapshot_stats``, ``Lib/profile.py``: ``snapshot_stats``).
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from typing import Any

from ..document import CallEdges, Section, total
from ..profilers.base import Target
from ..profilers.function_sections import calls_section
from .build import LIBRARY, Opened
from .errors import Broken
from .values import amount, line_of, short, whole

MOST = 2_000_000
"""Functions, or callers of them."""
EDGES = 5
"""Edges of the graph for each node that a tree might have."""


def read(data: bytes) -> Any:
    """The dictionary. Only for a process that may be lost: marshal trusts its data."""
    try:
        return marshal.loads(data)
    except (EOFError, ValueError, TypeError) as error:
        raise Broken(f"its marshalled data does not end well ({error})") from None


def convert(stats: Any) -> Opened:
    """One ``calls`` section, and totals as pstats prints them."""
    if not isinstance(stats, dict):
        raise Broken("it holds no dictionary")
    if len(stats) > MOST:
        raise Broken(f"it has more than {MOST:,} functions")
    index: dict[tuple[str, int, str], int] = {}
    rows: list[list[Any]] = []
    callers: list[tuple[int, Any, Any]] = []
    old = False
    labels: dict[Any, tuple[str, int, str]] = {}

    def label_of(key: Any) -> tuple[str, int, str]:
        found = labels.get(key)
        if found is None:
            found = labels[key] = _label(key)
        return found

    for key, entry in stats.items():
        if not isinstance(entry, tuple) or len(entry) != 5 or not isinstance(entry[4], dict):
            raise Broken("the entry of a function is no tuple of five")
        label = label_of(key)
        numbers = [
            whole(entry[1], "calls"),
            whole(entry[0], "primitive calls"),
            amount(entry[2], "a time"),
            amount(entry[3], "a time"),
        ]
        place = index.setdefault(label, len(rows))
        if place == len(rows):
            rows.append([*label, *numbers])
        else:  # Two lambdas of a line that became one by its label.
            rows[place][3:] = [a + b for a, b in zip(rows[place][3:], numbers, strict=True)]
        callers += [(place, caller, of) for caller, of in entry[4].items()]
        if len(callers) > MOST:
            raise Broken(f"it has more than {MOST:,} callers of functions")
    edges: dict[tuple[int, int], list[Any]] = {}
    for callee, key, of in callers:
        old = old or not isinstance(of, tuple)
        caller, values = index.get(label_of(key)), _edge(of)
        if caller is None:
            continue  # Left out by whoever stripped the file.
        known = edges.get((caller, callee), [0, 0, 0.0, 0.0])
        edges[caller, callee] = [a + b for a, b in zip(known, values, strict=True)]
    order = sorted(range(len(rows)), key=lambda n: (-rows[n][6], rows[n][:3]))
    rank = {number: position for position, number in enumerate(order)}
    functions = [_rounded(rows[number]) for number in order]
    graph = [[rank[a], rank[b], *_rounded(values)] for (a, b), values in edges.items()]
    graph.sort(key=lambda edge: (edge[0], edge[1]))
    notes = ["The file does not say which Python ran, and where."]
    if old:
        notes.append(
            "It is of the older profile module, which does not tell how a function's time divides "
            "between its callers."
        )
    return Opened(
        profiler="functions",
        tool="profile" if old else "cProfile",
        make=lambda target, nodes: _sections(functions, graph, old, target, nodes),
        main=_main(functions),
        notes=notes,
    )


def _sections(
    functions: list[list[Any]], graph: list[list[Any]], old: bool, target: Target, nodes: int
) -> Sequence[Section]:
    if not functions:
        return []
    section = calls_section({"functions": functions, "edges": graph}, target)
    edges = section["edges"] = _hottest(section["edges"], EDGES * nodes)
    if old:
        edges["self_time"] = [None] * len(edges["caller"])
        edges["total_time"] = [None] * len(edges["caller"])
    calls = sum(row[3] for row in functions)
    primitive = sum(row[4] for row in functions)
    seconds = sum(row[5] for row in functions)
    return [
        {
            "kind": "totals",
            "items": [
                total(
                    "function_time",
                    "Time in functions",
                    seconds,
                    "seconds",
                    "The own time of all functions together: the seconds that pstats prints first.",
                ),
                total("function_calls", "Calls", calls, "count", "With recursive ones."),
                total("primitive_calls", "Primitive calls", primitive, "count", "Without them."),
            ],
        },
        section,
    ]


def _hottest(edges: CallEdges, most: int) -> CallEdges:
    """Those with most time, in their order."""
    times = [value or 0.0 for value in edges["total_time"]]
    if len(times) <= most:
        return edges
    kept = sorted(sorted(range(len(times)), key=lambda n: times[n], reverse=True)[:most])
    return {
        "caller": [edges["caller"][n] for n in kept],
        "callee": [edges["callee"][n] for n in kept],
        "calls": [edges["calls"][n] for n in kept],
        "self_time": [edges["self_time"][n] for n in kept],
        "total_time": [edges["total_time"][n] for n in kept],
    }


def _label(key: Any) -> tuple[str, int, str]:
    if not isinstance(key, tuple) or len(key) != 3:
        raise Broken("the name of a function is no tuple of three")
    file, line, name = key
    # ``profile`` has the code object where a program began.
    name = getattr(name, "co_name", name)
    if not isinstance(file, str) or not isinstance(name, str):
        raise Broken("the name of a function is no text")
    return "~" if file == "" else short(file, 1000), line_of(line), short(name)


def _edge(of: Any) -> list[Any]:
    if isinstance(of, tuple) and len(of) == 4:
        calls, primitive = whole(of[0], "calls"), whole(of[1], "primitive calls")
        return [calls, primitive, amount(of[2], "a time"), amount(of[3], "a time")]
    calls = whole(of, "calls")
    return [calls, calls, 0.0, 0.0]


def _rounded(values: list[Any]) -> list[Any]:
    return [round(value, 9) if isinstance(value, float) else value for value in values]


def _main(functions: list[list[Any]]) -> str | None:
    """The file of the first top level that took longest."""
    for file, _, name, *_ in functions:
        if name == "<module>" and not LIBRARY.search(file):
            return str(file)
    return next((str(row[0]) for row in functions if not LIBRARY.search(row[0])), None)
