"""The kernel side: profiles a cell while IPython runs it as it always does.

The user's code is never rewritten or run in another way. ``pre_run_cell`` starts the
profilers for a cell that was asked for, for one run ``shell.run_code`` is wrapped on the
instance so that they get each code object, and ``post_run_cell`` takes everything down,
after an error and an interrupt, too, and publishes the document into the same output.

A cell is asked for in one of three ways: by its first line (``%%profile``, see
``magic``), by :meth:`CellProfiler.arm` just before it runs (the button), or by
``cellProfiler`` in the metadata of its execute request.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import html, profilers, text
from .apart import ApartHooks, NotAgain, apart_hooks
from .cells import Cells, line_offset
from .document import MIME_TYPE, ProfileDocument, TargetData, source_hash, split_lines
from .hooks import RunHooks
from .live import LivePublisher
from .outputs import HeldClear, Progress
from .profilers import OptionError, Target
from .records import Recorder
from .requests import Armed, Request, outcome, request_of, unseen_body
from .session import Session

METADATA_KEY = "cellProfiler"


@dataclass
class _Run:
    """A profiled run under way."""

    session: Session
    request: Request
    source: str
    hooks: RunHooks | ApartHooks
    clears: HeldClear
    live: LivePublisher
    progress: Progress

    def leave(self) -> None:
        """Take everything off the shell."""
        self.live.close()
        self.hooks.remove()
        self.clears.uninstall()


class CellProfiler:
    """Profiles cells of one shell; get it with :func:`attached`."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.cells = Cells(shell.compile)
        self.first_line: Callable[[str], Request | None] = lambda raw: None
        """Reads a request from the first line of a cell; set by ``magic``."""
        self.recorder: Recorder | None = None
        """Records the runs that are not profiled, where a person wants that."""
        self._armed: Armed | None = None
        self._run: _Run | None = None
        self._not_again = NotAgain(shell)

    @property
    def busy(self) -> bool:
        """Whether this thread is inside a profiled cell."""
        return self._run is not None and self._run.hooks.thread == threading.get_ident()

    # Being asked -------------------------------------------------------------------

    def arm(self, cell_id: str, request: Request) -> str | None:
        """Profile the next cell that runs, if it is this one.

        Returns
        -------
        Why that is impossible, as a sentence for people, or None.
        """
        reason = profilers.problem(request.profilers)
        self._armed = None if reason else Armed(request, cell_id)
        return reason

    def _requested(self, info: Any, cell_id: str | None) -> Request | None:
        armed = self._armed
        if armed is not None and armed.thread == threading.get_ident():
            self._armed = None  # A cell in a subshell is not the one that it waits for.
        request = self.first_line(info.raw_cell)
        if request is not None:
            return request
        if armed is not None and armed.is_for(cell_id):
            return armed.request
        return request_of(self._metadata(info).get(METADATA_KEY))

    def _metadata(self, info: Any) -> dict[str, Any]:
        meta = getattr(info, "cell_meta", None)
        if meta is None:
            # IPython before 9.11 does not pass it on; ipykernel has the request.
            parent: Any = getattr(self.shell, "get_parent", dict)()
            meta = parent.get("metadata") if isinstance(parent, dict) else None
        return meta if isinstance(meta, dict) else {}

    # Events of the shell -------------------------------------------------------------

    def pre_run_cell(self, info: Any) -> None:
        """Before a cell runs: start the profilers if this cell was asked for."""
        run = self._run
        if run is not None:
            if not self.busy:
                return  # A subshell works beside the profiled cell.
            if run.hooks.inside:
                self._nested(run, info.raw_cell)
                return
            self._abandon()
        cell_id = getattr(info, "cell_id", None) or self._metadata(info).get("cellId")
        request = self._requested(info, cell_id)
        offset = line_offset(info.raw_cell) + (request.lines_dropped if request else 0)
        file = self._file_name(info)
        self.cells.add(file, info.raw_cell, cell_id, offset)
        if request is None:
            self._record(info.raw_cell, cell_id)
            return
        if self.recorder is not None:
            self.recorder.forget()
        try:
            self._begin(request, info.raw_cell, cell_id, file, offset)
        except OptionError as error:
            say(str(error))
        except Exception as error:
            # Whatever it is, it is ours: the cell runs as it would without us.
            self._abandon()
            say(f"the profile could not be started: {type(error).__name__}: {error}")

    def post_run_cell(self, result: Any) -> None:
        """After a cell has run: take the profilers down and publish."""
        run = self._run
        if result is not None:
            elsewhere = self.busy and run is not None and run.session.apart is not None
            self._not_again.look(result, elsewhere)
        if run is None or not self.busy or run.hooks.inside:
            self._recorded(result)
            return
        self._run = None
        run.leave()
        try:
            self._finish(run, result)
        except Exception as error:
            say(f"the profile could not be made: {type(error).__name__}: {error}")
        finally:
            run.clears.release()

    def _record(self, source: str, cell_id: str | None) -> None:
        if self.recorder is not None:
            try:
                self.recorder.begin(source, cell_id)
            except Exception as error:
                self.recorder.forget()
                say(f"the run could not be recorded: {type(error).__name__}: {error}")

    def _recorded(self, result: Any) -> None:
        if self.recorder is not None and self._run is None:
            try:
                self.recorder.end(result)
            except Exception as error:
                say(f"the run could not be recorded: {type(error).__name__}: {error}")

    def _finish(self, run: _Run, result: Any) -> None:
        status, error = outcome(result)
        if result is not None:
            count = result.execution_count
            run.session.data["executionCount"] = count
            if count is not None:
                run.session.target.files.files[0]["path"] = f"In [{count}]"
        document = run.session.finish(status, error)
        plain = run.request.after(run.session, document, result) if run.request.after else None
        if not run.request.quiet:
            publish(run.progress, document, plain)

    # One run -------------------------------------------------------------------------

    def _begin(
        self, request: Request, source: str, cell_id: str | None, file: str, offset: int
    ) -> None:
        reason = profilers.problem(request.profilers)
        if reason is not None:
            say(reason)
            return
        progress = Progress(self.shell)
        target = Target(
            namespace=self.shell.user_ns,
            cells=self.cells,
            own_files={file: offset},
            directory=os.getcwd(),
            may_define=True,
            tell=progress.tell,
        )
        target.files.add("cell", split_lines(source), cell_id=cell_id)
        data: TargetData = {"kind": "cell", "sourceHash": source_hash(source)}
        if cell_id is not None:
            data["cellId"] = cell_id
        if request.path is not None:
            data["path"] = request.path
        live = LivePublisher(self.shell)
        if live.works and not request.quiet:
            target.live = live.publish
        session = Session(request.profilers, request.options, target, data)
        live.watch(session)
        session.start()
        note = unseen_body(source, dropped=request.lines_dropped)
        hooks: RunHooks | ApartHooks
        if session.apart is not None:
            hooks = apart_hooks(
                self.shell, session, source, self.cells, file, cell_id, self._not_again.counts
            )
        else:
            hooks = RunHooks(self.shell, session, source)
            if note is not None:
                session.problems.append(note)
        clears = HeldClear(self.shell)
        run = _Run(session, request, source, hooks, clears, live, progress)
        self._run = run
        run.hooks.install()
        run.clears.install()

    def _nested(self, run: _Run, raw: str) -> None:
        """A cell magic of the profiled cell runs its body as a cell of its own."""
        body = raw.rstrip("\n")
        start = run.source.rstrip("\n").rfind(body) if body.strip() else -1
        if start > 0:
            offset = run.source.count("\n", 0, start) + line_offset(raw)
            file = self.cells.file_name(raw, self.shell.transform_cell(raw), 0)
            run.session.target.own_files.setdefault(file, offset)

    def _abandon(self) -> None:
        """A run whose end was never announced: take it down without a word."""
        run, self._run = self._run, None
        if run is not None:
            run.leave()
            run.clears.release()
            run.session.stop()

    def close(self) -> None:
        """Leave nothing behind."""
        self._abandon()
        self._armed = None

    def _file_name(self, info: Any) -> str:
        transformed = getattr(info, "transformed_cell", None)
        count = self.shell.execution_count
        if info.store_history and transformed is not None:
            count -= 1  # IPython from 9.16 on counts before it announces the cell.
        if transformed is None:
            try:
                transformed = self.shell.transform_cell(info.raw_cell)
            except Exception:
                transformed = info.raw_cell
        return self.cells.file_name(info.raw_cell, transformed, count)


