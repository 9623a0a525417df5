"""Records the raw data of ``stacks`` that ``test_stacks_convert.py`` reads.

``python -m jupyterlab_cell_profiler.tests.record_stacks [NAME…]`` writes
``data/raw/py-spy/*.json``: what ``convert`` gets, from cells that ran for real. Names of
files are made readable and free of the machine's. ``record_stacks_inside.py`` does the same
of pyinstrument.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import Target, stacks
from jupyterlab_cell_profiler.profilers.stack_samples import PROCESS
from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.tests.inprocess import new_shell

FOLDER = Path(__file__).parent / "data" / "raw" / "py-spy"

BUSY = """\
def inner(n):
    total = 0
    for i in range(n):
        total += i * i
    return total

def outer():
    return [inner(60_000) for _ in range(40)]
"""

# Cells in order; the last one is profiled with these options.
RECORDINGS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "busy": ([BUSY, "\nimport time\nx = outer()\ntime.sleep(0.2)\nlen(x)"], {}),
    "recursion": (
        [
            "import sys\nsys.setrecursionlimit(4000)\n"
            "def down(n):\n"
            "    if n:\n"
            "        return down(n - 1)\n"
            "    return sum(i * i for i in range(3_000_000))\n"
            "down(900)"
        ],
        {},
    ),
    "threads": (
        [
            "import threading, time\n"
            "def work(until):\n"
            "    while time.perf_counter() < until:\n"
            "        pass\n"
            "until = time.perf_counter() + 0.3\n"
            "workers = [threading.Thread(target=work, args=(until,), name=f'worker {i}')"
            " for i in range(2)]\n"
            "for worker in workers:\n"
            "    worker.start()\n"
            "for worker in workers:\n"
            "    worker.join()"
        ],
        {},
    ),
    "await": (
        [
            "import asyncio\n"
            "async def work():\n"
            "    await asyncio.sleep(0.2)\n"
            "    return sum(i for i in range(2_000_000))\n"
            "await asyncio.gather(work(), work())"
        ],
        {},
    ),
    "native": (
        [
            "import zlib\ndata = bytes(range(256)) * 40_000\n"
            "for _ in range(3):\n    zlib.compress(data, 9)"
        ],
        {"native": True},
    ),
    "display": (
        [
            "import time\n"
            "class Slow:\n"
            "    def __repr__(self):\n"
            "        time.sleep(0.3)\n"
            "        return 'slow'\n"
            "time.sleep(0.2)\n"
            "Slow()"
        ],
        {},
    ),
    "children": (
        [
            "import time\n"
            "def job(seconds):\n"
            "    end = time.perf_counter() + seconds\n"
            "    while time.perf_counter() < end:\n"
            "        pass\n"
            "    return seconds",
            "\nfrom concurrent.futures import ProcessPoolExecutor\n"
            "from multiprocessing import get_context\n"
            "with ProcessPoolExecutor(2, mp_context=get_context('fork')) as pool:\n"
            "    total = sum(pool.map(job, [0.5, 0.5]))",
        ],
        {"subprocesses": True},
    ),
    "short": (["1"], {}),
}


# Stands for py-spy, and keeps what the real one wrote.
KEEPER = """\
#!{python}
import shutil, signal, subprocess, sys
signal.signal(signal.SIGINT, lambda *_: child.send_signal(signal.SIGINT))
child = subprocess.Popen([{program!r}, *sys.argv[1:]])
code = child.wait()
(file,) = [word[9:] for word in sys.argv if word.startswith("--output=")]
shutil.copy(file, {kept!r})
sys.exit(code)
"""


def recorded(cells: list[str], options: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run the cells, the last one under ``stacks``, and give what py-spy wrote, with what
    ``convert`` must know besides."""
    kept, keeper = folder / "kept.json", folder / "py-spy"
    program = {"python": sys.executable, "program": spy.executable(), "kept": str(kept)}
    keeper.write_text(KEEPER.format(**program), encoding="utf-8")
    keeper.chmod(0o700)
    with mock.patch.object(spy, "executable", return_value=str(keeper)):
        return run(cells, options, kept)


def run(cells: list[str], options: dict[str, Any], kept: Path | None) -> dict[str, Any]:
    """Raw data and target of the last of these cells; ``kept`` is what py-spy wrote, None
    when it took no part."""
    with new_shell() as shell:
        for number, cell in enumerate(cells[:-1]):
            shell.run(cell, f"cell-{number}")
        found: dict[str, Any] = {}

        def keep(session: Any, document: Any, result: Any) -> None:
            found["session"] = session

        request = Request(["stacks"], {"stacks": options}, after=keep)
        assert shell.profiler.arm("own", request) is None
        shell.run(cells[-1], "own")
        session = found["session"]
        target: Target = session.target
        cells_used = {
            file: {
                "label": cell.label,
                "source": cell.source,
                "cell_id": cell.cell_id,
                "offset": cell.offset,
            }
            for file, cell in target.cells.items()
        }
        raw = session.recordings["stacks"].raw
        if kept is not None:
            del raw["samples"]
            raw["profile"] = json.loads(kept.read_text(encoding="utf-8"))
        value = {
            "raw": raw,
            "target": {
                "source": target.files.files[0]["source"],
                "own_files": target.own_files,
                "cells": cells_used,
            },
        }
        return readable(value, [*target.own_files, *cells_used])


def readable(value: dict[str, Any], cells: list[str]) -> dict[str, Any]:
    """Replace the machine's names; only frames in a stack that is kept are kept."""
    text = json.dumps(value)
    names = {file: f"/cells/{n}.py" for n, file in enumerate(dict.fromkeys(cells))}
    for prefix in {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)}:
        names[prefix] = "/env" if prefix != os.path.dirname(os.__file__) else "/env/lib"
    names[value["raw"]["package"]] = "/package/"
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(json.dumps(name)[1:-1], names[name])
    found: dict[str, Any] = json.loads(text)
    found["raw"]["sources"] = {}  # The text of a library is not ours to keep.
    # The kernel here is this script: its own command line is nobody's business.
    if "profile" not in found["raw"]:
        for known in found["raw"]["samples"]["frames"]:
            known[1] = without_folder(known[1])
        return found
    for frame in found["raw"]["profile"]["shared"]["frames"]:
        if PROCESS.match(frame["name"]):
            frame["name"] = frame["name"].split(":")[0] + ':"python"'
        if frame.get("file"):
            frame["file"] = without_folder(frame["file"])
    return found


def without_folder(path: str) -> str:
    """A file name as it is, or without its folder where that is the machine's."""
    known = ("/cells/", "/env", "/package/", "/usr/lib", "/lib")
    if os.path.isabs(path) and not path.startswith(known):
        return "/other/" + os.path.basename(path)
    return path


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or RECORDINGS:
        cells, options = RECORDINGS[name]
        with TemporaryDirectory() as folder:
            value = recorded(cells, options, Path(folder))
        value["made"] = f"py-spy {stacks.tool_version()}, Python {platform.python_version()}"
        text = json.dumps(value, separators=(",", ":"), sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(name, len(text))


if __name__ == "__main__":
    main()
