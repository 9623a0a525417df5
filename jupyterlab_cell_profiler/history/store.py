"""The open file: transactions from any thread and beside other servers.

What a transaction does is in ``queries`` and ``thinning``; here is what may come between:
others write, the disk is full, the file was replaced, set aside or damaged.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypedDict, TypeVar

from . import files, schema
from .errors import Full, Unavailable, is_busy, is_full

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_PATIENCE = 30.0
"""Seconds that a transaction waits for other writers in all."""

_AGAIN = 5.0
"""Seconds until a file that could not be opened, or written, is tried again."""


class State(TypedDict):
    """What a person should know of the history."""

    state: Literal["ok", "set-aside", "read-only", "unavailable"]
    message: str | None


class _Mine(threading.local):
    """The connection of a thread."""

    connection: sqlite3.Connection | None = None
    identity: files.Identity | None = None


class Store:
    """The file of the history.

    Parameters
    ----------
    path : of the file; it and its folder are made when they are missing
    """

    def __init__(self, path: Path, log: logging.Logger | None = None) -> None:
        self.path = path
        self._log = log or logging.getLogger(__name__)
        self._mine = _Mine()
        self._lock = threading.Lock()
        self._access: files.Access | None = None
        self._failure: Unavailable | None = None
        self._again = 0.0
        self._connections: set[sqlite3.Connection] = set()

    def read(self, work: Work[T]) -> T:
        """The answer of a transaction that changes nothing."""
        return self._run(work, writing=False)

    def write(self, work: Work[T]) -> T:
        """The answer of a transaction; when this returns it is kept.

        Parameters
        ----------
        work : may run more than once
        """
        return self._run(work, writing=True)

    def state(self) -> State:
        """Whether runs are kept, and what happened to those that were."""
        try:
            access = self._open()
        except Unavailable as reason:
            return {"state": "unavailable", "message": str(reason)}
        if access.read_only is not None:
            return {"state": "read-only", "message": access.read_only}
        damaged = files.set_aside_files(self.path)
        if damaged:
            return {
                "state": "set-aside",
                "message": f"The file of the history was damaged and is kept as {damaged[-1].name} "
                "beside the new one. This goes away when that file does.",
            }
        return {"state": "ok", "message": None}

    def close(self) -> None:
        """Close all connections; nobody may use them any more."""
        with self._lock:
            while self._connections:
                self._connections.pop().close()

    # -- one transaction -----------------------------------------------------------------------

    def _run(self, work: Work[T], writing: bool) -> T:
        deadline = time.monotonic() + _PATIENCE
        doubts = 0
        while True:
            access = self._open()
            if writing and access.read_only is not None:
                raise Unavailable(access.read_only)
            try:
                connection = self._connection(access)
                if connection is None:
                    continue
                with schema.transaction(connection, "IMMEDIATE" if writing else "DEFERRED"):
                    version = schema.version_of(connection)
                    schema.check_version(version)
                    if version < schema.VERSION:
                        raise sqlite3.DatabaseError("not the file that was opened")
                    answer = work(connection)
            except sqlite3.Error as error:
                if is_busy(error):
                    if time.monotonic() > deadline:
                        raise Unavailable("Others write to the history all the time.") from error
                    time.sleep(0.01)
                elif is_full(error):
                    # After an I/O error a connection is not to be trusted.
                    self._drop()
                    kind = Full if writing else Unavailable
                    raise kind(f"The file of the history cannot be used: {error}.") from error
                elif doubts == 2:
                    self._drop()
                    raise Unavailable(f"The history cannot be used: {error}.") from error
                else:
                    # Opening the file anew tells what is wrong with it, sets it aside when
                    # it is damaged, and finds out when it can only be read.
                    doubts += 1
                    self._log.warning("The file of the history is opened anew: %s", error)
                    self._forget(access)
                continue
            # Kept in a file that has been set aside or deleted meanwhile: once more.
            if not writing or files.identity(self.path) == access.identity:
                return answer
            self._drop()

    def _connection(self, access: files.Access) -> sqlite3.Connection | None:
        """This thread's connection; None when the file is another one by now."""
        mine = self._mine
        if mine.connection is not None and mine.identity != access.identity:
            self._drop()
        if mine.connection is None:
            connection = files.connect(self.path, access.query)
            with self._lock:
                self._connections.add(connection)
            mine.connection, mine.identity = connection, access.identity
            files.configure(connection)
            # So that the log is open, too, before the next line looks which file it is.
            schema.version_of(connection)
            if files.identity(self.path) != access.identity:
                self._drop()
                return None
        return mine.connection

    def _drop(self) -> None:
        """Close this thread's connection."""
        connection, self._mine.connection = self._mine.connection, None
        if connection is not None:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    # -- the file ------------------------------------------------------------------------------

    def _open(self) -> files.Access:
        """How the file that is there now is opened; the first time it is checked."""
        with self._lock:
            now = time.monotonic()
            if (
                self._access is not None
                and self._access.identity == files.identity(self.path)
                and not (self._access.read_only is not None and now > self._again)
            ):
                return self._access
            if self._failure is not None and now < self._again:
                raise self._failure
            self._access = None
            try:
                self._access = files.prepare(self.path)
            except (OSError, sqlite3.Error, Unavailable) as error:
                reason = error if isinstance(error, Unavailable) else Unavailable(str(error))
                if self._failure is None:
                    self._log.warning("The history of runs is not available: %s", reason)
                self._failure = reason
                self._again = time.monotonic() + _AGAIN
                raise reason from None
            self._failure = None
            self._again = time.monotonic() + _AGAIN
            return self._access

    def _forget(self, access: files.Access) -> None:
        """Open the file anew the next time."""
        self._drop()
        with self._lock:
            if self._access is access:
                self._access = None
