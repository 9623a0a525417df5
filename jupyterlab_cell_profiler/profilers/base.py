"""What every profiler is: one module with the four names of :class:`Profiler`.

A profiler imports its tool inside ``capture`` (a kernel that never profiles pays
nothing) and never imports another profiler. ``convert`` is pure, so that it is tested
from recorded raw data without the tool and without rights.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Protocol

from ..document import FileTable, Section


class OptionError(ValueError):
    """An option that a person gave cannot be used; the message is a sentence for them."""


@dataclass(frozen=True)
class CellFile:
    """A notebook cell, known by the file name that its code was compiled under."""

    label: str
    """What a person calls it, for example ``In [7]``."""
    source: str
    """The cell as the person sees it."""
    cell_id: str | None = None
    offset: int = 0
    """What to add to a line number of the code to get the line in ``source``: IPython
    drops empty lines at the start of a cell, and cell magics take their own line away."""


@dataclass(frozen=True)
class ApartCell:
    """A cell that runs in a process of its own, or before another one there."""

    label: str
    """What a person calls it, for example ``In [7]``."""
    source: str
    """The cell as the person sees it."""
    code: str
    """What runs of it, with its lines where the cell has them."""
    cell_id: str | None = None
    left_out: tuple[str, ...] = ()
    """Lines that cannot run there: commands of IPython."""


@dataclass(frozen=True)
class ApartFailure:
    """How a cell failed in a process of its own."""

    name: str
    """Of the exception."""
    value: str
    traceback: str
    """As Python prints it; empty where there is none."""
    interrupted: bool = False


@dataclass
class Target:
    """What is profiled, and what the kernel knows that a profiler needs."""

    namespace: dict[str, Any] = field(default_factory=dict)
    """The user's namespace, for functions from earlier cells and for ``-f``."""
    cells: Mapping[str, CellFile] = field(default_factory=dict)
    """Cells by the file name of their code."""
    own_files: dict[str, int] = field(default_factory=dict)
    """File names under which code of this very cell was compiled, with what to add to
    their line numbers (see ``CellFile.offset``)."""
    directory: str = ""
    """Working directory of the kernel when the run began."""
    may_define: bool = False
    """Whether the run may define functions that an option names."""
    files: FileTable = field(default_factory=FileTable)
    """Files of the document; file 0 is the cell or the statement."""
    live: Callable[[list[Section]], None] | None = None
    """Takes what is known so far, a few times a second and in another thread; None when
    nobody looks on."""
    tell: Callable[[str], None] = lambda sentence: None
    """Tells the person how far something is that takes long after the run."""

    def path_of(self, filename: str) -> str:
        """A file name as a reader should see it: relative to the kernel's directory if it
        lies below, and without the name of the home directory."""
        for base, short in ((self.directory, ""), (os.path.expanduser("~"), "~" + os.sep)):
            if base and filename.startswith(base.rstrip(os.sep) + os.sep):
                return (short + filename[len(base.rstrip(os.sep)) + 1 :]).replace(os.sep, "/")
        return filename.replace(os.sep, "/")


class Recording(Protocol):
    """A capture under way.

    One that may work with another tool than its profiler's ``tool`` has an attribute ``used``
    besides: the packages that did the work, as a tuple of names, and ``used_version`` where no
    package has it. One whose options have usual values has an attribute ``chosen``: all of
    them, as they were used.
    """

    raw: Any
    """JSON-able data for ``convert``; complete once the capture has been left."""
    notes: list[str]
    """Sentences for the person, for example what could not be counted."""

    def mark(self, code: CodeType) -> CodeType:
        """Prepare a code object of the user; gives the one to run instead."""
        ...

    def running(self) -> AbstractContextManager[None]:
        """Around the time in which code of the user runs."""
        ...

    def pause(self) -> None:
        """IPython works: the display of the last value while a line of the user runs, or the
        traceback of what ended the cell."""
        ...

    def resume(self) -> None:
        """The user's code goes on."""
        ...

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Seconds that passed while a line ran, but not for the user's code."""
        ...


class Profiler(Protocol):
    """The interface of a module in this package.

    One that must be started after all others has ``late = True`` besides. One that runs the
    cell in another process instead of in the kernel has ``apart = True``, and its recording
    ``run(cell, setup, output)``, see ``scalene_recording``.
    """

    tool: str
    sections: tuple[str, ...]
    exclusive: bool
    """Exact profilers disturb each other: one of them for each run."""

    def unavailable(self) -> str | None:
        """Why it cannot run here, as a sentence with the remedy; None when it can."""
        ...

    def tool_version(self) -> str: ...

    def capture(
        self, target: Target, options: Mapping[str, Any]
    ) -> AbstractContextManager[Recording]:
        """Measure what runs inside; needs the tool and the rights.

        Raises
        ------
        OptionError
            When an option names something that does not exist.
        """
        ...

    def convert(self, raw: Any, target: Target) -> list[Section]:
        """Turn raw data into sections. Pure but for adding to ``target.files``."""
        ...
