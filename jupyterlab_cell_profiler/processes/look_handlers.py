"""The REST interface of looks: a live top, or a recording, of a process."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, authenticated

from .asked import read_change, read_look
from .errors import Refusal
from .handlers import ProcessHandler
from .listing import Processes
from .looks import Looks


class LookHandler(ProcessHandler):
    """What all of them do."""

    def initialize(self, processes: Processes, looks: Looks) -> None:  # type: ignore[override]
        super().initialize(processes)
        self.looks = looks


class LooksHandler(LookHandler):
    """All looks."""

    @authenticated
    @authorized
    async def post(self) -> None:
        value = self.asked_for()
        # The hashes of many cells take a moment.
        request = await self.doing(lambda: read_look(value))
        kernel = request.kernel_id is not None
        pid = self.local_pid(request.kernel_id) if kernel else request.pid
        look = await self.doing(lambda: self.looks.create(pid, request, kernel))
        self.answer(look, 201)


class OneLookHandler(LookHandler):
    """One look."""

    @authenticated
    @authorized
    async def get(self, id: str) -> None:
        self.answer(await self.doing(lambda: self.looks.get(id)))

    @authenticated
    @authorized
    async def post(self, id: str) -> None:
        value = self.asked_for()
        try:
            request = read_change(value)
        except Refusal as reason:
            raise HTTPError(reason.status, str(reason)) from reason
        self.answer(await self.doing(lambda: self.looks.change(id, request)))

    @authenticated
    @authorized
    async def delete(self, id: str) -> None:
        await self.doing(lambda: self.looks.delete(id))
        self.set_status(204)
        self.finish()


class StopHandler(LookHandler):
    """The end of one whose result is wanted."""

    @authenticated
    @authorized
    async def post(self, id: str) -> None:
        self.answer(await self.doing(lambda: self.looks.stop(id)))


def handlers(
    processes: Processes, looks: Looks
) -> list[tuple[str, type[APIHandler], dict[str, Any]]]:
    """Patterns below the server's base URL."""
    known = {"processes": processes, "looks": looks}
    return [
        (r"cell-profiler/api/looks", LooksHandler, known),
        (r"cell-profiler/api/looks/([0-9a-f]{32})", OneLookHandler, known),
        (r"cell-profiler/api/looks/([0-9a-f]{32})/stop", StopHandler, known),
    ]
