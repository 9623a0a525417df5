"""The REST interface of processes."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, authenticated

from ..history.base import BodyHandler
from .asked import read_cells, read_flags
from .dumping import OPTIONS, take_dump
from .errors import Refusal
from .listing import Processes
from .refusals import impossible

MOST_BYTES = 8_000_000
"""Of a request; it may hold a notebook's code cells."""
NO_KERNEL = "There is no such kernel."
ELSEWHERE = "This kernel runs on another machine, where this server cannot look."


class ProcessHandler(BodyHandler):
    """What all of them do."""

    most_bytes = MOST_BYTES

    def initialize(self, processes: Processes) -> None:  # type: ignore[override]
        super().initialize()
        self.processes = processes

    async def doing(self, work: Callable[[], Any]) -> Any:
        """Work that blocks, in a thread; a refusal becomes HTTP's."""
        try:
            return await asyncio.to_thread(work)
        except Refusal as reason:
            raise HTTPError(reason.status, str(reason)) from reason

    def asked_for(self) -> dict[str, Any]:
        """The body, which is an object or empty."""
        try:
            value = json.loads(self.body() or b"{}")
        except (ValueError, RecursionError):
            raise HTTPError(400, "The body is no JSON.") from None
        if not isinstance(value, dict):
            raise HTTPError(400, "The body is no JSON object.")
        return value

    async def dump(self, pid: int, kernel: bool) -> None:
        value = self.asked_for()
        self.answer(
            await self.doing(
                lambda: take_dump(
                    self.processes,
                    pid,
                    read_cells(value),
                    read_flags(value, OPTIONS),
                    kernel=kernel,
                )
            )
        )

    def pid_of(self, kernel: str) -> int | None:
        """Of a local kernel; None where it runs elsewhere."""
        manager = self.kernel_manager.get_kernel(kernel)
        pid = getattr(getattr(manager, "provisioner", None), "pid", None)
        return pid if isinstance(pid, int) else None

    def local_pid(self, kernel: str) -> int:
        """The same, for who cannot do without."""
        if kernel not in self.kernel_manager:
            raise HTTPError(404, NO_KERNEL)
        pid = self.pid_of(kernel)
        if pid is None:
            raise HTTPError(409, ELSEWHERE)
        return pid


class ProcessesHandler(ProcessHandler):
    """The list."""

    @authenticated
    @authorized
    async def get(self) -> None:
        listed = self.kernel_manager.list_kernels()
        listed = await listed if inspect.isawaitable(listed) else listed
        sessions = self.session_manager.list_sessions()
        sessions = await sessions if inspect.isawaitable(sessions) else sessions
        paths: dict[str, list[str]] = {}
        for session in sessions:
            kernel = (session.get("kernel") or {}).get("id")
            if kernel:
                paths.setdefault(kernel, []).append(str(session.get("path")))
        pids = {kernel["id"]: self._pid(kernel["id"]) for kernel in listed}
        local = [pid for pid in pids.values() if pid is not None]
        found = await self.doing(lambda: self.processes.all(local))
        kernels = []
        for kernel in listed:
            pid = pids[kernel["id"]]
            nothing = {"rss": None, "cpu": None, "started": None, "parent": None}
            known = found.get(pid) if pid is not None else None
            kernels.append(
                (known or {"pid": None, "name": kernel["name"], **nothing})
                | {
                    "kernelId": kernel["id"],
                    "kernelName": kernel["name"],
                    "displayName": self._display_name(kernel["name"]),
                    "state": kernel.get("execution_state", "unknown"),
                    "paths": paths.get(kernel["id"], []),
                }
            )
        others = [process for pid, process in found.items() if pid not in local]
        self.answer({"kernels": kernels, "processes": others, "refusal": impossible()})

    def _pid(self, kernel: str) -> int | None:
        try:
            return self.pid_of(kernel)
        except Exception:
            return None  # Of a gateway, or gone meanwhile.

    def _display_name(self, name: str) -> str:
        try:
            return str(self.kernel_spec_manager.get_kernel_spec(name).display_name)
        except Exception:
            return name


class CommandHandler(ProcessHandler):
    """The whole command line of one."""

    @authenticated
    @authorized
    async def get(self, pid: str) -> None:
        self.answer({"command": await self.doing(lambda: self.processes.command(int(pid)))})


class DumpHandler(ProcessHandler):
    """Where is it now?"""

    @authenticated
    @authorized
    async def post(self, pid: str) -> None:
        await self.dump(int(pid), kernel=False)


class KernelDumpHandler(ProcessHandler):
    """Where is this kernel now?"""

    @authenticated
    @authorized
    async def post(self, kernel: str) -> None:
        await self.dump(self.local_pid(kernel), kernel=True)


def handlers(processes: Processes) -> list[tuple[str, type[APIHandler], dict[str, Any]]]:
    """Patterns below the server's base URL."""
    known = {"processes": processes}
    return [
        (r"cell-profiler/api/processes", ProcessesHandler, known),
        (r"cell-profiler/api/processes/([0-9]{1,10})/command", CommandHandler, known),
        (r"cell-profiler/api/processes/([0-9]{1,10})/dump", DumpHandler, known),
        (r"cell-profiler/api/kernels/([^/]+)/dump", KernelDumpHandler, known),
    ]
