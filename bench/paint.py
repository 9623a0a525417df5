"""From the end of the cell to the painted widget, in Chromium; beside it a plain output.

The example's cell ends with the time of day, which is its value; the widget marks its first
paint (``performance.mark('cell-profiler:rendered')``). The floor beside it is the same cell
run plainly: until its value stands in the page and is painted.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

import nbformat
from kernel import example_cell, save

RUNS = 9
HERE = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_notebook(path: Path) -> None:
    source = example_cell("julia") + "\n__import__('time').time()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cell-profiler-bench-"))
    root = folder / "root"
    root.mkdir()
    write_notebook(root / "paint.ipynb")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    places = {
        f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    settings = (
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        f"--LabApp.workspaces_dir={folder}",
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *settings],
        env={**os.environ, **places},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/api", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        page = f"{url}/lab/tree/paint.ipynb?reset"
        done = subprocess.run(
            ["node", str(HERE / "paint.mjs"), page, str(RUNS)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=900,
        )
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
    measured = json.loads(done.stdout)
    save(
        "paint",
        {
            "runs": RUNS,
            "first_ms": round(measured["widget"][0]),
            "median_ms": {name: round(median(values[1:])) for name, values in measured.items()},
            "target_ms": 150,
        },
    )


if __name__ == "__main__":
    main()
