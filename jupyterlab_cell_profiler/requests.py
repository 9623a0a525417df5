"""Requests to profile a cell, and how a run ended. Knows nothing of IPython."""

from __future__ import annotations

import threading
import time
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .document import ProfileDocument, RunError, Status, split_lines
from .session import Session

ARMED_SECONDS = 60.0


@dataclass
class Request:
    """That a cell be profiled, and how."""

    profilers: list[str]
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    path: str | None = None
    """Of the notebook, relative to where the server serves files."""
    lines_dropped: int = 0
    """Lines of the cell that the input transformer takes away at its start."""
    after: Callable[[Session, ProfileDocument, Any], str | None] | None = None
    """Called with the finished document and the execution result; may give the text/plain."""
    quiet: bool = False
    """Whether nothing is shown: ``-q`` of ``%%prun``."""


@dataclass
class Armed:
    """A request that waits for its cell."""

    request: Request
    cell_id: str
    thread: int = field(default_factory=threading.get_ident)
    since: float = field(default_factory=time.monotonic)

    def is_for(self, cell_id: str | None) -> bool:
        """Whether the cell that runs now is the one. It comes at once or not at all: what
        was armed long ago belongs to a run that never came."""
        fresh = time.monotonic() - self.since < ARMED_SECONDS
        return fresh and (self.thread, self.cell_id) == (threading.get_ident(), cell_id)


def request_of(value: Any) -> Request | None:
    """A request from JSON: ``{"profilers": [...], "options"?: {...}, "path"?: "..."}``."""
    if not isinstance(value, dict) or not isinstance(value.get("profilers"), list):
        return None
    options = value.get("options")
    path = value.get("path")
    return Request(
        [str(name) for name in value["profilers"]],
        {
            str(name): dict(given)
            for name, given in (options.items() if isinstance(options, dict) else ())
            if isinstance(given, dict)
        },
        path if isinstance(path, str) else None,
    )


CELL_MAGICS = ("%%profile", "%%lprun_all", "%%prun", "%%memit", "%%mprun")
"""First lines that are requests themselves."""
TRANSPARENT = ("%%time", "%%capture")
"""Cell magics whose body is seen, since it runs as a cell or is compiled by the shell."""


def unseen_body(source: str, dropped: int) -> str | None:
    """A sentence for a cell whose body runs inside a cell magic, out of our sight."""
    lines = [line for line in split_lines(source) if line.strip()][dropped:]
    word = lines[0].split()[0] if lines else ""
    if not word.startswith("%%") or word in CELL_MAGICS + TRANSPARENT:
        return None
    return (
        f"The body of {word} runs inside that magic: its own lines are not counted, "
        "functions of other cells that it calls are."
    )


def outcome(result: Any) -> tuple[Status, RunError | None]:
    """How a run ended, from IPython's execution result (None when it was cancelled)."""
    if result is None:
        return "interrupted", None
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return "ok", None
    return status_of(error), error_of(error)


def status_of(error: BaseException) -> Status:
    """What an exception says about the run that it ended."""
    return "interrupted" if isinstance(error, KeyboardInterrupt | CancelledError) else "error"


def error_of(error: BaseException) -> RunError:
    """An exception for the document; a person's ``__str__`` may itself raise."""
    try:
        value = str(error)
    except Exception:
        value = "<exception str() failed>"
    return {"name": type(error).__name__, "value": value}
