"""Records the raw data of ``functions`` that ``test_functions_convert.py`` reads.

``python -m jupyterlab_cell_profiler.tests.record_functions`` writes
``data/raw/functions/*.json``: what ``convert`` gets, from cells that ran for real under
cProfile. Names of files are made readable and free of the machine's.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import Target, functions
from jupyterlab_cell_profiler.tests.inprocess import new_shell
from jupyterlab_cell_profiler.tests.record_lines import GRID, JULIA

FOLDER = Path(__file__).parent / "data" / "raw" / "functions"

# Cells in order; the last one is profiled.
RECORDINGS: dict[str, list[str]] = {
    "julia": [JULIA, GRID],
    "recursion": ["\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(12)"],
    "mutual": [
        "def even(n):\n    return n == 0 or odd(n - 1)\n"
        "def odd(n):\n    return n != 0 and even(n - 1)\n"
        "[even(10) for _ in range(3)]"
    ],
    "methods": [
        "class Account:\n"
        "    def __init__(self, money):\n"
        "        self.money = money\n"
        "    @property\n"
        "    def interest(self):\n"
        "        return sum(0.5 for _ in range(self.money))\n"
        "accounts = [Account(i) for i in range(50)]\n"
        "total = sum(map(lambda a: a.interest, accounts))"
    ],
    "library": [
        "import textwrap\nx = textwrap.indent('a\\n  b', '> ')\nx = textwrap.indent(x, ' ')"
    ],
    "await": [
        "import asyncio\n"
        "def step(n):\n"
        "    return n + 1\n"
        "async def work(n):\n"
        "    for i in range(n):\n"
        "        await asyncio.sleep(0.001)\n"
        "        step(i)\n"
        "    return n\n"
        "await asyncio.gather(work(2), work(3))"
    ],
    "display": [
        "class Shown:\n"
        "    def __repr__(self):\n"
        "        return ''.join(sorted('shown'))\n"
        "x = Shown()\n"
        "x"
    ],
    "error": ["def fail(n):\n    return 1 / n\nfor n in (2, 1, 0):\n    fail(n)"],
    # More functions than have a row of their own.
    "many": [
        "import ast, inspect, json, re, textwrap\nre.purge()\n"
        "text = json.dumps(json.loads('[1, 2, {\"a\": 3}]'), indent=1)\n"
        "tree = ast.parse(textwrap.dedent(inspect.getsource(textwrap.dedent)))\n"
        "x = len(ast.unparse(tree)) + len(re.findall('(a|b)+c?', 'abcab' * 10))"
    ],
}


def record(name: str) -> dict[str, Any]:
    """Raw data and target of one recording, as JSON."""
    *earlier, cell = RECORDINGS[name]
    seen: list[tuple[Any, Target]] = []
    original = functions.convert

    def convert(raw: Any, target: Target) -> Any:
        seen.append((json.loads(json.dumps(raw)), target))
        return original(raw, target)

    with new_shell() as shell:
        for number, source in enumerate(earlier):
            shell.run(source, f"cell-{number}")
        functions.convert = convert
        try:
            assert shell.profiler.arm("own", Request(["functions"])) is None
            shell.run(cell, "own")
        finally:
            functions.convert = original
    ((raw, target),) = seen
    used = {row[0] for row in raw["functions"]}
    value = {
        "made": f"cProfile, Python {platform.python_version()}",
        "raw": raw,
        "target": {
            "source": target.files.files[0]["source"],
            "own_files": target.own_files,
            "cells": {file: vars(target.cells[file]) for file in target.cells if file in used},
        },
    }
    return readable(value, [*target.own_files, *sorted(used)])


def readable(value: dict[str, Any], files: list[str]) -> dict[str, Any]:
    """Replace the machine's names of files."""
    text = json.dumps(value)
    library = os.path.dirname(os.__file__) + os.sep
    for number, file in enumerate(dict.fromkeys(f for f in files if "ipykernel" in f)):
        text = text.replace(json.dumps(file)[1:-1], f"/kernel/{number}.py")
    text = text.replace(json.dumps(library)[1:-1], "/usr/lib/python3/")
    text = text.replace(json.dumps(sys.prefix)[1:-1], "/env")
    found: dict[str, Any] = json.loads(text)
    return found


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in RECORDINGS:
        path = FOLDER / f"{name}.json"
        text = json.dumps(record(name), separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8")
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
