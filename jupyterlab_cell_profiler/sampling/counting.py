"""How often functions and lines were seen in what one py-spy wrote. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .own_stacks import start_of

ROWS = 400
"""Functions, and lines, of one report at most; rare ones are left out."""
PROCESS = re.compile(r"^process \d+:")
"""A frame that py-spy puts above those of a child process."""


def count(profile: Mapping[str, Any], weight: int, kernel: bool) -> dict[str, Any]:
    """Counts of one file of py-spy, as JSON.

    A function or line counts once for a sample, however often it is on the stack.

    Parameters
    ----------
    profile : of the format of speedscope
    weight : samples that one look stands for
    kernel : whether its own frames and threads are left out

    Returns
    -------
    ``samples``, the sum over threads; ``functions`` as ``[name, file, first line that was
    seen, own, total]`` and ``lines`` as ``[name, file, line, own, total]``, most total first
    """
    frames = [
        (str(f["name"]), str(f.get("file") or ""), int(f.get("line") or 0))
        for f in profile["shared"]["frames"]
    ]
    stacks: Counter[tuple[int, ...]] = Counter()
    for thread in profile["profiles"]:
        for indices in thread["samples"]:
            stacks[tuple(indices)] += weight
    samples = 0
    functions = _Seen()
    lines = _Seen()
    for indices, times in stacks.items():
        stack = [frames[i] for i in indices if not PROCESS.match(frames[i][0])]
        start = start_of([(name, file) for name, file, _ in stack]) if kernel else 0
        if start is None or not stack[start:]:
            continue
        stack = stack[start:]
        samples += times
        functions.add([(name, file) for name, file, _ in stack], [f[2] for f in stack], times)
        lines.add([(file, line) for _, file, line in stack], [f[0] for f in stack], times)
    return {
        "samples": samples,
        "functions": [
            [key[0], key[1], min(about), own, total] for key, about, own, total in functions.most()
        ],
        "lines": [
            [next(iter(about)), key[0], key[1], own, total]
            for key, about, own, total in lines.most()
        ],
    }


class _Seen:
    """Own and total counts by a key, with what else is known of it."""

    def __init__(self) -> None:
        self._own: Counter[Any] = Counter()
        self._total: Counter[Any] = Counter()
        self._about: dict[Any, set[Any]] = {}

    def add(self, keys: list[Any], about: list[Any], times: int) -> None:
        for key, one in zip(keys, about, strict=True):
            self._about.setdefault(key, set()).add(one)
        for key in set(keys):
            self._total[key] += times
        self._own[keys[-1]] += times

    def most(self) -> list[tuple[Any, set[Any], int, int]]:
        return [
            (key, self._about[key], self._own[key], total)
            for key, total in self._total.most_common(ROWS)
        ]
