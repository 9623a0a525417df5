"""A live top of a kernel, and of a process with children; and many hands on one watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.processes.cells import by_hash
from jupyterlab_cell_profiler.processes.errors import Refusal
from jupyterlab_cell_profiler.processes.watching import Watch
from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.tests import programs
from jupyterlab_cell_profiler.tests.live import LiveKernel
from jupyterlab_cell_profiler.tests.programs import goes_on, running
from jupyterlab_cell_profiler.tests.watching import left_behind

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(spy.impossible() is not None, reason=str(spy.impossible())),
]
OPTIONS = {"rate": 100, "idle": False, "native": False, "gil": False, "subprocesses": False}


@contextmanager
def watching(pid: int, kernel: bool = False, cells: Any = None, **options: bool) -> Iterator[Watch]:
    watch = Watch(pid, OPTIONS | options, kernel, by_hash(cells or []))
    watch.start()
    try:
        yield watch
    finally:
        watch.close()
        assert left_behind(pid) == []


def until(watch: Watch, good: Callable[[Any], bool], seconds: float = 15) -> Any:
    end = time.monotonic() + seconds
    while not good(found := watch.data()):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def test_a_kernel_is_shown_by_its_cells(kernel: LiveKernel) -> None:
    pid = kernel.evaluate("__import__('os').getpid()")
    source = (
        "\nimport time, threading\ndef spin(until):\n    while time.time() < until:\n"
        "        sum(range(999))\nthread = threading.Thread(target=time.sleep, args=[3])\n"
        "thread.start()\nspin(time.time() + 4)\nthread.join()"
    )
    run = kernel.send(source)
    with watching(pid, kernel=True, cells=[("cell-1", source)], idle=True) as watch:
        found = until(watch, lambda one: one["samples"] > 100)
    kernel.wait([run], 60)
    assert run.reply["status"] == "ok"
    functions = {row["name"]: row for row in found["rows"]["functions"]}
    assert (functions["spin"]["file"], functions["spin"]["cellId"]) == ("a cell", "cell-1")
    assert functions["spin"]["line"] in (4, 5)
    files = {row["file"] for table in found["rows"].values() for row in table}
    assert not [file for file in files if "ipykernel" in file or "zmq" in file], files


def test_children_are_watched_when_asked(tmp_path: Path) -> None:
    source = (
        "import multiprocessing, sys\n"
        "def child():\n    while True: sum(range(999))\n"
        "if __name__ == '__main__':\n"
        "    one = multiprocessing.get_context('fork').Process(target=child)\n"
        "    one.start()\n    print('go', flush=True)\n    one.join()\n"
    )
    with running(source, tmp_path) as parent:
        with watching(parent.pid, subprocesses=True) as watch:
            found = until(watch, lambda one: one["samples"] > 50)
        assert "child" in {row["name"] for row in found["rows"]["functions"]}
        assert not [r for r in found["rows"]["functions"] if r["name"].startswith("process ")]
        assert goes_on(parent)


def test_many_hands_on_one_watch(tmp_path: Path) -> None:
    errors: list[BaseException] = []
    with running(programs.BUSY, tmp_path) as child:
        with watching(child.pid) as watch:
            end = time.monotonic() + 3

            def hand(number: int) -> None:
                try:
                    while time.monotonic() < end:
                        if number == 0:
                            watch.change(paused=True)
                            watch.change(paused=False)
                        elif number == 1:
                            watch.change(rate=50 + int(time.monotonic() * 100) % 50)
                        elif number == 2:
                            watch.change(reset=True)
                            time.sleep(0.05)
                        else:
                            watch.poll()
                            assert watch.data()["samples"] >= 0
                            time.sleep(0.01)
                except BaseException as error:
                    errors.append(error)

            hands = [threading.Thread(target=hand, args=(number,)) for number in range(5)]
            for one in hands:
                one.start()
            for one in hands:
                one.join()
            assert errors == []
            assert watch.status == "running"
            watch.change(paused=False, reset=True)
            until(watch, lambda one: one["samples"] > 20)
            watch.stop()
            with pytest.raises(Refusal):
                watch.change(paused=True)
        assert goes_on(child)
