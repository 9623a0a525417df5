"""Where is it? asked in a subshell of a real kernel, while a cell runs."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.cells import Cells
from jupyterlab_cell_profiler.processes import dumping
from jupyterlab_cell_profiler.processes.listing import GONE
from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.whereabouts import answer

from .inprocess import new_shell, py_spy_refusal
from .live import LiveKernel, Run
from .looked_at import refusing, stand_in, until

UNTIL = "import os, time\nwhile not os.path.exists({file!r}):\n    {wait}\n'done'"
"""A cell that ends when a file is there; its third line is the loop's body."""


@pytest.fixture(scope="module")
def rights() -> None:
    reason = py_spy_refusal()
    if reason is not None:
        pytest.skip(reason)


@dataclass
class Asked:
    """A kernel with a subshell."""

    kernel: LiveKernel
    subshell: str

    def send(self, **request: Any) -> Run:
        """Ask where the kernel is, without waiting for the answer."""
        call = f"__import__('jupyterlab_cell_profiler').where({json.dumps(request)!r})"
        return self.kernel.send(
            "", cell_id=None, silent=True, expressions={"value": call}, subshell=self.subshell
        )

    def where(self, **request: Any) -> dict[str, Any]:
        run = self.send(**request)
        self.kernel.wait([run])
        dump: dict[str, Any] = run.value("value")
        return dump

    def where_until(self, wanted: Any, **request: Any) -> dict[str, Any]:
        """Ask until the answer is as wanted: a cell needs a moment to get there."""
        end = time.monotonic() + 20
        while "problem" in (dump := self.where(**request)) or not wanted(dump):
            assert time.monotonic() < end, dump
        return dump


@pytest.fixture
def asked(kernel: LiveKernel, rights: None) -> Iterator[Asked]:
    subshell = kernel.create_subshell()
    if subshell is None:
        pytest.skip("this ipykernel has no subshells")
    yield Asked(kernel, subshell)
    kernel.delete_subshell(subshell)
    assert helpers(kernel) == []
    # It ends a moment after the subshell.
    assert until(lambda: "cell-profiler-busy" not in kernel.inside("state()")["threads"])


def helpers(kernel: LiveKernel) -> list[str]:
    """Command lines of the kernel's processes."""
    pid = kernel.evaluate("__import__('os').getpid()")
    return [" ".join(one.cmdline()) for one in psutil.Process(pid).children(recursive=True)]


