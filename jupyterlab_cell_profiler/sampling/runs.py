"""Looks that saw the same, one after another. Pure."""

from __future__ import annotations

Run = tuple[int, int, int, int]
"""First tick, how many ticks, the node in which they end, and how many looks they were."""


def append(runs: list[Run], run: Run) -> None:
    """Add a run; one with the last when it goes on."""
    if runs:
        first, count, node, looks = runs[-1]
        if node == run[2] and first + count == run[0]:
            runs[-1] = (first, count + run[1], node, looks + run[3])
            return
    runs.append(run)


def within_stretches(runs: list[Run], width: int) -> list[Run]:
    """Bring equal runs of a stretch of ``width`` ticks together, so that no look is lost and
    only their order within the stretch is."""
    ordered: list[Run] = []
    stretch: dict[int, tuple[int, int]] = {}
    number, start = -1, 0

    def close() -> None:
        tick = start
        for node, (count, looks) in stretch.items():
            append(ordered, (tick, count, node, looks))
            tick += count
        stretch.clear()

    for first, count, node, looks in runs:
        if first // width != number:
            close()
            number, start = first // width, first
        before = stretch.get(node, (0, 0))
        stretch[node] = (before[0] + count, before[1] + looks)
    close()
    return ordered
