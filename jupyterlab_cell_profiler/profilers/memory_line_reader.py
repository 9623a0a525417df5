"""Reading memray's capture files in a process of its own.

memray's reader is compiled code that trusts what stands in a file. Were a stack in it not as
it should be, which has been seen once on a busy machine, the reader would end its process
with a fault; that must not be the kernel. Besides, the kernel does not grow by what is read.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..sampling.starting import module_paths
from .memory_line_files import CaptureFile
from .memory_line_reading import Reading

# As the helper process of the samplers: without ``site``, and without the working directory.
PROGRAM = (
    "import json, sys; task = json.load(sys.stdin); sys.path[:] = task['path']; "
    "from jupyterlab_cell_profiler.profilers.memory_line_reader import read; read(task)"
)


class ReadingError(RuntimeError):
    """What was recorded could not be read; the message is a sentence for people."""


def read_apart(files: Sequence[CaptureFile], how: Mapping[str, Any]) -> dict[str, Any]:
    """What :func:`read` says of the files.

    Raises
    ------
    ReadingError
        When the process that reads gave no result.
    """
    task = {
        **how,
        "path": module_paths(),
        "files": [[file.readable, file.ended] for file in files],
    }
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # An interrupt is for the kernel, which ends the reading then.
        start_new_session=True,
        pass_fds=[file.descriptor for file in files if file.descriptor is not None],
    )
    try:
        found, said = child.communicate(json.dumps(task).encode())
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode == 0:
        result: dict[str, Any] = json.loads(found)
        return result
    raise ReadingError(
        "What memray recorded could not be read "
        f"({_reason(child.returncode, said)}): the numbers of this run are lost. "
        "Run the cell again."
    )


def _reason(status: int, said: bytes) -> str:
    if status < 0:
        try:
            return f"its reader ended with {signal.Signals(-status).name}"
        except ValueError:
            return f"its reader ended with signal {-status}"
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"its reader ended with status {status}"


def read(task: Mapping[str, Any]) -> None:
    """The program of the process that reads: its task comes in, its result goes out."""
    from memray import FileReader

    reading = Reading(task["cells"], task["named"], native=task["native"])
    for path, ended in task["files"]:
        reading.add(FileReader, path, ended)
    json.dump({"raw": reading.data(), "notes": reading.notes, "parts": reading.parts}, sys.stdout)
