"""What a row of the table of cells is made of (see ``cells``)."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """A cell and how it is run."""

    code: str
    status: str = "ok"
    """Of the profile: ok, error or interrupted; "none" where no profile can be."""
    reply: str = ""
    """Status of the reply, where it does not follow from ``status``."""
    answers: tuple[str, ...] = ()
    interrupt: str = ""
    below: str = ""
    """Status below a first line, where that differs."""
    profiled: bool = True
    """Whether the profile is asked for."""
    options: dict[str, Any] = field(default_factory=dict)
    """Of ``LiveKernel.send``."""


@dataclass(frozen=True)
class Difference:
    """A difference that must remain, as narrow as can be said."""

    key: str
    """Heading in ``docs/differences.md``."""
    pattern: str
    """Regular expression of what the profiled run says …"""
    replacement: str
    """… and what the plain one says in its place."""
    road: str = ""
    """Only on this road."""


@dataclass(frozen=True)
class Case:
    """A row of the table."""

    id: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    """Modules without which the case is skipped."""
    since: tuple[int, int] = (3, 10)
    """First version of Python that has the syntax."""
    digits: bool = False
    """Measures time: numbers and units of time are not compared."""
    profile_last: bool = True
    """Whether the profile is the last output; other code may print after the cell."""
    queued: bool = False
    """All cells are sent before the first has answered."""
    fatal: bool = False
    """The kernel ends."""
    roads: tuple[str, ...] = ("button", "magic")
    differences: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    """By the profiler that causes them, or "*"."""
    repeats: str = ""
    """Key of the difference because of which equal entries of a list (frames of a
    traceback) that follow each other are compared as one."""


def cell(source: str, status: str = "ok", **options: Any) -> Step:
    """A step whose source is written indented here."""
    return Step(textwrap.dedent(source).strip("\n"), status, **options)


def exact(source: str, status: str = "ok", **options: Any) -> Step:
    """A step whose source is taken as it is."""
    return Step(source, status, **options)


def case(id: str, *steps: str | Step, **options: Any) -> Case:
    return Case(id, tuple(cell(s) if isinstance(s, str) else s for s in steps), **options)


ANY = "*"
"""Status that depends on the versions of IPython and ipykernel."""

OUR_FRAME = Difference(
    "A frame of ours on the stack",
    r"hooks\.py:run_code\n",
    "",
)

OUR_FRAMES = Difference(
    "A frame of ours on the stack",
    r"(?s)^.*hooks\.py.*$",
    "",
)
