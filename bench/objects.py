"""``%asizeof`` beside pympler's own ``asizeof``, on a list of ten million numbers.

The two alternate in one kernel. Times are those a person waits: from the request until the
kernel is idle, with everything that is made and sent.
"""

from __future__ import annotations

import json
from statistics import median

from kernel import MIME_TYPE, kernel, save

PAIRS = 3


def main() -> None:
    times: dict[str, list[float]] = {"raw": [], "asizeof": []}
    with kernel() as running:
        running.run("%load_ext jupyterlab_cell_profiler")
        running.run("from pympler.asizeof import asizeof\nnumbers = list(range(10_000_000))")
        running.run("asizeof([1.5]); 0")
        running.run("%asizeof [1.5]")
        bundle = {}
        for pair in range(PAIRS):
            # The one that comes second gets the memory that the first one gave back.
            for name in ("raw", "asizeof") if pair % 2 else ("asizeof", "raw"):
                code = "asizeof(numbers)" if name == "raw" else "%asizeof numbers"
                seconds, found = running.run(code)
                times[name].append(seconds)
                bundle = found or bundle
    sizes = {name: len(json.dumps(value, separators=(",", ":"))) for name, value in bundle.items()}
    save(
        "objects",
        {
            "pairs": PAIRS,
            "median_seconds": {name: round(median(values), 3) for name, values in times.items()},
            "median_ratio": {
                "asizeof_to_raw": round(
                    median(a / b for a, b in zip(times["asizeof"], times["raw"], strict=True)), 3
                )
            },
            "target_asizeof_to_raw": 1.05,
            "bytes": {"document": sizes.get(MIME_TYPE, 0), "all": sum(sizes.values())},
        },
    )


if __name__ == "__main__":
    main()
