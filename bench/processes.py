"""What it costs to look into what already runs, beside py-spy by hand.

``dump``: seconds of one look, as the server takes it, and of ``py-spy dump --json``, in turn.
``watch`` and ``record``: what the process loses while it is looked at a hundred times a second,
and under ``py-spy record`` by hand (``paired.py`` says how that is measured). ``overview``: the
same of a cell in a real kernel, with all that an overview does while it runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from kernel import kernel, save
from paired import WORK, cost, helpers, wait_for

from jupyterlab_cell_profiler.processes.dumping import take_dump
from jupyterlab_cell_profiler.processes.listing import Processes
from jupyterlab_cell_profiler.processes.recording import Recording
from jupyterlab_cell_profiler.processes.watching import Watch
from jupyterlab_cell_profiler.sampling import spy

ROUNDS = int(os.environ.get("ROUNDS", "15"))
SLICES = int(os.environ.get("SLICES", "25"))
THREADS = """\
import threading
for _ in range(12):
    threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()
"""
"""As many as a kernel has."""
OPTIONS = {"rate": 100, "idle": True, "native": False, "gil": False, "subprocesses": False}


@contextmanager
def process() -> Iterator[subprocess.Popen[str]]:
    code = f"{WORK}{THREADS}for line in sys.stdin: print(work(float(line)), flush=True)"
    found = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield found
    finally:
        found.kill()
        found.wait()


def dumps() -> dict[str, Any]:
    code = f"{WORK}{THREADS}work(1e6)"
    found = subprocess.Popen([sys.executable, "-c", code])
    times: dict[str, list[float]] = {"ours": [], "py-spy": []}
    command = [str(spy.executable()), "dump", "--json", "--full-filenames", f"--pid={found.pid}"]
    processes = Processes()
    looks: dict[str, Callable[[], object]] = {
        "ours": lambda: take_dump(processes, found.pid, {}, {}),
        "py-spy": lambda: subprocess.run(command, check=True, capture_output=True),
    }
    try:
        time.sleep(1.0)
        for _ in range(ROUNDS):
            for name, look in looks.items():
                begin = time.perf_counter()
                look()
                times[name].append(time.perf_counter() - begin)
    finally:
        found.kill()
        found.wait()
    return {
        "ms": {name: round(1000 * median(values)) for name, values in times.items()},
        "more_ms": round(
            1000 * median(a - b for a, b in zip(times["ours"], times["py-spy"], strict=True))
        ),
    }


def watching() -> dict[str, float]:
    figures = {}
    with process() as found:
        assert found.stdin is not None
        assert found.stdout is not None

        def measured(lookers: Callable[[], list[int]]) -> float:
            return cost(found.stdin, found.stdout, found.pid, lookers, SLICES)

        watch = Watch(found.pid, OPTIONS, False, {})
        watch.start()
        try:
            figures["watch"] = measured(lambda: helpers(os.getpid()))
        finally:
            watch.close()
        recording = Recording(found.pid, OPTIONS, what="a process")
        recording.start()
        try:
            figures["record"] = measured(lambda: helpers(os.getpid()))
        finally:
            recording.close()
        figures["py-spy record"] = by_hand(found.pid, measured)
    return figures


def by_hand(pid: int, measured: Callable[[Callable[[], list[int]]], float]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "out.json"))
        told = threading.Event()
        raw = spy.Spy(
            spy.command(str(spy.executable()), pid, file, OPTIONS), file, lambda _: told.set()
        )
        told.wait(30)
        try:
            return measured(lambda: [raw._child.pid])
        finally:
            raw.kill(pid)


def overview(profilers: list[str]) -> float:
    """Of a cell that works when it is told to, under profilers."""
    with tempfile.TemporaryDirectory() as folder, kernel() as running:
        asked, told = Path(folder, "asked"), Path(folder, "told")
        os.mkfifo(asked)
        os.mkfifo(told)
        cell = (
            f"{WORK}with open({str(asked)!r}) as asked, open({str(told)!r}, 'w') as told:\n"
            "    for line in asked:\n        print(work(float(line)), file=told, flush=True)"
        )
        ended = threading.Thread(target=running.run, args=(cell, profilers), daemon=True)
        ended.start()
        with open(asked, "w") as write, open(told) as read:
            wait_for(lambda: len(helpers(running.pid)) > 1 or "overview" not in profilers)
            time.sleep(1.0)
            found = cost(write, read, running.pid, lambda: helpers(running.pid), SLICES)
        ended.join(60)
        return found


def main() -> None:
    save(
        "processes",
        {
            "rounds": ROUNDS,
            "slices": SLICES,
            "dump": dumps(),
            "cost_to_process": watching(),
            "cost_to_cell": {name: overview([name]) for name in ("overview", "memory")},
            "target_overview": 1.05,
        },
    )


if __name__ == "__main__":
    main()
