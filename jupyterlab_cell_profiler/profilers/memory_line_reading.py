"""From memray's capture file to raw data: what each stack of the cell allocated and held.

memray's reader merges equal stacks in compiled code. What was allocated in total it does
not merge, so that is counted here, one allocation at a time, up to ``LIMIT``.
"""

from __future__ import annotations

import os
import sysconfig
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..document import split_lines

LIMIT = 4_000_000
"""Allocations and frees that are counted one by one: about a microsecond each."""
SOURCES = 20
"""Files whose source is kept for their lines."""
NOTABLE = 100_000
"""Bytes from which on what has no Python frame is worth a word."""
LARGEST_SOURCE = 2_000_000
FREES = {1, 5, 15}
"""Of memray's ``AllocatorType``: PYMALLOC_FREE, FREE and MUNMAP."""

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
BOOTSTRAP = {"_bootstrap", "_bootstrap_inner", "run"}
CELL = "the cell"
NATIVE_THREADS = "threads of libraries"
NO_FRAME = ("(no Python frame)", "", 0)

Frame = tuple[str, str, int]
Key = tuple[str, tuple[Frame, ...]]
"""Thread and stack, outermost frame first."""


class Reading:
    """What the capture files of one run say, added up."""

    def __init__(
        self, cells: Iterable[str], named: Sequence[Sequence[Any]], *, native: bool
    ) -> None:
        self.notes: list[str] = []
        self.parts = 0
        """Files in which something of the user was found."""
        self._cells = set(cells)
        self._native = native
        self._named = named
        self._found: list[dict[Key, dict[str, int]]] = []
        self._looks: list[tuple[float, int, int]] = []
        self._began: float | None = None
        self._ended = 0.0

    def add(self, open_file: Callable[[str], Any], path: str, ended: float | None) -> None:
        """Read a file; ``ended`` is when its tracking did, in seconds since 1970."""
        stacks: dict[Key, dict[str, int]] = {}
        self._found.append(stacks)
        with open_file(path) as reader:
            begin = reader.metadata.start_time.timestamp()
            self._began = begin if self._began is None else self._began
            self._ended = ended if ended is not None else reader.metadata.end_time.timestamp()
            # What was held before is still there, as far as memray can know.
            before = sum(
                sums.get("held", 0) for found in self._found[:-1] for sums in found.values()
            )
            self._looks += [
                (look.time / 1000, look.heap + before, look.rss)
                for look in reader.get_memory_snapshots()
            ]
            for name, records in (
                ("peak", reader.get_high_watermark_allocation_records(merge_threads=False)),
                ("held", reader.get_leaked_allocation_records(merge_threads=False)),
            ):
                for record in records:
                    self._count(stacks, record, name, record.size)
            self._count_all(stacks, reader)
        self.parts += bool(stacks)

    def _count(self, stacks: dict[Key, dict[str, int]], record: Any, name: str, size: int) -> None:
        key = self._key(record)
        if key is not None:
            sums = stacks.setdefault(key, {})
            sums[name] = sums.get(name, 0) + size

    def _count_all(self, stacks: dict[Key, dict[str, int]], reader: Any) -> None:
        """What was allocated at all, what of it was freed again, and how high the heap was then."""
        found: dict[tuple[int, int, int], list[Any]] = {}
        sizes: dict[int, tuple[int, list[Any]]] = {}
        level = 0
        for index, record in enumerate(reader.get_allocation_records()):
            if index >= LIMIT:
                self.notes.append(
                    f"The columns Allocated and Allocations, and temporary memory, are of the "
                    f"first {LIMIT:,} allocations and frees; the peak and what is held are of all."
                )
                break
            address = record.address
            if record.allocator in FREES:
                known = sizes.pop(address, None)
                if known is not None:
                    size, sums = known
                    level -= size
                    sums[2] += size
                continue
            key = (record.tid, record.stack_id, record.native_stack_id)
            sums = found.get(key) or found.setdefault(key, [0, 0, 0, 0, record])
            size = record.size
            level += size
            sums[0] += size
            sums[1] += 1
            if level > sums[3]:
                sums[3] = level
            sizes[address] = (size, sums)
        for size, count, temporary, top, record in found.values():
            place = self._key(record)
            if place is None:
                continue
            into = stacks.setdefault(place, {})
            for name, value in (("allocated", size), ("count", count), ("temporary", temporary)):
                into[name] = into.get(name, 0) + value
            into["level"] = max(into.get("level", 0), top)

    def _key(self, record: Any) -> Key | None:
        """Thread and the user's frames; None when they are none of the user's business."""
        trace = record.hybrid_stack_trace() if self._native else record.stack_trace()
        stack = [(name, file, max(0, line)) for name, file, line in reversed(trace)]
        # What runs below our own frames is what was asked for: a statement of %mprun has its
        # cell above them.
        below = max((i for i, f in enumerate(stack) if f[1].startswith(PACKAGE)), default=-1) + 1
        start = next((i for i in range(below, len(stack)) if stack[i][1] in self._cells), None)
        name = record.thread_name
        if start is None:
            if not stack:
                return NATIVE_THREADS, (NO_FRAME,)
            # A thread without a name was there before: it is the kernel's.
            kept = _without_bootstrap(stack) if name and not below else []
            return (name, tuple(kept)) if kept else None
        kept = stack[start:]
        if any(_is_display(frame, file) for frame, file, _ in kept):
            return None
        return (CELL if below else name or f"thread {record.tid}", tuple(kept))

    def _merged(self) -> dict[Key, dict[str, int]]:
        """All files together: the peak is in the one whose peak, with all that was held
        before, is the highest."""
        before, best, at = 0, -1, 0
        for i, stacks in enumerate(self._found):
            top = before + sum(sums.get("peak", 0) for sums in stacks.values())
            if top > best:
                best, at = top, i
            before += sum(sums.get("held", 0) for sums in stacks.values())
        merged: dict[Key, dict[str, int]] = {}
        for i, stacks in enumerate(self._found):
            for key, sums in stacks.items():
                into = merged.setdefault(key, {})
                for name in ("held", "allocated", "count", "temporary"):
                    into[name] = into.get(name, 0) + sums.get(name, 0)
                peak = sums.get("held" if i < at else "peak", 0) if i <= at else 0
                into["peak"] = into.get("peak", 0) + peak
                into["level"] = max(into.get("level", 0), sums.get("level", 0))
        return merged

    def data(self) -> dict[str, Any]:
        """JSON for ``convert``."""
        merged = self._merged()
        if self._began is None:
            return {}
        frames: dict[Frame, int] = {}
        stacks = []
        for (thread, stack), sums in merged.items():
            # Every thread that begins allocates a little without a frame.
            least = NOTABLE if thread == NATIVE_THREADS else 1
            if max(sums["allocated"], sums["peak"], sums["held"]) >= least:
                numbers = [frames.setdefault(frame, len(frames)) for frame in stack]
                stacks.append({"thread": thread, "stack": numbers, **sums})
        libraries = sorted(_libraries())
        return {
            "cells": sorted(self._cells & {file for _, file, _ in frames}),
            "libraries": libraries,
            "named": [list(one) for one in self._named],
            "frames": [list(frame) for frame in frames],
            "stacks": stacks,
            "began": self._began,
            "ended": self._ended,
            "looks": [list(look) for look in self._looks],
            "sources": self._sources(merged, libraries),
        }

    def _sources(
        self, merged: Mapping[Key, Mapping[str, int]], libraries: Sequence[str]
    ) -> dict[str, list[str]]:
        """Lines of the user's files with most memory, and of named functions'."""
        named = {file for file, *_ in self._named}
        weights: Counter[str] = Counter()
        for (_, stack), sums in merged.items():
            for file in {file for _, file, _ in stack}:
                if file in named or not is_library(file, libraries):
                    weights[file] += 1 + sums.get("peak", 0) + sums.get("allocated", 0)
        hot = [file for file, _ in weights.most_common() if file not in self._cells]
        sources = {file: _source(file) for file in hot[:SOURCES]}
        return {file: source for file, source in sources.items() if source is not None}


def is_library(file: str, libraries: Sequence[str]) -> bool:
    """Whether a file is no code of the person's: Python's own, or installed."""
    if not file.endswith(".py") or file.startswith("<"):
        return True
    plain = file.replace("\\", "/")
    return (
        "/site-packages/" in plain
        or "/dist-packages/" in plain
        or any(file.startswith(folder) for folder in libraries)
    )


def _libraries() -> set[str]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_path(name) for name in names}
    return {os.path.join(folder, "") for folder in found if folder} | {PACKAGE}


def _is_display(name: str, file: str) -> bool:
    """Whether a frame is IPython's display of the last value."""
    return name.endswith("__call__") and file.endswith(os.path.join("core", "displayhook.py"))


def _without_bootstrap(stack: list[Frame]) -> list[Frame]:
    """A thread of a library begins below the functions that start threads."""
    start = 0
    for i, (name, file, _) in enumerate(stack[:12]):
        if file.endswith("threading.py") and name.rpartition(".")[2] in BOOTSTRAP:
            start = i + 1
    return stack[start:]


def _source(path: str) -> list[str] | None:
    try:
        if os.path.getsize(path) > LARGEST_SOURCE:
            return None
        with tokenize.open(path) as file:
            return split_lines(file.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
