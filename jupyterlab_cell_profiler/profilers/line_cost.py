"""What it costs to count one line, so that it is not taken for work of the cell.

line_profiler leaves most of its own time out of the lines it counts, but not out of the
line that called them: a call of a function with a million short lines seems to do work
itself. Measured once for each process on an empty loop; the median of several tries.
"""

from __future__ import annotations

import sys
import time
from statistics import median
from types import FunctionType, SimpleNamespace
from typing import Any

ROUNDS = 1000
TRIES = 7

_cost: dict[type, float] = {}


def _loop(rounds: int) -> None:
    for _ in range(rounds):
        pass


def seconds_per_line(profiler_type: Any) -> float:
    """Seconds that counting one line costs outside of the counted time.

    0.0 where it cannot be measured now, because a debugger is tracing. Takes about 5 ms
    the first time.
    """
    if profiler_type not in _cost:
        if sys.gettrace() is not None:
            return 0.0
        _cost[profiler_type] = median(_measure(profiler_type) for _ in range(TRIES))
    return _cost[profiler_type]


def _measure(profiler_type: Any) -> float:
    profiler = profiler_type()
    holder = SimpleNamespace(__code__=_loop.__code__)
    profiler.add_function(holder)
    loop = FunctionType(holder.__code__, {"range": range})
    profiler.enable()
    try:
        begin = time.perf_counter()
        loop(ROUNDS)
        wall = time.perf_counter() - begin
    finally:
        profiler.disable()
    stats = profiler.get_stats()
    lines = [line for block in stats.timings.values() for line in block]
    counted = sum(ticks for _, _, ticks in lines) * stats.unit
    hits = sum(hits for _, hits, _ in lines)
    return max(0.0, (wall - counted) / hits) if hits else 0.0
