"""From the call to the painted flame graph, and the work of each step of zoom and pan.

Beside it flame-chart-js, d3-flame-graph, speedscope and plotly, on the same profile in the
form that each of them reads. Each opening is in a fresh page, and the tools alternate.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median, quantiles

from kernel import save

HERE = Path(__file__).parent
SIZES = [int(size) for size in os.environ.get("SIZES", "1000,10000,50000,200000").split(",")]
RUNS = int(os.environ.get("RUNS", "5"))
STEPS = 60
#: Seconds; an opening that takes longer is told as such.
LIMIT = 45


def theme() -> Path:
    """Style sheet of JupyterLab's light theme.

    Raises
    ------
    SystemExit
        When JupyterLab is not installed.
    """
    name = "share/jupyter/lab/themes/@jupyterlab/theme-light-extension/index.css"
    path = Path(sys.prefix) / name
    if not path.exists():
        raise SystemExit("No theme of JupyterLab: run `make bench`.")
    return path


def bundle(folder: Path, names: Iterable[str]) -> None:
    """Make the pages, with our own code as it is now.

    Raises
    ------
    SystemExit
        When what they are measured beside is not installed.
    """
    esbuild = HERE / "node_modules/.bin/esbuild"
    if not esbuild.exists():
        raise SystemExit("No packages in bench/node_modules: run `make bench`.")
    for source in [HERE / f"pages/{name}.mjs" for name in names] + [HERE.parent / "style/base.css"]:
        subprocess.run(
            [
                "node",
                str(esbuild),
                str(source),
                "--bundle",
                "--minify",
                '--define:process.env.NODE_ENV="production"',
                f"--outdir={folder}",
                "--log-level=warning",
            ],
            check=True,
            cwd=HERE,
        )


def drive(script: str, settings: dict[str, object]) -> dict[str, object]:
    """What a script measured in Chromium."""
    done = subprocess.run(
        ["node", str(HERE / script), json.dumps(settings)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=3600,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def load_average() -> float | None:
    """How many programs wanted a processor in the last minute; None on Windows."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def milliseconds(times: list[list[float] | None], which: int) -> int | str:
    """Median of all openings: of the time (0), or of the page's own work (1)."""
    known = [time[which] for time in times if time is not None]
    return round(median(known)) if len(known) == len(times) else f"over {LIMIT} s"


def spread(times: list[float]) -> dict[str, float]:
    return {"median": round(median(times), 1), "p95": round(quantiles(times, n=20)[-1], 1)}


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cell-profiler-bench-"))
    load = [load_average()]
    try:
        bundle(folder, ["ours", "chart", "d3"])
        measured = drive(
            "flame.mjs",
            {
                "folder": str(folder),
                "theme": [str(theme()), str(folder / "base.css")],
                "sizes": SIZES,
                "runs": RUNS,
                "steps": STEPS,
                "limit": 1000 * LIMIT,
            },
        )
        load.append(load_average())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    opened: dict[str, dict[str, list[list[float] | None]]] = measured["open"]  # type: ignore[assignment]
    walked: dict[str, dict[str, list[float]]] = measured["walk"]  # type: ignore[assignment]
    save(
        "flame",
        {
            "runs": RUNS,
            "load": load,
            "open_median_ms": {
                name: {size: milliseconds(times, 0) for size, times in of.items()}
                for name, of in opened.items()
            },
            "work_median_ms": {
                name: {size: milliseconds(times, 1) for size, times in of.items()}
                for name, of in opened.items()
            },
            "target_ours_200000_ms": 300,
            "step_ms_200000": {
                name: {kind: spread(times) for kind, times in of.items()}
                for name, of in walked.items()
            },
            "target_step_ms": 16,
        },
    )


if __name__ == "__main__":
    main()
