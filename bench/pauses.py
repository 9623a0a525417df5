"""How long a cell is held by those who look at it: a loop that reads the clock sees the gaps.

On a machine that others share, whole runs differ by more than what is measured; gaps of the
cell's own clock do so less, and those of plain runs in turn say what the machine does. What
slows a cell down without stopping it (a processor that it shares) is not in here: see
``overview.py``.
"""

from __future__ import annotations

import os
import random
from statistics import median

from kernel import kernel, save

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SECONDS = 5
LEAST = 0.00015
"""Seconds of a gap that counts; a step of the loop takes a thousandth of that."""
CELL = f"""\
import time
def gaps(seconds):
    clock, found = time.perf_counter, 0.0
    last = clock()
    end = last + seconds
    while last < end:
        now = clock()
        if now - last > {LEAST}:
            found += now - last
        last = now
    return found
held = gaps({SECONDS})"""
WAYS = {
    "plain": "",
    "memory": "%%profile memory",
    "overview": "%%profile overview",
    "overview_without_native": "%%profile overview --no-native",
    "stacks": "%%profile stacks",
}


def main() -> None:
    random.seed(1)
    held: dict[str, list[float]] = {name: [] for name in WAYS}
    around: dict[str, list[float]] = {name: [] for name in WAYS}
    names = list(WAYS)
    with kernel() as running:
        running.run("%load_ext jupyterlab_cell_profiler")
        running.run("pass", ["overview"])
        for _ in range(ROUNDS):
            random.shuffle(names)
            for name in names:
                inside, whole, _bundle = running.run_timed(CELL, None, WAYS[name])
                held[name].append(100 * running.value("held") / SECONDS)
                around[name].append(1000 * (whole - inside))
    save(
        "pauses",
        {
            "rounds": ROUNDS,
            "seconds": SECONDS,
            "held_percent": {name: round(median(values), 2) for name, values in held.items()},
            "held_percent_of_each": {
                name: [round(value, 1) for value in sorted(values)] for name, values in held.items()
            },
            "around_ms": {
                name: round(median(values) - median(around["plain"]))
                for name, values in around.items()
            },
            "target_overview_percent": 5,
            "target_around_ms": 300,
        },
    )


if __name__ == "__main__":
    main()
