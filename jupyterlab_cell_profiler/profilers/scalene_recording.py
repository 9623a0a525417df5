"""A cell that runs under Scalene, in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from types import CodeType
from typing import Any

from .base import ApartCell, ApartFailure, Target
from .scalene_command import gpu_is_safe
from .scalene_process import run_cells

SHOWN = 5
"""Commands that are named in a note; the rest is counted."""


class ScaleneRecording:
    """The interface of a recording; :meth:`run` does the work."""

    def __init__(self, target: Target, options: dict[str, Any]) -> None:
        self.raw: dict[str, Any] = {}
        self.notes: list[str] = []
        self.options = options
        self.chosen: dict[str, Any] = options | {"setup": 0}
        """As the document has them: how many cells, not their sources."""
        self._target = target

    def run(
        self,
        cell: ApartCell,
        setup: Sequence[ApartCell],
        output: Callable[[str, bytes], None],
    ) -> ApartFailure | None:
        """Run the cell after ``setup``; how it failed, None when it did not.

        ``output`` takes what it writes. A ``KeyboardInterrupt`` ends the process.
        """
        self.chosen["setup"] = len(setup)
        cells = [*setup, cell]
        raw = run_cells(
            [{"code": one.code, "label": one.label} for one in cells],
            directory=self._target.directory or os.getcwd(),
            options=self.options,
            output=output,
        )
        *before, own = raw["files"]
        self._target.own_files[own] = 0
        raw["cells"] = {
            file: {"label": one.label, "source": one.source, "cellId": one.cell_id}
            for file, one in zip(before, setup, strict=True)
        }
        self.raw = raw
        self.notes += notes_of(raw, cell, setup, self.options)
        return failure_of(raw)

    def mark(self, code: CodeType) -> CodeType:
        return code

    def running(self) -> nullcontext[None]:
        return nullcontext()

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        pass


def notes_of(
    raw: Mapping[str, Any],
    cell: ApartCell,
    setup: Sequence[ApartCell],
    options: Mapping[str, Any],
) -> list[str]:
    """What the person has to know of such a run, as sentences."""
    count = len(setup)
    if count:
        cells = "one earlier cell" if count == 1 else f"{count} earlier cells"
        notes = [
            f"Ran in a process of its own, after {cells}; the kernel's variables are unchanged."
        ]
    else:
        notes = [
            "Ran alone in a process of its own, without the cells before it; the kernel's "
            "variables are unchanged."
        ]
    if not options["cpu_only"] and not options["gpu"] and not gpu_is_safe():
        notes.append(
            "The GPU was not looked at: Scalene, run by root, would change its settings for all "
            "who use it. The option --gpu has it do so."
        )
    left = [f"{line.strip()[:80]} ({one.label})" for one in (*setup, cell) for line in one.left_out]
    if left:
        more = f", and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
        notes.append(
            f"Left out of it, since only IPython knows them: {'; '.join(left[:SHOWN])}{more}."
        )
    run = raw["run"]
    error = run.get("error") or {}
    if run.get("stage") == "setup" and run.get("status") != "ok" and count:
        label = setup[min(int(run.get("index", 0)), count - 1)].label
        notes.append(
            f"The cell itself did not run: {label}, which runs before it, ended with "
            f"{error.get('name', 'an error')}."
        )
    elif error.get("name") == "NameError" and not count:
        notes.append(
            "A name may be missing because an earlier cell defines it: run it after the earlier "
            "cells (%%profile scalene --setup, or “Run with these cells”)."
        )
    if raw["problem"]:
        notes.append(raw["problem"])
    return notes


def failure_of(raw: Mapping[str, Any]) -> ApartFailure | None:
    """How the run failed, from what the program and the process said."""
    run = raw["run"]
    if raw["cancelled"] or run.get("status") == "interrupted":
        return ApartFailure("KeyboardInterrupt", "", "", interrupted=True)
    if run.get("status") == "error":
        error = run["error"]
        return ApartFailure(error["name"], error["value"], run.get("traceback", ""))
    code = raw["exit"]
    if code == 0 and run:
        return None
    if code is not None and code < 0:
        return ApartFailure("ProcessEnded", f"the process was ended by signal {-code}", "")
    if code is not None:
        return ApartFailure("ProcessEnded", f"the process ended with status {code}", "")
    return ApartFailure("ProcessEnded", raw["problem"] or "the process is gone", "")
