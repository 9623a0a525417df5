"""A light record of each ordinary run: how long it took, and how much memory.

Nothing is sampled and nothing is put around the code: a clock and the kernel's high-water
mark are read before and after. A record is a profile document without profilers. It goes
out as an ``update_display_data`` for a display that nobody has, as in ``live``: our front
end puts it into the history, and nothing of it comes into the notebook.
"""

from __future__ import annotations

import threading
import uuid
from contextlib import ExitStack
from functools import cache
from typing import Any

from ._info import PRODUCER
from .clock import Clock
from .document import (
    FORMAT_VERSION,
    MIME_TYPE,
    ProfileDocument,
    RunError,
    Section,
    Status,
    TargetData,
    new_id,
    now,
    source_hash,
    split_lines,
)
from .profilers.memory_peak import PeakMemory
from .profilers.memory_sections import memory_totals
from .requests import outcome
from .session import environment

DISPLAY_ID = "cell-profiler-record-"
"""How the id of the display begins."""
LONGEST_SOURCE = 4000
"""Characters of a source that is kept whole; of a longer one the first line is."""
TITLE = "Record"


class Recorder:
    """Records the runs of one shell, each between :meth:`begin` and :meth:`end`.

    Parameters
    ----------
    path : of the notebook, relative to where the server serves files; None when unknown
    """

    def __init__(self, shell: Any, path: str | None = None) -> None:
        self.path = path
        self._shell = shell
        self._run: _Recorded | None = None

    def begin(self, source: str, cell_id: str | None) -> None:
        """A cell runs from now on. A cell that it runs itself is a part of it, and one of
        another thread (a subshell) is not recorded."""
        publisher = self._shell.display_pub
        if self._run is not None and self._run.thread == threading.get_ident():
            self._run.depth += 1
        elif self._run is None and getattr(publisher, "session", None) is not None:
            self._run = _Recorded(source, cell_id, self.path, publisher)

    def end(self, result: Any) -> None:
        """It has run: publish the record.

        Parameters
        ----------
        result : IPython's execution result; None when it was cancelled
        """
        run = self._run
        if run is None or run.thread != threading.get_ident():
            return
        if run.depth:
            run.depth -= 1
            return
        self._run = None
        run.publish(result)

    def forget(self) -> None:
        """A run whose end was never announced, or that is profiled: no record of it."""
        self._run = None


class _Recorded:
    """One run."""

    def __init__(self, source: str, cell_id: str | None, path: str | None, publisher: Any) -> None:
        self.thread = threading.get_ident()
        self.depth = 0
        self._publisher = publisher
        self._started = now()
        target: TargetData = {"kind": "cell", "sourceHash": source_hash(source)}
        if cell_id is not None:
            target["cellId"] = cell_id
        if path is not None:
            target["path"] = path
        self._target = target
        self._source = source
        self._memory = PeakMemory()
        self._clock = Clock()
        self._running = ExitStack()
        self._memory.begin()
        self._running.enter_context(self._clock.running())

    def publish(self, result: Any) -> None:
        self._running.close()
        self._memory.end()
        status, error = outcome(result)
        if result is not None:
            self._target["executionCount"] = result.execution_count
        self._publisher.publish(
            data={MIME_TYPE: self._document(status, error)},
            metadata={},
            transient={"display_id": DISPLAY_ID + uuid.uuid4().hex},
            update=True,
        )

    def _document(self, status: Status, error: RunError | None) -> ProfileDocument:
        sections: list[Section] = [self._clock.totals()]
        peak = self._memory.data()
        if peak is not None:
            sections.append(memory_totals(peak, None))
        count = self._target.get("executionCount")
        source = split_lines(self._source)
        if len(self._source) > LONGEST_SOURCE:
            source = [next((line[:LONGEST_SOURCE] for line in source if line.strip()), "")]
        document: ProfileDocument = {
            "version": FORMAT_VERSION,
            "producer": PRODUCER,
            "id": new_id(),
            "title": TITLE,
            "started": self._started,
            "target": self._target,
            "status": status,
            "environment": _environment(),
            "profilers": [],
            "files": [{"path": "cell" if count is None else f"In [{count}]", "source": source}],
            "sections": sections,
        }
        if error is not None:
            document["error"] = error
        return document


_environment = cache(environment)  # Looking up versions takes longer than all the rest.
