"""From what a sampler saw to samples of the user's code. Pure.

``samples`` of the raw data is what :meth:`.sampling.compact.Compact.data` gives: a tree of
stacks, and for each thread runs of equal samples in the order of time. ``stack_looks`` gives
the same of what pyinstrument saw, with ticks of a known time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

Frame = tuple[str, str, int]
"""Name, file name and line; line 0 when unknown."""

THREAD = re.compile(r'^(?:Process (?P<pid>\d+) )?Thread (?P<id>\S+) "(?P<name>.*)"$', re.DOTALL)
PROCESS = re.compile(r"^process \d+:")
AWAITING: Frame = ("(awaiting)", "", 0)
BUILT_IN = "<built-in>"
"""File of a function of C, which only pyinstrument sees."""
PYTHON = re.compile(r"\.pyw?$|^<.*>$|^$")
"""Files of Python code; all others are libraries, or sources of C where those are known."""
SYSTEM = re.compile(
    r"(^|/)(libc|libpthread|libsystem\w*|ld-[\w-]+)[-.\d]*\.(so|dylib)|^\[vdso\]$|sysdeps/"
)
"""Libraries through which the operating system is called."""
BOOTSTRAP = {"_bootstrap", "_bootstrap_inner", "run"}
HOT_FILES = 20


@dataclass(frozen=True)
class Sample:
    """Looks at one thread, one after another, that saw the same."""

    thread: str
    tick: int
    """Which look at this thread the first was."""
    stack: tuple[Frame, ...]
    """The user's frames, outermost first."""
    count: int = 1
    """How many ticks: looks, where each stands for the same time."""
    looks: int | None = None
    """How many looks, where that is something else."""

    @property
    def seen(self) -> int:
        """How many looks."""
        return self.count if self.looks is None else self.looks


def count_of(samples: list[Sample]) -> int:
    """How many looks they are."""
    return sum(sample.seen for sample in samples)


def own_place(sample: Sample) -> tuple[str, int] | None:
    """File and line of the innermost Python frame; None in a thread of native code only."""
    for _, file, line in reversed(sample.stack):
        if PYTHON.search(file) and file != BUILT_IN:
            return file, line
    return None


def calls_native(sample: Sample) -> bool:
    """Whether the innermost Python frame is in a library of native code.

    Not when it only calls the operating system: that is system time, or waiting.
    """
    for _, file, _ in reversed(sample.stack):
        if PYTHON.search(file):
            return False
        if not SYSTEM.search(file):
            return True
    return False


def uncertainty(share: float, count: int) -> float:
    """Half the width of the 95 % interval of a share of ``count`` samples; 1 without any.

    By Agresti and Coull (1998, The American Statistician 52, 119): the normal approximation
    of the binomial distribution with two successes and two failures more, so that a share
    of all of a few samples is not said to be exact.
    """
    if not count:
        return 1.0
    square = 1.96**2
    whole = count + square
    middle = (share * count + square / 2) / whole
    return 1.96 * sqrt(middle * (1 - middle) / whole)


def seconds_per_sample(raw: Mapping[str, Any]) -> float:
    """What a sample stands for, in seconds; where time was measured, what a tick does.

    With waiting threads every look sees the thread of the cell, so the time of the
    recording over the looks is right also when py-spy could not keep up.
    """
    if "tick" in raw:
        return float(raw["tick"])
    if raw["idle"]:
        for thread in raw["samples"]["threads"]:
            if _thread_of(thread["name"], raw)[0] == (raw["pid"], str(raw["thread"])):
                looks: int = sum(count for _, count, *_ in thread["runs"])
                due = raw["seconds"] * raw["rate"]
                # A handful of looks at random moments say less than the rate does. But there
                # is no more time than that of the recording, behind which two or three come.
                if looks >= 8 and (due >= 16 or looks > due + 3):
                    return float(raw["seconds"]) / looks
    return 1.0 / float(raw["rate"])


def samples_of(raw: Mapping[str, Any]) -> list[Sample]:
    """All samples in which code of the user was on the stack, thread by thread."""
    merged = raw["samples"]
    frames: list[Frame] = [(name, file, line) for name, file, line in merged["frames"]]
    parents, indices = merged["nodes"]["parent"], merged["nodes"]["frame"]
    cells = set(raw["cells"])
    found = []
    trimmed: dict[tuple[bool, bool, int], tuple[Frame, ...]] = {}
    for thread in merged["threads"]:
        (pid, number), name = _thread_of(thread["name"], raw)
        child = pid != raw["pid"]
        main = not child and number == str(raw["thread"])
        known = not child and not main and number in {str(n) for n in raw["before"]}
        label = str(raw.get("main", "the cell")) if main else name
        for tick, count, node, *looks in thread["runs"]:
            key = (main, known, node)
            if key not in trimmed:
                stack = []
                while node >= 0:
                    stack.append(frames[indices[node]])
                    node = parents[node]
                trimmed[key] = _trim(stack[::-1], cells, raw, main=main, known=known)
            if trimmed[key]:
                found.append(Sample(label, tick, trimmed[key], count, *looks))
    return found


def hot_files(samples: list[Sample], cells: set[str]) -> list[str]:
    """Files whose own lines had the most samples, without cells."""
    own: Counter[str] = Counter()
    for sample in samples:
        file, _ = own_place(sample) or ("", 0)
        if file.endswith(".py"):
            own[file] += sample.count
    return [file for file, _ in own.most_common() if file not in cells][:HOT_FILES]


def _thread_of(label: str, raw: Mapping[str, Any]) -> tuple[tuple[int, str], str]:
    """Process and thread number of a thread, and what a person calls it."""
    match = THREAD.match(label)
    if match is None:
        return (int(raw["pid"]), label), label
    pid = int(match["pid"] or raw["pid"])
    name = match["name"] or f"thread {match['id']}"
    return (pid, match["id"]), name if pid == raw["pid"] else f"process {pid}: {name}"


def _trim(
    stack: list[Frame], cells: set[str], raw: Mapping[str, Any], *, main: bool, known: bool
) -> tuple[Frame, ...]:
    """Leave the user's frames; nothing when there are none.

    What the kernel has above the cell goes, and so does a sample of IPython's display of
    the last value or of our own work, here or in the helper process.
    """
    stack = [frame for frame in stack if not PROCESS.match(frame[0])]
    if raw.get("whole"):
        return tuple(stack)
    # What runs below our own frames is what was asked for: a statement of %profile has its
    # cell above them, and our own work has nothing below.
    ours = max((i for i, f in enumerate(stack) if f[1].startswith(raw["package"])), default=-1)
    start = next((i for i in range(ours + 1, len(stack)) if stack[i][1] in cells), None)
    if start is None:
        if main:
            return (AWAITING,) if raw["awaits"] and _polls(stack) else ()
        ours = any(file.startswith(raw["package"]) for _, file, _ in stack)
        return () if known or ours else _without_bootstrap(stack)
    kept = stack[start:]
    for name, file, _ in kept:
        if name.endswith("__call__") and file.endswith(("displayhook.py",)):
            return ()
    return tuple(kept)


def _polls(stack: list[Frame]) -> bool:
    """Whether an event loop waits."""
    return bool(stack) and any(file.endswith("selectors.py") for _, file, _ in stack[-4:])


def _without_bootstrap(stack: list[Frame]) -> tuple[Frame, ...]:
    """A thread of a library begins below the functions that start threads."""
    start = 0
    for i, (name, file, _) in enumerate(stack[:12]):
        if file.endswith("threading.py") and name.rpartition(".")[2] in BOOTSTRAP:
            start = i + 1
    return tuple(stack[start:])
