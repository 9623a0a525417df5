"""Arguments of ``%profile_process``. Pure: text in, data out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .arguments import ArgumentError, read_number

LONGEST = 3600
"""Seconds of a recording."""
BOTH = ("native", "subprocesses")
RECORDING = ("idle", "gil")
"""Flags of a recording alone."""
FLAGS = (*BOTH, *RECORDING)
OPTIONS = (
    "--dump",
    "--seconds",
    "--rate",
    "--native",
    "--idle",
    "--no-idle",
    "--gil",
    "--subprocesses",
    "--locals",
)
"""As they are offered; ``--no-`` goes with each flag."""


@dataclass
class ProcessArguments:
    """What to do with which process."""

    pid: int | None = None
    """None: this kernel."""
    seconds: float | None = None
    """Of a recording; None: one look."""
    options: dict[str, Any] = field(default_factory=dict)
    """``native``, ``subprocesses`` and, of a look, ``locals``; of a recording ``rate``,
    ``idle`` and ``gil``."""


def parse_process(line: str) -> ProcessArguments:
    """``[--dump | --seconds S] [options] [PID]``.

    Raises
    ------
    ArgumentError
        When that cannot be meant.
    """
    given = ProcessArguments()
    words = line.split()
    dump = False
    while words:
        word = words.pop(0)
        name, equals, value = word[2:].partition("=")
        flag = name.removeprefix("no-")
        if not word.startswith("-"):
            _take_pid(given, word)
        elif word == "--dump":
            dump = True
        elif name in ("seconds", "rate") and word.startswith("--"):
            _take_number(given, name, value if equals else words.pop(0) if words else "")
        elif word.startswith("--") and not equals and flag in (*FLAGS, "locals"):
            given.options[flag] = not name.startswith("no-")
        else:
            raise ArgumentError(f"There is no option {word}. Choose from: {', '.join(OPTIONS)}.")
    _check(given, dump)
    return given


def _take_pid(given: ProcessArguments, word: str) -> None:
    if not (word.isascii() and word.isdecimal() and 0 < int(word) < 2**31):
        raise ArgumentError(f"'{word}' is no process number (PID): that is a whole number.")
    if given.pid is not None:
        raise ArgumentError("Name one process: %profile_process looks at one at a time.")
    given.pid = int(word)


def _take_number(given: ProcessArguments, name: str, value: str) -> None:
    if name == "seconds":
        given.seconds = read_number(value, "--seconds")
        if given.seconds > LONGEST:
            raise ArgumentError(f"A recording takes {LONGEST} seconds at most.")
    elif not value.isdecimal():
        raise ArgumentError("Option --rate needs a whole number of samples a second.")
    else:
        given.options["rate"] = int(value)


def _check(given: ProcessArguments, dump: bool) -> None:
    if dump and given.seconds is not None:
        raise ArgumentError("Choose one of --dump, a single look, and --seconds, a recording.")
    if given.seconds is not None and "locals" in given.options:
        raise ArgumentError("Variables are shown by a single look: --locals goes with --dump.")
    alone = [name for name in ("rate", *RECORDING) if name in given.options]
    if given.seconds is None and alone:
        raise ArgumentError(f"Option --{alone[0]} is one of a recording: add --seconds S.")
