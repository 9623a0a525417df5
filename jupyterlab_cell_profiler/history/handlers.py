"""The REST interface; docs/history.md describes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, authenticated

from .base import BodyHandler
from .changes import read_changes
from .errors import Damaged, Full, Refused, Unavailable, Unknown
from .incoming import MOST_BYTES
from .queries import Filter
from .service import History

_MOST = 1000
"""Runs in one answer."""

_WORDS = 20
"""Words of a search."""


@contextmanager
def _told() -> Iterator[None]:
    """Tell the caller what went wrong, as HTTP does."""
    try:
        yield
    except (Refused, Unknown, Damaged, Unavailable) as error:
        statuses = {Refused: 400, Unknown: 404, Damaged: 500, Unavailable: 503, Full: 507}
        raise HTTPError(statuses[type(error)], str(error.args[0])) from error


class _Handler(BodyHandler):
    """Of the history."""

    def initialize(self, history: History) -> None:  # type: ignore[override]
        super().initialize()
        self.history = history

    # -- what stands behind the ? --------------------------------------------------------------

    def asked(self, name: str) -> str | None:
        """An argument, None when it is missing or empty."""
        return self.get_query_argument(name, None, strip=False) or None

    def number(self, name: str, default: int) -> int:
        text = self.asked(name)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise HTTPError(400, f"{name} is a whole number, 0 or more.")
        return int(text)

    def filter(self) -> Filter:
        kind = self.asked("kind") or "profile"
        if kind not in ("profile", "record", "all"):
            raise HTTPError(400, "kind is profile, record or all.")
        words = (self.asked("q") or "").split()
        if len(words) > _WORDS:
            raise HTTPError(400, f"A search has {_WORDS} words at most.")
        return Filter(kind, self.asked("path"), words)  # type: ignore[arg-type]


class RunsHandler(_Handler):
    """All runs."""

    most_bytes = MOST_BYTES

    @authenticated
    @authorized
    async def get(self) -> None:
        limit = min(self.number("limit", 100), _MOST)
        offset = self.number("offset", 0)
        runs, total, state = await self.history.page(self.filter(), limit, offset)
        self.answer({"runs": runs, "total": total, "store": state})

    @authenticated
    @authorized
    async def post(self) -> None:
        with _told():
            summary, new = await self.history.add(self.body())
        self.answer(summary, 201 if new else 200)


class RunHandler(_Handler):
    """One run."""

    @authenticated
    @authorized
    async def get(self, id: str) -> None:
        with _told():
            document = await self.history.document(id)
        self.finish(document)

    @authenticated
    @authorized
    async def patch(self, id: str) -> None:
        with _told():
            summary = await self.history.change(id, read_changes(self.body()))
        self.answer(summary)

    @authenticated
    @authorized
    async def delete(self, id: str) -> None:
        with _told():
            await self.history.delete(id)
        self.set_status(204)
        self.finish()


class RestoreHandler(_Handler):
    """One run that was deleted."""

    @authenticated
    @authorized
    async def post(self, id: str) -> None:
        with _told():
            summary = await self.history.restore(id)
        self.answer(summary)


class ExportHandler(_Handler):
    """Runs as files."""

    @authenticated
    @authorized
    async def get(self) -> None:
        ids = self.asked("ids")
        with _told():
            pieces = await self.history.export(self.filter(), ids.split(",") if ids else None)
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", 'attachment; filename="cell-profiler-runs.zip"')
        try:
            async for piece in pieces:
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return  # Nobody takes it any more.
        except Unavailable as reason:
            # The status is sent already; an archive that ends early must not look whole.
            self.log.warning("The export of runs broke off: %s", reason)
            self.request.connection.close()
            return
        self.finish(set_content_type="application/zip")


def handlers(history: History) -> list[tuple[str, type[APIHandler], dict[str, Any]]]:
    """Patterns below the server's base URL, for :class:`CellProfilerApp`."""
    known = {"history": history}
    return [
        (r"cell-profiler/api/runs", RunsHandler, known),
        (r"cell-profiler/api/runs/([^/]+)", RunHandler, known),
        (r"cell-profiler/api/runs/([^/]+)/restore", RestoreHandler, known),
        (r"cell-profiler/api/export", ExportHandler, known),
    ]
