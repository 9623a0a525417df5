"""What a record of an ordinary run costs: cells that do nothing, with and without.

Plain and recorded runs alternate in one kernel. The time is from the request until the
kernel is idle; the target is 2 ms a cell.
"""

from __future__ import annotations

import json
import os
from statistics import median, quantiles
from typing import Any

from kernel import kernel, save

PAIRS = int(os.environ.get("PAIRS", "200"))
SWITCH = "__import__('jupyterlab_cell_profiler').record('{\"on\": %s}');"


def main() -> None:
    times: dict[str, list[float]] = {"plain": [], "recorded": [], "plain_again": []}
    sizes: list[int] = []
    with kernel() as running:
        for _ in range(PAIRS):
            for name, found in times.items():
                running.run(SWITCH % ("true" if name == "recorded" else "false"))
                found.append(running.run("pass")[0])
                if name == "recorded":
                    sizes += [len(json.dumps(bundle)) for bundle in running.displayed]
    assert len(sizes) == PAIRS, "each recorded run has left one record"

    def more(name: str) -> dict[str, Any]:
        differences = [1000 * (a - b) for a, b in zip(times[name], times["plain"], strict=True)]
        low, middle, high = quantiles(differences, n=4)
        return {"median": round(middle, 3), "quartiles": [round(low, 3), round(high, 3)]}

    save(
        "records",
        {
            "pairs": PAIRS,
            "plain_ms": round(1000 * median(times["plain"]), 3),
            "more_ms": more("recorded"),
            "noise_ms": more("plain_again"),
            "target_more_ms": 2,
            "record_bytes": median(sizes),
        },
    )


if __name__ == "__main__":
    main()
