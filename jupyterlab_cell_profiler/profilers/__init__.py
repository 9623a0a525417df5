"""The profilers, by the one word that names each everywhere."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from .base import ApartCell, ApartFailure, CellFile, OptionError, Profiler, Recording, Target

NAMES: tuple[str, ...] = (
    "overview",
    "functions",
    "lines",
    "stacks",
    "memory",
    "memory_lines",
    "objects",
    "counters",
    "scalene",
)
"""Profilers of this version; each is the module of that name in this package."""

__all__ = [
    "NAMES",
    "ApartCell",
    "ApartFailure",
    "CellFile",
    "OptionError",
    "Profiler",
    "Recording",
    "Target",
    "event_names",
    "get",
    "is_apart",
    "problem",
]


def get(name: str) -> Profiler:
    """The profiler of that name.

    Raises
    ------
    KeyError
        When there is none.
    """
    if name not in NAMES:
        raise KeyError(name)
    return cast(Profiler, import_module(f".{name}", __name__))


def is_apart(name: str) -> bool:
    """Whether a profiler runs the cell in a process of its own, not in the kernel."""
    return bool(getattr(get(name), "apart", False))


def problem(names: list[str]) -> str | None:
    """Why these profilers cannot run together here, as a sentence; None when they can."""
    if not names:
        return "No profiler was named. Choose from: " + ", ".join(NAMES) + "."
    for name in names:
        if name not in NAMES:
            return f"There is no profiler '{name}'. Choose from: " + ", ".join(NAMES) + "."
    for name in names:
        reason = get(name).unavailable()
        if reason is not None:
            return reason
    for name in names:
        if is_apart(name) and set(names) != {name}:
            return f"{name} runs the cell in a process of its own: choose it alone."
    if "overview" in names and "stacks" in names:
        return "overview samples the stacks already: run it or stacks, not both."
    if "overview" in names and "memory" in names:
        return "overview watches the memory already: run it or memory, not both."
    exact = [name for name in dict.fromkeys(names) if get(name).exclusive]
    if len(exact) > 1:
        return (
            f"{' and '.join(exact)} are exact profilers and would disturb each other: "
            "run one of them at a time."
        )
    return None


def event_names() -> tuple[str, ...]:
    """What the option ``events`` of ``counters`` can name on this machine."""
    known: tuple[str, ...] = import_module(".counter_list", __name__).known_events()
    return known
