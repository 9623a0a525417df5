"""First lines that ask for a profile: ``%%profile``, and the drop-ins for a whole cell.

Such a cell is not run by a magic. An input transformer blanks the line, so that line numbers
and a top-level ``await`` stay right, and ``kernel`` reads it when the cell runs. Knows nothing
of IPython.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import profilers
from .arguments import ArgumentError, parse_profile
from .document import split_lines
from .drop_in_arguments import MprunArguments, parse_lprun, parse_memit, parse_mprun, parse_prun
from .drop_ins import (
    function_report,
    line_report,
    memit_options,
    memit_report,
    memory_report,
)
from .requests import CELL_MAGICS, TRANSPARENT, Request


def split_first_line(raw: str) -> tuple[str, str] | None:
    """Name and arguments of a first line that is ours, else None.

    A magic that runs the rest as a cell may stand above it: the order of the two is
    nothing that a person should have to think about.
    """
    for line in split_lines(raw):
        word, _, rest = line.strip().partition(" ")
        if line.startswith(CELL_MAGICS) and word in CELL_MAGICS:
            return word, rest.strip()
        if word and word not in TRANSPARENT:
            return None
    return None


def request_of_first_line(raw: str) -> Request | None:
    """The request that the first line of a cell makes; None when it makes none."""
    first = split_first_line(raw)
    if first is None:
        return None
    name, rest = first
    # With a cell magic right below, our line is dropped instead of blanked.
    dropped = 1 if _is_cell_magic_below(raw) else 0
    try:
        if name == "%%profile":
            given = parse_profile(rest, statement=False)
            if profilers.problem(given.profilers) or given.repeat > 1:
                return None  # The magic says why, or runs it several times.
            return Request(given.profilers, given.options, lines_dropped=dropped)
        if name == "%%prun":
            asked = parse_prun(rest)
            if asked.statement and dropped:
                return None
            after = function_report(asked)
            return Request(["functions"], lines_dropped=dropped, after=after, quiet=asked.quiet)
        if name == "%%memit":
            wanted = parse_memit(rest)
            if wanted.repeat > 1 or wanted.statement:
                return None  # The magic runs it: several times, or after something else.
            return Request(
                ["memory"],
                {"memory": memit_options(wanted)},
                lines_dropped=dropped,
                after=memit_report(wanted),
                quiet=wanted.quiet,
            )
        if name == "%%mprun":
            return _memory_request(parse_mprun(rest), dropped)
        arguments = parse_lprun(rest, cell=True)
    except ArgumentError:
        return None
    options = {"lines": {"nested": not arguments.top_level_only, "automatic": False}}
    after = line_report(arguments, raw)
    return Request(["lines"], options, lines_dropped=dropped, after=after)


def _memory_request(asked: MprunArguments, dropped: int) -> Request | None:
    if (asked.statement and dropped) or profilers.problem(["memory_lines"]):
        return None
    options = {"memory_lines": {"functions": asked.functions}}
    return Request(["memory_lines"], options, lines_dropped=dropped, after=memory_report(asked))


def _is_cell_magic_below(raw: str) -> bool:
    first, *rest = [line for line in split_lines(raw) if line.strip()]
    return first.startswith(CELL_MAGICS) and bool(rest) and rest[0].startswith("%%")


def transform(lines: list[str]) -> list[str]:
    """Input transformer: blank the first line if it is ours and can be used.

    A statement behind ``%%prun`` or ``%%mprun`` runs first, as the originals have it: it
    takes the line.
    """
    if not lines or not lines[0].startswith(CELL_MAGICS):
        return lines
    raw = "".join(lines)
    if request_of_first_line(raw) is None:
        return lines
    rest = lines[1:]
    parsers: dict[str, Callable[[str], Any]] = {"%%prun": parse_prun, "%%mprun": parse_mprun}
    parse = parsers.get(lines[0].split()[0])
    if parse is not None:
        statement = parse(lines[0].partition(" ")[2]).statement
        if statement:
            return [statement + "\n", *rest]
    return rest if _is_cell_magic_below(raw) else ["\n", *rest]
