"""The looks of a server: each is kept as long as somebody asks for it, and none outlives it."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any

from .asked import ChangeRequest, LookRequest
from .errors import Refusal
from .listing import Processes
from .recorded import Record
from .refusals import impossible
from .watching import Watch

LEASE = 15.0
"""Seconds after which a look ends that nobody asks for."""
KEPT = 60.0
"""Seconds for which the result of one is kept after nobody has asked for it."""
MOST = 8
"""Looks at a time."""
MOST_DONE = 16
"""Looks that are done and kept: each may hold a document."""
RUNNING = ("running", "stopping")
EVERY = 0.25
"""Seconds between two looks after them."""
FULL = f"{MOST} looks into processes are open already. End one of them first."
UNKNOWN = "There is no such look: it has ended, or nobody asked for it for too long."
CLOSED = "The server is about to end."
ONLY_WATCH = "Only a watch can be paused, reset, or looked at with another rate."


@dataclass
class _Entry:
    id: str
    look: Watch | Record
    due: float
    """When nobody will have asked for it for too long."""


class Looks:
    """All looks of this server; every method from any thread.

    Parameters
    ----------
    processes : to know whose a process is
    """

    def __init__(self, processes: Processes, *, lease: float = LEASE, kept: float = KEPT) -> None:
        self._processes = processes
        self._lease = lease
        self._kept = kept
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._starting = 0
        self._keeper: threading.Thread | None = None
        self._closed = threading.Event()

    def create(self, pid: int, request: LookRequest, kernel: bool = False) -> dict[str, Any]:
        """Begin one, and return what a page shows of it when it looks.

        Raises
        ------
        Refusal
            When there are too many, or the process cannot be looked into.
        """
        self._processes.own(pid)
        problem = impossible()
        if problem is not None:
            raise Refusal(409, problem)
        kernel = kernel or self._processes.is_kernel(pid)
        with self._lock:
            done = [e for e in self._entries.values() if e.look.status not in RUNNING]
            if self._closed.is_set():
                raise Refusal(409, CLOSED)
            if len(self._entries) - len(done) + self._starting >= MOST:
                raise Refusal(429, FULL)
            if len(done) >= MOST_DONE:
                del self._entries[min(done, key=lambda entry: entry.due).id]
            self._starting += 1
        look: Watch | Record
        try:
            if request.kind == "watch":
                look = Watch(pid, request.options, kernel, request.cells)
            else:
                look = Record(
                    pid,
                    request.options,
                    kernel,
                    request.cells,
                    seconds=request.seconds,
                    path=request.path,
                )
            look.start()
        except BaseException:
            with self._lock:
                self._starting -= 1
            raise
        entry = _Entry(uuid.uuid4().hex, look, time.monotonic() + self._lease)
        with self._lock:
            self._starting -= 1
            self._entries[entry.id] = entry
            if self._keeper is None:
                self._keeper = threading.Thread(
                    target=self._keep, daemon=True, name="cell-profiler-looks"
                )
                self._keeper.start()
        if self._closed.is_set():
            look.close()
            raise Refusal(409, CLOSED)
        return _shown(entry)

    def get(self, id: str) -> dict[str, Any]:
        """What a page shows of one; from now on its lease counts anew."""
        return _shown(self._entry(id))

    def change(self, id: str, request: ChangeRequest) -> dict[str, Any]:
        """Pause a watch, let it go on, count anew, or look at another rate."""
        entry = self._entry(id)
        if not isinstance(entry.look, Watch):
            raise Refusal(400, ONLY_WATCH)
        entry.look.change(request.paused, request.reset, request.rate)
        return _shown(entry)

    def stop(self, id: str) -> dict[str, Any]:
        """End one whose result is wanted."""
        entry = self._entry(id)
        entry.look.stop()
        return _shown(entry)

    def delete(self, id: str) -> None:
        """End one at once, and forget it."""
        with self._lock:
            entry = self._entries.pop(id, None)
        if entry is None:
            raise Refusal(404, UNKNOWN)
        entry.look.close()

    def close(self) -> None:
        """End all of them; none can be begun any more."""
        self._closed.set()
        with self._lock:
            entries, keeper = list(self._entries.values()), self._keeper
            self._entries.clear()
        for entry in entries:
            entry.look.close()
        if keeper is not None:
            keeper.join(1.0)

    def _entry(self, id: str) -> _Entry:
        with self._lock:
            entry = self._entries.get(id)
            if entry is None:
                raise Refusal(404, UNKNOWN)
            kept = self._lease if entry.look.status in RUNNING else self._kept
            entry.due = time.monotonic() + kept
            return entry

    def _keep(self) -> None:
        """Look after them, until there are none."""
        while not self._closed.wait(EVERY):
            with self._lock:
                entries = list(self._entries.values())
                if not entries and not self._starting:
                    self._keeper = None
                    return
            for entry in entries:
                # One that fails must not keep the others from their end.
                with contextlib.suppress(Exception):
                    self._look_after(entry)

    def _look_after(self, entry: _Entry) -> None:
        was = entry.look.status
        if was == "running":
            entry.look.poll()
        now = time.monotonic()
        if was in RUNNING and entry.look.status not in RUNNING:
            entry.due = now + self._kept
        if now < entry.due:
            return
        if entry.look.status == "running":
            # What was recorded is kept for a page that is slow.
            entry.look.stop()
            entry.due = now + self._kept
        else:
            with contextlib.suppress(Refusal):
                self.delete(entry.id)


def _shown(entry: _Entry) -> dict[str, Any]:
    look = entry.look
    # The status first: what is done has its document.
    head = {"id": entry.id, "kind": look.kind, "pid": look.pid}
    head |= {"status": look.status, "problem": look.problem}
    return head | look.data()
