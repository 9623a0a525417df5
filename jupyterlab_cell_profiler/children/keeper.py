"""The program around a program: it sees to it that nothing stays behind.

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
"""File in the folder with how it ended: ``{"problem"}``, or ``exit`` (negative: the signal),
``ended`` (by :func:`time.monotonic`) and ``usage``: what :data:`USAGE` names, of it and of its
children that it waited for (getrusage(2)); None where that is not told."""
USAGE = ("utime", "stime", "maxrss", "minflt", "majflt", "inblock", "oublock", "nvcsw", "nivcsw")
PID = "pid"
"""File in the folder with the process group."""
MAPS = re.compile(r"scalene-(?:malloc|memcpy)-(?:init|lock|signal)(\d+)")
PR_SET_PDEATHSIG = 1


def keep(task: dict[str, Any]) -> None:
    """Run ``task["command"]``, and clean up.

    Parameters
    ----------
    task : ``command`` (list), ``directory``, ``environment`` (what comes to that of this
        process; None takes away), ``stdin`` (a file, or None for nothing), ``folder`` (removed
        at the end), ``leave`` (whether what the program started may outlive it, if nobody
        stopped it)
    """
    folder, since = Path(task["folder"]), time.time()
    try:
        try:
            child = start(task)
        except OSError as error:
            write(folder / STATUS, {"problem": f"{type(error).__name__}: {error}"})
            quiet()
            wait_for_end(None, threading.Event(), threading.Event())
            return
        with contextlib.suppress(OSError):
            (folder / PID).write_text(str(child.pid))
        # Whoever reads the output waits for its end, which is that of the program.
        quiet()
        over, stopped = threading.Event(), threading.Event()
        reader = threading.Thread(target=wait_for_end, args=(child, over, stopped), daemon=True)
        reader.start()
        code, usage = wait(child)
        over.set()
        ended = time.monotonic()
        if not task.get("leave") or stopped.is_set():
            end_group(child.pid)
        write(folder / STATUS, {"exit": code, "ended": ended, "usage": usage})
        reader.join()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        remove_maps(since)


def start(task: dict[str, Any]) -> subprocess.Popen[bytes]:
    name = task["stdin"] or os.devnull
    variables = {**os.environ, **task["environment"]}
    with open(name, "rb") as source:
        return subprocess.Popen(
            task["command"],
            cwd=task["directory"],
            env={name: value for name, value in variables.items() if value is not None},
            stdin=source,
            start_new_session=True,
            # This process has one thread yet, so that Python may run in the child.
            preexec_fn=as_if_alone(),
        )


def wait(child: subprocess.Popen[bytes]) -> tuple[int, dict[str, float] | None]:
    """Exit status and usage of a program, once it has ended."""
    if not hasattr(os, "wait4"):
        return child.wait(), None
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, {name: getattr(usage, f"ru_{name}") for name in USAGE}


def as_if_alone() -> Callable[[], None]:
    """What a child does before its program runs: an interrupt ends it again, which is ignored
    here; and it ends with this process, however that ends (Linux only)."""
    prctl = None
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return prepare


def wait_for_end(
    child: subprocess.Popen[bytes] | None, over: threading.Event, stopped: threading.Event
) -> None:
    """Do what comes in, until nothing comes any more; then end the program.

    Parameters
    ----------
    over : set when the program has ended
    stopped : set here when it is told to
    """
    while letter := os.read(0, 1):
        if child is not None and not over.is_set():
            number = {INTERRUPT: signal.SIGINT, KILL: signal.SIGKILL}.get(letter)
            if number is not None:
                stopped.set()
                with contextlib.suppress(OSError):
                    os.killpg(child.pid, number)
    if child is not None and not over.is_set():
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
