"""The run of a cell in another process, in the place of the kernel's own run of it.

On the first code object of the cell the process runs, and its output becomes the cell's; what
IPython would run besides is left out. An error there is the cell's error here.
"""

from __future__ import annotations

import codecs
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from .apart_cells import apart_cell, session_cells, too_many
from .cells import Cells
from .hooks import patch
from .profilers import ApartCell, ApartFailure
from .session import Session


class ApartHooks:
    """The hooks of such a run; the interface is that of ``RunHooks``.

    Parameters
    ----------
    cell : what runs, and ``setup``: what runs before it
    """

    def __init__(
        self, shell: Any, session: Session, cell: ApartCell, setup: Sequence[ApartCell]
    ) -> None:
        self.inside = 0
        """Whether the process runs, as a number."""
        self.thread = threading.get_ident()
        self._shell = shell
        self._session = session
        self._cell = cell
        self._setup = setup
        self._done = False
        self._restore = ExitStack()

    def install(self) -> None:
        run_code = self._run_code(self._shell.run_code)
        self._restore.callback(patch(self._shell, "run_code", run_code))

    def remove(self) -> None:
        """Take everything off; safe to call again."""
        self._restore.close()

    def _run_code(self, original: Any) -> Callable[..., Any]:
        async def run_code(code_obj: Any, result: Any = None, *, async_: bool = False) -> Any:
            if threading.get_ident() != self.thread:
                return await original(code_obj, result, async_=async_)
            if self._done:
                return False  # The other statements of the cell: they ran there.
            self._done = True
            count = getattr(result, "execution_count", None)
            failure = self._run(f"In [{count}]" if count else self._cell.label)
            if failure is None:
                return False
            error = exception_of(failure)
            if result is not None:
                result.error_in_exec = error
            self._shell.showtraceback(
                (type(error), error, error.__traceback__), running_compiled_code=True
            )
            return True

        return run_code

    def _run(self, label: str) -> ApartFailure | None:
        refusal = too_many(self._setup)
        if refusal is not None:
            return ApartFailure("UsageError", refusal, "")
        output = Output()
        self.inside += 1
        try:
            failure: ApartFailure | None = self._session.apart.run(
                replace(self._cell, label=label), self._setup, output.write
            )
            return failure
        except KeyboardInterrupt:
            return ApartFailure("KeyboardInterrupt", "", "", interrupted=True)
        except Exception as error:
            return ApartFailure(type(error).__name__, f"The process could not be run: {error}", "")
        finally:
            self.inside -= 1
            output.close()


class NotAgain:
    """The cells of this session that do not run again before another one: those that failed,
    and those that ran in a process of their own, so that nothing of them is here."""

    def __init__(self, shell: Any) -> None:
        self._history = getattr(shell, "history_manager", None)
        self._session: Any = None
        self._counts: set[int] = set()

    @property
    def counts(self) -> set[int]:
        """Execution counts. A reset may begin another session, which counts anew."""
        session = getattr(self._history, "session_number", None)
        if session != self._session:
            self._session, self._counts = session, set()
        return self._counts

    def look(self, result: Any, elsewhere: bool) -> None:
        """Remember how a cell ended."""
        if result.execution_count is not None and (elsewhere or not result.success):
            self.counts.add(result.execution_count)


def apart_hooks(
    shell: Any,
    session: Session,
    source: str,
    cells: Cells,
    file: str,
    cell_id: str | None,
    skipped: Collection[int],
) -> ApartHooks:
    """The hooks for a cell, with what its session's option ``setup`` asks for.

    Parameters
    ----------
    file : name under which the kernel would compile it
    skipped : counts of cells that are no set-up
    """

    def label_of(name: str) -> str:
        known = cells.get(name)
        return known.label if known is not None else "an earlier cell"

    transform, asked = shell.transform_cell, session.apart.options["setup"]
    if asked is True:
        history = shell.history_manager.input_hist_raw
        before = session_cells(history, len(history), skipped, transform)
    else:
        before = [
            apart_cell(text, label_of(cells.file_name(text, text, 0)), transform, id)
            for id, text in asked or []
        ]
    return ApartHooks(
        shell, session, apart_cell(source, label_of(file), transform, cell_id), before
    )


class Output:
    """What the process writes, as the cell's own output."""

    def __init__(self) -> None:
        self._decoders = {
            name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("stdout", "stderr")
        }

    def write(self, name: str, chunk: bytes, *, final: bool = False) -> None:
        text = self._decoders[name].decode(chunk, final)
        if text:
            # Asked for each time: the cell may run where its output is captured.
            getattr(sys, name).write(text)

    def close(self) -> None:
        for name in self._decoders:
            self.write(name, b"", final=True)


def exception_of(failure: ApartFailure) -> BaseException:
    """An exception of that name, which shows the traceback of the other process.

    Not the exception itself: it is a stranger's object, and may need what only is there.
    """
    base: type[BaseException] = KeyboardInterrupt if failure.interrupted else Exception
    lines = failure.traceback.rstrip("\n").split("\n") if failure.traceback else []

    def render(self: BaseException) -> list[str]:
        if lines:
            return list(lines)
        return [f"{failure.name}: {failure.value}" if failure.value else failure.name]

    made = type(
        failure.name or "Error",
        (base,),
        {
            "__doc__": "Raised in another process.",
            "__module__": "builtins",
            "_render_traceback_": render,
        },
    )
    error: BaseException = made(failure.value) if failure.value else made()
    return error
