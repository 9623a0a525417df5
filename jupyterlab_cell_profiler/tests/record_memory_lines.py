"""Records runs under memray, for tests of ``convert`` and as golden documents.

``python -m jupyterlab_cell_profiler.tests.record_memory_lines`` writes
``data/raw/memray/NAME.json`` (what ``convert`` got, and what it was told of the run) and
``data/documents/memory-lines-NAME.cellprofile.json`` (the document of the same run).
"""

from __future__ import annotations

import json
import os
import re
import sys
import sysconfig
from pathlib import Path
from typing import Any

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import Target, memory_lines

from .documents import FOLDER, check
from .inprocess import new_shell

RAW = Path(__file__).parent / "data" / "raw" / "memray"
EARLIER = (
    "import time\n"
    "import numpy as np\n"
    "\n"
    "def smooth(values, width):\n"
    "    kernel = np.ones(width) / width\n"
    "    padded = np.concatenate([values, values[:width]])\n"
    "    return np.convolve(padded, kernel, mode='valid')\n"
)
CELLS = {
    "cell": (
        "signal = np.ones(2_000_000)\n"
        "time.sleep(0.05)\n"
        "smoothed = smooth(signal, 8)\n"
        "time.sleep(0.05)\n"
        "\n"
        "# everything that was ever seen is kept\n"
        "seen = []\n"
        "for start in range(0, 2_000_000, 250_000):\n"
        "    part = smoothed[start:start + 250_000] * 2.0\n"
        "    seen.append(part.copy())\n"
        "    time.sleep(0.01)\n"
        "\n"
        "spread = float(((smoothed - smoothed.mean()) ** 2).sum())\n"
        "del signal\n"
        "round(spread)\n"
    ),
    "threads": (
        "import threading\n"
        "kept = []\n"
        "def work(count):\n"
        "    kept.append(bytearray(count))\n"
        "threads = [threading.Thread(target=work, args=(n * 1_000_000,), name=f'worker {n}')\n"
        "           for n in (3, 5)]\n"
        "for thread in threads:\n"
        "    thread.start()\n"
        "for thread in threads:\n"
        "    thread.join()\n"
    ),
}
IDS = {
    "own": "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a14",
    "earlier": "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a13",
}


def clean(text: str) -> str:
    """Without anything that is of this machine."""
    for folder, name in (
        (sysconfig.get_path("purelib"), "/venv/lib/python3.11/site-packages"),
        (sysconfig.get_path("stdlib"), "/usr/lib/python3.11"),
        (str(Path(__file__).parents[2]), "/project"),
        (sys.prefix, "/venv"),
        (os.getcwd(), "/project"),
    ):
        text = text.replace(folder, name)
    text = re.sub(r"/[\w/.-]*/ipykernel_\d+/", "/tmp/ipykernel_1/", text)
    text = re.sub(r'"~/[^"]*/lib/python3\.\d+/', '"/usr/lib/python3.11/', text)
    # A path relative to the directory of the kernel.
    return re.sub(r'"[\w./~-]*/site-packages/', '"/venv/lib/python3.11/site-packages/', text)


def record(name: str, number: int) -> None:
    kept: list[tuple[Any, Target]] = []
    original = memory_lines.convert

    def convert(raw: Any, target: Target) -> Any:
        kept.append((raw, target))
        return original(raw, target)

    memory_lines.convert = convert
    try:
        with new_shell() as shell:
            shell.run(EARLIER, IDS["earlier"])
            reason = shell.profiler.arm(IDS["own"], Request(["memory_lines"]))
            assert reason is None
            document = shell.run(CELLS[name], IDS["own"]).document
            ((raw, target),) = kept
            told = {
                "source": CELLS[name],
                "own_files": target.own_files,
                "cells": {
                    file: {
                        "label": cell.label,
                        "source": cell.source,
                        "cell_id": cell.cell_id,
                        "offset": cell.offset,
                    }
                    for file, cell in target.cells.items()
                },
            }
    finally:
        memory_lines.convert = original
    RAW.mkdir(parents=True, exist_ok=True)
    text = clean(json.dumps({"raw": raw, "target": told}, indent=1))
    (RAW / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    document["id"] = f"00000000-0000-4000-8000-{number:012}"
    document["started"] = "2026-11-23T21:00:00.000Z"
    document["environment"]["platform"] = "Linux x86_64"
    document["environment"]["cpuCount"] = 8
    text = clean(json.dumps(document, indent=1))
    check(json.loads(text))
    (FOLDER / f"memory-lines-{name}.cellprofile.json").write_text(text + "\n", encoding="utf-8")
    print(name, len(json.dumps(document)))


if __name__ == "__main__":
    for number, name in enumerate(CELLS, start=51):
        record(name, number)
