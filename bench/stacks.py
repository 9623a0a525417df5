"""``stacks`` beside the tools that a person would take by hand, on the Julia set.

All at their usual rates, ours at that of ``py-spy record``, which is attached to the kernel
from outside. They alternate in one kernel; scalene has a kernel and a folder of its own,
since it writes files, opens a port and stays. Inside is what the cell measures of itself,
whole is what a person waits: from the request until the kernel is idle.

What is not installed is left out and said.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from kernel import MIME_TYPE, Kernel, example_cell, kernel, ratio, save

ROUNDS = int(os.environ.get("ROUNDS", "9"))
RATE = 100
SOURCE = example_cell("julia")


def py_spy(running: Kernel, folder: Path, *flags: str) -> tuple[float, float, int]:
    """A run with py-spy attached by hand: seconds inside and of all, and bytes written."""
    program = Path(sys.executable).parent / "py-spy"
    file = folder / "by-hand.json"
    command = [str(program), "record", f"--pid={running.pid}", f"--rate={RATE}"]
    spy = subprocess.Popen(
        [*command, "--format=speedscope", f"--output={file}", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert spy.stdout is not None
    for line in spy.stdout:
        if "Sampling process" in line:
            break
    inside, whole, _ = running.run_timed(SOURCE)
    spy.send_signal(signal.SIGINT)
    spy.stdout.read()
    if spy.wait():
        raise RuntimeError(f"py-spy ended with status {spy.returncode}")
    return inside, whole, file.stat().st_size


def ours(running: Kernel, folder: Path) -> tuple[float, float, int]:
    inside, whole, bundle = running.run_timed(SOURCE, ["stacks"])
    return inside, whole, len(json.dumps(bundle[MIME_TYPE], separators=(",", ":")))


def pyinstrument(running: Kernel, folder: Path) -> tuple[float, float, int]:
    inside, whole, _ = running.run_timed(SOURCE, before="%%pyinstrument")
    return inside, whole, sum(len(d.get("text/html", "")) for d in running.displayed)


def plain(running: Kernel, folder: Path) -> tuple[float, float, int]:
    inside, whole, _ = running.run_timed(SOURCE)
    return inside, whole, 0


def scalene(running: Kernel, folder: Path) -> tuple[float, float, int]:
    inside, whole, _ = running.run_timed(SOURCE, before="%%scalene")
    files = sum(path.stat().st_size for path in folder.iterdir())
    return inside, whole, files


Way = Callable[[Kernel, Path], tuple[float, float, int]]


def measure(running: Kernel, folder: Path, ways: dict[str, Way], rounds: int) -> dict[str, Any]:
    inside: dict[str, list[float]] = {name: [] for name in ways}
    whole: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, int] = {}
    order = list(ways)
    for name in order:
        ways[name](running, folder)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            seconds, all_seconds, sizes[name] = ways[name](running, folder)
            inside[name].append(seconds)
            whole[name].append(all_seconds)
    return {
        name: {
            "inside_to_plain": ratio(inside, name, "plain"),
            "fastest_to_fastest": round(min(inside[name]) / min(inside["plain"]), 3),
            "around_ms": round(
                median(
                    1000 * (w - i - (w0 - i0))
                    for w, i, w0, i0 in zip(
                        whole[name], inside[name], whole["plain"], inside["plain"], strict=True
                    )
                )
            ),
            "bytes": sizes[name],
        }
        for name in ways
        if name != "plain"
    } | {"plain_seconds": round(median(inside["plain"]), 3)}


def main() -> None:
    random.seed(1)
    missing = [tool for tool in ("pyinstrument", "scalene") if find_spec(tool) is None]
    folder = Path(tempfile.mkdtemp(prefix="cell-profiler-bench-"))
    try:
        ways: dict[str, Way] = {
            "plain": plain,
            "plain_again": plain,
            "stacks": ours,
            "py_spy": py_spy,
            "py_spy_idle": lambda running, folder: py_spy(running, folder, "--idle"),
        }
        if "pyinstrument" not in missing:
            ways["pyinstrument"] = pyinstrument
        with kernel() as running:
            if "pyinstrument" in ways:
                running.run("%load_ext pyinstrument")
            found = measure(running, folder, ways, ROUNDS)
        example = example_cell("julia")
        with kernel() as running:
            _, bundle = running.run(example, ["stacks"])
        size = len(json.dumps(bundle[MIME_TYPE], separators=(",", ":")))
        if "scalene" not in missing:
            work = folder / "scalene"
            work.mkdir()
            try:
                with kernel(str(work)) as running:
                    running.run("%load_ext scalene")
                    rest = measure(running, work, {"plain": plain, "scalene": scalene}, 3)
                found["scalene"] = rest["scalene"]
            except Exception as error:
                found["scalene"] = f"did not run: {error}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    save(
        "stacks",
        {
            "rounds": ROUNDS,
            "rate": RATE,
            "tools": found,
            "missing": missing,
            "example_document_bytes": size,
            "target_bytes": 20_000,
        },
    )


if __name__ == "__main__":
    main()
