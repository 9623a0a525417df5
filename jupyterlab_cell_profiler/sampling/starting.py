"""Starts a helper process, and how a helper begins: in a session of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# Without ``site``: what an environment runs at every start of Python takes time, and the
# paths are known. Without the working directory: a json.py of the user is not ours.
PROGRAM = (
    "import json, sys; task = json.loads(sys.argv[1]); sys.path[:] = task['path']; "
    "from jupyterlab_cell_profiler.sampling.starting import apart; apart(); "
    "from jupyterlab_cell_profiler.sampling.{module} import {function}; {function}(task)"
)


def start_helper(
    module: str, function: str, task: Mapping[str, Any], **pipes: Any
) -> subprocess.Popen[Any]:
    """Start ``function(task)`` of a module of this package in another process.

    Not with ``fork``, which is how ``start_new_session`` and ``close_fds`` are done: then a
    process that another thread forks at this moment holds the pipe on which ``Popen`` waits
    for the new program, and it would wait for the end of that process.

    Parameters
    ----------
    task : is sent as JSON, with the ``path`` of modules
    pipes : ``stdout``, ``stderr`` and how text is read, as ``Popen`` takes them

    Raises
    ------
    OSError
        When no process can be started.
    """
    program = PROGRAM.format(module=module, function=function)
    task = {"path": module_paths(), **task}
    with _no_interrupts():
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", program, json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=False,
            **pipes,
        )


def apart() -> None:
    """Leave the session and the files of the process that started this one.

    An interrupt goes to its whole process group; one that came before this call is forgotten.
    """
    if not hasattr(os, "setsid"):
        return
    with contextlib.suppress(PermissionError):  # It leads a group already.
        os.setsid()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, before)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """A process that is started meanwhile gets none until it asks for them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def module_paths() -> list[str]:
    """Where this process finds modules, without the working directory."""
    here = {"", os.getcwd()} - {ROOT}
    return [ROOT, *(path for path in sys.path if path not in here)]
