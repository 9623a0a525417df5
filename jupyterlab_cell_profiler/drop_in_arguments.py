"""Arguments of the drop-ins: other tools' magics, with the flags of the originals. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from .arguments import ArgumentError, parse_options, read_number


@dataclass
class LprunArguments:
    """Arguments of ``%lprun`` and ``%%lprun_all``, named for what they do."""

    functions: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    pickle_file: str | None = None
    text_file: str | None = None
    unit: float | None = None
    strip_zeros: bool = False
    return_profiler: bool = False
    keep_time: bool = False
    top_level_only: bool = False
    statement: str = ""


@dataclass
class PrunArguments:
    """Arguments of ``%prun`` and ``%%prun``, named for what they do."""

    sort: list[str]
    limits: list[str]
    dump_file: str | None
    text_file: str | None
    return_stats: bool
    quiet: bool
    statement: str


@dataclass
class MemitArguments:
    """Arguments of ``%memit`` and ``%%memit``, named for what they do."""

    repeat: int
    timeout: float | None
    """Kept for ``-o``; a statement has never been ended by it."""
    interval: float
    """Seconds between two samples."""
    include_children: bool
    return_result: bool
    quiet: bool
    statement: str
    """What is measured; of a cell the code that is run before, unmeasured."""


@dataclass
class AsizeofArguments:
    """Arguments of ``%asizeof``, named for what they do."""

    depth: int
    seconds: float | None
    return_size: bool
    quiet: bool
    expression: str


@dataclass
class MprunArguments:
    """Arguments of ``%mprun`` and ``%%mprun``, named for what they do."""

    functions: list[str]
    text_file: str | None
    return_profiler: bool
    children: bool
    statement: str


def parse_asizeof(text: str) -> AsizeofArguments:
    """Arguments of ``%asizeof``.

    Raises
    ------
    ArgumentError
        For an unknown option, a depth that is no whole number, or without an expression.
    """
    found, rest = parse_options(text, "rq", "ds")
    depth = found.get("d", ["1"])[-1]
    if not depth.isdecimal():
        raise ArgumentError("Option -d needs a whole number of levels.")
    if not rest:
        raise ArgumentError("Give an expression to measure, as in: %asizeof df")
    seconds = read_number(found["s"][-1], "-s") if "s" in found else None
    return AsizeofArguments(int(depth), seconds, "r" in found, "q" in found, rest)


def parse_lprun(text: str, *, cell: bool) -> LprunArguments:
    """Arguments of line_profiler's own magics.

    Raises
    ------
    ArgumentError
        For an unknown option, or a unit that is no number.
    """
    found, rest = parse_options(text, "rzpt" if cell else "rsz", "DTu" if cell else "fmDTu")
    if cell and rest:
        raise ArgumentError(f"%%lprun_all takes options only, not '{rest}'.")
    unit = None
    if "u" in found:
        try:
            unit = float(found["u"][-1])
        except ValueError as error:
            raise ArgumentError("Timer unit setting must be a float.") from error
    return LprunArguments(
        functions=found.get("f", []),
        modules=found.get("m", []),
        pickle_file=found.get("D", [None])[-1],
        text_file=found.get("T", [None])[-1],
        unit=unit,
        strip_zeros="z" in found or "s" in found,
        return_profiler="r" in found,
        keep_time="t" in found,
        top_level_only="p" in found,
        statement=rest,
    )


def parse_prun(text: str) -> PrunArguments:
    """Arguments of IPython's own ``%prun``.

    Raises
    ------
    ArgumentError
        For an unknown option, or a sort key that pstats does not know.
    """
    from pstats import Stats

    found, rest = parse_options(text, "rq", "DlsT")
    known = Stats.sort_arg_dict_default
    for key in found.get("s", []):
        if sum(name.startswith(key) for name in known) == 0:
            names = ", ".join(name for name in known if len(name) > 1)
            raise ArgumentError(f"There is no sort key '{key}'. Choose from: {names}.")
    return PrunArguments(
        sort=found.get("s", ["time"]),
        limits=found.get("l", []),
        dump_file=found.get("D", [None])[0],
        text_file=found.get("T", [None])[0],
        return_stats="r" in found,
        quiet="q" in found,
        statement=rest,
    )


def parse_memit(text: str) -> MemitArguments:
    """Arguments of memory_profiler's own ``%memit``.

    Raises
    ------
    ArgumentError
        For an unknown option, or a value that is no number.
    """
    found, rest = parse_options(text, "coq", "rti")

    def number(letter: str, usual: float) -> float:
        value = found.get(letter, [""])[-1]
        try:
            return float(value) if value else usual
        except ValueError as error:
            raise ArgumentError(f"Option -{letter} needs a number, not '{value}'.") from error

    timeout = number("t", 0)
    return MemitArguments(
        repeat=max(1, int(number("r", 1))),
        timeout=timeout if timeout > 0 else None,
        interval=number("i", 0.01),
        include_children="c" in found,
        return_result="o" in found,
        quiet="q" in found,
        statement=rest,
    )


def parse_mprun(text: str) -> MprunArguments:
    """Arguments of memory_profiler's own ``%mprun``.

    Raises
    ------
    ArgumentError
        For an unknown option.
    """
    found, rest = parse_options(text, "rc", "fT")
    return MprunArguments(
        functions=found.get("f", []),
        text_file=found.get("T", [None])[0],
        return_profiler="r" in found,
        children="c" in found,
        statement=rest,
    )
