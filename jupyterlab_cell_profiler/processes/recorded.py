"""A recording that a page asked for: until so many seconds are over, or it is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from .alive import created, is_alive
from .cells import Known
from .errors import Refusal


class Record:
    """Records a process from :meth:`start` to :meth:`stop`; every method from any thread.

    Parameters
    ----------
    options : of the profiler ``stacks``
    kernel : whether it is a kernel, whose own frames and threads are left out
    cells : by the hash of their source
    seconds : how long; None: until it is stopped
    path : of the notebook, for the document
    """

    kind = "record"

    def __init__(
        self,
        pid: int,
        options: Mapping[str, Any],
        kernel: bool,
        cells: Mapping[str, Known],
        *,
        seconds: float | None,
        path: str | None,
    ) -> None:
        # The profilers are loaded by a server only when somebody records.
        from .recording import Recording

        self.pid = pid
        self.status = "running"
        self.problem: str | None = None
        self._rate = options["rate"]
        self._wanted = seconds
        self._lock = threading.Lock()
        self._since = created(pid)
        self._began = time.monotonic()
        self._seconds: float | None = None
        self._document: Any = None
        self._recording = Recording(
            pid,
            options,
            what=f"process {pid}",
            path=path,
            kernel=kernel,
            posted=cells,
        )

    def start(self) -> None:
        """Return when it looks.

        Raises
        ------
        Refusal
            When nothing may look into this process; nothing is left behind then.
        """
        self._recording.start()
        self._began = time.monotonic()

    def poll(self) -> None:
        """Stop when it has lasted long enough, or the process or the helper has ended."""
        lasted = time.monotonic() - self._began
        enough = self._wanted is not None and lasted >= self._wanted
        if enough or not self._recording.looks or not is_alive(self.pid, self._since):
            self.stop()

    def stop(self) -> None:
        """Stop, and make the document in a thread of its own."""
        with self._lock:
            if self.status != "running":
                return
            self.status = "stopping"
            self._seconds = time.monotonic() - self._began
        threading.Thread(target=self._make, daemon=True, name="cell-profiler-record").start()

    def close(self) -> None:
        """Leave nothing behind, without a document; safe to call again."""
        with self._lock:
            if self.status in ("running", "stopping"):
                self.status = "done"
        self._recording.close()

    def _make(self) -> None:
        try:
            document: Any = self._recording.stop()
        except Refusal as reason:
            self._end("failed", str(reason))
        except Exception as error:
            self._recording.close()
            self._end("failed", f"The profile could not be made: {error}")
        else:
            with self._lock:
                self._document = document
            self._end("done", None)

    def _end(self, status: str, problem: str | None) -> None:
        with self._lock:
            if self.status == "stopping":
                self.status, self.problem = status, problem

    def data(self) -> dict[str, Any]:
        """What a page shows of it."""
        with self._lock:
            lasted = self._seconds
            if lasted is None:
                lasted = time.monotonic() - self._began
            found = {
                "seconds": round(lasted, 3),
                "wanted": self._wanted,
                "samples": _samples(self._document),
                "paused": False,
                "rate": self._rate,
                "notes": [],
                "gil": None,
            }
            if self._document is not None:
                found["document"] = self._document
                found["notes"] = self._document["profilers"][0]["notes"]
            return found


def _samples(document: Any) -> int:
    """Of a document; 0 before there is one, since py-spy tells nothing while it looks."""
    sections = document["sections"] if document is not None else []
    return sum(int(s.get("samples", 0)) for s in sections if s["kind"] == "stacks")
