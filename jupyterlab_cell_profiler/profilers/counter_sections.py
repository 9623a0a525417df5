"""From counts to ``totals``. Pure.

The figures are those of all runs together. Where a statement ran several times, a second
section has ``…_mean`` and ``…_deviation`` of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import mean, stdev
from typing import Any

from ..document import Section, TotalsItem, TotalsSection, total
from .counter_disk import NAMES as DISK
from .counter_disk import disk_items
from .counter_events import names_of
from .counter_notes import perf_counts
from .counter_reading import Count, counts_of
from .counter_refusals import HARDWARE, NOT_COUNTED, NOT_SEEN
from .counter_texts import TEXTS
from .counter_usage import NAMES as USAGE
from .counter_usage import usage_totals
from .memory_sections import memory_totals

REASONS = {"not supported": HARDWARE, "not counted": NOT_COUNTED, "not seen": NOT_SEEN}
KERNEL_THREADS = (
    "Processor time of the kernel’s own threads, which send output and keep the history. It is "
    "part of user, system and task clock."
)
SHARES: tuple[tuple[str, str, str, str, float, str], ...] = (
    (
        "instructions_per_cycle",
        "Instructions per cycle",
        "instructions",
        "cycles",
        1.0,
        "How much the processor got done in a tick. Below 1 it mostly waited for memory; 2 and "
        "more is good.",
    ),
    (
        "cache_miss_percent",
        "Cache miss rate",
        "cache_misses",
        "cache_references",
        100.0,
        "Share of the questions to the last cache that went on to the memory. Few questions make "
        "a high rate harmless.",
    ),
    (
        "branch_miss_percent",
        "Branch miss rate",
        "branch_misses",
        "branches",
        100.0,
        "Share of the forks that the processor guessed wrongly. Sorted or regular data makes it "
        "low.",
    ),
)


def sections_of(raw: Mapping[str, Any]) -> list[Section]:
    """Totals of what was counted; nothing when nothing ran."""
    if not raw or raw["peak"] is None or not raw["runs"]:
        return []
    items = list(_items(raw, perf_counts(raw)))
    found: list[Section] = [{"kind": "totals", "items": items}]
    if len(raw["runs"]) > 1:
        found.append(_spread(raw))
    return found


def _items(raw: Mapping[str, Any], counts: Sequence[Count]) -> Iterator[TotalsItem]:
    run = _together(raw["runs"])
    usage = usage_totals(run["usage"])["items"]
    perf = _perf_items(raw, counts)
    yield from (item for item in usage if item["name"] == "run_delay")
    if run["kernel_threads"] is not None:
        yield total(
            "kernel_threads",
            "The kernel’s own threads",
            run["kernel_threads"],
            "seconds",
            KERNEL_THREADS,
        )
    yield from perf
    known = {item["name"]: item for item in perf}
    yield from _shares(known)
    yield from memory_totals(raw["peak"], None)["items"]
    # Both count them: getrusage for this process, which is what a cell is about.
    yield from (item for item in usage if item["name"] != "run_delay")
    yield from _rates(run, known, raw["processors"])
    yield from disk_items(run["disk"])


def _perf_items(raw: Mapping[str, Any], counts: Sequence[Count]) -> list[TotalsItem]:
    by_name = {count.name: count for count in counts}
    names = names_of(raw["events"])
    # What perf calls otherwise than it was asked for comes behind.
    names += [name for name in by_name if name not in names]
    reason = raw["perf"]["reason"]
    return [
        _perf_item(name, by_name.get(name), reason)
        for name in names
        if name not in USAGE  # This process's own are told by getrusage, everywhere.
    ]


def _perf_item(name: str, count: Count | None, reason: str | None) -> TotalsItem:
    label, text = TEXTS.get(name, (name, "An event of perf, counted while the run went on."))
    if count is None or count.value is None:
        missing = reason or REASONS.get("not counted" if count is None else count.state, "")
        unit = "seconds" if name in ("task_clock", "cpu_clock") else "count"
        return total(name, label, None, unit, missing)  # type: ignore[arg-type]
    if name not in TEXTS:
        label = count.event
    if count.scale:
        label = f"{label} ({count.scale})"
    if count.scaled:
        text = (
            f"Estimated: it was counted for {count.running:.0f} % of the time, since the "
            f"processor has fewer counters than were asked for. {text}"
        )
    return total(name, label, count.value, count.unit, text)


def _shares(known: Mapping[str, TotalsItem]) -> Iterator[TotalsItem]:
    """What one event is of another, where both were asked for."""
    for name, label, part, whole, factor, text in SHARES:
        if part not in known or whole not in known:
            continue
        one, other = known[part], known[whole]
        value = None
        if one["value"] is None or other["value"] is None:
            lacking = one if one["value"] is None else other
            text = lacking.get("help", "")
        elif other["value"] <= 0:
            text = f"It needs {whole}, and none were counted."
        else:
            value = factor * one["value"] / other["value"]
            if "Estimated:" in one.get("help", "") + other.get("help", ""):
                text = f"Estimated: the processor has too few counters for all. {text}"
        yield total(name, label, value, "percent" if factor == 100 else "ratio", text)


def _rates(
    run: Mapping[str, Any], known: Mapping[str, TotalsItem], processors: int | None
) -> Iterator[TotalsItem]:
    """What there was in a second of wall time."""
    wall, counts = run["wall"], run["usage"]["counts"]
    clock = known["task_clock"]["value"] if "task_clock" in known else None
    busy = run["user"] + run["sys"] if clock is None else clock
    of = "Task clock" if clock is not None else "User and system time"
    machine = f" of {processors}" if processors else ""
    short = "The run was too short to tell."
    yield total(
        "cpus_utilised",
        "Processors in use",
        busy / wall if wall > 0 else None,
        "ratio",
        f"{of} by wall time: how many processors{machine} were busy on average."
        if wall > 0
        else short,
    )
    why = "This system does not count them."
    for name, label, both, text in (
        (
            "faults_per_second",
            "Page faults a second",
            ("minor_faults", "major_faults"),
            "Minor and major faults in a second of wall time. Some hundred thousand keep a "
            "processor busy with nothing but giving memory.",
        ),
        (
            "switches_per_second",
            "Switches a second",
            ("voluntary_switches", "involuntary_switches"),
            "How often in a second of wall time threads of this process were taken off a "
            "processor. Ten thousands say that they hardly get to work.",
        ),
    ):
        if counts is None:
            yield total(name, label, None, "count", why)
        elif wall <= 0:
            yield total(name, label, None, "count", short)
        else:
            yield total(name, label, sum(counts[one] for one in both) / wall, "count", text)


def _together(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All runs as one; what one of them does not know is not known."""

    def added(values: Iterable[Any]) -> Any:
        found = list(values)
        return None if any(value is None for value in found) else sum(found)

    counts = [run["usage"]["counts"] for run in runs]
    return {
        **{name: sum(run[name] for run in runs) for name in ("wall", "user", "sys")},
        "kernel_threads": added(run["kernel_threads"] for run in runs),
        "usage": {
            "counts": None
            if any(one is None for one in counts)
            else {name: sum(one[name] for one in counts) for name in USAGE},
            "run_delay": added(run["usage"]["run_delay"] for run in runs),
        },
        "disk": {name: added(run["disk"][name] for run in runs) for name in DISK},
    }


