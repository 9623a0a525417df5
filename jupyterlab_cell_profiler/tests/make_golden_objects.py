"""Makes the golden document of ``objects`` from a real run.

``python -m jupyterlab_cell_profiler.tests.make_golden_objects`` runs a cell in a shell of its
own and writes ``objects-cell`` in ``data/documents``, with ids, times and versions that do
not depend on the machine. Sizes are those of CPython 3.11, numpy and pandas, as measured.
"""

from __future__ import annotations

import json

from jupyterlab_cell_profiler.tests.documents import FOLDER, check
from jupyterlab_cell_profiler.tests.inprocess import new_shell

BEFORE = """\
import numpy as np
import pandas as pd

class Model:
    def __init__(self):
        self.name = "first"
        self.layers = [{"weights": np.zeros((200, 100)), "bias": np.zeros(200)} for _ in range(4)]
        self.history = [i / 7 for i in range(3000)]

settings = {"rate": 0.1, "names": ["a", "b", "c"], "path": "data.csv"}
log = ["started"]
cache = {}
"""
CELL = """\
%%profile objects
model = Model()
table = pd.DataFrame({"x": np.arange(50000), "y": np.random.rand(50000), "z": np.ones(50000)})
part = table[["x", "y"]]
words = [f"word number {i}" for i in range(20000)]
index = {word: i for i, word in enumerate(words)}
every_second = table["z"].to_numpy()[::2]
same = model
log.extend(f"step {i}" for i in range(500))
len(words)"""
CELL_ID = "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a15"


def main() -> None:
    with new_shell() as shell:
        shell.load()
        shell.run(BEFORE)
        document = shell.run(CELL, CELL_ID).document
    document.update(
        producer="jupyterlab-cell-profiler@0.1.0",
        id="00000000-0000-4000-8000-000000000043",
        started="2026-11-22T21:00:00.000Z",
    )
    document["target"]["path"] = "examples/01-first-profile.ipynb"
    document["environment"] = {
        "python": "3.11.7",
        "platform": "Linux x86_64",
        "cpuCount": 8,
        "packages": {"ipython": "9.18.0", "ipykernel": "7.4.0"},
    }
    for item in document["sections"][0]["items"]:
        item["value"] = {"wall": 0.0214, "user": 0.0183, "sys": 0.0029, "wait": 0.0002}.get(
            item["name"], 99.1
        )
    check(document)
    text = json.dumps(document, indent=1)
    (FOLDER / "objects-cell.cellprofile.json").write_text(f"{text}\n", encoding="utf-8")
    print(len(json.dumps(document)))


if __name__ == "__main__":
    main()
