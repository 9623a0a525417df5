"""Makes the golden documents of ``counters`` from raw recordings.

``python -m jupyterlab_cell_profiler.tests.make_golden_counters`` writes them into
``data/documents``, with ids, times and versions that do not depend on the machine:
``counters-cell`` with a processor that counts (made up), ``counters-unsupported`` on a virtual
machine, ``counters-repeated`` of a statement that ran four times (both recorded).
"""

from __future__ import annotations

import copy
import json
from typing import Any

from jupyterlab_cell_profiler.clock import Clock
from jupyterlab_cell_profiler.document import source_hash
from jupyterlab_cell_profiler.profilers import Target, counters
from jupyterlab_cell_profiler.profilers.counter_notes import notes_of
from jupyterlab_cell_profiler.tests.documents import FOLDER, check
from jupyterlab_cell_profiler.tests.record_perf import FOLDER as RAW

CELL = """\
from concurrent.futures import ThreadPoolExecutor
import numpy as np
table = np.random.rand(4_000_000)
with ThreadPoolExecutor(2) as pool:
    parts = list(pool.map(np.sort, np.array_split(table, 8)))
len(parts)"""
STATEMENT = "work()"


def raw_of(name: str) -> Any:
    return json.loads((RAW / f"{name}.json").read_text("utf-8"))


def computed() -> Any:
    """The recorded cell, as if it had kept two processors with counters busy."""
    raw = copy.deepcopy(raw_of("cell"))
    raw["perf"]["outputs"] = [(RAW / "hardware.txt").read_text("utf-8")]
    (run,) = raw["runs"]
    run |= {"wall": 1.0113, "user": 1.931, "sys": 0.0712, "kernel_threads": 0.0031}
    run["usage"] = {
        "counts": {
            "minor_faults": 24_890,
            "major_faults": 2,
            "voluntary_switches": 61,
            "involuntary_switches": 84,
        },
        "run_delay": 0.0041,
    }
    run["disk"] = {
        "read_bytes": 8_192,
        "write_bytes": 0,
        "read_chars": 411_204,
        "write_chars": 0,
        "blocks_in": 16,
        "blocks_out": 0,
    }
    raw["peak"] |= {"baseline": 96_301_056, "last": 160_432_128, "peak": 192_512_000}
    return raw


def document_of(number: int, raw: Any, source: str, kind: str) -> dict[str, Any]:
    clock = Clock()
    for run in raw["runs"]:
        clock.wall += run["wall"]
        clock.user += run["user"]
        clock.sys += run["sys"]
    raw["processors"] = 8
    cell = kind == "cell"
    target: dict[str, Any] = {"kind": kind, "sourceHash": source_hash(source)}
    file: dict[str, Any] = {"path": "In [4]" if cell else "statement", "source": source.split("\n")}
    if cell:
        target |= {"cellId": "5d0c", "executionCount": 4, "path": "examples/01-first-profile.ipynb"}
        file["cellId"] = "5d0c"
    else:
        target["source"] = source
    return {
        "version": 1,
        "producer": "jupyterlab-cell-profiler@0.1.0",
        "id": f"00000000-0000-4000-8000-0000000000{number}",
        "title": "Counters",
        "started": "2026-11-24T10:00:00.000Z",
        "target": target,
        "status": "ok",
        "environment": {
            "python": "3.11.7",
            "platform": "Linux x86_64",
            "cpuCount": 8,
            "packages": {"ipython": "9.18.0", "ipykernel": "7.4.0"},
        },
        "profilers": [
            {
                "name": "counters",
                "tool": "perf",
                "toolVersion": "6.1.187",
                "options": {"events": raw["events"], "repeat": len(raw["runs"])},
                "notes": notes_of(raw),
            }
        ],
        "files": [file],
        "sections": [clock.totals(), *counters.convert(raw, Target())],
    }


def main() -> None:
    for name, document in (
        ("counters-cell", document_of(61, computed(), CELL, "cell")),
        ("counters-unsupported", document_of(62, raw_of("cell"), CELL, "cell")),
        ("counters-repeated", document_of(63, raw_of("repeated"), STATEMENT, "statement")),
    ):
        check(document)
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.cellprofile.json").write_text(f"{text}\n", encoding="utf-8")
        print(name, len(json.dumps(document)))


if __name__ == "__main__":
    main()
