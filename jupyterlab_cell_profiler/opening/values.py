"""Single values of a stranger's file, checked. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .errors import Broken

LARGEST = 2**53 - 1
"""Whole numbers above it are not exact in a browser."""
NAME = 300
"""Characters of a name; what is longer is cut."""
PATH = 1000
CUT = "…"
FARTHEST = 2**63
"""Of a moment: nanoseconds since 1970 are below it."""
NOISE = 1e-3
"""Seconds below zero that a calibrated profiler may say of a function that took nothing."""


def amount(value: object, what: str) -> float:
    """A number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Broken(f"{what} is no number")
    if isinstance(value, float) and not math.isfinite(value):
        raise Broken(f"{what} is no finite number")
    if value < -NOISE:
        raise Broken(f"{what} is below zero")
    if value > LARGEST:
        raise Broken(f"{what} is too large")
    return max(0.0, float(value))


def finite(value: object, what: str) -> int | float:
    """A number, also below zero; exact where it was."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Broken(f"{what} is no number")
    if not -FARTHEST <= value <= FARTHEST:  # Also when it is none (NaN).
        raise Broken(f"{what} is too large, or no finite number")
    return value


def whole(value: object, what: str) -> int:
    """A whole number, 0 or more."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Broken(f"{what} is no whole number")
    if not 0 <= value <= LARGEST:
        raise Broken(f"{what} is below zero or too large")
    return value


def line_of(value: object) -> int:
    """A line number; 0 where there is none."""
    usual = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
    return value if usual and isinstance(value, int) else 0


def text(value: object, what: str, most: int = NAME) -> str:
    """A text that can be kept: no halves of surrogate pairs, and not for ever."""
    if not isinstance(value, str):
        raise Broken(f"{what} is no text")
    return short(value, most)


def short(value: str, most: int = NAME) -> str:
    if len(value) > most:
        value = value[: most - 1] + CUT
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def listed(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Broken(f"{what} is no list")
    return value


def record(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Broken(f"{what} is no object")
    return value


def index(value: object, size: int, what: str) -> int:
    """A place in a list of that size."""
    found = whole(value, what)
    if found >= size:
        raise Broken(f"{what} points beyond the end")
    return found
