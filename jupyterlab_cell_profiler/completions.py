"""What can stand next in a line of ``%profile`` or ``%%profile``. Knows nothing of IPython."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from . import profilers

OPTIONS: dict[str, tuple[str, ...]] = {
    "overview": ("--rate", "--native", "--no-native"),
    "lines": ("-f", "-m"),
    "stacks": ("--rate", "--native", "--no-idle", "--gil", "--subprocesses"),
    "memory": ("-r",),
    "memory_lines": ("-f", "--native", "--python-allocators"),
    "objects": ("--seconds",),
    "counters": ("--events", "-r"),
    "scalene": ("--setup", "--cpu-only", "--gpu", "--no-stacks"),
}
"""Options by profiler, as ``arguments`` reads them."""
COMBINED = {
    "overview": {"stacks", "memory"},
    "stacks": {"overview"},
    "memory": {"overview"},
}
"""Profilers that do not go together with one (see ``profilers.problem``)."""
EVENTS = re.compile(r"--events(?:=|\s+)(?P<list>\S*)$")


def candidates(line: str, events: Callable[[], Sequence[str]]) -> list[str]:
    """Words that can stand where the line ends, without those that are there.

    Parameters
    ----------
    line : up to the cursor, the magic's name included
    events : gives the names of ``perf list``; only asked when one is wanted
    """
    _, _, rest = line.lstrip().partition(" ")
    asked = EVENTS.search(rest)
    if asked is not None and "counters" in rest.split():
        return _events(asked["list"], events())
    done = rest.split() if not rest or rest[-1].isspace() else rest.split()[:-1]
    if any(not word.startswith("-") and word not in profilers.NAMES for word in done):
        return []  # A statement has begun, or the value of an option: any word may follow.
    named = [word for word in done if word in profilers.NAMES]
    options = dict.fromkeys(
        option for name in named or [""] for option in OPTIONS.get(name, ()) if option not in done
    )
    if any(word.startswith("-") for word in done):
        return list(options)  # Profilers stand before options.
    exact = any(profilers.get(name).exclusive for name in named)
    without = {*named, *(other for name in named for other in COMBINED.get(name, ()))}
    if any(profilers.is_apart(name) for name in named):
        return list(options)  # It runs the cell elsewhere, and alone.
    if named:
        without |= {name for name in profilers.NAMES if profilers.is_apart(name)}
    names = [
        name
        for name in profilers.NAMES
        if name not in without and not (exact and profilers.get(name).exclusive)
    ]
    return [*names, *options]


def options_after(line: str, options: Sequence[str]) -> list[str]:
    """Options of a magic that has nothing else to offer, without those that are there."""
    done = line.split()
    return [option for option in options if option not in done]


def _events(given: str, known: Sequence[str]) -> list[str]:
    """The rest of each event's name from the last word on: a completer takes a name that has
    a ``:`` or ``/`` in it for several words."""
    *before, last = given.split(",")
    start = max(last.rfind(":"), last.rfind("/")) + 1
    return [
        event[start:]
        for event in known
        if event.lower().startswith(last[:start].lower()) and event not in before
    ]
