"""From what was seen of a run to the sections of an overview. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document import Section, TotalsSection, total
from ..sampling.mappings import PYTHON
from .base import Target
from .counter_usage import usage_totals
from .memory_marks import marks_of
from .memory_sections import limit_totals, memory_totals, series_sections
from .overview_libraries import looks_by_owner, native_text, text_of
from .overview_marks import looks_within
from .stack_samples import (
    Sample,
    calls_native,
    count_of,
    samples_of,
)
from .stack_sections import sections_of as stack_sections_of

ENOUGH = 10
"""Looks below which nothing is said of native code."""


def sections_of(raw: Mapping[str, Any], target: Target) -> list[Section]:
    """Totals, lines, stacks and series; nothing when nothing ran."""
    if not raw or raw["peak"] is None:
        return []
    native = samples_of(raw["native"]) if raw["native"] else []
    found: list[Section] = [memory_totals(raw["peak"], raw["memory"])]
    owners = looks_by_owner(raw["libraries"], raw["times"]) if raw.get("libraries") else {}
    if sum(owners.values()) >= ENOUGH:
        found.append(library_totals(owners))
    elif count_of(native) >= ENOUGH:
        found.append(native_totals(native))
    found.append(usage_totals(raw["usage"]))
    found += stack_sections_of(raw["stacks"], target, native)
    if raw["memory"] is not None:
        lines = samples_of(raw["stacks"]) if raw["stacks"] else []
        within = looks_within(raw["statements"], lines, target)
        marks = marks_of(raw["statements"], raw["peak"]["started"], within)
        found.append(limit_totals(raw["memory"]))
        found += series_sections(raw["memory"], raw["peak"], raw["statements"], marks)
    return found


def library_totals(looks: Mapping[str, int]) -> TotalsSection:
    """How much of the computing is done by libraries of native code, and by which.

    Parameters
    ----------
    looks : at threads that computed, by whose code ran
    """
    native = sum(seen for name, seen in looks.items() if name != PYTHON)
    return _native_percent(100 * native / sum(looks.values()), text_of(looks))


def native_totals(samples: list[Sample]) -> TotalsSection:
    """How much of the computing is done by libraries of native code.

    Parameters
    ----------
    samples : looks at threads that computed, with the functions of native code
    """
    count = count_of(samples)
    share = count_of([sample for sample in samples if calls_native(sample)]) / count
    return _native_percent(100 * share, native_text(share, f"{count} samples", count))


def _native_percent(value: float, text: str) -> TotalsSection:
    return {
        "kind": "totals",
        "items": [total("native_percent", "In native code", value, "percent", text)],
    }
