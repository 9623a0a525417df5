"""Processes of this user, by program and script name only: command lines may hold secrets."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .errors import Refusal

GONE = "This process is gone."
KERNELS = ("ipykernel_launcher", "ipykernel")
HELPER = f"{__name__.partition('.')[0]}.sampling."
"""In the command line of a helper process of ours."""
NOT_YOURS = "This process belongs to another user. Only your own processes can be looked into."


def short_name(command: Sequence[str], fallback: str = "") -> str:
    """Program and script, never arguments: ``python train.py``, ``python -m http.server``."""
    if not command:
        return fallback
    first = command[0]
    if " " in first and len(command) == 1:
        # A title that a program gave itself; it may hold what was on its command line.
        first = first.split(" ")[0].rstrip(":")
    program = os.path.basename(first) or fallback
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


CPU_EVERY = 1.0
"""Seconds between two looks at the processor time of one, however many pages ask."""


@dataclass
class _Known:
    process: Any
    looked: float
    """When, by :func:`time.monotonic`, its processor time was looked at …"""
    seconds: float
    """… and what it was."""
    cpu: float | None = None


class Processes:
    """Looks processes up; keeps them from one list to the next, for their use of processors."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._lock = threading.Lock()

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
        with self._lock:
            before, self._known = self._known, {}
            for pid in psutil.pids():
                with contextlib.suppress(psutil.Error):
                    known = before.get(pid)
                    if known is None or not known.process.is_running():
                        process = psutil.Process(pid)
                        known = _Known(process, time.monotonic(), _cpu_seconds(process))
                    row = _row(known, pid in kernels)
                    if row is not None:
                        found[pid] = row
                        self._known[pid] = known
        return found

    def is_kernel(self, pid: int) -> bool:
        """Whether a process was started as a kernel of IPython, known by its command line."""
        import psutil

        with contextlib.suppress(psutil.Error):
            words = psutil.Process(pid).cmdline()[:8]
            return any(
                word in KERNELS or os.path.basename(word) == "ipykernel_launcher.py"
                for word in words
            )
        return False


def _row(known: _Known, kernel: bool) -> dict[str, Any] | None:
    """What is listed of a process; None for another user's, or no Python."""
    process = known.process
    if not is_own(process):
        return None
    name, command = process.name(), process.cmdline()
    program = os.path.basename(command[0]) if command else ""
    if not kernel and "python" not in (name + program).lower():
        return None
    if is_ours(command):
        return None
    now = time.monotonic()
    if now - known.looked >= CPU_EVERY:
        seconds = _cpu_seconds(process)
        known.cpu = round(100 * (seconds - known.seconds) / (now - known.looked), 1)
        known.looked, known.seconds = now, seconds
    started = datetime.fromtimestamp(process.create_time(), timezone.utc)
    return {
        "pid": process.pid,
        "name": short_name(command, name),
        "rss": process.memory_info().rss,
        "cpu": known.cpu,
        "started": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "parent": process.ppid(),
    }


def _cpu_seconds(process: Any) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def is_ours(command: Sequence[str]) -> bool:
    """Whether a command line is that of a helper process, or of its py-spy."""
    words = command[:6]
    return any(HELPER in word for word in words) or "py-spy" in "".join(words[:1])


def is_own(process: Any) -> bool:
    """Whether a process is of the user who asks; root sees root's own only."""
    import psutil

    if hasattr(os, "getuid"):
        return bool(process.uids().real == os.getuid())
    return bool(process.username() == psutil.Process().username())
