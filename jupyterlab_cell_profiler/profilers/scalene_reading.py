"""Reads Scalene's JSON: what is a number there, within bounds, in seconds and bytes. Pure.

It may be a stranger's file: nothing in it is taken for granted. Versions 1.5 and 2.x are known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MB = 1024 * 1024
"""Bytes of what Scalene calls MB."""
MOST_FILES = 200
MOST_LINES = 50_000
"""Of a file: the source of a line beyond it is not known."""
MOST_STACKS = 20_000
MOST_FRAMES = 500
MOST_POINTS = 20_000
MOST_TEXT = 1000
ESCAPED = {"\\u0026": "&", "\\u003c": "<", "\\u003e": ">"}
"""What Scalene writes for its own page in a source, as six characters each."""
FRAME = re.compile(r"^(?P<file>.*) (?P<name>\S+):(?P<line>\d+);?$", re.DOTALL)


@dataclass
class Line:
    """What Scalene says of a line; zero where it says nothing."""

    python: float = 0.0
    """Seconds in the interpreter, …"""
    native: float = 0.0
    """… in compiled code, …"""
    system: float = 0.0
    """… and without a processor: in the system, or waiting."""
    peak: float = 0.0
    """Bytes."""
    average: float = 0.0
    growth: float = 0.0
    allocated: float = 0.0
    by_python: float = 0.0
    """Bytes of ``allocated`` that Python's own objects took."""
    allocations: float = 0.0
    copied: float = 0.0
    gpu: float = 0.0
    """Seconds in which a GPU was busy."""
    gpu_memory: float = 0.0
    gpu_memory_average: float = 0.0
    cores: float = 0.0
    """Percent of all processors."""
    awaits: float = 0.0
    """Percent of the time in which tasks were awaited."""
    tasks: float = 0.0
    """Most tasks that waited here at once."""
    leak: float | None = None
    """Likelihood of a leak, 0 to 1; None where Scalene reports none."""
    leak_speed: float | None = None
    """Bytes for each second."""

    @property
    def time(self) -> float:
        return self.python + self.native + self.system

    @property
    def notable(self) -> bool:
        return self.leak is not None or any(
            value > 0
            for value in (
                self.time,
                self.peak,
                self.allocated,
                self.copied,
                self.gpu,
                self.gpu_memory,
                self.awaits,
            )
        )


@dataclass
class File:
    """A file with its source and what is known of its lines."""

    path: str
    share: float
    """Percent of the time."""
    source: list[str] = field(default_factory=list)
    whole: bool = True
    """Whether every line of the source is known."""
    lines: dict[int, Line] = field(default_factory=dict)


@dataclass
class Stack:
    """Frames (name, file, line), outermost first, and what it weighs: seconds or bytes."""

    frames: tuple[tuple[str, str, int], ...]
    weight: float
    count: int = 1


@dataclass
class Profile:
    """A whole profile."""

    program: str
    folder: str
    elapsed: float
    files: list[File]
    memory: bool
    gpu: bool
    peak: float
    peak_python: float
    """Share of Python's own objects in it, 0 to 1."""
    growth: float
    """Percent of what was allocated that was not freed."""
    native_allocations: float
    copies: bool
    """Whether copies were counted."""
    samples: int
    """Looks at the stack."""
    footprint: list[tuple[float, float]]
    """Seconds and bytes."""
    stacks: list[Stack]
    memory_stacks: list[Stack]


