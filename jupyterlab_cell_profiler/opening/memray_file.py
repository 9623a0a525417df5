"""memray's capture files (``memray run``): by line, by stack and by time.

memray's reader is compiled code that trusts its file; it only runs in a process that may be lost.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..document import LinesSection, Section, SeriesSection, TotalsSection, total
from ..profilers.base import Target
from ..profilers.memory_line_reading import Reading
from ..profilers.memory_line_sections import Bytes, columns
from ..profilers.stack_samples import Frame, Sample
from ..profilers.stack_tree import merge, prune
from .build import LIBRARY, Opened, main_file
from .errors import Broken, CannotOpen
from .mprof import thinned
from .sampled import DEEPEST, stacks_section
from .sampled_lines import BLOCKS, Part
from .values import amount, line_of, listed, short, whole

POINTS = 600
STARTS = re.compile(r"[\\/]memray[\\/]|(^|[\\/])runpy\.py$|^<frozen runpy>$|[\\/]bin[\\/]memray$")
"""What memray and Python have on the stack before a program begins."""
ITSELF: Frame = ("(memray itself)", "", 0)
NO_FRAME: Frame = ("(no Python frame)", "", 0)
VIEWS = (("peak", "peak"), ("leaked", "held"), ("temporary", "temporary"))
"""Names of the sections, and which number of a stack each shows."""
REMEDY = (
    "memray is not installed where the file is read. Run: pip install memray, in the environment "
    "of the Jupyter server (or of the command line). It does not exist for Windows."
)


class _Reading(Reading):
    """All stacks of a program, not only those of a cell."""

    def _key(self, record: Any) -> tuple[str, tuple[Frame, ...]] | None:
        trace = record.hybrid_stack_trace() if self._native else record.stack_trace()
        stack = [
            (short(name), short(file, 1000), line_of(line))
            for name, file, line in reversed(trace[:DEEPEST])
        ]
        start = max((n + 1 for n, frame in enumerate(stack) if STARTS.search(frame[1])), default=0)
        name = short(record.thread_name or "main thread")
        if not stack:
            return "threads of libraries", (NO_FRAME,)
        return name, tuple(stack[start:]) or (ITSELF,)

    def _sources(
        self, merged: Mapping[Any, Mapping[str, int]], libraries: Sequence[str]
    ) -> dict[str, list[str]]:
        return {}  # A stranger's file does not say what is read here.


def read(path: str) -> dict[str, Any]:
    """What memray's reader says of a file.

    Raises
    ------
    CannotOpen, Broken
        When there is no memray here, or it cannot read the file.
    """
    try:
        from memray import FileReader
    except ImportError:
        raise CannotOpen(REMEDY) from None
    try:
        with FileReader(path) as reader:
            about = reader.metadata
            told = {
                "command": short(about.command_line, 2000),
                "ended": about.end_time.timestamp(),
                "native": bool(about.has_native_traces),
                "python_allocators": bool(about.trace_python_allocators),
            }
        reading = _Reading((), (), native=told["native"])
        reading.add(FileReader, path, told["ended"])
    except (OSError, NotImplementedError) as error:
        if "aggregated" in str(error):
            raise CannotOpen(
                "It was written with memray's --aggregate, which leaves out what a profile shows: "
                "run memray without it."
            ) from None
        raise Broken(f"memray says: {short(str(error))}") from None
    return {**reading.data(), **told, "notes": reading.notes}


def convert(raw: Mapping[str, Any]) -> Opened:
    """Totals, lines, stacks of bytes and memory by time."""
    frames = [(name, file, line) for name, file, line in raw["frames"]]
    # memray gives them in no order.
    stacks = sorted(
        listed(raw["stacks"], "stacks"),
        key=lambda stack: (stack["thread"], [frames[n] for n in stack["stack"]]),
    )
    if not stacks:
        raise Broken("nothing was allocated in it")
    command = str(raw["command"])
    words = command.split()
    place = next((n for n, word in enumerate(words) if word.endswith(".py")), None)
    notes = list(raw["notes"])
    if not raw["python_allocators"]:
        notes.append(
            "Small objects (up to 512 bytes) come in blocks of Python's own: a block stands at the "
            "line that happened to need a new one. memray run --trace-python-allocators counts "
            "each object."
        )
    return Opened(
        profiler="memory_lines",
        tool="memray",
        make=lambda target, nodes: _sections(raw, stacks, frames, target, nodes),
        main=_main(frames, stacks),
        options={"native": raw["native"], "python_allocators": raw["python_allocators"]},
        notes=notes,
        started=float(raw["began"]),
        arguments=None if place is None else [short(word) for word in words[place + 1 :]][:100],
    )


def _main(frames: Sequence[Frame], stacks: Sequence[Mapping[str, Any]]) -> str | None:
    tops = [
        (frames[n][1], float(1 + stack["peak"]))
        for stack in stacks
        for n in stack["stack"]
        if frames[n][0] == "<module>"
    ]
    return main_file(tops or ((file, 1.0) for _, file, _ in frames))


def _sections(
    raw: Mapping[str, Any],
    stacks: Sequence[Mapping[str, Any]],
    frames: Sequence[Frame],
    target: Target,
    nodes: int,
) -> list[Section]:
    found: list[Section] = [_totals(raw, stacks), *lines_sections(frames, stacks, target)]
    for name, number in VIEWS:
        samples = [
            Sample(stack["thread"], 0, tuple(frames[i] for i in stack["stack"]), stack[number])
            for stack in stacks
            if whole(stack[number], "bytes") > 0
        ]
        if samples:
            tree = prune(merge(samples), min(nodes, 300), 0.002)
            tree.runs = []
            found.append(stacks_section(Part(tree, "bytes", 1, name), target, nodes))
    return [*found, *_series(raw, nodes)]


def _totals(raw: Mapping[str, Any], stacks: Sequence[Mapping[str, Any]]) -> TotalsSection:
    def whole_of(name: str) -> int:
        return sum(stack[name] for stack in stacks)

    began, ended = amount(raw["began"], "a time"), amount(raw["ended"], "a time")
    return {
        "kind": "totals",
        "items": [
            total("wall", "Wall time", max(0.0, ended - began), "seconds"),
            total(
                "heap_peak",
                "Allocated at the peak",
                whole_of("peak"),
                "bytes",
                "What the program had allocated and not freed at the moment when that was most.",
            ),
            total(
                "heap_held",
                "Still held",
                whole_of("held"),
                "bytes",
                "What had not been freed when it ended.",
            ),
            total(
                "heap_allocated",
                "Allocated in all",
                whole_of("allocated"),
                "bytes",
                "All allocations together, also of memory that was freed again.",
            ),
            total("heap_allocations", "Allocations", whole_of("count"), "count"),
        ],
    }


def lines_sections(
    frames: Sequence[Frame], stacks: Sequence[Mapping[str, Any]], target: Target
) -> Iterator[LinesSection]:
    """A block for each function of the program's own; memory belongs to the innermost line."""
    mine = [bool(file) and line > 0 and not LIBRARY.search(file) for _, file, line in frames]
    at: dict[Frame, Bytes] = defaultdict(Bytes)
    nested = False
    for stack in stacks:
        users = [frames[i] for i in stack["stack"] if mine[i]]
        if not users:
            continue
        own = at[users[-1]]
        own.peak += stack["peak"]
        own.allocated += stack["allocated"]
        own.count += stack["count"]
        own.held += stack["held"]
        for frame in set(users):
            at[frame].inclusive += stack["peak"]
        nested = nested or (stack["peak"] > 0 and len(set(users)) > 1)
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name, file, line in at:
        if at[name, file, line].weight:
            blocks[file, name].append(line)

    def rank(key: tuple[str, str]) -> tuple[int, int, int, tuple[str, str]]:
        rows = [at[key[1], key[0], line] for line in blocks[key]]
        sums = (sum(row.peak for row in rows), sum(row.allocated for row in rows))
        return -sums[0], -sums[1], -sum(row.inclusive for row in rows), key

    for file, name in sorted(blocks, key=rank)[:BLOCKS]:
        lines = sorted(blocks[file, name])
        section: LinesSection = {
            "kind": "lines",
            "file": target.files.add(target.path_of(file)),
            "firstLine": lines[0],
            "lastLine": lines[-1],
            "lines": lines,
            "columns": columns([at[name, file, line] for line in lines], nested=nested),
        }
        if name != "<module>":
            section["name"] = name
        yield section


def _series(raw: Mapping[str, Any], nodes: int) -> Iterator[SeriesSection]:
    began = raw["began"]
    looks = [(max(0.0, t - began), heap, rss) for t, heap, rss in raw["looks"]]
    for name, place in (("heap", 1), ("rss", 2)):
        points = thinned([(look[0], look[place]) for look in looks], min(POINTS, nodes))
        if points:
            yield {
                "kind": "series",
                "name": name,
                "unit": "bytes",
                "t": [round(t, 4) for t, _ in points],
                "values": [value for _, value in points],
            }
