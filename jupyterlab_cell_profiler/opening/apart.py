"""Files are read in a process of its own, and what it says is checked here.

Whatever a file does to its reader, only that process is lost: it has limits (``limits``), writes
nothing, and is gone when this returns.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import IO

from ..document import ProfileDocument
from ..history.checks import check_document
from ..history.errors import Refused
from ..history.incoming import read_json
from .check import check_sections
from .errors import CannotOpen, TooLarge
from .limits import MEMORY, SECONDS

MOST = 200_000_000
"""Bytes of a file."""
ANSWER = 2_000_000
"""Bytes of what the process says; a document has half a million at most."""
TIME = 90.0
"""Seconds that it may take."""
PROGRAM = (
    "import json, sys; task = json.loads(sys.argv[1]); sys.path[:] = task['modules']; "
    "from jupyterlab_cell_profiler.opening.child import work; work(task)"
)


_children: set[subprocess.Popen[bytes]] = set()


@atexit.register
def _end_children() -> None:
    """Threads that wait for a reading do not keep this process from ending."""
    for child in list(_children):
        child.kill()


def open_file(path: str, name: str | None = None) -> ProfileDocument:
    """The document of a file of another tool.

    Parameters
    ----------
    path : of the file; the document's target has it as it is
    name : what a person calls it; the last part of the path if nothing is said

    Raises
    ------
    CannotOpen
        With a sentence that says why.
    """
    shown = os.path.basename(path) if name is None else name
    # A pipe would be waited for.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise CannotOpen(f"There is no file {path}.") from None
    except OSError as error:
        raise CannotOpen(f"{path} cannot be opened: {error.strerror}.") from None
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise CannotOpen(f"{path} is no file.")
    with os.fdopen(descriptor, "rb") as file:
        check_size(about.st_size, shown)
        return read_apart(file, name=shown, path=path, modified=about.st_mtime)


def open_bytes(
    data: bytes,
    *,
    name: str,
    path: str,
    modified: float | None,
    stopped: Callable[[], bool] = lambda: False,
) -> ProfileDocument:
    """The document of a file that was read already; otherwise as :func:`open_file`."""
    check_size(len(data), name)
    # Without a name where the system can: nothing is left, however this process ends.
    with tempfile.TemporaryFile(prefix="cell-profiler-") as file:
        file.write(data)
        file.flush()
        file.seek(0)
        return read_apart(file, name=name, path=path, modified=modified, stopped=stopped)


def check_size(size: int, name: str) -> None:
    if size > MOST:
        raise TooLarge(
            f"{name} has {size / 1e6:,.0f} MB; files of up to {MOST // 1_000_000} MB are opened. "
            "Record for a shorter time, or at a lower rate."
        )


def read_apart(
    file: IO[bytes],
    *,
    name: str,
    path: str,
    modified: float | None,
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = TIME,
) -> ProfileDocument:
    """Have an open file read.

    Parameters
    ----------
    stopped : asked a few times a second whether nobody wants the document any more

    Raises
    ------
    CannotOpen
        When it cannot be read; also when the process that reads did not come to an end.
    """
    from ..sampling.starting import module_paths

    task = {"modules": module_paths(), "name": name, "path": path, "modified": modified}
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", PROGRAM, json.dumps(task)],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # An interrupt is for this process, which ends the reading then.
        start_new_session=True,
    )
    assert child.stdout is not None
    pieces: list[bytes] = []
    reader = threading.Thread(
        target=_take, args=(child.stdout, pieces), daemon=True, name="cell-profiler-open"
    )
    late = False
    _children.add(child)
    try:
        reader.start()
        until = time.monotonic() + seconds
        while reader.is_alive() and not late and not stopped():
            reader.join(0.05)
            late = time.monotonic() > until
        # The answer is complete, or its process has ended.
        with contextlib.suppress(subprocess.TimeoutExpired):
            if not late and not stopped():
                child.wait(5)
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        _children.discard(child)
        reader.join()
        child.stdout.close()
    if stopped():
        raise CannotOpen(f"The reading of {name} was stopped.")
    if late or child.returncode == -getattr(signal, "SIGXCPU", -1):
        raise CannotOpen(
            f"{name} takes longer to read than the {min(seconds, SECONDS):.0f} seconds it is "
            "given. Record for a shorter time, or at a lower rate."
        )
    if child.returncode != 0:
        raise CannotOpen(
            f"The process that read {name} ended ({_reason(child.returncode)}): the file is "
            f"damaged, or needs more than {MEMORY // 1024**3} GB of memory. Nothing of it was used."
        )
    return _checked(b"".join(pieces), name)


def _take(pipe: IO[bytes], pieces: list[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        pieces.append(pipe.read(ANSWER + 1))


def _reason(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"status {status}"


def _checked(answer: bytes, name: str) -> ProfileDocument:
    """What the process said, if it is a document: a stranger's file may have made it say that."""
    try:
        if len(answer) > ANSWER:
            raise Refused("It is too long.")
        found = read_json(answer)
        if not isinstance(found, dict):
            raise Refused("It is no object.")
        refusal = found.get("refusal")
        if isinstance(refusal, str):
            raise CannotOpen(refusal[:1000])
        document = check_document(found.get("document"))
        check_sections(document)
        return document
    except Refused as error:
        raise CannotOpen(
            f"What was read of {name} is no profile that can be shown. {error}"
        ) from None
