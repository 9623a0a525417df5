"""From the end of the cell to the painted widget, in Chromium; beside it a plain output.

The example's cell ends with the time of day, which is its value; the widget marks its first
paint (``performance.mark('cell-profiler:rendered')``). The floor beside it is the same cell
run plainly: until its value stands in the page and is painted.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from statistics import median

import nbformat
from kernel import example_cell, save
from lab import lab

RUNS = 9
HERE = Path(__file__).parent


def write_notebook(path: Path) -> None:
    source = example_cell("julia") + "\n__import__('time').time()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def main() -> None:
    with lab() as (url, root):
        write_notebook(root / "paint.ipynb")
        page = f"{url}/lab/tree/paint.ipynb?reset"
        done = subprocess.run(
            ["node", str(HERE / "paint.mjs"), page, str(RUNS)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=900,
        )
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
