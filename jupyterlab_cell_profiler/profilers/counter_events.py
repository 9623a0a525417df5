"""Which events ``perf`` counts, and what they are called in a document. Pure.

Events go by the names of ``perf list``. In a document their names have ``_`` where those have
``-``, and one name for what perf knows under two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

DEFAULT: tuple[str, ...] = (
    "cycles",
    "instructions",
    "cache-references",
    "cache-misses",
    "branches",
    "branch-misses",
    "task-clock",
    "faults",
    "minor-faults",
    "major-faults",
    "cs",
    "migrations",
)
MOST = 100
"""Events at once; perf opens a file for each of them and each thread."""
EVENT = re.compile(r"[A-Za-z0-9_{][\w.:/=,@{}+%*-]*")
HYBRID = re.compile(r"cpu_\w+/([^/]+)/(.*)")
"""How perf calls an event where processors of two kinds count it one by one."""
ALIASES = {
    "cpu_cycles": "cycles",
    "branch_instructions": "branches",
    "context_switches": "cs",
    "cpu_migrations": "migrations",
    "page_faults": "faults",
}


def split_events(text: str) -> list[str]:
    """The events of a list with commas, as ``perf stat -e`` takes it."""
    found, rest = [], ""
    for part in text.split(","):
        rest = f"{rest},{part}" if rest else part.strip()
        # Inside slashes or braces a comma belongs to the event.
        if rest.count("/") % 2 == 0 and rest.count("{") == rest.count("}"):
            found.append(rest.strip())
            rest = ""
    return [event for event in [*found, rest.strip()] if event]


def checked_events(value: Any) -> list[str]:
    """The events that an option names, each once; the usual ones for None or nothing.

    Raises
    ------
    ValueError
        With a sentence, when it names none as perf does.
    """
    if value is None or value == "" or value == []:
        return list(DEFAULT)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str) for one in texts):
        raise ValueError(
            f"Events are names of 'perf list' with commas between them, not {value!r}."
        )
    events = list(dict.fromkeys(event for text in texts for event in split_events(text)))
    for event in events:
        if not EVENT.fullmatch(event):
            raise ValueError(f"There is no event {event!r}: 'perf list' names those of a machine.")
    if not events:
        return list(DEFAULT)
    if len(events) > MOST:
        raise ValueError(f"At most {MOST} events are counted at once, not {len(events)}.")
    return events


def item_name(event: str) -> str:
    """What an event is called in a document."""
    hybrid = HYBRID.fullmatch(event)
    text = hybrid[1] + hybrid[2] if hybrid else event
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return ALIASES.get(name, name)


def without_modifier(event: str) -> str:
    """Without ``:u`` or ``/u``, which perf adds where it may only count the program's own code."""
    return re.sub(r"(?::u|(?<=/)u)$", "", event)


def names_of(events: Sequence[str]) -> list[str]:
    """What the events of a list are called in a document; those of a group one by one."""
    single = [
        one for event in events for one in re.sub(r"[{}]|(?<=\}):\w+", " ", event).split(" ") if one
    ]
    return list(dict.fromkeys(item_name(e) for text in single for e in split_events(text)))
