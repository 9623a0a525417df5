"""From cProfile's entries to the call graph of the user's code. Pure.

cProfile keeps for each function its calls and times, and the same for each pair of caller
and callee (``_lsprof.c``: ``profiler_entry``, ``profiler_subentry``). It was switched on and
off inside IPython, so some functions in it are not the user's doing. Kept is what can be
reached from the code objects of the cell or from functions defined in cells (an event loop
calls those without being called by the cell); what others called besides is subtracted,
and so is what is hidden below the cell: IPython's display of the last value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import CodeType
from typing import Any

Key = int | str
"""Identity of a code object, or the text that cProfile has for a built-in."""
Label = tuple[str, int, str]
"""File, first line and qualified name; built-ins are ``("~", 0, text)`` as in pstats."""

TOP_LEVEL = "<module>"


@dataclass
class Call:
    """What one function spent on behalf of one caller; times in seconds."""

    code: CodeType | str
    calls: int
    recursive: int
    self_time: float
    total_time: float


@dataclass
class Entry(Call):
    """What one function spent in all."""

    callees: list[Call]


@dataclass
class Numbers:
    """Sums for a label or for an edge between two."""

    calls: int = 0
    primitive: int = 0
    self_time: float = 0.0
    total_time: float = 0.0

    def add(self, calls: int, primitive: int, self_time: float, total_time: float) -> None:
        self.calls += calls
        self.primitive += primitive
        self.self_time += self_time
        self.total_time += total_time


def key_of(code: CodeType | str) -> Key:
    return code if isinstance(code, str) else id(code)


def label_of(code: CodeType | str, roots: set[int]) -> Label:
    """What a function is called; all statements of a cell are one top level."""
    if isinstance(code, str):
        return ("~", 0, code)
    if id(code) in roots:
        return (code.co_filename, 1, TOP_LEVEL)
    # Qualified names exist from CPython 3.11 on.
    return (code.co_filename, code.co_firstlineno, getattr(code, "co_qualname", code.co_name))


def reached(
    entries: dict[Key, Entry],
    roots: set[int],
    is_user: Callable[[CodeType], bool],
    is_hidden: Callable[[CodeType], bool],
) -> set[Key]:
    """Functions that the user's code leads to, with that code, but not by way of hidden ones."""
    queue: list[Key] = [
        key
        for key, entry in entries.items()
        if key in roots or (isinstance(entry.code, CodeType) and is_user(entry.code))
    ]
    found = set(queue)
    while queue:
        for call in entries[queue.pop()].callees:
            key = key_of(call.code)
            hidden = isinstance(call.code, CodeType) and is_hidden(call.code)
            if key in entries and key not in found and not hidden:
                found.add(key)
                queue.append(key)
    return found


def graph_of(
    found: Iterable[Entry],
    roots: set[int],
    is_user: Callable[[CodeType], bool],
    is_hidden: Callable[[CodeType], bool],
) -> dict[str, Any]:
    """The graph as JSON.

    Parameters
    ----------
    found : entries of one ``cProfile.Profile``
    roots : ids of the cell's top-level code objects
    is_user : whether code was written in a cell
    is_hidden : whether code below the cell is not its doing, with all that it calls

    Returns
    -------
    ``functions``: rows of file, first line, name, calls, primitive calls, self time and
    total time (seconds); ``edges``: rows of caller and callee (indices of functions) and
    the same four numbers, of the calls between them.
    """
    entries = {key_of(entry.code): entry for entry in found}
    kept = reached(entries, roots, is_user, is_hidden)
    incoming: dict[Key, list[tuple[Key, Call]]] = defaultdict(list)
    for key, entry in entries.items():
        for call in entry.callees:
            incoming[key_of(call.code)].append((key, call))
    labels: dict[Label, Numbers] = {}
    edges: dict[tuple[Label, Label], Numbers] = {}
    for key in kept:
        entry = entries[key]
        label = label_of(entry.code, roots)
        user = isinstance(entry.code, CodeType) and (key in roots or is_user(entry.code))
        numbers = _whole(entry) if user else _from(entry, incoming[key], kept)
        labels.setdefault(label, Numbers()).add(*numbers)
        for call in entry.callees:
            if key_of(call.code) in roots:
                continue  # IPython's ``exec`` of a statement, if the cell calls that, too.
            if key_of(call.code) in kept:
                pair = (label, label_of(call.code, roots))
                edges.setdefault(pair, Numbers()).add(*_whole(call))
            elif key in roots:
                labels[label].total_time -= call.total_time
    for root in roots & kept:
        top = labels[label_of(entries[root].code, roots)]
        top.calls = top.primitive = 1  # Its statements were run one by one.
    order = sorted(labels, key=lambda name: (-labels[name].total_time, name))
    index = {label: number for number, label in enumerate(order)}
    return {
        "functions": [[*label, *_row(labels[label])] for label in order],
        "edges": [
            [index[caller], index[callee], *_row(numbers)]
            for (caller, callee), numbers in sorted(
                edges.items(), key=lambda item: (index[item[0][0]], index[item[0][1]])
            )
        ],
    }


def _row(numbers: Numbers) -> list[float]:
    return [
        numbers.calls,
        numbers.primitive,
        round(numbers.self_time, 9),
        round(numbers.total_time, 9),
    ]


def _whole(call: Call) -> tuple[int, int, float, float]:
    return call.calls, call.calls - call.recursive, call.self_time, call.total_time


def _from(
    entry: Entry, incoming: list[tuple[Key, Call]], kept: set[Key]
) -> tuple[int, int, float, float]:
    """What a library function spent for callers that are kept.

    Calls without a caller (its frame was entered before cProfile was on) are not the
    user's either. Where there is nothing to take off, the numbers are the entry's own.
    """
    inside = [call for caller, call in incoming if caller in kept]
    if sum(call.calls for call in inside) == entry.calls:
        return _whole(entry)
    return (
        sum(call.calls for call in inside),
        sum(call.calls - call.recursive for call in inside),
        sum(call.self_time for call in inside),
        min(entry.total_time, sum(call.total_time for call in inside)),
    )
