"""The processes of ours that look into a process, as the system has them."""

from __future__ import annotations

import contextlib
import time

import psutil


def watchers(pid: int) -> list[psutil.Process]:
    """The helper processes and the py-spies of a kernel, known by their command lines."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            text = " ".join(words)
            helper = "watch(task)" in text and f'"pid": {pid},' in text
            if helper or f"--pid={pid}" in words:
                found.append(process)
    return found


def left_behind(pid: int, seconds: float = 3.0) -> list[str]:
    """What of them is still there after a moment."""
    end = time.monotonic() + seconds
    while found := watchers(pid):
        if time.monotonic() > end:
            return [str(process) for process in found]
        time.sleep(0.05)
    return []
