"""``memory`` beside memory_profiler's own ``%memit`` and a plain run.

What is measured is told by the cell itself: the seconds that it took by its own clock, and
the bytes that it took for a moment. Plain runs, ours and the original alternate in one kernel.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from kernel import MIME_TYPE, Kernel, kernel, save

PAIRS = 9
TRANSIENT = 200_000_000
"""Bytes that a statement takes and gives back at once."""
CELLS = {
    # Many small objects: the cell's own work with memory.
    "objects": "kept = [[i] * 10 for i in range(400_000)]",
    "computing": "total = sum(i * i for i in range(4_000_000))",
}


def cost(running: Kernel, body: str) -> dict[str, float]:
    inside: list[float] = []
    around: list[float] = []
    for _ in range(PAIRS):
        plain, plain_around, _ = running.run_timed(body)
        plain -= running.waited
        ours, ours_around, _ = running.run_timed(body, ["memory"])
        ours -= running.waited
        inside.append(ours / plain)
        around.append(ours_around - plain_around - (ours - plain))
    return {
        "inside_ratio": round(median(inside), 3),
        "around_ms": round(1000 * median(around), 1),
    }


def increments(running: Kernel) -> dict[str, Any]:
    """What each says of a transient, in bytes, and how long a person waits for it."""
    statement = f"len(b'x' * {TRANSIENT})"
    running.run("from memory_profiler import MemoryProfilerMagics as _M\n_m = _M(get_ipython())")
    found: dict[str, list[float]] = {"ours": [], "original": []}
    waited: dict[str, list[float]] = {"ours": [], "original": []}
    for _ in range(PAIRS):
        seconds, bundle = running.run(statement, ["memory"])
        items = {
            item["name"]: item["value"]
            for section in bundle[MIME_TYPE]["sections"]
            if section["kind"] == "totals"
            for item in section["items"]
        }
        found["ours"].append(items["increment"])
        waited["ours"].append(seconds)
        seconds, _ = running.run(f"result = _m.memit({'-o -q ' + statement!r})")
        waited["original"].append(seconds)
        found["original"].append(
            float(running.value("max(result.mem_usage) - result.baseline")) * 2**20
        )
    return {
        name: {
            "median_error_percent": round(
                100 * median(abs(v - TRANSIENT) / TRANSIENT for v in found[name]), 2
            ),
            "median_seconds": round(median(waited[name]), 3),
        }
        for name in found
    }


def main() -> None:
    with kernel() as running:
        running.run("pass", ["memory"])
        figures: dict[str, Any] = {"pairs": PAIRS, "target_inside_ratio": 1.02}
        figures |= {name: cost(running, body) for name, body in CELLS.items()}
        figures["transient"] = increments(running) | {"target_error_percent": 1}
    save("memory", figures)


if __name__ == "__main__":
    main()
