"""One look at a process: ``py-spy dump`` in a helper process.

The helper has a session of its own, so that an interrupt of this process does not end it; it
ends by itself when this process is gone, and after a limited time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from .permission import Permission
from .sampler import close_pipes, end, module_paths

# Without ``site`` and the working directory, as sampler.py says.
PROGRAM = (
    "import json, sys; task = json.loads(sys.argv[1]); sys.path[:] = task['path']; "
    "from jupyterlab_cell_profiler.sampling.looking import look; look(task)"
)


@dataclass(frozen=True)
class Look:
    """What came of it."""

    exit: int | None
    """Its status; None when it did not end in time."""
    said: str
    """On its standard error."""
    out: bytes


def look_at(pid: int, command: Sequence[str], seconds: float) -> Look:
    """Run a command that looks at a process, which may be this one.

    Raises
    ------
    OSError
        When no process can be started.
    """
    task = {"path": module_paths(), "command": list(command), "pid": pid, "seconds": seconds}
    permission = Permission()
    own = pid == os.getpid()
    child: subprocess.Popen[bytes] | None = None
    try:
        if own:
            permission.give()
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", PROGRAM, json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if own:
            permission.give(child.pid)
        assert child.stdout is not None
        head, _, out = child.stdout.read().partition(b"\n")
    finally:
        if child is not None:
            end(child)
            close_pipes(child)
        permission.take_back()
    try:
        found = json.loads(head)
    except ValueError:
        return Look(child.returncode, "The helper process ended.", b"")
    return Look(found["exit"], found["said"], out)
