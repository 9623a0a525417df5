"""Whose code ran, from looks at registers: Python, or which libraries. Pure, but for the clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..sampling.mappings import PYTHON
from .stack_samples import uncertainty

MOST = 3
"""Libraries that are named."""
LITTLE = 0.05
"""Share of the computing below which one is not."""


class Times:
    """When code of the user ran, by :func:`time.monotonic`, on which the looks go, too."""

    def __init__(self) -> None:
        self._spans: list[list[float]] = []
        self._on = False

    def set(self, on: bool) -> None:
        """It runs from now on, or no more; nothing where it is so already."""
        if on == self._on:
            return
        self._on = on
        now = time.monotonic()
        if not on:
            self._spans[-1][1] = now
        elif self._spans and now - self._spans[-1][1] < 0.001:
            # From one statement to the next: hardly a look fits between.
            self._spans[-1][1] = float("inf")
        else:
            self._spans.append([now, float("inf")])

    def data(self) -> list[list[float]]:
        """Begin and end of each, in order."""
        return [list(span) for span in self._spans]


def looks_by_owner(libraries: Mapping[str, Any], times: Sequence[Sequence[float]]) -> Counter[str]:
    """How many looks saw whose code while code of the user ran.

    Parameters
    ----------
    libraries : see ``sampling.libraries.Libraries.data``
    times : begin and end of each span in which it ran, in order
    """
    found: Counter[str] = Counter()
    spans = iter(times)
    span = next(spans, None)
    for at, number in libraries["looks"]:
        while span is not None and at > span[1]:
            span = next(spans, None)
        if span is None:
            break
        if at >= span[0]:
            found[libraries["names"][number]] += 1
    return found


def text_of(looks: Mapping[str, int]) -> str:
    """What the share of native code means, how rough it is, and whose it is."""
    count = sum(looks.values())
    native = Counter({name: seen for name, seen in looks.items() if name != PYTHON})
    share = sum(native.values()) / count
    named = [
        f"{name} {100 * seen / count:.0f} %"
        for name, seen in native.most_common(MOST)
        if seen / count >= LITTLE
    ]
    return native_text(share, f"{count} looks", count, named)


def native_text(share: float, told: str, count: int, named: Sequence[str] = ()) -> str:
    """What a share of native code means.

    Parameters
    ----------
    told : what tells it, as ``12 samples``
    count : of these
    named : libraries with their shares
    """
    return (
        "Share of the computing in compiled libraries such as numpy, "
        f"± {100 * uncertainty(share, count):.0f} points (95 % confidence, {told})"
        + (f": {', '.join(named)}" if named else "")
        + ". What is built into Python itself counts as Python."
    )
