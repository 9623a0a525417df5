"""Processes of this user, by program and script name only: command lines may hold secrets."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from .errors import Refusal

GONE = "This process is gone."
NOT_YOURS = "This process belongs to another user. Only your own processes can be looked into."


def short_name(command: Sequence[str], fallback: str = "") -> str:
    """Program and script, never arguments: ``python train.py``, ``python -m http.server``."""
    if not command:
        return fallback
    program = os.path.basename(command[0]) or fallback
    rest = list(command[1:])
    while rest:
        word = rest.pop(0)
        if word == "-m":
            return f"{program} -m {rest[0]}" if rest else program
        if word == "-c" or word == "-":
            return f"{program} {word}"
        if word in ("-W", "-X", "--check-hash-based-pycs"):
            rest[:1] = []
        elif not word.startswith("-"):
            return f"{program} {os.path.basename(word)}"
        elif word.startswith("-c"):
            return f"{program} -c"
        elif word.startswith("-m"):
            return f"{program} {word}"
    return program


class Processes:
    """Looks processes up; keeps them from one list to the next, for their use of processors."""

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}

    def own(self, pid: int) -> Any:
        """The process of this number, if it is this user's.

        Raises
        ------
        Refusal
            When it is gone, or another user's.
        """
        import psutil

        try:
            process = psutil.Process(pid)
            if not is_own(process):
                raise Refusal(403, NOT_YOURS)
        except (psutil.NoSuchProcess, ValueError, OverflowError):
            raise Refusal(404, GONE) from None
        except psutil.AccessDenied:
            raise Refusal(403, NOT_YOURS) from None
        return process

    def command(self, pid: int) -> list[str]:
        """The whole command line, for a person who asked."""
        import psutil

        process = self.own(pid)
        try:
            return [str(word) for word in process.cmdline()]
        except psutil.AccessDenied:
            raise Refusal(403, NOT_YOURS) from None
        except psutil.Error:
            raise Refusal(404, GONE) from None

    def named(self, pid: int) -> tuple[str, int | None]:
        """What a person calls a process, and its parent."""
        import psutil

        try:
            process = psutil.Process(pid)
            return short_name(process.cmdline(), process.name()), process.ppid()
        except psutil.Error:
            return f"process {pid}", None

    def all(self, kernels: Sequence[int] = ()) -> dict[int, dict[str, Any]]:
        """Python processes of this user, and the kernels, by number."""
        import psutil

        found: dict[int, dict[str, Any]] = {}
        known: dict[int, Any] = {}
        for pid in psutil.pids():
            try:
                process = self._known.get(pid)
                if process is None or not process.is_running():
                    process = psutil.Process(pid)
                if not is_own(process):
                    continue
                name, command = process.name(), process.cmdline()
                program = os.path.basename(command[0]) if command else ""
                if pid not in kernels and "python" not in (name + program).lower():
                    continue
                known[pid] = process
                first = pid not in self._known
                cpu = process.cpu_percent(None)
                started = datetime.fromtimestamp(process.create_time(), timezone.utc)
                found[pid] = {
                    "pid": pid,
                    "name": short_name(command, name),
                    "rss": process.memory_info().rss,
                    "cpu": None if first else cpu,
                    "started": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
                    "parent": process.ppid(),
                }
            except psutil.Error:
                continue
        self._known = known
        return found


def is_own(process: Any) -> bool:
    """Whether a process is of the user who asks; root sees root's own only."""
    import psutil

    if hasattr(os, "getuid"):
        return bool(process.uids().real == os.getuid())
    return bool(process.username() == psutil.Process().username())
