"""A signal that comes while py-spy holds the main thread: it is sent on, and only then."""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.sampling.hearing import Hearing
from jupyterlab_cell_profiler.sampling.interrupts import Interrupts
from jupyterlab_cell_profiler.sampling.starting import ROOT

from .inprocess import py_spy_refusal
from .live import LiveKernel

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="elsewhere the main thread is not passed over"
    ),
]

PROGRAM = """
import os, signal, sys, threading, time
sys.path.insert(0, {root!r})
from jupyterlab_cell_profiler.sampling.hearing import Hearing
hearing = Hearing({folder!r})
def handle(number, frame):
    print("handled", number, flush=True)
    if {raises}:
        raise KeyboardInterrupt
for number in (signal.SIGINT, signal.SIGALRM, signal.SIGUSR1):
    signal.signal(number, handle)
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
{child}
print(threading.enumerate()[1].native_id, flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(60)
"""
CHILD = "child = os.fork()\nif not child:\n    time.sleep(60)\nprint(child, flush=True)"


class Program:
    """A process that sleeps, and what its helper does for it."""

    def __init__(self, folder: Path, *, raises: bool = False, child: str = "") -> None:
        text = PROGRAM.format(root=ROOT, folder=str(folder), raises=raises, child=child)
        self.process = subprocess.Popen(
            [sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        self.child = int(self.process.stdout.readline()) if child else 0
        self.thread = int(self.process.stdout.readline())
        self.said: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        self._events: queue.Queue[Any] = queue.Queue()
        self._interrupts = Interrupts(self.process.pid, str(folder / "signals"), self._events)
        self.help(0.3)

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.said += iter(self.process.stdout.readline, "")

    def help(self, seconds: float) -> None:
        """Do what the helper does, for a time."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if now >= self._interrupts.due:
                self._interrupts.look()
            try:
                what, number = self._events.get(timeout=max(0.0, self._interrupts.due - now))
            except queue.Empty:
                continue
            assert what == "signal"
            self._interrupts.came(number)

    def pass_over(self, number: signal.Signals) -> None:
        """Give a signal to the other thread, as the system does when a tracer holds the main."""
        assert ctypes.CDLL(None).tgkill(self.process.pid, self.thread, number) == 0


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    programs: list[Program] = []

    def begin(**options: Any) -> Program:
        programs.append(Program(tmp_path, **options))
        return programs[-1]

    yield begin
    for program in programs:
        os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()


def handled(program: Program) -> list[int]:
    return [int(line.split()[1]) for line in program.said]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGALRM])
def test_what_the_main_thread_sleeps_through_is_sent_on(start: Any, number: signal.Signals) -> None:
    program = start()
    program.pass_over(number)
    time.sleep(0.5)
    assert handled(program) == [], "the system does this by itself here"
    program.help(0.5)
    assert handled(program) == [number], "once"


def test_what_the_main_thread_got_is_not_sent_again(start: Any) -> None:
    """It sleeps again at once."""
    program = start(raises=True)
    os.kill(program.process.pid, signal.SIGINT)
    program.help(1.0)
    assert handled(program) == [signal.SIGINT]
    assert program.process.poll() is None


def test_what_may_be_for_one_thread_is_not_sent_on(start: Any) -> None:
    program = start()
    program.pass_over(signal.SIGUSR1)
    program.help(0.5)
    assert handled(program) == []


def test_what_a_forked_child_gets_is_not_for_its_parent(start: Any) -> None:
    program = start(child=CHILD)
    os.kill(program.child, signal.SIGINT)
    program.help(0.5)
    assert handled(program) == [signal.SIGINT], "of the child, which has the same output"
    program.pass_over(signal.SIGINT)
    program.help(0.5)
    assert handled(program) == [signal.SIGINT] * 2


# The side of the process that is looked at ----------------------------------------------


def wakeup_fd() -> int:
    found = signal.set_wakeup_fd(-1)
    if found != -1:
        signal.set_wakeup_fd(found)
    return found


def test_everything_is_as_before(tmp_path: Path) -> None:
    hearing = Hearing(str(tmp_path))
    assert hearing.path is not None
    assert wakeup_fd() != -1
    hearing.end()
    hearing.end()
    assert wakeup_fd() == -1
    assert hearing.path is None


@pytest.fixture
def other() -> Iterator[int]:
    """The end of a pipe into which somebody else wants to be told of signals."""
    own, end = os.pipe()
    os.set_blocking(end, False)
    yield end
    signal.set_wakeup_fd(-1)
    os.close(own)
    os.close(end)


def test_who_is_told_of_signals_already_goes_on_to_be(tmp_path: Path, other: int) -> None:
    signal.set_wakeup_fd(other)
    hearing = Hearing(str(tmp_path))
    assert hearing.path is None
    assert wakeup_fd() == other
    hearing.end()
    assert wakeup_fd() == other


def test_who_wants_to_be_told_meanwhile_goes_on_to_be(tmp_path: Path, other: int) -> None:
    hearing = Hearing(str(tmp_path))
    signal.set_wakeup_fd(other)
    hearing.end()
    assert wakeup_fd() == other


def test_only_the_main_thread_can_ask_for_it(tmp_path: Path) -> None:
    found: list[Hearing] = []
    thread = threading.Thread(target=lambda: found.append(Hearing(str(tmp_path))))
    thread.start()
    thread.join()
    assert found[0].path is None
    assert wakeup_fd() == -1


@pytest.mark.parametrize("profiler", ["overview", "stacks"])
def test_an_interrupt_of_a_sleeping_cell(kernel: LiveKernel, profiler: str) -> None:
    reason = py_spy_refusal()
    if reason is not None:
        pytest.skip(reason)
    kernel.arm("cell", profiler)
    pid = kernel.evaluate("__import__('os').getpid()")
    run = kernel.send(
        "import threading, time\nsleeper = threading.Thread(target=time.sleep, args=(1.5,))\n"
        "sleeper.start()\nprint(sleeper.native_id, flush=True)\ntime.sleep(60)",
        cell_id="cell",
    )
    kernel.wait_until(lambda: "\n" in run.text())
    time.sleep(0.4)
    began = time.monotonic()
    assert ctypes.CDLL(None).tgkill(pid, int(run.text()), signal.SIGINT) == 0
    kernel.wait([run])
    assert time.monotonic() - began < 20
    assert run.reply["ename"] == "KeyboardInterrupt"
    assert run.document["status"] == "interrupted"
    # It would be there in the next tests.
    assert kernel.run("sleeper.join()").reply["status"] == "ok"
