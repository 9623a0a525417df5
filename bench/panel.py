"""From the command to the painted history panel in Chromium, with 10, 1,000 and 10,000 runs.

The page is fresh each time: the panel's code is loaded and the server asked for the list.
``again`` is the second time in the same page. Then the list is scrolled: milliseconds
between frames, of which a screen shows one every 17 at best.
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from kernel import save
from lab import lab

RUNS = (10, 1_000, 10_000)
TIMES = 5
CELLS = 40
HERE = Path(__file__).parent
DOCUMENTS = HERE.parent / "jupyterlab_cell_profiler" / "tests" / "data" / "documents"


def documents(count: int) -> list[dict[str, Any]]:
    """Runs of some cells of some notebooks, one every minute."""
    golden = json.loads((DOCUMENTS / "memory-timeline.cellprofile.json").read_text("utf-8"))
    begin = datetime(2026, 1, 1, tzinfo=timezone.utc)
    made = []
    for number in range(count):
        cell = number * number % CELLS
        started = (begin + timedelta(minutes=number)).isoformat(timespec="milliseconds")
        target = {
            **golden["target"],
            "cellId": f"cell-{cell}",
            "path": f"notebook-{cell % 7}.ipynb",
        }
        made.append(
            {
                **golden,
                "id": str(uuid.UUID(int=number)),
                "started": started.replace("+00:00", "Z"),
                "target": target,
            }
        )
    return made


def fill(url: str, count: int) -> None:
    for document in documents(count):
        request = urllib.request.Request(
            f"{url}/cell-profiler/api/runs",
            json.dumps(document).encode(),
            {"Content-Type": "application/json"},
            method="POST",
        )
        urllib.request.urlopen(request).close()


def measure(count: int) -> dict[str, Any]:
    with lab(
        "--CellProfilerApp.history_runs=20000",
        # So that runs can be sent from here.
        "--ServerApp.disable_check_xsrf=True",
    ) as (url, _):
        fill(url, count)
        done = subprocess.run(
            ["node", str(HERE / "panel.mjs"), f"{url}/lab?reset", str(TIMES)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=900,
        )
    measured = json.loads(done.stdout)
    return {
        "first_ms": round(median(measured["first"])),
        "again_ms": round(median(measured["again"])),
        "frame_median_ms": round(median(measured["frame"])),
        "frame_95_ms": round(quantiles(measured["frame"], n=20)[-1]),
        "frame_longest_ms": round(max(measured["frame"])),
        "rows_in_page": measured["rows"],
    }


def main() -> None:
    save("panel", {"times": TIMES, **{f"{count} runs": measure(count) for count in RUNS}})


if __name__ == "__main__":
    main()
