"""From samples of memory to ``totals`` and ``series``. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from ..document import SeriesMark, SeriesSection, TotalsSection, Unit, total
from .memory_marks import Statement, longest

EXACT = (
    "The highest resident memory while the cell ran, as the operating system counted it: "
    "exact, also between two samples."
)
SAMPLED = (
    "The highest of the samples: this system does not tell the peak of a run, so that a "
    "shorter one may be missed."
)
EACH = 20
"""Runs of a repeated statement that are shown one by one."""
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


def repeat_totals(runs: Sequence[Mapping[str, int]]) -> TotalsSection:
    """The peak of each run of a statement that ran several times, and their spread.

    Parameters
    ----------
    runs : ``baseline`` and ``peak`` of each, in bytes
    """
    peaks = [run["peak"] for run in runs]
    items = [
        total("repeat", "Runs", len(runs), "count", "How often the statement ran."),
        total(
            "peak_spread",
            "Spread of the peaks",
            max(peaks, default=0) - min(peaks, default=0),
            "bytes",
            "Highest less lowest peak of the runs: what one run needs more than another.",
        ),
    ]
    for number, run in enumerate(runs[:EACH], 1):
        added = (run["peak"] - run["baseline"]) / 1e6
        items.append(
            total(
                f"peak_{number}",
                f"Peak, run {number}",
                run["peak"],
                "bytes",
                f"{added:.2f} MB above what was there when this run began.",
            )
        )
    return {"kind": "totals", "items": items}


def limit_totals(samples: Mapping[str, Any]) -> TotalsSection:
    """How much memory there is for the process, and how much of it was left.

    Parameters
    ----------
    samples : ``limit``, ``available`` and ``kind`` (see ``sampling.limits``)
    """
    cgroup = samples["kind"] == "cgroup"
    whose = "its container (cgroup)" if cgroup else "the machine"
    return {
        "kind": "totals",
        "items": [
            total(
                "memory_limit",
                "Memory limit",
                samples["limit"],
                "bytes",
                f"All the memory of {whose}. A process that needs more is killed.",
            ),
            total(
                "memory_available",
                "Memory left",
                samples["available"],
                "bytes",
                f"The least that {whose} had left while the cell ran, with all processes.",
            ),
        ],
    }


def series_sections(
    samples: Mapping[str, Any],
    peak: Mapping[str, Any],
    statements: Sequence[Statement],
    marks: Sequence[SeriesMark],
) -> list[SeriesSection]:
    """Memory by time: of the process, and of its children and GPUs where there were any.

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
    for name, series, unit in _others(samples):
        points = _inside(series, start, end)
        if any(value for _, value in points):
            found.append(_section(name, points, unit=unit))
    return found


def _others(samples: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Unit]]:
    """Name, series and unit of what was sampled besides the process's own resident memory."""
    for name in ("children", "uss", "pss"):
        if name in samples:
            yield name, samples[name], "bytes"
    each = samples.get("each", {})
    if len(each) > 1:
        for pid, series in each.items():
            yield f"child {pid}", series, "bytes"
    for name, series in samples.get("gpus", {}).items():
        yield name, series, "percent" if name.startswith("gpu_utilization") else "bytes"


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
    unit: Unit = "bytes",
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
        "unit": unit,
        "t": [round(t, 4) for t, _ in kept],
        "values": [value for _, value in kept],
    }
