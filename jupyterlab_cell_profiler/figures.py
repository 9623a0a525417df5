"""Figures as people read them. Pure."""

from __future__ import annotations

from .document import Unit

ROUNDS_UP = 0.9995
"""What three digits would show as 1000 of the smaller unit is 1 of the larger."""


def format_value(value: float | None, unit: Unit) -> str:
    """A value for people: three significant digits and the unit that fits."""
    if value is None:
        return "–"
    if unit == "seconds":
        for factor, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if abs(value) >= ROUNDS_UP * factor:
                return f"{_digits(value / factor)} {name}"
        return f"{_digits(value / 1e-9)} ns" if value else "0 s"
    if unit == "bytes":
        for factor, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
            if abs(value) >= ROUNDS_UP * factor:
                return f"{_digits(value / factor)} {name}"
        return f"{value:.0f} B"
    if unit == "percent":
        return f"{value:.0f} %"
    if unit == "count":
        return f"{value:,.0f}"
    return _digits(value)


def format_share(share: float | None) -> str:
    """A share of 0 to 1 in percent."""
    if share is None:
        return "–"
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"


def _digits(value: float) -> str:
    magnitude = abs(value)
    return f"{value:.0f}" if magnitude >= 99.95 else f"{value:.3g}"
