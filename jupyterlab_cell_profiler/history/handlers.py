"""The REST interface; docs/history.md describes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, authenticated, stream_request_body

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


@stream_request_body
class _Handler(APIHandler):
    """Takes a body as it comes, so that one that is too large is never held."""

    auth_resource = "cell-profiler"
    most_bytes = 64 * 1024

    def initialize(self, history: History) -> None:
        self.history = history
        self._body = bytearray()
        self._too_large = False

    async def prepare(self) -> None:
        await super().prepare()
        # A browser asks with OPTIONS whether it may send who it is.
        if self.current_user is None and self.request.method != "OPTIONS":
            raise HTTPError(403)
        length = self.request.headers.get("Content-Length", "")
        self._too_large = length.isdecimal() and int(length) > self.most_bytes

    def data_received(self, chunk: bytes) -> None:
        # An answer before the end of the body would reset the connection, and nobody would
        # read it; so the rest is taken and dropped.
        if self._too_large or len(self._body) + len(chunk) > self.most_bytes:
            self._too_large = True
            self._body.clear()
        else:
            self._body += chunk

    def body(self) -> bytes:
        """The body of the request, as it came."""
        if self._too_large:
            raise HTTPError(413, f"The body is larger than {self.most_bytes // 1024} kB.")
        return bytes(self._body)

    def answer(self, value: object, status: int = 200) -> None:
        self.set_status(status)
        self.finish(json.dumps(value))

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
