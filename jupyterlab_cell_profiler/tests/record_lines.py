"""Records the raw data of ``lines`` that ``test_lines_convert.py`` reads.

``python -m jupyterlab_cell_profiler.tests.record_lines`` writes ``data/raw/lines/*.json``:
what ``convert`` gets, from cells that ran for real. Names of files are made readable and
free of the machine's.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

from jupyterlab_cell_profiler.profilers import Target, lines
from jupyterlab_cell_profiler.tests.inprocess import new_shell

FOLDER = Path(__file__).parent / "data" / "raw" / "lines"

JULIA = """\
def calculate_z(maxiter, zs, cs):
    output = [0] * len(zs)
    for i in range(len(zs)):
        n = 0
        z = zs[i]
        c = cs[i]
        while abs(z) < 2 and n < maxiter:
            z = z * z + c
            n += 1
        output[i] = n
    return output
"""
GRID = """\

def grid(width):
    step = 3.6 / width
    return [complex(-1.8 + step * i, 1.8 - step * j) for j in range(width) for i in range(width)]

zs = grid(40)
out = calculate_z(60, zs, [-0.62772 - 0.42193j] * len(zs))
sum(out)
"""

# Cells in order; the last one is profiled with these options.
RECORDINGS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "julia": ([JULIA, GRID], {}),
    "recursion": (
        [
            "def fib(n):\n    if n < 2:\n        return n\n"
            "    return fib(n - 1) + fib(n - 2)\nfib(12)"
        ],
        {},
    ),
    "methods": (
        [
            "class Account:\n"
            "    rate = 0.5\n"
            "    def __init__(self, money):\n"
            "        self.money = money\n"
            "    @property\n"
            "    def interest(self):\n"
            "        return sum(self.rate for _ in range(self.money))\n"
            "accounts = [Account(i) for i in range(50)]\n"
            "total = sum(map(lambda a: a.interest, accounts))"
        ],
        {},
    ),
    "library": (
        ["import textwrap", "x = textwrap.dedent('  a\\n  b')\nx = textwrap.dedent(x)"],
        {"functions": ["textwrap.dedent"]},
    ),
    "async": (
        [
            "import asyncio\n"
            "async def work(n):\n"
            "    for i in range(n):\n"
            "        await asyncio.sleep(0.001)\n"
            "    return n\n"
            "await asyncio.gather(work(2), work(3))"
        ],
        {},
    ),
    "time-magic": (["\n%%time\nn = 0\nfor i in range(100):\n    n += i"], {}),
}


def record(name: str) -> dict[str, Any]:
    """Raw data and target of one recording, as JSON."""
    cells, options = RECORDINGS[name]
    seen: list[tuple[Any, Target]] = []
    original = lines.convert

    def convert(raw: Any, target: Target) -> Any:
        seen.append((json.loads(json.dumps(raw)), target))
        return original(raw, target)

    with new_shell() as shell:
        for index, cell in enumerate(cells[:-1]):
            shell.run(cell, f"cell-{index + 1}")
        lines.convert = convert
        try:
            shell.profile(cells[-1], f"cell-{len(cells)}", **options)
        finally:
            lines.convert = original
    raw, target = seen[0]
    used = {block["file"] for block in raw["blocks"]}
    value = {
        "python": platform.python_version(),
        "raw": raw,
        "target": {
            "source": target.files.files[0]["source"],
            "own_files": target.own_files,
            "cells": {file: vars(target.cells[file]) for file in target.cells if file in used},
        },
    }
    text = json.dumps(value, indent=1)
    files = {*used, *target.own_files}
    for number, file in enumerate(sorted(f for f in files if "ipykernel" in f), start=1):
        text = text.replace(json.dumps(file), f'"/kernel/{number}.py"')
    for file in files:
        if file.endswith("textwrap.py"):
            text = text.replace(json.dumps(file), '"/usr/lib/python3/textwrap.py"')
    found: dict[str, Any] = json.loads(text)
    return found


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in RECORDINGS:
        value = record(name)
        # The text of a library is not ours to keep.
        for file, source in value["raw"]["sources"].items():
            last = max(b["last"] for b in value["raw"]["blocks"] if b["file"] == file)
            last = min(last, len(source))
            value["raw"]["sources"][file] = [f"text {n}" for n in range(1, last + 1)]
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
