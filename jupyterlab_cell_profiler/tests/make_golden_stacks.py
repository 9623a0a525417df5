"""Makes the golden documents of ``stacks`` from what py-spy recorded.

``python -m jupyterlab_cell_profiler.tests.make_golden_stacks`` writes ``stacks-*`` in
``data/documents``: recordings of ``record_stacks.py``, through ``convert``, put together as
``session.py`` does it. Nothing in them depends on the machine that makes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from jupyterlab_cell_profiler import trim
from jupyterlab_cell_profiler.clock import Clock
from jupyterlab_cell_profiler.document import FORMAT_VERSION, ProfileDocument, source_hash
from jupyterlab_cell_profiler.profilers.stack_recording import FEW, _few
from jupyterlab_cell_profiler.profilers.stack_samples import count_of, samples_of
from jupyterlab_cell_profiler.profilers.stacks import convert
from jupyterlab_cell_profiler.tests.documents import FOLDER, check
from jupyterlab_cell_profiler.tests.test_stacks_convert import read

CELLS = {
    "own": "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a14",
    "cell-0": "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a13",
}


@dataclass(frozen=True)
class Golden:
    """What a recording does not tell: processor times that fit to its samples."""

    recording: str
    number: int
    user: float
    sys: float


GOLDEN = {
    "stacks-cell": Golden("busy", 41, 0.1262, 0.0031),
    "stacks-threads": Golden("threads", 42, 0.2951, 0.0042),
}


def document_of(golden: Golden) -> ProfileDocument:
    """The document of a recorded run."""
    raw, target = read(golden.recording)
    clock = Clock()
    clock.wall, clock.user, clock.sys = round(raw["seconds"], 4), golden.user, golden.sys
    sections = [clock.totals(), *convert(raw, target)]
    files = target.files.files
    for file in files:
        if "cellId" in file:
            file["cellId"] = CELLS[file["cellId"]]
    count = count_of(samples_of(raw))
    return trim.fit(
        {
            "version": FORMAT_VERSION,
            "producer": "jupyterlab-cell-profiler@0.1.0",
            "id": f"00000000-0000-4000-8000-{golden.number:012}",
            "title": "Stacks",
            "started": "2026-11-22T21:00:00.000Z",
            "target": {
                "kind": "cell",
                "cellId": CELLS["own"],
                "path": "examples/01-first-profile.ipynb",
                "executionCount": 9,
                "sourceHash": source_hash("\n".join(files[0]["source"])),
            },
            "status": "ok",
            "environment": {
                "python": "3.11.7",
                "platform": "Linux x86_64",
                "cpuCount": 8,
                "packages": {"ipython": "9.18.0", "ipykernel": "7.4.0"},
            },
            "profilers": [
                {
                    "name": "stacks",
                    "tool": "py-spy",
                    "toolVersion": "0.4.3",
                    "options": {},
                    "notes": [_few(count, raw["rate"])] if count < FEW else [],
                }
            ],
            "files": files,
            "sections": sections,
        }
    )


def main() -> None:
    for name, golden in GOLDEN.items():
        document = document_of(golden)
        check(document)
        text = json.dumps(document, indent=1)
        (FOLDER / f"{name}.cellprofile.json").write_text(f"{text}\n", encoding="utf-8")
        print(name, len(text))


if __name__ == "__main__":
    main()
