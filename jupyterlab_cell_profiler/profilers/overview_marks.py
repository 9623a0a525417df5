"""Which line of a loop ran when, for the timeline of memory, from samples of the stacks. Pure.

py-spy looks at random moments and does not write them down, so that the samples of a
statement are spread evenly over its time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from .base import Target
from .memory_marks import MARKS, Looks, Statement, longest
from .stack_samples import Sample
from .stack_tree import Run, thin

MAIN = "the cell"


def looks_within(
    statements: Sequence[Statement], samples: Sequence[Sample], target: Target
) -> dict[float, Looks]:
    """For statements, by their begin, the lines of the top level that samples saw in them."""
    chosen = longest(statements)
    found = _by_statement(statements, _runs(samples, target, MARKS - len(chosen)))
    return {
        begin: [(run.tick, run.count, run.node) for run in runs] for begin, runs in found.items()
    }


def _runs(samples: Sequence[Sample], target: Target, limit: int) -> list[Run]:
    """Looks at the cell's own thread, with the line of the top level instead of a node."""
    runs = []
    for sample in samples:
        _, file, line = sample.stack[0]
        if sample.thread == MAIN and line > 0 and file in target.own_files:
            runs.append(Run(sample.tick, sample.count, line + target.own_files[file], 0))
    if not runs or limit < 2:
        return []
    return thin(sorted(runs, key=lambda run: run.tick), limit)[0][:limit]


def _by_statement(statements: Sequence[Statement], runs: list[Run]) -> dict[float, list[Run]]:
    """The runs of each statement, by its begin: it has the lines up to the next one."""
    order = sorted(statements)
    lines = [line for line, *_ in order]
    found = defaultdict(list)
    for run in runs:
        index = bisect_right(lines, run.node) - 1
        if index >= 0:
            found[order[index][1]].append(run)
    return found
