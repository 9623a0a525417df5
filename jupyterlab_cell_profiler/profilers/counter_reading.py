"""From what ``perf stat -j`` wrote to counts. Pure.

One JSON object a line, of which perf has a few manners: numbers as text, ``<not supported>``
for what the machine does not have, ``<not counted>`` for what got no turn, ``nan`` for a
metric of nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..document import Unit
from .counter_events import item_name, without_modifier

State = Literal["counted", "not supported", "not counted", "not seen"]
KERNEL_ONLY = ("cs", "migrations", "cgroup_switches")
"""What happens in the system's code alone: counted in the program's own it is always 0."""
UNITS: dict[str, tuple[Unit, float]] = {
    "": ("count", 1.0),
    "msec": ("seconds", 1e-3),
    "ns": ("seconds", 1e-9),
    "Bytes": ("bytes", 1.0),
    "MiB": ("bytes", 2.0**20),
}
NOT_A_NUMBER = re.compile(r":\s*-?(?:nan|inf)\b")


@dataclass(frozen=True)
class Count:
    """What perf says of one event."""

    name: str
    """In a document."""
    event: str
    state: State
    value: float | None
    unit: Unit
    scale: str = ""
    """perf's own word for the unit where it is none of a document's."""
    running: float = 100.0
    """Percent of the time in which it was counted; below 100 the value is an estimate."""
    restricted: bool = False
    """Whether perf counted the program's own code only, since it may not more."""

    @property
    def scaled(self) -> bool:
        return self.state == "counted" and self.running < 99.995


def counts_of(text: str, asked: Sequence[str]) -> list[Count]:
    """The counts in an output of perf, in its order, each name once.

    Parameters
    ----------
    asked : the events as they were asked for
    """
    found: dict[str, Count] = {}
    for line in text.splitlines():
        if not line.startswith("{"):
            continue
        one = _count(_object(line), asked)
        if one is not None:
            before = found.get(one.name)
            found[one.name] = one if before is None else _together(before, one)
    return list(found.values())


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(NOT_A_NUMBER.sub(": null", line))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _count(data: dict[str, Any], asked: Sequence[str]) -> Count | None:
    event = data.get("event")
    if not isinstance(event, str) or "counter-value" not in data:
        return None
    shorter = without_modifier(event)
    ours = any(event in one for one in asked)
    restricted = not ours and shorter != event
    name = item_name(event if ours else shorter)
    unit, factor = UNITS.get(str(data.get("unit", "")), ("ratio", 1.0))
    scale = "" if str(data.get("unit", "")) in UNITS else str(data["unit"])
    running = data.get("pcnt-running")
    said = str(data["counter-value"]).strip()
    state: State = "counted"
    value: float | None = None
    try:
        value = float(said) * factor
        value = int(value) if unit == "count" and value.is_integer() else value
    except ValueError:
        state = "not counted" if "not counted" in said else "not supported"
    # A person who asks for cs:u asks for something that cannot be, too.
    if state == "counted" and item_name(shorter) in KERNEL_ONLY and shorter != event:
        state, value = "not seen", None
    return Count(
        name,
        event,
        state,
        value,
        unit,
        scale,
        float(running) if isinstance(running, int | float) else 100.0,
        restricted,
    )


def _together(one: Count, other: Count) -> Count:
    """An event that two kinds of processors counted."""
    if one.value is None or other.value is None:
        return other if one.value is None else one
    return replace(one, value=one.value + other.value, running=min(one.running, other.running))


def sums_of(runs: Sequence[Sequence[Count]]) -> list[Count]:
    """The counts of several runs together; one that a run lacks is lacking."""
    if not runs:
        return []
    sums: list[Count] = []
    for first in runs[0]:
        same = [count for run in runs for count in run if count.name == first.name]
        values = [count.value for count in same if count.value is not None]
        missing = next((count for count in same if count.value is None), None)
        if missing is not None or len(same) < len(runs):
            state = missing.state if missing is not None else "not counted"
            sums.append(replace(first, state=state, value=None))
        else:
            running = min(count.running for count in same)
            sums.append(replace(first, value=sum(values), running=running))
    return sums
