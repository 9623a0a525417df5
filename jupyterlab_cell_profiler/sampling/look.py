"""One look at a process: ``py-spy dump`` in a helper process.

The helper has a session of its own, so that an interrupt of this process does not end it; it
ends by itself when this process is gone, and after a limited time.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .permission import Permission
from .sampler import close_pipes, end
from .starting import start_helper

EVERY = 0.2
"""Seconds between two looks whether the helper is still there."""
PIECE = 64 * 1024


class TooLate(Exception):
    """It was ended since it took too long."""


class TooMuch(Exception):
    """It was ended since it said too much."""


@dataclass(frozen=True)
class Said:
    """What a program said, and how it ended."""

    output: bytes
    complaints: str
    code: int


def look_at(pid: int, command: Sequence[str], seconds: float, most: int) -> Said:
    """Run a command that looks at a process, which may be this one.

    Parameters
    ----------
    most : bytes of its output

    Raises
    ------
    TooLate, TooMuch
        When it had to be ended; it is gone then, and the process goes on.
    OSError
        When no process can be started.
    """
    task = {"command": list(command), "pid": pid, "seconds": seconds, "most": most}
    permission = Permission()
    own = pid == os.getpid()
    child: subprocess.Popen[bytes] | None = None
    try:
        if own:
            permission.give()
        child = start_helper("looking", "look", task, stderr=subprocess.DEVNULL)
        if own:
            permission.give(child.pid)
        found, output = _answer(child)
    finally:
        if child is not None:
            end(child)
            close_pipes(child)
        permission.take_back()
    if found is None:
        return Said(b"", "The helper process ended.", child.returncode or 1)
    if found["problem"] is not None:
        raise TooLate if found["problem"] == "late" else TooMuch
    return Said(output, found["said"], found["exit"])


def _answer(child: subprocess.Popen[bytes]) -> tuple[dict[str, Any] | None, bytes]:
    """What the helper says, and the output; None when it ended without a word.

    The end of the pipe is not waited for: a process that another thread forks just when the
    helper starts keeps it open.
    """
    assert child.stdout is not None
    pipe, data = child.stdout.fileno(), bytearray()
    found: dict[str, Any] | None = None
    while found is None or len(data) < found["size"]:
        ended = child.poll() is not None
        if not select.select([pipe], [], [], EVERY)[0]:
            if ended:
                return None, b""
            continue
        piece = os.read(pipe, PIECE)
        if not piece:
            return None, b""
        data += piece
        if found is None and b"\n" in data:
            head, _, data = data.partition(b"\n")
            found = json.loads(head)
    return found, bytes(data)
