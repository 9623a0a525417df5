"""Arguments of the magics. Pure: text in, data out.

Not :mod:`argparse`: what follows the options is a statement that must stay as it was
typed, and an error must be an exception with a sentence, not an exit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from . import profilers

DEFAULT = "overview"

WORD = re.compile(r"\s*(\S+)")


class ArgumentError(ValueError):
    """Arguments that cannot be used; the message is a sentence for people."""


@dataclass
class ProfileArguments:
    """Arguments of ``%profile`` and ``%%profile``."""

    profilers: list[str]
    options: dict[str, dict[str, Any]]
    statement: str

    @property
    def repeat(self) -> int:
        """How often it runs."""
        return max([1, *(int(given.get("repeat", 1)) for given in self.options.values())])


def parse_options(
    text: str, flags: str, valued: str, *, long: bool = False
) -> tuple[dict[str, list[str]], str]:
    """Options at the start of a line, and the rest as it was typed.

    Parameters
    ----------
    flags : letters without a value, as in ``getopt``; may be joined (``-rz``)
    valued : letters that take one, joined (``-fname``) or as the next word
    long : whether to stop at an option like ``--name``

    Raises
    ------
    ArgumentError
        For an unknown option or a missing value.
    """
    found: dict[str, list[str]] = {}
    rest = text
    while (match := WORD.match(rest)) and match[1].startswith("-") and len(match[1]) > 1:
        word = match[1]
        if long and word.startswith("--") and len(word) > 2:
            break
        rest = rest[match.end() :]
        if word == "--":
            break
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in flags:
                found.setdefault(letter, []).append("")
                continue
            if letter not in valued:
                raise ArgumentError(f"There is no option -{letter}.")
            if not letters:
                value = WORD.match(rest)
                if value is None:
                    raise ArgumentError(f"Option -{letter} needs a value.")
                letters, rest = value[1], rest[value.end() :]
            found.setdefault(letter, []).append(_unquote(letters))
            letters = ""
    return found, rest.strip()


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def parse_profile(text: str, *, statement: bool) -> ProfileArguments:
    """Arguments of ``%%profile``, and with ``statement`` of ``%profile``.

    Raises
    ------
    ArgumentError
        For an unknown profiler or option.
    """
    names: list[str] = []
    rest = text
    while (match := WORD.match(rest)) and match[1] in profilers.NAMES:
        names.append(match[1])
        rest = rest[match.end() :]
    seconds, rest = parse_seconds(rest) if "objects" in names else (None, rest)
    if names == ["scalene"]:
        apart, rest = parse_scalene(rest)
        if rest and not statement:
            word = rest.split()[0]
            raise ArgumentError(
                f"scalene has no option {word}. Choose from: {', '.join(SCALENE_OPTIONS)}."
                if word.startswith("-")
                else f"There is no profiler '{word}'. Choose from: {', '.join(profilers.NAMES)}."
            )
        return ProfileArguments(names, {"scalene": apart} if apart else {}, rest)
    events, rest = parse_events(rest, names)
    stacks, rest = parse_stack_options(rest)
    repeated = [name for name in REPEATED if name in names]
    letters = "fmr" if repeated else "fm"
    found, rest = parse_options(rest, "", letters, long=True)
    later, rest = parse_events(rest, names)
    if later:
        again, rest = parse_options(rest, "", letters, long=True)
        found = {name: found.get(name, []) + again.get(name, []) for name in {**found, **again}}
    more, rest = parse_stack_options(rest)
    stacks |= more
    if rest and not statement:
        raise ArgumentError(
            f"There is no profiler '{rest.split()[0]}'. Choose from: {', '.join(profilers.NAMES)}."
        )
    lines = {
        name: found[letter]
        for letter, name in (("f", "functions"), ("m", "modules"))
        if letter in found
    }
    # Options of one profiler name it.
    names = list(dict.fromkeys(names)) or ["lines" if lines else DEFAULT]
    given: dict[str, dict[str, Any]] = {}
    if lines:
        given["memory_lines" if _of_memory(names, lines) else "lines"] = lines
    if seconds is not None:
        given["objects"] = {"seconds": seconds}
    if "r" in found:
        given |= {name: {"repeat": read_runs(found["r"][-1])} for name in repeated}
    if later or events:
        given["counters"] = given.get("counters", {}) | {"events": later or events}
    if stacks:
        whose = _sampler(names, stacks)
        given[whose] = given.get(whose, {}) | stacks
    return ProfileArguments(names, given, rest)


def _of_memory(names: list[str], lines: dict[str, list[str]]) -> bool:
    """Whether ``-f`` names functions of ``memory_lines``; it has no ``-m``."""
    if "memory_lines" not in names or "lines" in names:
        return False
    if "modules" in lines:
        raise ArgumentError("memory_lines has no option -m: name functions with -f.")
    return True


def _sampler(names: list[str], options: dict[str, Any]) -> str:
    """The profiler whose options they are."""
    if "memory_lines" in names and set(options) <= set(MEMORY_OPTIONS):
        return "memory_lines"
    if "python_allocators" in options:
        raise ArgumentError(
            "The option --python-allocators is one of memory_lines: write 'memory_lines' before it."
        )
    if "stacks" in names:
        return "stacks"
    foreign = [name for name in options if name not in OVERVIEW_OPTIONS or "overview" not in names]
    if foreign:
        raise ArgumentError(
            f"The option --{foreign[0]} is one of stacks: write 'stacks' before it."
        )
    return "overview"


SCALENE_OPTIONS = (
    "--setup",
    "--cpu-only",
    "--gpu",
    "--no-gpu",
    "--stacks",
    "--no-stacks",
    "--profile-only NAME,…",
    "--profile-exclude NAME,…",
)


def parse_scalene(text: str) -> tuple[dict[str, Any], str]:
    """Options of ``scalene`` at the start of a line, and the rest: ``--setup``,
    ``--cpu-only``, ``--gpu``, ``--stacks``, both also as ``--no-…``, ``--profile-only NAME,…``,
    ``--profile-exclude NAME,…``.

    Raises
    ------
    ArgumentError
        When a name is missing.
    """
    found: dict[str, Any] = {}
    rest = text
    while match := WORD.match(rest):
        name, equals, value = match[1].partition("=")
        after = rest[match.end() :]
        if name in ("--profile-only", "--profile-exclude"):
            if not equals and (word := WORD.match(after)):
                value, after = word[1], after[word.end() :]
            names = [one for one in _unquote(value).split(",") if one]
            if not names or value.startswith("-"):
                raise ArgumentError(f"Option {name} needs parts of file names, with commas.")
            option = name[2:].replace("-", "_")
            found[option] = [*found.get(option, []), *names]
        elif not equals and name in SCALENE_OPTIONS:
            flag = name.removeprefix("--").removeprefix("no-").replace("-", "_")
            found[flag] = not name.startswith("--no-")
        else:
            break
        rest = after
    if found.get("cpu_only") and found.get("gpu"):
        raise ArgumentError("Choose one of --cpu-only and --gpu.")
    return found, rest.strip()


OVERVIEW_OPTIONS = ("rate", "native")
MEMORY_OPTIONS = ("native", "python_allocators")
REPEATED = ("memory", "counters")
"""Profilers of which each run of a statement is a run of its own."""
EVENTS = re.compile(r"\s*--events(?:=|\s+|$)(\S*)")
STACK_FLAGS = ("native", "gil", "idle", "subprocesses", "python_allocators")


def parse_stack_options(text: str) -> tuple[dict[str, Any], str]:
    """Options of ``stacks`` at the start of a line, and the rest: ``--rate N``, and
    ``--native``, ``--gil``, ``--idle``, ``--subprocesses``, each also as ``--no-…``; with
    those of ``memory_lines``: ``--native`` and ``--python-allocators``.

    Raises
    ------
    ArgumentError
        For an unknown long option, or a rate that is no whole number.
    """
    found: dict[str, Any] = {}
    rest = text
    while (match := WORD.match(rest)) and match[1].startswith("--") and len(match[1]) > 2:
        name, equals, value = match[1][2:].partition("=")
        rest = rest[match.end() :]
        if name == "rate":
            if not equals and (word := WORD.match(rest)):
                value, rest = word[1], rest[word.end() :]
            if not value.isdecimal():
                raise ArgumentError("Option --rate needs a whole number of samples a second.")
            found["rate"] = int(value)
        elif not equals and name.removeprefix("no-").replace("-", "_") in STACK_FLAGS:
            flag = name.removeprefix("no-").replace("-", "_")
            found[flag] = not name.startswith("no-")
        else:
            flags = [flag.replace("_", "-") for flag in STACK_FLAGS]
            known = ", ".join(f"--{flag}" for flag in ("rate", *flags))
            raise ArgumentError(f"There is no option --{name}. Choose from: {known}.")
    return found, rest.lstrip() if found else text


def parse_events(text: str, names: list[str]) -> tuple[str, str]:
    """The option ``--events NAME,…`` of ``counters`` at the start of a line, and the rest;
    empty where that is not named.

    Raises
    ------
    ArgumentError
        When there is no name.
    """
    match = EVENTS.match(text) if "counters" in names else None
    if match is None:
        return "", text
    if not match[1]:
        raise ArgumentError("Option --events needs names of 'perf list', with commas.")
    return _unquote(match[1]), text[match.end() :].lstrip()


def read_runs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentError("Option -r needs a whole number of runs, 1 or more.")
    return int(text)


def parse_seconds(text: str) -> tuple[float | None, str]:
    """The option ``--seconds S`` of ``objects`` at the start of a line, and the rest.

    Raises
    ------
    ArgumentError
        When that is no number.
    """
    match = re.match(r"\s*--seconds(?:=|\s+|$)(\S*)", text)
    if match is None:
        return None, text
    return read_number(match[1], "--seconds"), text[match.end() :].lstrip()


def read_number(text: str, option: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentError(f"Option {option} needs a number of seconds above 0.")
    return value
