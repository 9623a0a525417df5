"""Measuring what a namespace holds before and after a run, or what one value holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from types import CodeType
from typing import Any

from .base import Target
from .object_namespace import Measured, measure, variables
from .object_tree import DEPTH

_MISSING = object()
BEFORE = 0.4
"""Share of the time that measuring before the run may take."""


class ObjectRecording:
    """Nothing is done while the cell runs.

    Parameters
    ----------
    options : ``seconds`` for measuring, None for no bound; ``expression``, whose value
        is measured instead of the namespace (see ``value``)
    """

    def __init__(self, target: Target, options: Mapping[str, Any]) -> None:
        self.raw: dict[str, Any] = {}
        self.notes: list[str] = []
        self._target = target
        self._seconds: float | None = options["seconds"]
        self._expression: str | None = options.get("expression")
        self._before: Measured | None = None
        self._ran = False
        self.value: Any = _MISSING
        """Of the expression, when there is one and it has been evaluated."""

    def start(self) -> None:
        """Measure what is there before the run, so that what the run adds is known."""
        if self._expression is not None:
            return
        seconds = None if self._seconds is None else BEFORE * self._seconds
        self._before = measure(variables(self._target.namespace), seconds, depth=0)

    def stop(self) -> None:
        """Measure what is there now; safe to call again."""
        if self.value is not _MISSING:
            value, self.value = self.value, _MISSING
            named = [(self._expression or "", value)]
            self._take(measure(named, self._seconds, depth=DEPTH, tell=self._tell))
        before, self._before = self._before, None
        if before is None or not self._ran:
            return
        measured = measure(
            variables(self._target.namespace),
            self._seconds,
            depth=DEPTH,
            tell=self._tell,
        )
        self._take(measured)
        known = not before.ended and not before.failed
        self.raw["before"] = before.own if known else _certain(before)
        self.raw["before_total"] = before.total if known else None
        if not known:
            self.notes.append(
                "What the run added is not known for every variable: measuring before the run "
                "took too long or was stopped."
            )

    def mark(self, code: CodeType) -> CodeType:
        """Code runs as it is."""
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """The cell runs undisturbed; or not at all, when a person stopped it before."""
        first, self._ran = not self._ran, True
        if first and self._before is not None and self._before.ended == "interrupt":
            raise KeyboardInterrupt
        yield

    def pause(self) -> None:
        """Nothing to do."""

    def resume(self) -> None:
        """Nothing to do."""

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to do."""

    def _tell(self, done: int, of: int) -> None:
        self._target.tell(
            f"Measuring objects: {done} of {of} variables. "
            "Interrupt the kernel to end it with what is known."
            if of > 1
            else "Measuring an object. Interrupt the kernel to end it with what is known."
        )

    def _take(self, measured: Measured) -> None:
        self.raw = {
            "rows": [asdict(row) for row in measured.rows],
            "own": measured.own,
            "total": measured.total,
            "expression": self._expression,
            "complete": not measured.ended and not measured.failed,
        }
        self.notes.extend(notes_of(measured, self._seconds))


def _certain(before: Measured) -> dict[str, int]:
    """Sizes of what was measured to its end."""
    return {
        row.name: size
        for row in before.rows
        if row.parent == -1 and not row.partial
        for size in [before.own.get(row.name)]
        if size is not None
    }


def notes_of(measured: Measured, seconds: float | None) -> list[str]:
    """Sentences on what was not measured."""
    notes = []
    stopped = [row.name for row in measured.rows if row.parent == -1 and row.partial]
    names = _named([name for name in stopped if name not in measured.failed])
    if measured.ended == "time":
        notes.append(
            f"The {seconds:g} s for measuring were up: the sizes of {names} are at least what "
            "is shown. Measure for longer with --seconds, or one of them with %asizeof."
        )
    elif measured.ended == "interrupt":
        notes.append(
            f"Measuring was interrupted, the cell was not: the sizes of {names} are at least "
            "what is shown."
        )
    elif measured.ended == "memory":
        notes.append(
            f"There was not enough memory to go on measuring: the sizes of {names} are at "
            "least what is shown."
        )
    for name, error in measured.failed.items():
        notes.append(f"{name} could not be measured to its end: {error}.")
    for kind, count in list(measured.raised.items())[:5]:
        times = "once" if count == 1 else f"{count:,} times"
        notes.append(
            f"__sizeof__ of {kind} raised an error {times}; what Python itself knows of the "
            "object's size stands for it."
        )
    return notes


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
