"""From a call graph to the ``calls`` section. Pure.

A cell that imports a library calls thousands of functions. Those that took next to
nothing are folded into one row, so that the sums stay true and the notebook small.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document import CallsSection, split_lines
from .base import Target

LIMIT = 100
"""Functions that keep a row of their own at most."""
NEGLIGIBLE = 0.001
"""Share of the run below which a function's cumulative time may be folded away …"""
ALWAYS = 40
"""… if there are more than so many."""


def calls_section(raw: Mapping[str, Any], target: Target) -> CallsSection:
    """The section of a graph (see ``function_graph.graph_of``)."""
    rows, edges = fold(raw["functions"], raw["edges"])
    places = [_place(file, line, target) for file, line, *_ in rows]
    return {
        "kind": "calls",
        "functions": {
            "name": [row[2] for row in rows],
            "file": [file for file, _ in places],
            "line": [line for _, line in places],
            "calls": [row[3] for row in rows],
            "primitive_calls": [row[4] for row in rows],
            "self_time": [row[5] for row in rows],
            "total_time": [row[6] for row in rows],
        },
        "edges": {
            "caller": [edge[0] for edge in edges],
            "callee": [edge[1] for edge in edges],
            "calls": [edge[2] for edge in edges],
            "self_time": [edge[4] for edge in edges],
            "total_time": [edge[5] for edge in edges],
        },
    }


def fold(
    functions: list[list[Any]], edges: list[list[Any]]
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Fold functions that took next to nothing into a last row, and their edges with them.

    The row has the sum of calls and of self time; its cumulative time is null, since that
    of callers and callees would count twice. Edges between folded functions go.
    """
    whole = max((row[6] for row in functions), default=0.0)
    hottest = {*_first(functions, 6, LIMIT // 2), *_first(functions, 5, LIMIT // 2)}
    sure = {*_first(functions, 6, ALWAYS // 2), *_first(functions, 5, ALWAYS // 2)}
    keep = [
        number
        for number, row in enumerate(functions)
        if number in sure or (number in hottest and row[6] >= NEGLIGIBLE * whole)
    ]
    # One function is not worth a row that says less.
    if len(functions) - len(keep) < 2:
        return functions, edges
    index = {number: place for place, number in enumerate(keep)}
    others = [row for number, row in enumerate(functions) if number not in index]
    last = len(keep)
    rows = [functions[number] for number in keep]
    rows.append(
        [
            "~",
            0,
            f"({len(others)} other functions)",
            sum(row[3] for row in others),
            sum(row[4] for row in others),
            round(sum(row[5] for row in others), 9),
            None,
        ]
    )
    merged: dict[tuple[int, int], list[Any]] = {}
    for caller, callee, *numbers in edges:
        pair = (index.get(caller, last), index.get(callee, last))
        if pair == (last, last):
            continue
        sums = merged.setdefault(pair, [0, 0, 0.0, 0.0])
        merged[pair] = [a + b for a, b in zip(sums, numbers, strict=True)]
    return rows, [
        [*pair, calls, primitive, round(own, 9), round(total, 9)]
        for pair, (calls, primitive, own, total) in sorted(merged.items())
    ]


def _first(functions: list[list[Any]], column: int, count: int) -> list[int]:
    order = sorted(range(len(functions)), key=lambda n: functions[n][column], reverse=True)
    return order[:count]


def _place(file: str, line: int, target: Target) -> tuple[int, int]:
    """Index of a function's file in the document, and its line there."""
    if file == "~":
        return -1, 0
    if file in target.own_files:
        return 0, max(1, line + target.own_files[file])
    cell = target.cells.get(file)
    if cell is not None:
        source = split_lines(cell.source)
        index = target.files.add(cell.label, source, cell_id=cell.cell_id)
        return index, max(1, line + cell.offset)
    return target.files.add(target.path_of(file)), line