def threads(dump: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Threads of the kernel by their names."""
    (process,) = (one for one in dump["processes"] if one["pid"] == dump["pid"])
    return {thread["name"]: thread for thread in process["threads"]}


def lines(thread: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(frame["name"], frame["file"], frame["line"]) for frame in thread["frames"]]


def runs(dump: dict[str, Any]) -> bool:
    """Whether the main thread is in a cell."""
    return bool(threads(dump)["MainThread"]["frames"])


def test_a_busy_cell(asked: Asked, tmp_path: Path) -> None:
    kernel, file = asked.kernel, tmp_path / "end"
    kernel.run(
        "\n\ndef work(file):\n    while not os.path.exists(file):\n        pass", cell_id="one"
    )
    run = kernel.send(f"\nimport os\nwork({str(file)!r})\n'done'", cell_id="two")
    dump = asked.where_until(runs)
    frames = threads(dump)["MainThread"]["frames"]
    (function,) = (frame for frame in frames if frame["name"] == "work")
    assert function["file"] == "In [1]"
    assert function["cellId"] == "one"
    assert function["line"] in (4, 5)
    assert frames[-1] == {"name": "<module>", "file": "In [2]", "line": 3, "cellId": "two"}
    assert set(threads(dump)) == {"MainThread"}, "nobody asked for those of the kernel"
    assert dump["notes"] == []
    assert "ipykernel_" not in json.dumps(dump["processes"][0]["threads"])
    file.touch()
    kernel.wait([run])
    assert run.reply["status"] == "ok"
    assert run.of_type("execute_result")[0].content["data"]["text/plain"] == "'done'"


@pytest.mark.parametrize("wait", ["pass", "time.sleep(0.05)"])
def test_asking_changes_nothing(asked: Asked, tmp_path: Path, wait: str) -> None:
    kernel, file = asked.kernel, tmp_path / "end"
    code = UNTIL.format(file=str(file), wait=wait)
    kernel.run("'before'")
    before = kernel.inside("state()")
    assert asked.where()["notes"] == ["The kernel is idle: no cell runs."]
    assert kernel.inside("state()") == before
    run = kernel.send(code)
    for _ in range(3):
        asked.where_until(runs)
    file.touch()
    kernel.wait([run])
    assert run.reply["execution_count"] == 2
    assert [message.type for message in run.messages] == [
        "status", "execute_input", "execute_result", "status",
    ]  # fmt: skip
    assert kernel.inside("state()")["Out"].keys() == {"1", "2"}


def test_an_interrupt_afterwards_is_the_cells(asked: Asked, tmp_path: Path) -> None:
    kernel = asked.kernel
    run = kernel.send(UNTIL.format(file=str(tmp_path / "never"), wait="pass"))
    dump = asked.where_until(runs)
    assert threads(dump)["MainThread"]["gil"] or threads(dump)["MainThread"]["active"]
    # While it looks, too: a helper that an interrupt ends would have no answer.
    looks = asked.send()
    assert until(lambda: bool(psutil.Process(dump["pid"]).children()))
    kernel.interrupt()
    kernel.wait([run, looks])
    assert run.reply["ename"] == "KeyboardInterrupt"
    assert "processes" in looks.value("value")
    assert kernel.run("1 + 1").reply["status"] == "ok"


def test_a_cell_that_sleeps(asked: Asked) -> None:
    run = asked.kernel.send("import time\n\ntime.sleep(60)")
    main = threads(asked.where_until(runs))["MainThread"]
    assert main["waits"] == "sleep"
    assert lines(main) == [("<module>", "In [1]", 3)]
    asked.kernel.interrupt()
    asked.kernel.wait([run])


def test_a_cell_with_a_magic(asked: Asked) -> None:
    run = asked.kernel.send("\n%%time\nimport time\n\ntime.sleep(60)")
    main = threads(asked.where_until(runs))["MainThread"]
    assert main["waits"] == "sleep"
    assert lines(main) == [("<module>", "In [1]", 5)]
    asked.kernel.interrupt()
    asked.kernel.wait([run])


def test_a_cell_that_is_profiled(asked: Asked, tmp_path: Path) -> None:
    kernel, file = asked.kernel, tmp_path / "end"
    kernel.arm("cell-1", "overview")
    run = kernel.send(UNTIL.format(file=str(file), wait="pass"))
    try:
        dump = asked.where_until(runs, subprocesses=True)
    finally:
        file.touch()
    assert set(threads(dump)) == {"MainThread"}
    assert len(dump["processes"]) == 1, "helpers are nobody's business"
    assert lines(threads(dump)["MainThread"])[-1][:2] == ("<module>", "In [1]")
    kernel.wait([run])
    assert run.document["status"] == "ok"


def test_a_cell_that_awaits(asked: Asked) -> None:
    code = (
        "import asyncio\n"
        "async def serve():\n"
        "    await asyncio.Event().wait()\n"
        "async def step():\n"
        "    await asyncio.sleep(0.1)\n"
        "task = asyncio.create_task(serve(), name='server')\n"
        "for _ in range(15):\n"
        "    await step()\n"
        "task.cancel()"
    )
    run = asked.kernel.send(code)
    dump = asked.where_until(lambda dump: "server (awaits)" in threads(dump) and runs(dump))
    main, server = threads(dump)["MainThread"], threads(dump)["server (awaits)"]
    assert main["waits"] == "sleep"
    assert lines(main)[1:] == [("step", "In [1]", 5), ("<module>", "In [1]", 8)]
    assert main["frames"][-1]["cellId"] == "cell-1"
    assert lines(server)[-1] == ("serve", "In [1]", 3)
    assert dump["notes"] == []
    asked.kernel.wait([run])
    assert run.reply["status"] == "ok"


def test_a_call_that_holds_the_lock_for_long(asked: Asked) -> None:
    """The subshell cannot run meanwhile: it answers when it can, and nothing breaks."""
    asked.where()  # All that it needs is loaded.
    run = asked.kernel.send("print('go', flush=True)\nx = sum(range(8 * 10**7))")
    asked.kernel.wait_until(lambda: "go" in run.text())
    dump = asked.where()
    asked.kernel.wait([run])
    assert run.reply["status"] == "ok"
    assert dump["processes"]


DEADLOCK = """\
import threading, time
a, b = threading.Lock(), threading.Lock()
def take(one, other):
    with one:
        both.wait()
        with other:
            pass
both = threading.Barrier(2)
pairs = {"first": (a, b), "second": (b, a)}
threads = [threading.Thread(target=take, args=p, name=n) for n, p in pairs.items()]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_a_deadlock_is_told(asked: Asked) -> None:
    run = asked.kernel.send(DEADLOCK)
    dump = asked.where_until(lambda dump: any("deadlock" in note for note in dump["notes"]))
    found = threads(dump)
    assert [found[name]["waits"] for name in ("first", "second", "MainThread")] == ["lock"] * 3
    assert lines(found["first"]) == [("take", "In [1]", 6)]
    (note,) = dump["notes"]
    assert "In [1], line 6" in note
    asked.kernel.interrupt()
    asked.kernel.wait([run])
    # They would be there in the next tests.
    asked.kernel.run("for lock in (a, b):\n    lock.release()")


CHILDREN = """\
import multiprocessing, time
def work(x):
    time.sleep(60)
with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(work, [1, 2])
"""


@pytest.mark.skipif(os.name != "posix", reason="fork is of POSIX")
def test_the_processes_of_a_pool(asked: Asked) -> None:
    kernel = asked.kernel
    pid = kernel.evaluate("__import__('os').getpid()")
    run = kernel.send(CHILDREN)
    dump = asked.where_until(
        lambda dump: (
            len(dump["processes"]) == 3
            and all(one["threads"] and one["threads"][0]["frames"][:1] for one in dump["processes"])
        ),
        subprocesses=True,
    )
    for process in dump["processes"][1:]:
        assert process["parent"] == pid
        assert ("work", "In [1]", 3) in lines(process["threads"][0])
    assert len(asked.where()["processes"]) == 1
    kernel.interrupt()
    kernel.wait([run])
    assert until(lambda: not psutil.Process(pid).children(recursive=True))


def test_cells_that_ran_before_are_known_by_the_request(asked: Asked, tmp_path: Path) -> None:
    kernel, file = asked.kernel, tmp_path / "end"
    code = UNTIL.format(file=str(file), wait="pass")
    run = kernel.send(code, cell_id=None)
    assert "cellId" not in threads(asked.where_until(runs))["MainThread"]["frames"][-1]
    dump = asked.where_until(runs, cells=[["other", "1"], ["mine", code]])
    assert threads(dump)["MainThread"]["frames"][-1]["file"] == "In [1]"
    file.touch()
    kernel.wait([run])


def test_values_are_shown_only_when_asked_for(asked: Asked, tmp_path: Path) -> None:
    file = tmp_path / "end"
    loop = UNTIL.format(file=str(file), wait="    pass").replace("\n", "\n    ")
    code = f"def f(secret):\n    {loop}\nf('s3')"
    run = asked.kernel.send(code)
    assert "s3" not in json.dumps(asked.where_until(runs))
    dump = asked.where_until(lambda dump: runs(dump) and "s3" in json.dumps(dump), locals=True)
    (frame,) = (f for f in threads(dump)["MainThread"]["frames"] if f["name"] == "f")
    assert {"name": "secret", "value": '"s3"', "argument": True} in frame["locals"]
    file.touch()
    asked.kernel.wait([run])


def test_a_kernel_that_nobody_attached(tmp_path: Path, rights: None) -> None:
    """It answers, too; and when it ends the helper goes along."""
    kernel, file = LiveKernel(tmp_path), tmp_path / "end"
    try:
        subshell = kernel.create_subshell()
        if subshell is None:
            pytest.skip("this ipykernel has no subshells")
        asked = Asked(kernel, subshell)
        run = kernel.send(UNTIL.format(file=str(file), wait="pass"))
        main = threads(asked.where_until(runs))["MainThread"]
        assert [frame["file"] for frame in main["frames"]][-1] == "In [1]"
        file.touch()
        kernel.wait([run])
        assert run.reply["status"] == "ok"
        slow = stand_in(tmp_path, "time.sleep(60)")
        kernel.run(
            "import jupyterlab_cell_profiler.sampling.spy as spy\n"
            f"spy.executable = lambda: {slow!r}"
        )
        pid = kernel.evaluate("__import__('os').getpid()")
        asked.send()
        process = psutil.Process(pid)
        assert until(lambda: len(process.children(recursive=True)) == 2)
        left = process.children(recursive=True)
    finally:
        kernel.stop()
    assert until(lambda: not any(one.is_running() for one in left), 5)


# Refusals ------------------------------------------------------------------------------


def asked_here(request: str = "{}") -> dict[str, Any]:
    with new_shell() as shell:
        return answer(request, Cells(shell.ip.compile), None)


@pytest.mark.parametrize("request_", ["", "[]", '{"cells": [1]}', '{"cells": 1}'])
def test_a_request_that_is_none(request_: str) -> None:
    assert asked_here(request_) == {"problem": "The request cannot be read.", "status": 400}


def test_no_py_spy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spy, "executable", lambda: None)
    found = asked_here()
    assert found["status"] == 409
    assert "-m pip install py-spy" in found["problem"]


@pytest.mark.skipif(os.name != "posix", reason="stand-ins are scripts")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Error: Permission Denied: Try running again with elevated permissions", "sudo env"),
        ("Error: Failed to find python version from target process", "is not Python"),
    ],
)
def test_refusals_of_py_spy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, sentence: str
) -> None:
    monkeypatch.setattr(spy, "executable", lambda: refusing(tmp_path, said))
    found = asked_here()
    assert found["status"] == 409
    assert sentence in found["problem"]


@pytest.mark.skipif(os.name != "posix", reason="stand-ins are scripts")
def test_a_py_spy_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spy, "executable", lambda: stand_in(tmp_path, "time.sleep(60)"))
    monkeypatch.setattr(dumping, "SECONDS", 0.5)
    before = psutil.Process().children(recursive=True)
    found = asked_here()
    assert "did not answer" in found["problem"]
    assert found["problem"] != GONE
    assert psutil.Process().children(recursive=True) == before
