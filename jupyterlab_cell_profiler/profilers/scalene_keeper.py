"""The program around a program that Scalene runs: it sees to it that nothing stays behind.

It starts the program in a process group of its own, does what comes in on its input (one
letter each), and when that ends, because its parent closed it or is gone in whatever way, it
ends the whole group and removes the temporary folder. It runs without ``site`` and imports
nothing of ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

INTERRUPT = b"i"
KILL = b"k"
STATUS = "status.json"
"""File in the folder with how it ended: ``{"exit"}`` or ``{"problem"}``."""
PID = "pid"
"""File in the folder with the process group."""
MAPS = re.compile(r"scalene-(?:malloc|memcpy)-(?:init|lock|signal)(\d+)")
PR_SET_PDEATHSIG = 1


def keep(task: dict[str, Any]) -> None:
    """Run ``task["command"]``, and clean up.

    Parameters
    ----------
    task : ``command`` (list), ``directory``, ``environment`` (what comes to that of this
        process), ``stdin`` (a file, or None for nothing), ``folder`` (removed at the end)
    """
    folder, since = Path(task["folder"]), time.time()
    try:
        try:
            child = start(task)
        except OSError as error:
            write(folder / STATUS, {"problem": f"{type(error).__name__}: {error}"})
            quiet()
            wait_for_end(None)
            return
        with contextlib.suppress(OSError):
            (folder / PID).write_text(str(child.pid))
        # Whoever reads the output waits for its end, which is that of the program.
        quiet()
        reader = threading.Thread(target=wait_for_end, args=(child,), daemon=True)
        reader.start()
        code = child.wait()
        end_group(child.pid)
        write(folder / STATUS, {"exit": code})
        reader.join()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        remove_maps(since)


def start(task: dict[str, Any]) -> subprocess.Popen[bytes]:
    name = task["stdin"] or os.devnull
    with open(name, "rb") as source:
        return subprocess.Popen(
            task["command"],
            cwd=task["directory"],
            env={**os.environ, **task["environment"]},
            stdin=source,
            start_new_session=True,
            # This process has one thread yet, so that Python may run in the child.
            preexec_fn=dies_with_parent(),
        )


def dies_with_parent() -> Callable[[], None] | None:
    """What makes a child end with this process, however that ends; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return ask


def wait_for_end(child: subprocess.Popen[bytes] | None) -> None:
    """Do what comes in, until nothing comes any more; then end the program."""
    while letter := os.read(0, 1):
        if child is not None and child.poll() is None:
            number = {INTERRUPT: signal.SIGINT, KILL: signal.SIGKILL}.get(letter)
            if number is not None:
                with contextlib.suppress(OSError):
                    os.killpg(child.pid, number)
    if child is not None:
        end_group(child.pid)


def end_group(group: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)


def quiet() -> None:
    """Let go of the output."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    os.close(null)


def write(path: Path, value: Any) -> None:
    """Whole or not at all."""
    part = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        part.write_text(json.dumps(value))
        os.replace(part, path)


def remove_maps(since: float) -> None:
    """Remove the files that Scalene shares with its library, of processes that are gone: it
    puts them into /tmp wherever the temporary folder is."""
    for path in Path("/tmp").glob("scalene-*"):
        match = MAPS.fullmatch(path.name)
        if match is None or lives(int(match[1])):
            continue
        with contextlib.suppress(OSError):
            found = path.stat()
            if found.st_uid == os.geteuid() and found.st_mtime >= since - 1:
                path.unlink()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


if __name__ == "__main__":
    # An interrupt is for the program, and it is sent to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep(json.loads(sys.argv[1]))
