"""Records what ``counters`` gets from this machine, for tests that need no perf.

``python -m jupyterlab_cell_profiler.tests.record_perf`` writes ``data/raw/perf``: ``cell`` and
``repeated`` are whole recordings, ``virtual-machine`` is what perf wrote. It needs Linux and
perf. What this machine cannot make, as counts of a processor, is made up: see the README there.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from jupyterlab_cell_profiler.profilers import Target, counters

FOLDER = Path(__file__).parent / "data" / "raw" / "perf"


def work() -> int:
    """Computing, memory that is touched for the first time, waiting, and a file."""
    kept = b"x" * 40_000_000
    time.sleep(0.1)
    with open(os.devnull, "wb") as file:
        file.write(kept[:1_000_000])
    return len(kept) + sum(range(1_000_000))


def record(repeat: int, **options: Any) -> Any:
    with counters.capture(Target(), {"repeat": repeat, **options}) as recording:
        for _ in range(repeat):
            with recording.running():
                work()
    return recording.raw


def main() -> None:
    whole = record(1)
    several = record(4, events="task-clock,faults,cs")
    for name, raw in (("cell", whole), ("repeated", several)):
        if raw["perf"]["reason"] is not None:
            raise SystemExit(raw["perf"]["reason"])
        text = json.dumps(raw, indent=1)
        (FOLDER / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    (FOLDER / "virtual-machine.txt").write_text(whole["perf"]["outputs"][0], encoding="utf-8")


if __name__ == "__main__":
    main()
