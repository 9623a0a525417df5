"""Budgets of a notebook, such as ``cell.wall > 60``: what must not become true. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..document import Unit
from ..figures import format_value
from .report import Cell, Report

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
UNITS: dict[str, Unit] = {
    "wall": "seconds",
    "cpu": "seconds",
    "user": "seconds",
    "sys": "seconds",
    "wait": "seconds",
    "peak": "bytes",
    "increment": "bytes",
}
FACTORS: dict[Unit, dict[str, float]] = {
    "seconds": {"": 1, "s": 1, "ms": 1e-3, "min": 60, "h": 3600},
    "bytes": {
        "": 1,
        "b": 1,
        "kb": 1e3,
        "mb": 1e6,
        "gb": 1e9,
        "kib": 2**10,
        "mib": 2**20,
        "gib": 2**30,
    },
}
FORM = re.compile(
    r"\s*(?P<whose>cell|total)\s*(?:\[\s*(?P<number>\d+)\s*\])?\s*\.\s*(?P<name>\w+)\s*"
    r"(?P<operator><=|>=|<|>)\s*(?P<value>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[A-Za-z]*)\s*"
)
EXAMPLES = "cell.wall > 60, cell[3].wall > 500 ms, cell.peak > 2 GB, total.cpu > 10 min"


class BudgetError(ValueError):
    """A budget that cannot be read; the message is a sentence for people."""


@dataclass(frozen=True)
class Budget:
    """One budget.

    Parameters
    ----------
    text : as it was given
    number : of the one cell that it is about, text cells counted, from 1; None for all of them
    value : in seconds or bytes
    """

    text: str
    whose: str
    number: int | None
    name: str
    operator: str
    value: float

    def exceeded(self, report: Report) -> list[str]:
        """A sentence for each cell, or for the whole, that it is true of."""
        compare = OPERATORS[self.operator]
        if self.whose == "total":
            value = report.total(self.name)
            true = value is not None and compare(value, self.value)
            return [f"{self.text}: it is {self._shown(value)} in all."] if true else []
        return [
            f"{self.text}: cell {cell.number} has {self._shown(getattr(cell, self.name))} "
            f"({cell.first_line or 'no source'})."
            for cell in self._cells(report)
            if compare(getattr(cell, self.name), self.value)
        ]

    def unknown(self, report: Report) -> bool:
        """Whether nothing that was measured can tell."""
        if self.whose == "total":
            return report.total(self.name) is None
        return not self._cells(report)

    def _cells(self, report: Report) -> list[Cell]:
        return [
            cell
            for cell in report.cells
            if self.number in (None, cell.number) and getattr(cell, self.name) is not None
        ]

    def _shown(self, value: float | None) -> str:
        return format_value(value, UNITS[self.name])


def budget_of(text: str) -> Budget:
    """Read a budget.

    Raises
    ------
    BudgetError
        When it is none, with what one looks like.
    """
    match = FORM.fullmatch(text)
    if match is None or (match["whose"] == "total" and match["number"] is not None):
        raise BudgetError(f"{text!r} is no budget. Budgets look like: {EXAMPLES}.")
    name, unit = match["name"], match["unit"]
    if name not in UNITS:
        raise BudgetError(f"{name!r} is not measured. A budget can be of {', '.join(UNITS)}.")
    factors = FACTORS[UNITS[name]]
    if unit.lower() not in factors:
        known = ", ".join(filter(None, factors))
        raise BudgetError(f"{unit!r} is no unit of {name}: it is in one of {known}.")
    return Budget(
        text.strip(),
        match["whose"],
        None if match["number"] is None else int(match["number"]),
        name,
        match["operator"],
        float(match["value"]) * factors[unit.lower()],
    )
