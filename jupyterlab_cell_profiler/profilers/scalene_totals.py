"""The figures of a whole run, as Scalene saw it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..document import TotalsItem, TotalsSection, total
from .scalene_reading import Line, Profile


def totals(profile: Profile, raw: Mapping[str, Any]) -> TotalsSection:
    """The times of the run, what Scalene divided of them, and the memory."""
    items = list(times(profile, raw.get("run") or {}))
    lines = [line for file in profile.files for line in file.lines.values()]
    items += [
        total(
            "scalene_python",
            "Python",
            sum(line.python for line in lines),
            "seconds",
            "Time in the interpreter: loops, calculations and objects of Python itself.",
        ),
        total(
            "scalene_native",
            "Native",
            sum(line.native for line in lines),
            "seconds",
            "Time in compiled code that lines called: numpy, pandas, built-in functions.",
        ),
        total(
            "scalene_system",
            "System and waiting",
            sum(line.system for line in lines),
            "seconds",
            "Time without a processor of its own: the operating system, files, network, sleeping.",
        ),
    ]
    computing = sum(line.python + line.native for line in lines)
    if computing:
        items.append(
            total(
                "native_percent",
                "In native code",
                100 * sum(line.native for line in lines) / computing,
                "percent",
                "Share of the computing that was in compiled code.",
            )
        )
    if profile.samples:
        items.append(
            total("samples", "Samples", profile.samples, "count", "How often Scalene looked.")
        )
    if profile.memory:
        items += memory_totals(profile, lines)
    if profile.gpu:
        items.append(
            total(
                "gpu_time",
                "GPU",
                sum(line.gpu for line in lines),
                "seconds",
                "Time in which a GPU was busy while lines of this code ran.",
            )
        )
    return {"kind": "totals", "items": items}


def times_only(run: Any) -> Iterator[TotalsSection]:
    """What is known of a run of which Scalene saw nothing."""
    if isinstance(run, Mapping) and isinstance(run.get("wall"), float):
        yield {"kind": "totals", "items": list(clock(run["wall"], run["user"], run["sys"]))}


def times(profile: Profile, run: Mapping[str, Any]) -> Iterator[TotalsItem]:
    """As the clock has them where the program told; else Scalene's own."""
    wall, user, sys = (run.get(name) for name in ("wall", "user", "sys"))
    if wall is None or user is None or sys is None:
        yield total("wall", "Wall time", profile.elapsed, "seconds", "As Scalene measured it.")
        return
    yield from clock(wall, user, sys)


def clock(wall: float, user: float, sys: float) -> Iterator[TotalsItem]:
    yield total(
        "wall",
        "Wall time",
        wall,
        "seconds",
        "What a watch on the wall shows, with Scalene at work.",
    )
    yield total(
        "user", "User", user, "seconds", "Processor time in Python and native code, all threads."
    )
    yield total(
        "sys", "System", sys, "seconds", "Processor time that the operating system spent for it."
    )
    yield total(
        "wait",
        "Waiting",
        max(0.0, wall - user - sys),
        "seconds",
        "Wall time less user and system: sleeping, disk, network, locks, other processes.",
    )
    yield total(
        "cpu_percent",
        "CPU use",
        100 * (user + sys) / wall if wall > 0 else None,
        "percent",
        "User and system time as a share of wall time.",
    )


def memory_totals(profile: Profile, lines: Sequence[Line]) -> Iterator[TotalsItem]:
    yield total(
        "heap_peak",
        "Memory at the peak",
        profile.peak,
        "bytes",
        "What the code held at most, without what was there before it. Sampled: Scalene looks "
        "each time that some megabyte has come or gone.",
    )
    yield total(
        "memory_python_percent",
        "Of it Python objects",
        100 * profile.peak_python,
        "percent",
        "Share of Python's own objects in what made the peak; the rest are arrays and the like "
        "of compiled libraries.",
    )
    yield total(
        "memory_growth_percent",
        "Growth",
        profile.growth,
        "percent",
        "How much of what was allocated was not freed again. Near 100: memory only grows; near "
        "0: what comes goes again.",
    )
    copied = sum(line.copied for line in lines)
    yield total(
        "memory_copied",
        "Copied",
        copied if profile.copies or copied else None,
        "bytes",
        "Bytes that were copied from one place in memory to another; up to some hundred "
        "megabytes may be Scalene's own."
        if profile.copies or copied
        else "Scalene sees no copies while it samples call stacks: leave the option --stacks out.",
    )
    if profile.native_allocations:
        yield total(
            "memory_native_threads",
            "Allocated outside of lines",
            profile.native_allocations,
            "bytes",
            "By threads of compiled libraries, which run no line of Python.",
        )
    yield total(
        "leaks",
        "Likely leaks",
        sum(1 for line in lines if line.leak is not None),
        "count",
        "Lines whose memory is very likely never freed: the column “Leak” has the likelihood.",
    )
