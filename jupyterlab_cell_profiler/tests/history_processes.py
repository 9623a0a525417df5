"""Processes of their own that write to a history, for tests of what comes between."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import add, profile

HEAD = """
import os, sys
from pathlib import Path
from jupyterlab_cell_profiler.history.errors import *
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import *
path = Path(sys.argv[1])
# All is imported by now: the interpreter may stand where nobody else may go.
path.as_uri()
if len(sys.argv) > 2:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
store = Store(path)
"""


def python(
    code: str, path: Path, user: int | None = None, stdout: Any = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A process of its own that has a ``store``."""
    arguments = [str(path), *([] if user is None else [str(user)])]
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + textwrap.dedent(code), *arguments], stdout=stdout, text=True
    )


def finished(code: str, path: Path, user: int | None = None) -> str:
    """What such a process prints; it must end well."""
    process = python(code, path, user)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


WRITE = """
for number in range({count}):
    summary, new = add(store, profile(id=f"{{os.getpid()}}-{{number}}"))
    assert new
    # What another tab brings, too.
    add(store, profile(id=f"both-{{number}}"))
    print(summary["id"], flush=True)
store.close()
"""


def full_of_runs(path: Path, count: int = 40) -> None:
    store = Store(path)
    for number in range(count):
        document = profile(id=str(number))
        document["files"][0]["source"] = [os.urandom(3000).hex()]
        add(store, document)
    store.close()
