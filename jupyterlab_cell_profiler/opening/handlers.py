"""``POST cell-profiler/api/open``: a file that the server serves, as a document."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import json
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError, authenticated

from ..document import ProfileDocument
from .apart import check_size, open_bytes
from .errors import CannotOpen, TooLarge
from .sources import LARGEST, Source, add_sources, wanted

T = TypeVar("T")

BODY = 64 * 1024
"""Bytes of a request."""
AT_ONCE = 2
"""Files that are read at the same time; others wait."""


class OpenHandler(APIHandler):
    """Reads files through the contents manager: what that refuses is not opened here."""

    auth_resource = "cell-profiler"
    _places = asyncio.Semaphore(AT_ONCE)

    def initialize(self) -> None:
        self._gone = threading.Event()

    def on_connection_close(self) -> None:
        """Nobody waits any more: the reading ends."""
        self._gone.set()
        super().on_connection_close()

    @authenticated
    @authorized
    async def post(self) -> None:
        path = self._path()
        # Who may not read files by the contents API may not read them here.
        allowed = self.authorizer.is_authorized(self, self.current_user, "read", "contents")
        if not await ensure_async(allowed):
            raise HTTPError(403, "You may not read files of this server.")
        async with self._places:
            try:
                document = await self._open(path)
            except TooLarge as error:
                raise HTTPError(413, str(error)) from error
            except CannotOpen as error:
                raise HTTPError(422, str(error)) from error
        self.finish(json.dumps(document))

    def _path(self) -> str:
        if len(self.request.body) > BODY:
            raise HTTPError(413, f"The body is larger than {BODY // 1024} kB.")
        try:
            path = json.loads(self.request.body)["path"]
        except (ValueError, LookupError, TypeError, RecursionError):
            path = None
        if not isinstance(path, str) or not path.strip("/"):
            raise HTTPError(400, 'The body is {"path": the file, as the server has it}.')
        return path.strip("/")

    async def _open(self, path: str) -> ProfileDocument:
        about = await self._get(path, content=False)
        name = path.rpartition("/")[2]
        if about["type"] == "directory":
            raise CannotOpen(f"{name} is a folder.")
        if about["type"] == "notebook":
            raise CannotOpen(f"{name} is a notebook, and no profile of another tool.")
        if isinstance(about.get("size"), int):
            check_size(about["size"], name)
        model = await self._get(path, content=True, type="file", format="base64")
        modified = _seconds(model.get("last_modified"))
        read = partial(
            _read,
            model["content"],
            name=name,
            path=path,
            modified=modified,
            stopped=self._gone.is_set,
        )
        del model
        document = await _in_thread(read)
        return add_sources(document, await self._sources(document, path), modified)

    async def _get(self, path: str, **options: Any) -> dict[str, Any]:
        # In a task of its own: threads that read files for it (AnyIO's) end with the task that
        # asked first, and a server that stops waits for them, though not for this reading.
        asked = ensure_async(self.contents_manager.get(path, **options))
        found: dict[str, Any] = await asyncio.create_task(asked)
        return found

    async def _sources(self, document: ProfileDocument, path: str) -> dict[str, Source]:
        """What lies beside the profile under the names of its files."""
        folder = path.rpartition("/")[0]
        found = {}
        for file, places in wanted(document).items():
            for place in places:
                source = await self._source(f"{folder}/{place}".lstrip("/"))
                if source is not None:
                    found[file] = source
                    break
        return found

    async def _source(self, path: str) -> Source | None:
        try:
            about = await self._get(path, content=False)
            if about["type"] != "file" or (about.get("size") or 0) > LARGEST:
                return None
            model = await self._get(path, content=True, type="file", format="text")
        except HTTPError:
            return None  # Not there, hidden, or no text.
        text = model["content"]
        if not isinstance(text, str) or len(text) > LARGEST:
            return None
        return Source(text, _seconds(model.get("last_modified")))


def _read(content: str, **options: Any) -> ProfileDocument:
    try:
        data = base64.b64decode(content)
    except (binascii.Error, ValueError, TypeError):
        raise CannotOpen(f"{options['name']} could not be read from the server.") from None
    return open_bytes(data, **options)


def _seconds(value: object) -> float | None:
    return value.timestamp() if isinstance(value, datetime) else None


async def _in_thread(work: Callable[[], T]) -> T:
    """What ``work`` gives; its thread does not keep the server from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        # The server may have ended.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, result, failure)

    threading.Thread(target=run, daemon=True, name="cell-profiler-open").start()
    return await done


def handlers() -> list[tuple[str, type[APIHandler]]]:
    """Patterns below the server's base URL."""
    return [(r"cell-profiler/api/open", OpenHandler)]
