"""The helper of one look: its limit of time, its end, and what it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jupyterlab_cell_profiler.sampling import permission, spy
from jupyterlab_cell_profiler.sampling.look import TooLate, TooMuch, look_at
from jupyterlab_cell_profiler.sampling.permission import Permission
from jupyterlab_cell_profiler.sampling.starting import ROOT

from .looked_at import stand_in, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="stand-ins are scripts")


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before


def asking(folder: Path, code: str, before: str = "") -> subprocess.Popen[str]:
    """A process that has a stand-in look at it; in a group of its own."""
    program = stand_in(folder, code)
    text = f"""
        import os, sys
        sys.path.insert(0, {ROOT!r})
        from jupyterlab_cell_profiler.sampling.look import TooLate, TooMuch, look_at
        {before}
        print("asks", flush=True)
        try:
            print(look_at(os.getpid(), [{program!r}, f"--pid={{os.getpid()}}"], 1.5, 1000))
        except TooLate:
            print("goes on")
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_what_it_says(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "print('[]')\nprint('hm', file=sys.stderr)\nsys.exit(3)")
    said = look_at(os.getpid(), [program], 10, 100)
    assert (said.code, said.complaints, said.output) == (3, "hm\n", b"[]\n")


def test_its_output_is_bounded(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "print('x' * 3_000_000)")
    assert len(look_at(os.getpid(), [program], 10, 4_000_000).output) == 3_000_001
    program = stand_in(tmp_path, "while True: print('x' * 1000)")
    with pytest.raises(TooMuch):
        look_at(os.getpid(), [program], 10, 4_000_000)
    program = stand_in(tmp_path, "while True: print('x' * 1000, file=sys.stderr)")
    with pytest.raises(TooLate):
        look_at(os.getpid(), [program], 0.5, 4_000_000)


def test_a_program_that_is_not_there() -> None:
    assert look_at(os.getpid(), ["/nowhere/py-spy"], 10, 100).code != 0


def test_who_was_stopped_goes_on_when_the_time_is_over(tmp_path: Path) -> None:
    """The process that asks is the one that is held: it cannot keep the limit itself."""
    asks = asking(tmp_path, "os.kill(pid, signal.SIGSTOP)\ntime.sleep(60)")
    try:
        said, _ = asks.communicate(timeout=20)
    finally:
        asks.kill()
    assert "goes on" in said


def test_it_ends_with_who_asks(tmp_path: Path) -> None:
    asks = asking(tmp_path, "time.sleep(60)")
    assert asks.stdout is not None
    try:
        process = psutil.Process(asks.pid)
        assert until(lambda: len(process.children(recursive=True)) == 2)
        helpers = process.children(recursive=True)
    finally:
        asks.kill()
        asks.wait()
        asks.stdout.close()
    assert until(lambda: not any(one.is_running() for one in helpers), 5)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is of POSIX")
def test_a_fork_at_the_same_time_does_not_hold_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What forks then has the ends of all pipes that there are."""
    forked: list[int] = []
    pipe = os.pipe

    def forking() -> tuple[int, int]:
        ends = pipe()
        pid = os.fork()
        if not pid:
            time.sleep(60)
            os._exit(0)
        forked.append(pid)
        return ends

    monkeypatch.setattr(os, "pipe", forking)
    began = time.monotonic()
    try:
        said = look_at(os.getpid(), [stand_in(tmp_path, "print('[]')")], 10, 100)
    finally:
        for pid in forked:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    assert said.output == b"[]\n"
    assert forked
    assert time.monotonic() - began < 8


def test_an_interrupt_of_who_asks_does_not_reach_it(tmp_path: Path) -> None:
    before = "import signal; signal.signal(signal.SIGINT, lambda *_: None)"
    asks = asking(tmp_path, "time.sleep(0.7)\nprint('seen')", before)
    try:
        process = psutil.Process(asks.pid)
        assert until(lambda: len(process.children(recursive=True)) == 2)
        os.killpg(asks.pid, signal.SIGINT)
        said, _ = asks.communicate(timeout=20)
    finally:
        asks.kill()
    assert "code=0" in said
    assert "seen" in said


def test_under_yama_the_process_says_who_may_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []
    monkeypatch.setattr(spy, "yama_scope", lambda: 1)
    monkeypatch.setattr(permission, "set_tracer", said.append)
    look_at(os.getpid(), [stand_in(tmp_path, "")], 10, 100)
    assert said[0] == -1
    assert said[1] > 0
    assert said[2:] == [0]
    said.clear()
    look_at(os.getppid(), [stand_in(tmp_path, "")], 10, 100)
    assert said == []


def test_two_permissions_share_the_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[int] = []
    monkeypatch.setattr(spy, "yama_scope", lambda: 1)
    monkeypatch.setattr(permission, "set_tracer", said.append)
    one, other = Permission(), Permission()
    one.give(11)
    other.give(12)
    one.take_back()
    one.take_back()
    other.take_back()
    assert said == [11, -1, 12, 0]