def publish(progress: Progress, document: ProfileDocument, plain: str | None = None) -> None:
    """Put a document into the output of the running cell, with both fallbacks."""
    data = {
        MIME_TYPE: document,
        "text/html": html.render(document),
        "text/plain": text.render(document) if plain is None else plain,
    }
    progress.publish(data)


def say(sentence: str) -> None:
    """Tell the person something without touching the result of the cell."""
    print(f"Cell Profiler: {sentence}", file=sys.stderr)


_attached: dict[int, CellProfiler] = {}


def attached(shell: Any) -> CellProfiler:
    """The cell profiler of a shell; registers its hooks the first time."""
    profiler = _attached.get(id(shell))
    if profiler is None or profiler.shell is not shell:
        profiler = CellProfiler(shell)
        shell.events.register("pre_run_cell", profiler.pre_run_cell)
        shell.events.register("post_run_cell", profiler.post_run_cell)
        _attached[id(shell)] = profiler
    return profiler


def detach(shell: Any) -> None:
    """Remove the hooks of a shell; nothing of us is left in it."""
    profiler = _attached.pop(id(shell), None)
    if profiler is not None:
        profiler.close()
        shell.events.unregister("pre_run_cell", profiler.pre_run_cell)
        shell.events.unregister("post_run_cell", profiler.post_run_cell)