def _spread(raw: Mapping[str, Any]) -> TotalsSection:
    """Mean and deviation of each figure over the runs."""
    runs, outputs = raw["runs"], raw["perf"]["outputs"]
    texts = outputs if len(outputs) == len(runs) and raw["perf"]["reason"] is None else None
    each: list[dict[str, TotalsItem]] = []
    for number, run in enumerate(runs):
        counts = counts_of(texts[number], raw["events"]) if texts else []
        found = list(_items({**raw, "runs": [run]}, counts))
        found += [
            total(name, label, run[name], "seconds")
            for name, label in (("wall", "Wall time"), ("user", "User"), ("sys", "System"))
        ]
        each.append({item["name"]: item for item in found})
    items = [total("repeat", "Runs", len(runs), "count", "How often the statement ran.")]
    order = ["wall", "user", "sys", *(name for name in each[0] if name not in _TIMES)]
    for name in order:
        if name in _OF_ALL:
            continue
        values = [one[name]["value"] for one in each if name in one]
        known = [value for value in values if value is not None]
        if len(known) < len(runs):
            continue  # The figure of all of them says why.
        label, unit = each[0][name]["label"], each[0][name]["unit"]
        items.append(total(f"{name}_mean", f"{label}, mean", mean(known), unit))
        items.append(total(f"{name}_deviation", f"{label}, deviation", stdev(known), unit))
    return {"kind": "totals", "items": items}


_TIMES = ("wall", "user", "sys")
_OF_ALL = ("peak_rss", "baseline_rss", "increment")
"""Not told run by run: the mark is of all of them."""
