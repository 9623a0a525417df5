"""What tests of Scalene need: whether it is there, its output, and what it leaves behind."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.profilers import scalene

REASON = scalene.unavailable()
WITH_SCALENE = pytest.mark.skipif(REASON is not None, reason=str(REASON))

PLAIN = scalene.checked({"gpu": False, "stacks": False})
CPU_ONLY = scalene.checked({"cpu_only": True})


class Said:
    """What a program wrote, and when."""

    def __init__(self) -> None:
        self.chunks: list[tuple[float, str, bytes]] = []

    def __call__(self, name: str, chunk: bytes) -> None:
        self.chunks.append((time.monotonic(), name, chunk))

    def text(self, name: str = "stdout") -> str:
        return b"".join(chunk for _, of, chunk in self.chunks if of == name).decode()


def line(raw: Any, number: int, file: str = ".py") -> dict[str, Any]:
    """A line as Scalene has it."""
    for path, entry in raw["profile"]["files"].items():
        if path.endswith(file):
            for one in entry["lines"]:
                if one["lineno"] == number:
                    return one  # type: ignore[no-any-return]
    raise AssertionError(f"there is no line {number} of {file}: {list(raw['profile']['files'])}")


def processes() -> set[psutil.Process]:
    """Those below this one, and those of Scalene anywhere that came from a test."""
    found = set(psutil.Process().children(recursive=True))
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if str(os.getpid()) in command and "scalene" in command:
            found.add(process)
    return {one for one in found if one.is_running() and one.status() != psutil.STATUS_ZOMBIE}


def places() -> set[str]:
    """Temporary folders and files that a run could have made."""
    found = set()
    for folder in {tempfile.gettempdir(), "/tmp"}:
        for pattern in ("cell-profiler-*", "scalene*"):
            found |= {str(path) for path in Path(folder).glob(pattern)}
    return found


def listening() -> set[int]:
    """Ports at which something below this process listens."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        try:
            found |= {one.laddr.port for one in process.net_connections() if one.status == "LISTEN"}
        except psutil.Error:
            continue
    return found


@contextmanager
def leaves_nothing(*folders: Path) -> Iterator[None]:
    """Fail when processes, temporary files, or files in these folders are there afterwards.

    Other tests may run on this machine: what is new must be gone within some seconds.
    """
    before, placed = processes(), places()
    files = {folder: sorted(folder.rglob("*")) for folder in folders}
    yield
    end = time.monotonic() + 20
    while True:
        left = processes() - before
        kept = places() - placed
        if not left and not kept:
            break
        assert time.monotonic() < end, (left, kept)
        time.sleep(0.1)
    for folder, found in files.items():
        assert sorted(folder.rglob("*")) == found
