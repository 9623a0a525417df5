"""The history as handlers see it: nothing here holds the event loop up."""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..document import now
from . import queries
from .checks import check_document, started_at
from .errors import Unavailable, Unknown
from .export import archive
from .incoming import read_json
from .store import State, Store
from .summary import Summary, measured
from .thinning import Limits, steps

T = TypeVar("T")

_QUIET = 2.0
"""Seconds after something came before old runs are given up."""

_WAITING = 64 * 1024 * 1024
"""Bytes of documents that may wait to be kept; more than that means that the disk hangs."""


class History:
    """Runs that are kept.

    One thread writes and one reads, each with a connection of its own: a list need not wait
    until others have written.

    Parameters
    ----------
    path : of the file
    limits : of what is kept
    """

    def __init__(self, path: Path, limits: Limits, log: logging.Logger) -> None:
        self._store = Store(path, log)
        self._limits = limits
        self._log = log
        self._writer = ThreadPoolExecutor(1, "cell-profiler-write")
        self._reader = ThreadPoolExecutor(1, "cell-profiler-read")
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._stopped = False

    def start(self) -> None:
        """Open and check the file, in the background; what is asked meanwhile waits for it."""
        self._thin_now()

    async def stop(self) -> None:
        """Finish what was begun, and close the file."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        for executor in (self._writer, self._reader):
            await loop.run_in_executor(None, executor.shutdown)
        self._store.close()

    async def add(self, body: bytes) -> tuple[Summary, bool]:
        """Keep a document, and tell whether it is new.

        Raises
        ------
        Refused, Full, Unavailable
            When it is not kept.
        """
        if self._waiting + len(body) > _WAITING:
            raise Unavailable("Too many runs wait to be kept.")
        self._waiting += len(body)
        try:
            answer = await self._in(self._writer, partial(self._add, body))
        finally:
            self._waiting -= len(body)
        self._thin_soon()
        return answer

    async def page(
        self, wanted: queries.Filter, limit: int, offset: int
    ) -> tuple[list[Summary], int, State]:
        """Some summaries, how many there are, and how the history is."""
        return await self._in(self._reader, partial(self._page, wanted, limit, offset))

    async def document(self, id: str) -> bytes:
        """A document as it came."""
        return await self._in(self._reader, partial(self._document, id))

    async def change(self, id: str, changes: dict[str, Any]) -> Summary:
        """Set ``name`` or ``pinned``."""
        work = partial(queries.change, id=id, changes=changes)
        summary = await self._in(self._writer, partial(self._store.write, work))
        self._thin_soon()
        return summary

    async def delete(self, id: str) -> None:
        """Delete a run; for an hour it can be restored."""
        work = partial(queries.delete, id=id, now=time.time())
        await self._in(self._writer, partial(self._store.write, work))
        self._thin_soon()

    async def restore(self, id: str) -> Summary:
        """Take a delete back."""
        work = partial(queries.restore, id=id)
        return await self._in(self._writer, partial(self._store.write, work))

    async def export(self, wanted: queries.Filter, ids: list[str] | None) -> AsyncIterator[bytes]:
        """The pieces of a zip archive.

        Parameters
        ----------
        ids : instead of all that the filter lets through

        Raises
        ------
        Unknown
            When nothing of it is there.
        """
        chosen = await self._in(self._reader, partial(self._chosen, wanted, ids))
        if not chosen:
            raise Unknown
        return self._pieces(chosen)

    async def _pieces(self, ids: list[str]) -> AsyncIterator[bytes]:
        pieces = archive(self._store, ids)
        while (piece := await self._in(self._reader, partial(next, pieces, None))) is not None:
            yield piece

    async def _in(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, work)

    # -- in the threads ------------------------------------------------------------------------

    def _add(self, body: bytes) -> tuple[Summary, bool]:
        document = check_document(read_json(body))
        run = queries.Incoming(
            summary=measured(document),
            started_at=started_at(document["started"]) or 0,
            received=now(),
            body=zlib.compress(body),
            size=len(body),
        )
        return self._store.write(partial(queries.add, run=run))

    def _page(
        self, wanted: queries.Filter, limit: int, offset: int
    ) -> tuple[list[Summary], int, State]:
        state = self._store.state()
        if state["state"] == "unavailable":
            return [], 0, state
        try:
            work = partial(queries.page, wanted=wanted, limit=limit, offset=offset)
            return *self._store.read(work), state
        except Unavailable as reason:
            return [], 0, {"state": "unavailable", "message": str(reason)}

    def _document(self, id: str) -> bytes:
        _, body = self._store.read(partial(queries.document, id=id))
        return queries.plain(body)

    def _chosen(self, wanted: queries.Filter, ids: list[str] | None) -> list[str]:
        if ids is None:
            return self._store.read(partial(queries.ids, wanted=wanted))
        return self._store.read(partial(queries.known, ids=ids))

    # -- thinning ------------------------------------------------------------------------------

    def _thin_soon(self) -> None:
        if self._timer is None and not self._stopped:
            self._timer = asyncio.get_running_loop().call_later(_QUIET, self._thin_now)

    def _thin_now(self) -> None:
        self._timer = None
        self._writer.submit(self._thin, steps(self._store, self._limits))

    def _thin(self, left: Iterator[int]) -> None:
        """One step; what came meanwhile has its turn before the next one."""
        try:
            if next(left, None) is not None and not self._stopped:
                self._writer.submit(self._thin, left)
        except Unavailable:
            pass  # Whoever lists or writes is told.
        except Exception:
            self._log.exception("The history could not be thinned")
