"""``functions`` beside IPython's own ``%prun`` and a plain run, on the Julia set.

The three alternate in one kernel. Times are those a person waits: from the request until
the kernel is idle, with everything that is made and sent.
"""

from __future__ import annotations

import json
from statistics import median

from kernel import MIME_TYPE, example_cell, kernel, save

PAIRS = 9


def main() -> None:
    source = example_cell("julia")
    definitions, _, call = source.rpartition("\n\n\n")
    times: dict[str, list[float]] = {"plain": [], "raw": [], "functions": []}
    with kernel() as running:
        running.run(definitions + "\ndef whole():\n    " + call.replace("\n", "\n    "))
        running.run(source, ["functions"])
        bundle = {}
        for _ in range(PAIRS):
            times["plain"].append(running.run(source)[0])
            times["raw"].append(running.run("%prun whole()")[0])
            seconds, bundle = running.run(source, ["functions"])
            times["functions"].append(seconds)

    def ratio(one: str, other: str) -> float:
        return median(a / b for a, b in zip(times[one], times[other], strict=True))

    sizes = {name: len(json.dumps(value, separators=(",", ":"))) for name, value in bundle.items()}
    save(
        "functions",
        {
            "pairs": PAIRS,
            "median_seconds": {name: round(median(values), 3) for name, values in times.items()},
            "median_ratio": {
                "raw_to_plain": round(ratio("raw", "plain"), 3),
                "functions_to_plain": round(ratio("functions", "plain"), 3),
                "functions_to_raw": round(ratio("functions", "raw"), 3),
            },
            "target_functions_to_raw": 1.05,
            "bytes": {"document": sizes[MIME_TYPE], "all": sum(sizes.values())},
            "target_bytes": 20_000,
        },
    )


if __name__ == "__main__":
    main()