def read(value: Any) -> Profile | None:
    """A profile; None for what is none, or an empty one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("files"), Mapping):
        return None
    elapsed = number(value.get("elapsed_time_sec"))
    files = [
        read_file(text(path), entry, elapsed)
        for path, entry in list(value["files"].items())[:MOST_FILES]
        if isinstance(entry, Mapping)
    ]
    stacks = list(read_stacks(value.get("stacks"), elapsed))
    return Profile(
        program=text(value.get("program")),
        folder=text(value.get("entrypoint_dir") or value.get("filename")),
        elapsed=elapsed,
        files=files,
        memory=value.get("memory") is True,
        gpu=value.get("gpu") is True,
        peak=number(value.get("max_footprint_mb")) * MB,
        peak_python=min(1.0, number(value.get("max_footprint_python_fraction"))),
        growth=number(value.get("growth_rate")),
        native_allocations=number(value.get("native_allocations_mb")) * MB,
        # See ``scalene_process.counts_copies_with_stacks``.
        copies=not (stacks and "combined_stacks" in value),
        samples=sum(stack.count for stack in stacks),
        footprint=list(read_footprint(value.get("samples"))),
        stacks=[*with_native(stacks, list(read_framed(value.get("combined_stacks"), 1.0)))],
        memory_stacks=list(read_framed(value.get("memory_stacks"), MB)),
    )


def read_file(path: str, entry: Mapping[str, Any], elapsed: float) -> File:
    found = File(path, number(entry.get("percent_cpu_time")))
    sources: dict[int, str] = {}
    for item in items(entry.get("lines"))[:MOST_LINES]:
        line = whole(item.get("lineno")) if isinstance(item, Mapping) else 0
        if not 1 <= line <= MOST_LINES:
            continue
        sources[line] = source_of(item.get("line"))
        numbers = read_line(item, elapsed)
        if numbers.notable:
            found.lines[line] = numbers
    last = max(sources, default=0)
    found.source = [sources.get(line, "") for line in range(1, last + 1)]
    found.whole = len(sources) == last
    leaks = entry.get("leaks")
    for key, leak in list(leaks.items())[:MOST_LINES] if isinstance(leaks, Mapping) else ():
        line = whole(key)
        if 1 <= line <= MOST_LINES and isinstance(leak, Mapping):
            numbers = found.lines.setdefault(line, Line())
            numbers.leak = min(1.0, number(leak.get("likelihood")))
            numbers.leak_speed = number(leak.get("velocity_mb_s")) * MB
    return found


def read_line(item: Mapping[str, Any], elapsed: float) -> Line:
    """A line, or a function. Scalene gives shares of the run: times are made of them."""

    def of(name: str) -> float:
        return number(item.get(name))

    def seconds(name: str) -> float:
        return min(100.0, of(name)) / 100 * elapsed

    line = Line(
        python=seconds("n_cpu_percent_python"),
        native=seconds("n_cpu_percent_c"),
        system=seconds("n_sys_percent"),
        peak=of("n_peak_mb") * MB,
        average=of("n_avg_mb") * MB,
        growth=of("n_growth_mb") * MB,
        allocated=of("n_malloc_mb") * MB,
        by_python=of("n_malloc_mb") * MB * min(1.0, of("n_python_fraction")),
        allocations=of("n_mallocs"),
        # Scalene divides what was copied by the seconds of the whole run.
        copied=of("n_copy_mb_s") * MB * elapsed,
        gpu_memory=of("n_gpu_peak_memory_mb") * MB,
        gpu_memory_average=of("n_gpu_avg_memory_mb") * MB,
        cores=min(1.0, of("n_core_utilization")) * 100,
        awaits=min(100.0, of("n_async_await_percent")),
        tasks=of("n_async_concurrency_peak"),
    )
    # How busy a GPU was while the line ran.
    line.gpu = min(100.0, of("n_gpu_percent")) / 100 * line.time
    return line


def read_footprint(value: Any) -> Iterator[tuple[float, float]]:
    """Seconds since the start, in order, and bytes; Scalene has nanoseconds and MB."""
    points = []
    for pair in items(value)[:MOST_POINTS]:
        if isinstance(pair, list | tuple) and len(pair) >= 2:
            points.append((number(pair[0]) / 1e9, number(pair[1]) * MB))
    yield from sorted(points)


def read_stacks(value: Any, elapsed: float) -> Iterator[Stack]:
    """Stacks of Python frames, with seconds."""
    for entry in items(value)[:MOST_STACKS]:
        if not isinstance(entry, list | tuple) or len(entry) != 2:
            continue
        frames = tuple(
            found
            for found in (read_frame(frame) for frame in items(entry[0])[:MOST_FRAMES])
            if found is not None
        )
        counts = entry[1]
        if isinstance(counts, Mapping):
            share, count = number(counts.get("cpu_samples")), whole(counts.get("count"))
        else:
            values = items(counts)
            share, count = (number(values[3]), whole(values[0])) if len(values) > 3 else (0.0, 0)
        if frames and share > 0:
            yield Stack(frames, min(1.0, share) * elapsed, min(count, 10**9))


def read_frame(frame: Any) -> tuple[str, str, int] | None:
    """``"file name:line;"`` of Scalene 2, ``[file, name, line]`` of 1.5."""
    if isinstance(frame, str):
        match = FRAME.match(frame[: 4 * MOST_TEXT])
        if match is None:
            return None
        return text(match["name"]), text(match["file"]), whole(match["line"])
    if isinstance(frame, list | tuple) and len(frame) == 3:
        return text(frame[1]), text(frame[0]), whole(frame[2])
    return None


def read_framed(value: Any, unit: float) -> Iterator[Stack]:
    """Stacks whose frames say what they are: of Python and of compiled code."""
    for entry in items(value)[:MOST_STACKS]:
        if not isinstance(entry, list | tuple) or len(entry) != 2:
            continue
        frames = []
        for frame in items(entry[0])[:MOST_FRAMES]:
            if isinstance(frame, Mapping):
                python = frame.get("kind") == "py"
                name = text(frame.get("display_name")) or "?"
                file = text(frame.get("filename_or_module"))
                frames.append((name, file, whole(frame.get("line")) if python else 0))
        if frames and number(entry[1]) > 0:
            yield Stack(tuple(frames), number(entry[1]) * unit)


def with_native(stacks: list[Stack], combined: list[Stack]) -> Iterator[Stack]:
    """Stacks with the functions of compiled code that they end in.

    Only stacks of Python frames have times; those with compiled code have counts of looks. So
    the time of each is divided as its looks are.
    """
    tails: dict[tuple[tuple[str, int], ...], list[Stack]] = {}
    for stack in combined:
        python = tuple((file, line) for _, file, line in stack.frames if line > 0)
        tails.setdefault(python, []).append(stack)
    for stack in stacks:
        ends = tails.get(tuple((file, line) for _, file, line in stack.frames), [])
        looks = sum(end.weight for end in ends)
        if not looks:
            yield stack
            continue
        for end in ends:
            native = tuple(frame for frame in end.frames if frame[2] <= 0)
            yield Stack((*stack.frames, *native), stack.weight * end.weight / looks, 0)


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else list(value) if isinstance(value, tuple) else []


def number(value: Any) -> float:
    """A number that is finite and not below zero; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        found = float(value)
    except OverflowError:
        return 0.0
    return found if math.isfinite(found) and 0 <= found < 1e18 else 0.0


def whole(value: Any) -> int:
    """A whole number, also one written as text; 0 for anything else."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() and len(value) < 10 else 0
    return int(number(value)) if number(value) < 2**31 else 0


def text(value: Any) -> str:
    return value[:MOST_TEXT] if isinstance(value, str) else ""


def source_of(value: Any) -> str:
    """A line of source as it was."""
    line = text(value).rstrip("\r\n")
    for written, meant in ESCAPED.items():
        line = line.replace(written, meant)
    return line
