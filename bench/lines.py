"""``lines`` beside line_profiler's own ``%lprun`` and a plain run, on the Julia set.

The three alternate in one kernel. Times are those a person waits: from the request until
the kernel is idle, with everything that is made and sent. The raw tool profiles the
function that has nearly all of the lines; ours has all lines of the cell.
"""

from __future__ import annotations

import json
from statistics import median

from kernel import MIME_TYPE, example_cell, kernel, save

PAIRS = 9


def main() -> None:
    source = example_cell("julia")
    definitions, _, call = source.rpartition("\n\n\n")
    with kernel() as running:
        # The raw tool's magic, and its core as ours has it. Its report goes to a pager.
        running.run(
            "import os; os.environ['LINE_PROFILER_CORE'] = 'legacy'\n"
            "from line_profiler.ipython_extension import LineProfilerMagics\n"
            "get_ipython().register_magics(LineProfilerMagics)"
        )
        running.run(definitions + "\ndef whole():\n    " + call.replace("\n", "\n    "))
        raw_cell = "%lprun -f calculate_z -f coordinate_grid whole()"
        running.run(source, ["lines"])
        times: dict[str, list[float]] = {"plain": [], "raw": [], "lines": []}
        bundle = {}
        for _ in range(PAIRS):
            times["plain"].append(running.run(source)[0])
            times["raw"].append(running.run(raw_cell)[0])
            seconds, bundle = running.run(source, ["lines"])
            times["lines"].append(seconds)
    ratio = {
        "raw_to_plain": median(r / p for r, p in zip(times["raw"], times["plain"], strict=True)),
        "lines_to_plain": median(
            r / p for r, p in zip(times["lines"], times["plain"], strict=True)
        ),
        "lines_to_raw": median(r / p for r, p in zip(times["lines"], times["raw"], strict=True)),
    }
    sizes = {name: len(json.dumps(value, separators=(",", ":"))) for name, value in bundle.items()}
    save(
        "lines",
        {
            "pairs": PAIRS,
            "median_seconds": {name: round(median(values), 3) for name, values in times.items()},
            "median_ratio": {name: round(value, 3) for name, value in ratio.items()},
            "target_lines_to_raw": 1.1,
            "bytes": {"document": sizes[MIME_TYPE], "all": sum(sizes.values())},
            "target_bytes": 20_000,
        },
    )


if __name__ == "__main__":
    main()
