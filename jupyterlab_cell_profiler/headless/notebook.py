"""Run a notebook without a front end, and gather what each cell cost.

The kernel records its runs (:mod:`..records`) and nbclient executes: the notebook runs as
``nbconvert --execute`` runs it, in its own folder, and the file is not changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..document import MIME_TYPE, ProfileDocument, now
from ..records import DISPLAY_ID
from .report import Cell, Report, cell_of, first_line

SWITCH = "__import__('jupyterlab_cell_profiler').record('{\"on\": true}')"
WITHOUT_US = (
    "Only wall times are known, as the client sees them: the kernel's environment has no "
    "jupyterlab-cell-profiler, or it is no IPython. Install it there: pip install "
    "jupyterlab-cell-profiler"
)


class NotebookError(RuntimeError):
    """The notebook cannot be run at all; the message is a sentence for people."""


def run(
    path: str,
    *,
    kernel: str | None = None,
    timeout: float | None = None,
    allow_errors: bool = False,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Report:
    """Execute a notebook and report what its cells cost.

    Parameters
    ----------
    path : of the file
    kernel : name of a kernel to be used instead of the notebook's own
    timeout : seconds that one cell may take; None without end
    allow_errors : whether to go on after a cell that raises
    tell : called with a sentence before each cell

    Raises
    ------
    NotebookError
        When nbclient is missing, the file is no notebook, or its kernel does not start.
    """
    try:
        import nbclient.exceptions
        import nbformat
    except ImportError as error:
        raise NotebookError(
            f"This needs {error.name}, which is not installed here. Run: pip install nbclient"
        ) from None
    notebook = _read(path, nbformat)
    client = _client(
        notebook,
        kernel_name=kernel or notebook.metadata.get("kernelspec", {}).get("name", "python3"),
        timeout=timeout,
        allow_errors=allow_errors,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}},
        tell=tell,
    )
    started, status, problem = now(), "ok", None
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        status, problem = "error", f"{error.ename}: {error.evalue}"
    except nbclient.exceptions.CellTimeoutError:
        status, problem = "error", f"A cell took longer than {timeout:g} s."
    except nbclient.exceptions.DeadKernelError:
        status, problem = "error", "The kernel died."
    except KeyboardInterrupt:
        status, problem = "interrupted", None
    except Exception as error:
        if not client.began:
            raise NotebookError(f"The kernel did not start: {error}") from None
        raise
    cells = _cells(notebook, client)
    if allow_errors and status == "ok" and any(cell.status == "error" for cell in cells):
        status = "error"
    documents = list(client.records.values())
    return Report(
        path,
        started,
        status,
        cells,
        problem,
        [] if client.recording else [WITHOUT_US],
        documents[0]["environment"] if documents else {},
    )


def _read(path: str, nbformat: Any) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookError(f"There is no file {path}.") from None
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror or error}.") from None
    except Exception as error:  # nbformat raises errors of several libraries.
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotebookError(f"{path} is no notebook: {first}") from None


def _client(notebook: Any, *, tell: Callable[[str], None], **how: Any) -> Any:
    """A client that gathers the records, by the index of their cells."""
    from nbclient import NotebookClient

    class Client(NotebookClient):
        recording = False
        began = False

        def __init__(self) -> None:
            super().__init__(notebook, **how)
            self.records: dict[int, ProfileDocument] = {}
            self.on_notebook_start = self._switch_on
            self.on_cell_execute = self._announce

        async def _switch_on(self, **_: Any) -> None:
            self.began = True
            assert self.kc is not None
            message = self.kc.execute(
                "", silent=True, store_history=False, user_expressions={"switch": SWITCH}
            )
            reply = await self.async_wait_for_reply(message)
            answers = (reply or {}).get("content", {}).get("user_expressions", {})
            self.recording = answers.get("switch", {}).get("status") == "ok"

        async def _announce(self, cell: Any, cell_index: int) -> None:
            tell(f"Cell {cell_index + 1} of {len(notebook.cells)}: {first_line(cell.source)}")

        def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
            document = document_in(msg)
            if document is not None:
                self.records[cell_index] = document
            return super().process_message(msg, cell, cell_index)

    return Client()


def document_in(message: Any) -> ProfileDocument | None:
    """The record of a run, or its profile where the cell asks for one, in a message of the
    kernel."""
    content = message.get("content", {})
    kind = message.get("msg_type")
    display = str(content.get("transient", {}).get("display_id", ""))
    if kind == "display_data" or (kind == "update_display_data" and display.startswith(DISPLAY_ID)):
        document: ProfileDocument | None = content.get("data", {}).get(MIME_TYPE)
        return document
    return None


def _cells(notebook: Any, client: Any) -> list[Cell]:
    found: list[Cell] = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        number, id = index + 1, cell.get("id")
        document = client.records.get(index)
        if document is not None:
            found.append(cell_of(index, number, id, cell.source, document))
        else:
            found.append(_unrecorded(index, number, id, cell))
    return found


def _unrecorded(index: int, number: int, id: str | None, cell: Any) -> Cell:
    """A cell without a record: what the client saw of it, or that it did not run."""
    if not cell.source.strip():
        return Cell(index, number, id, "", "empty")
    times = cell.metadata.get("execution", {})
    begin, end = times.get("iopub.execute_input"), times.get("shell.execute_reply")
    failed = any(output.output_type == "error" for output in cell.outputs)
    if begin is None or (end is None and not failed):
        return Cell(index, number, id, first_line(cell.source), "not run")
    wall = None if end is None else (_time(end) - _time(begin)).total_seconds()
    return Cell(index, number, id, first_line(cell.source), "error" if failed else "ok", wall)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
