"""``counters`` beside a plain run: what it costs inside of a cell, and around it.

Plain runs and ours alternate in one kernel. What is inside is told by the cell itself, by its
own clock; what is around is the rest of the time until the kernel is idle again. ``statements``
has 200, since perf is told at each of them to count and to stop.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from kernel import MIME_TYPE, Kernel, kernel, save

PAIRS = 15
CELLS = {
    "computing": "total = sum(i * i for i in range(4_000_000))",
    "objects": "kept = [[i] * 10 for i in range(300_000)]",
    "switching": "import time as _t\nfor _ in range(2000): _t.sleep(0)",
    "short": "x = 1",
    "statements": "\n".join(["x = 1"] * 200),
}


def cost(running: Kernel, body: str) -> dict[str, float]:
    ratios, added, around = [], [], []
    for _ in range(PAIRS):
        plain, plain_all, _ = running.run_timed(body)
        waited = running.waited
        ours, ours_all, _ = running.run_timed(body, ["counters"])
        ratios.append((ours - running.waited) / (plain - waited))
        added.append(ours - plain)
        around.append((ours_all - ours) - (plain_all - plain))
    return {
        "inside_ratio": round(median(ratios), 3),
        "inside_ms": round(1000 * median(added), 1),
        "around_ms": round(1000 * median(around), 1),
    }


def main() -> None:
    with kernel() as running:
        _, bundle = running.run("pass", ["counters"])
        figures: dict[str, Any] = {
            "tool": bundle[MIME_TYPE]["profilers"][0]["tool"],
            "pairs": PAIRS,
        }
        figures |= {name: cost(running, body) for name, body in CELLS.items()}
        _, again = running.run("pass", ["counters"])
        figures["text_bytes"] = len(again["text/plain"])
    save("counters", figures)


if __name__ == "__main__":
    main()
