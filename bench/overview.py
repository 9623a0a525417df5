"""``overview`` beside a plain run: what it costs inside a cell, and around it.

Inside is what a cell measures of itself with ``perf_counter``. Around is what a person
waits besides, from the request until the kernel is idle. Plain and profiled runs alternate
in one kernel, with a second plain run in each round: what the two plain ones differ by is
the noise of the machine. On a busy machine most of it is waiting for a processor, which the
system counts: ``without_queue`` is the ratio of the times without it.
"""

from __future__ import annotations

import json
import os
import random
from statistics import median, quantiles
from typing import Any

from kernel import MIME_TYPE, Kernel, example_cell, kernel, ratio, save

ROUNDS = int(os.environ.get("ROUNDS", "11"))

JULIA = example_cell("julia")
NUMPY = """\
import numpy
matrix = numpy.random.default_rng(1).random((700, 700))
for _ in range(12):
    matrix = matrix @ matrix
    matrix /= numpy.linalg.norm(matrix)
    numpy.sort(matrix, axis=None)
numpy.fft.fft2(matrix);"""
THREADS = """\
import threading
def work(count):
    total = 0
    for number in range(count):
        total += number * number
workers = [threading.Thread(target=work, args=(4_000_000,)) for _ in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()"""
CELLS = {
    "julia": JULIA,
    "julia_ninth": JULIA.replace("coordinate_grid(600)", "coordinate_grid(200)"),
    "numpy": NUMPY,
    "sleep": "import time\ntime.sleep(1.5)",
    "four_threads": THREADS,
    "nothing": "pass",
}


def measure(running: Kernel, source: str) -> dict[str, Any]:
    names = ["plain", "plain_again", "overview"]
    inside: dict[str, list[float]] = {name: [] for name in names}
    running_only: dict[str, list[float]] = {name: [] for name in names}
    around: dict[str, list[float]] = {name: [] for name in names}
    bundle: dict[str, Any] = {}
    running.run_timed(source)
    for _ in range(ROUNDS):
        random.shuffle(names)
        for name in names:
            profilers = ["overview"] if name == "overview" else None
            seconds, whole, found = running.run_timed(source, profilers)
            inside[name].append(seconds)
            running_only[name].append(seconds - running.waited)
            around[name].append(whole - seconds)
            bundle = found or bundle
    more = [1000 * (a - b) for a, b in zip(around["overview"], around["plain"], strict=True)]
    low, _, high = quantiles(
        [a / b for a, b in zip(inside["overview"], inside["plain"], strict=True)], n=4
    )
    return {
        "plain_seconds": round(median(inside["plain"]), 3),
        "inside_to_plain": ratio(inside, "overview", "plain"),
        "inside_to_plain_quartiles": [round(low, 3), round(high, 3)],
        "without_queue": ratio(running_only, "overview", "plain"),
        "noise": ratio(inside, "plain_again", "plain"),
        "noise_without_queue": ratio(running_only, "plain_again", "plain"),
        "around_ms": round(median(more)),
        "document_bytes": len(json.dumps(bundle[MIME_TYPE], separators=(",", ":"))),
    }


def main() -> None:
    random.seed(1)
    found = {}
    with kernel() as running:
        running.run(JULIA, ["overview"])
        for name, source in CELLS.items():
            found[name] = measure(running, source)
            print(name, json.dumps(found[name]), flush=True)
    nothing = found["nothing"]  # A ratio of microseconds says nothing.
    found["nothing"] = {name: nothing[name] for name in ("around_ms", "document_bytes")}
    save(
        "overview",
        {
            "rounds": ROUNDS,
            "cells": found,
            "target_inside_to_plain": 1.05,
            "target_around_ms": 300,
            "target_bytes": 20_000,
        },
    )


if __name__ == "__main__":
    main()
