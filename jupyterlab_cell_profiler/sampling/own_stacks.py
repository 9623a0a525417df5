"""What of a kernel's stacks is its user's: below a cell, and threads that their code began. Pure.

ipykernel compiles a cell as ``<temporary folder>/ipykernel_<pid>/<hash>.py``
(``ipykernel/compiler.py``), so that frames of cells are known by their file names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FILE = re.compile(r"[/\\]ipykernel_\d+[/\\](\d+)\.py$")
PYTHON = re.compile(r"\.pyw?$|^<.*>$")
LAUNCHERS = ("/ipykernel_launcher.py", "/ipykernel/__main__.py", "/ipykernel/kernelapp.py")
OWN = ("/ipykernel/", "/IPython/core/history.py", "/zmq/utils/garbage.py", "/debugpy/", "/pydevd")
"""Parts of the file in which a thread of the kernel's own begins."""
CLOSURES = ("run_closure", "init_closure")
"""ipykernel puts them around the threads of everybody, to sort what they print."""
NEAR = 20
"""Frames within which a launcher stands."""


def hash_of(file: str) -> str | None:
    """The hash in the file name of a cell; None when it is none."""
    match = FILE.search(file)
    return match[1] if match else None


def is_launched(stack: Sequence[tuple[str, str]]) -> bool:
    """Whether this is the main thread of a kernel.

    Parameters
    ----------
    stack : names and files, outermost first
    """
    return any(_path(file).endswith(LAUNCHERS) for _, file in stack[:NEAR])


def start_of(stack: Sequence[tuple[str, str]]) -> int | None:
    """Where in a stack of a kernel its user's frames begin; None when all are the kernel's.

    Parameters
    ----------
    stack : names and files, outermost first
    """
    for at, (_, file) in enumerate(stack):
        if hash_of(file) is not None:
            return at
    if is_launched(stack):
        return None
    for at, (name, file) in enumerate(stack):
        path, last = _path(file), name.rpartition(".")[2]
        if not PYTHON.search(path) or path.endswith("/threading.py") or "runpy" in path:
            continue
        if last in CLOSURES and path.endswith("/ipkernel.py"):
            continue
        return None if any(part in path for part in OWN) else at
    # A thread whose function is of C.
    return max(0, len(stack) - 1)


def _path(file: str) -> str:
    return "/" + file.replace("\\", "/").lstrip("/")
