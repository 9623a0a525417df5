"""What it costs a process to be looked at: the work that it does in half a second, in turn with
those who look and without them, since they are stopped meanwhile.

A run of some seconds after another one differs by more than what is measured, where others
share the machine. Half seconds of the same run differ by little, and their ratios have a median.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from statistics import median
from typing import IO

import psutil

from jupyterlab_cell_profiler.sampling.ending import stop_between_looks

SLICE = 0.5
WORK = """\
import sys, time
def work(seconds):
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for number in range(5000):
            number * number % 7
        count += 1
    return count / (time.perf_counter() - begin)
"""
"""Loops of Python a second."""


def cost(
    asked: IO[str], told: IO[str], pid: int, lookers: Callable[[], list[int]], n: int
) -> float:
    """Work without those who look by that with them, the median of many ratios.

    Parameters
    ----------
    asked, told : the process reads for how many seconds to work, and says how much it did
    pid : of the process
    lookers : those who look: helpers first, then what they started
    n : slices of each
    """

    def work() -> float:
        asked.write(f"{SLICE}\n")
        asked.flush()
        return float(told.readline())

    work()
    with_them, without = [], []
    for _ in range(n):
        pids = lookers()
        for looker in pids:
            # One that is stopped while it holds the process would hold it for long.
            if not stop_between_looks(looker, pid):
                raise RuntimeError(f"Process {looker} could not be stopped between two looks.")
        without.append(work())
        for looker in reversed(pids):
            os.kill(looker, signal.SIGCONT)
        with_them.append(work())
    ratios = [a / b for a, b in zip(without, with_them, strict=True)]
    ratios += [a / b for a, b in zip(without[1:], with_them, strict=False)]
    return round(median(ratios), 3)


def helpers(pid: int) -> list[int]:
    """Helpers of ours below a process, and the py-spies below those."""
    found = []
    for child in psutil.Process(pid).children():
        try:
            if any("cell_profiler" in word for word in child.cmdline()):
                found += [child.pid, *(one.pid for one in child.children())]
        except psutil.Error:
            continue  # It ended meanwhile.
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("It takes too long.")
        time.sleep(0.05)
