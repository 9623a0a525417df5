"""What a person should know of the counts of a run, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .counter_reading import Count, counts_of, sums_of


def perf_counts(raw: Mapping[str, Any]) -> list[Count]:
    """What perf counted in all runs together; empty where it counted nothing."""
    if raw["perf"]["reason"] is not None:
        return []
    return sums_of([counts_of(text, raw["events"]) for text in raw["perf"]["outputs"]])


def notes_of(raw: Mapping[str, Any]) -> list[str]:
    """Notes for the profile, most important first."""
    reason = raw["perf"]["reason"]
    if reason is not None:
        return [f"perf did not count. {reason}"]
    counts = perf_counts(raw)
    found = []
    scaled = [count for count in counts if count.scaled]
    if scaled:
        least = min(count.running for count in scaled)
        names = ", ".join(count.event for count in scaled)
        found.append(
            f"Estimated: {names}. The processor has fewer counters than that, so that they took "
            f"turns, and each was counted for {least:.0f} % of the time or more. Ask for fewer "
            "events (--events) to have them exact."
        )
    if any(count.restricted for count in counts):
        found.append(
            "perf counted only the program’s own code, not what the system did for it: the setting "
            "kernel.perf_event_paranoid allows no more. An administrator can set it to 1."
        )
    return found
