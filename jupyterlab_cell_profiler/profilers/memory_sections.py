"""From samples of memory to ``totals`` and ``series``. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from ..document import SeriesMark, SeriesSection, TotalsSection, total
from .memory_marks import Statement, longest

EXACT = (
    "The highest resident memory while the cell ran, as the operating system counted it: "
    "exact, also between two samples."
)
SAMPLED = (
    "The highest of the samples: this system does not tell the peak of a run, so that a "
    "shorter one may be missed."
)
SKEW = 0.05
"""Seconds by which a sample may lie outside of the run and still tell of it."""


def memory_totals(peak: Mapping[str, Any], samples: Mapping[str, Any] | None) -> TotalsSection:
    """Peak, memory before, and their difference, in bytes.

    Parameters
    ----------
    peak : see ``memory_peak.PeakMemory.data``
    samples : see ``sampling.memory.MemorySampler.data``; None without
    """
    highest = peak["peak"]
    if not peak["exact"] and samples is not None:
        inside = _inside(samples["rss"], peak["started"], peak["ended"])
        highest = max([highest, *(value for _, value in inside)])
    return {
        "kind": "totals",
        "items": [
            total("peak_rss", "Peak memory", highest, "bytes", EXACT if peak["exact"] else SAMPLED),
            total(
                "baseline_rss",
                "Memory before",
                peak["baseline"],
                "bytes",
                "Resident memory of the kernel when the cell began.",
            ),
            total(
                "increment",
                "Peak above the start",
                highest - peak["baseline"],
                "bytes",
                "Peak less the memory before: what the cell needed on top at once.",
            ),
        ],
    }


def series_sections(
    samples: Mapping[str, Any],
    peak: Mapping[str, Any],
    statements: Sequence[Statement],
    marks: Sequence[SeriesMark],
) -> list[SeriesSection]:
    """Resident memory by time, of the process and, where there were any, of its children.

    Parameters
    ----------
    samples, peak : as for :func:`memory_totals`; the run goes from ``started`` to ``ended``
    statements : with the memory at the begin of each, so that what a statement added is its
        own, however short it was
    marks : when lines began, in seconds from the start
    """
    start, end = peak["started"], peak["ended"]
    inside = _inside(samples["rss"], start, end)
    begins = [(begin - start, memory) for _, begin, _, memory in longest(statements)]
    inside = sorted([*inside, *begins], key=lambda point: point[0])
    inner = [(t, value) for t, value in inside if 0 < t < end - start]
    own = _section(
        "rss",
        [(0.0, peak["baseline"]), *inner, (max(0.0, end - start), peak["last"])],
        frozenset(begins),
    )
    if marks:
        own["marks"] = list(marks)
    found = [own]
    children = _inside(samples.get("children", {"t": [], "values": []}), start, end)
    if any(value for _, value in children):
        found.append(_section("children", children))
    return found


def _inside(series: Mapping[str, Any], start: float, end: float) -> list[tuple[float, int]]:
    """The points of the run, by seconds from its start."""
    return [
        (min(max(t - start, 0.0), max(0.0, end - start)), value)
        for t, value in zip(series["t"], series["values"], strict=True)
        if start - SKEW <= t <= end + SKEW
    ]


def _section(
    name: str,
    points: Sequence[tuple[float, int]],
    needed: Set[tuple[float, int]] = frozenset(),
) -> SeriesSection:
    kept = [
        point
        for i, point in enumerate(points)
        # In a stretch without change only its ends say something.
        if i in (0, len(points) - 1)
        or point in needed
        or not points[i - 1][1] == point[1] == points[i + 1][1]
    ]
    return {
        "kind": "series",
        "name": name,
        "unit": "bytes",
        "t": [round(t, 4) for t, _ in kept],
        "values": [value for _, value in kept],
    }
