"""Opening files in JupyterLab: a profile of calls beside SnakeViz, and a large tree.

The calls are cProfile's of imports and of work with ast, json and re: some 1,500
functions. SnakeViz opens the ``.prof`` in its page, table and icicle at once. Here the same
numbers are opened as a file in a JupyterLab that is there already, and then the icicle.
"""

from __future__ import annotations

import json
import os
import pstats
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from flame import drive, load_average
from kernel import save
from lab import free_port, lab, serving

RUNS = int(os.environ.get("RUNS", "7"))
NODES = 200_000
HERE = Path(__file__).parent
WORK = """\
import ast, asyncio, decimal, difflib, doctest, email.message, fractions, inspect, json
import logging.config, pathlib, re, statistics, tarfile, textwrap, unittest, uuid, xmlrpc.client
import importlib, pkgutil
for module in (ast, difflib, inspect, tarfile, decimal, statistics, doctest):
    source = inspect.getsource(module)
    tree = ast.parse(source)
    ast.unparse(tree)
    json.loads(json.dumps(ast.dump(tree)))
    re.findall(r"(\\w+)\\s*=", source)
    textwrap.wrap(source[:20000], 60)
words = inspect.getsource(ast).split()
list(difflib.unified_diff(words, words[::-1], n=1))
json.dumps([statistics.mean([fractions.Fraction(i, 7) for i in range(200)]).numerator])
email.message.EmailMessage().set_content("text")
"""


def profile(path: Path) -> None:
    """Write a ``.prof``, from a Python of its own: there nothing is imported yet."""
    script = path.with_name("script.py")
    script.write_text(WORK, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "cProfile", "-o", str(path), str(script)], check=True)


def document(path: Path) -> dict[str, Any]:
    """The same numbers as a document, nothing left out."""
    stats: dict[Any, Any] = pstats.Stats(str(path)).stats  # type: ignore[attr-defined]
    keys = list(stats)
    index = {key: at for at, key in enumerate(keys)}
    paths = ["script.py", *sorted({key[0] for key in keys if key[0] != "~"})]
    edges = [
        (index[caller], index[key], *numbers)
        for key in keys
        for caller, numbers in stats[key][4].items()
    ]
    return {
        "version": 1,
        "producer": "jupyterlab-cell-profiler@bench",
        "id": "bench-calls",
        "title": f"{len(keys)} functions",
        "started": "2026-01-01T00:00:00.000Z",
        "target": {"kind": "script", "path": "script.py"},
        "status": "ok",
        "environment": {"python": "", "platform": "", "cpuCount": 2, "packages": {}},
        "profilers": [
            {
                "name": "functions",
                "tool": "cProfile",
                "toolVersion": "0",
                "options": {},
                "notes": [],
            }
        ],
        "files": [{"path": path} for path in paths],
        "sections": [
            {
                "kind": "calls",
                "functions": {
                    "name": [key[2] for key in keys],
                    "file": [-1 if key[0] == "~" else paths.index(key[0]) for key in keys],
                    "line": [key[1] for key in keys],
                    "calls": [stats[key][1] for key in keys],
                    "primitive_calls": [stats[key][0] for key in keys],
                    "self_time": [stats[key][2] for key in keys],
                    "total_time": [stats[key][3] for key in keys],
                },
                "edges": {
                    "caller": [edge[0] for edge in edges],
                    "callee": [edge[1] for edge in edges],
                    "calls": [edge[2] for edge in edges],
                    "self_time": [edge[4] for edge in edges],
                    "total_time": [edge[5] for edge in edges],
                },
            }
        ],
    }


def stacks() -> str:
    """The tree of flame.py as a file."""
    script = (
        "import('./tree.mjs').then(({ documentOf, tree }) =>"
        f" process.stdout.write(JSON.stringify(documentOf(tree({NODES})))))"
    )
    done = subprocess.run(
        ["node", "-e", script], check=True, stdout=subprocess.PIPE, text=True, cwd=HERE
    )
    return done.stdout


def main() -> None:
    load = load_average()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, lab() as (url, root):
        prof = Path(folder) / "calls.prof"
        profile(prof)
        calls = document(prof)
        (root / "calls.cellprofile.json").write_text(json.dumps(calls), encoding="utf-8")
        (root / "stacks.cellprofile.json").write_text(stacks(), encoding="utf-8")
        settings: dict[str, object] = {
            "lab": f"{url}/lab?reset",
            "files": {"calls": "calls.cellprofile.json", "stacks": "stacks.cellprofile.json"},
            "runs": RUNS,
            "snakeviz": None,
        }
        if find_spec("snakeviz") is None:
            print("snakeviz is not installed: left out", file=sys.stderr)
            measured = drive("opening.mjs", settings)
        else:
            other = f"http://127.0.0.1:{port}/snakeviz/{quote(str(prof), safe='')}"
            command = [
                sys.executable,
                "-m",
                "snakeviz",
                "--server",
                "--hostname=127.0.0.1",
                f"--port={port}",
                str(prof),
            ]
            with serving(command, other):
                measured = drive("opening.mjs", {**settings, "snakeviz": other})
    times: dict[str, list[float]] = measured  # type: ignore[assignment]
    save(
        "opening",
        {
            "runs": RUNS,
            "load": load,
            "functions": len(calls["sections"][0]["functions"]["name"]),
            "calls": len(calls["sections"][0]["edges"]["caller"]),
            "nodes": NODES,
            "first_ms": {step: round(values[0]) for step, values in times.items()},
            "median_ms": {step: round(median(values)) for step, values in times.items()},
        },
    )


if __name__ == "__main__":
    main()
