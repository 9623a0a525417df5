"""Where real processes are, as one look shows it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.processes import dumping
from jupyterlab_cell_profiler.processes.dumping import take_dump
from jupyterlab_cell_profiler.processes.errors import Refusal
from jupyterlab_cell_profiler.processes.listing import Processes
from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.tests import programs
from jupyterlab_cell_profiler.tests.live import LiveKernel
from jupyterlab_cell_profiler.tests.programs import goes_on, running
from jupyterlab_cell_profiler.tests.watching import left_behind

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(spy.impossible() is not None, reason=str(spy.impossible())),
]


def look(pid: int, cells: list[tuple[str, str]] | None = None, **options: Any) -> dict[str, Any]:
    from jupyterlab_cell_profiler.processes.cells import by_hash

    kernel = options.pop("kernel", False)
    return take_dump(Processes(), pid, by_hash(cells or []), options, kernel=kernel)


def threads(dump: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {thread["name"]: thread for thread in dump["processes"][0]["threads"]}


def test_a_busy_loop(tmp_path: Path) -> None:
    with running(programs.BUSY, tmp_path) as child:
        dump = look(child.pid)
        (thread,) = dump["processes"][0]["threads"]
        assert [f["name"] for f in thread["frames"]][-2:] == ["outer", "<module>"]
        assert thread["waits"] is None
        assert dump["notes"] == []
        assert dump["python"] == ".".join(map(str, sys.version_info[:3]))
        assert dump["processes"][0]["name"].endswith("program.py")
        assert goes_on(child)
        assert left_behind(child.pid) == []


def test_a_sleep(tmp_path: Path) -> None:
    with running(programs.SLEEP, tmp_path) as child:
        time.sleep(0.1)
        thread = threads(look(child.pid))["MainThread"]
        assert (thread["waits"], thread["active"], thread["frames"][0]["line"]) == (
            "sleep",
            False,
            5,
        )
        assert goes_on(child)


def test_locals_only_when_asked(tmp_path: Path) -> None:
    source = (
        "import time\ndef f(word):\n    print('go', flush=True)\n    time.sleep(60)\nf('hidden')\n"
    )
    with running(source, tmp_path) as child:
        time.sleep(0.1)
        assert "hidden" not in str(look(child.pid))
        (frame, *_) = threads(look(child.pid, locals=True))["MainThread"]["frames"]
        assert frame["locals"] == [{"name": "word", "value": '"hidden"', "argument": True}]


def test_a_deadlock_of_two_locks(tmp_path: Path) -> None:
    with running(programs.DEADLOCK, tmp_path) as child:
        for _ in range(5):
            # A thread that was looked at runs for a moment.
            time.sleep(0.2)
            dump = look(child.pid)
            found = threads(dump)
            assert {name: found[name]["waits"] for name in found} == dict.fromkeys(
                ("MainThread", "one", "two"), "lock"
            )
            (note,) = dump["notes"]
            assert "one" in note
            assert "two" in note
            assert "both wait for a lock" in note
            assert "line 9" in note
            assert "line 14" in note
            assert "MainThread" not in note
        assert goes_on(child)


def test_c_code_that_holds_the_interpreter(tmp_path: Path) -> None:
    with running(programs.HOLDS, tmp_path) as child:
        time.sleep(0.2)
        begun = time.monotonic()
        thread = threads(look(child.pid))["MainThread"]
        assert time.monotonic() - begun < 5
        assert thread["frames"][0]["name"] == "held"
        assert thread["frames"][0]["line"] == 6
        assert goes_on(child)


def test_a_hung_pool_in_one_view(tmp_path: Path) -> None:
    with running(programs.POOL, tmp_path, lines=2) as child:
        time.sleep(0.3)
        dump = look(child.pid, subprocesses=True)
        assert len(dump["processes"]) == 3
        main, *workers = dump["processes"]
        assert main["pid"] == child.pid
        for worker in workers:
            assert worker["parent"] == child.pid
            (thread,) = worker["threads"]
            assert thread["waits"] == "lock"
            assert any(frame["name"] == "work" for frame in thread["frames"])
        assert len(dump["notes"]) == 1
        assert "process" in dump["notes"][0]
        assert goes_on(child)


def test_idle_workers_are_no_deadlock(tmp_path: Path) -> None:
    with running(programs.IDLE_POOL, tmp_path) as child:
        time.sleep(0.2)
        dump = look(child.pid)
        assert len(dump["processes"][0]["threads"]) == 4
        assert dump["notes"] == []


def test_a_server_of_asyncio(tmp_path: Path) -> None:
    with running(programs.ASYNC, tmp_path) as child:
        time.sleep(0.2)
        thread = threads(look(child.pid))["MainThread"]
        assert thread["waits"] == "io"
        # Nothing of an ordinary program is left out.
        assert thread["frames"][-1]["name"] == "<module>"


def test_a_program_that_uses_zmq_is_shown_whole(tmp_path: Path) -> None:
    source = (
        "import zmq\n"
        "socket = zmq.Context().socket(zmq.PULL)\nsocket.bind('inproc://x')\n"
        "print('go', flush=True)\nsocket.poll(60000)\n"
    )
    with running(source, tmp_path) as child:
        time.sleep(0.2)
        dump = look(child.pid)
        assert threads(dump)["MainThread"]["frames"][-1]["line"] == 5
        assert dump["notes"] == []


def test_a_kernel_that_runs_a_cell(kernel: LiveKernel) -> None:
    pid = kernel.evaluate("__import__('os').getpid()")
    source = "\nimport time, threading\ndef wait():\n    time.sleep(1.5)\nwait()"
    run = kernel.send(source)
    time.sleep(0.6)
    dump = look(pid, [("cell-1", source)], kernel=True)
    (thread,) = dump["processes"][0]["threads"]
    places = [(f["name"], f["file"], f["line"], f.get("cellId")) for f in thread["frames"]]
    assert places == [("wait", "a cell", 4, "cell-1"), ("<module>", "a cell", 5, "cell-1")]
    assert thread["waits"] == "sleep"
    assert look(pid, kernel=True)["processes"][0]["threads"][0]["frames"][0].get("cellId") is None
    kernel.wait([run])
    assert run.reply["status"] == "ok"
    assert look(pid, kernel=True)["notes"] == ["The kernel is idle: no cell runs."]


def test_what_is_no_python_and_what_is_gone() -> None:
    import subprocess

    child = subprocess.Popen(["sleep", "60"])
    try:
        with pytest.raises(Refusal, match="not Python") as refused:
            look(child.pid)
        assert refused.value.status == 409
    finally:
        child.kill()
        child.wait()
    with pytest.raises(Refusal, match="gone") as refused:
        look(child.pid)
    assert refused.value.status == 404


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be another user")
def test_the_process_of_another_user_is_not_looked_into(tmp_path: Path) -> None:
    import subprocess

    child = subprocess.Popen(["sleep", "60"], user=12345)
    try:
        with pytest.raises(Refusal, match="another user") as refused:
            look(child.pid)
        assert refused.value.status == 403
        assert child.pid not in Processes().all([child.pid])
        with pytest.raises(Refusal):
            Processes().command(child.pid)
    finally:
        child.kill()
        child.wait()


def fake(folder: Path, said: str, code: int = 1) -> str:
    program = folder / "py-spy"
    program.write_text(f"#!/bin/sh\n{said}\nexit {code}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (None, ("SYS_PTRACE", 'sudo env "PATH=$PATH" py-spy')),
        (0, ("SYS_PTRACE", "sudo")),
        (1, ("ptrace_scope is 1", "%profile_process", "sudo")),
        (2, ("ptrace_scope is 2", "administrator", "sudo")),
    ],
)
def test_missing_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: int | None, words: tuple[str, ...]
) -> None:
    program = fake(tmp_path, "echo 'Error: Permission denied (os error 13)' >&2")
    monkeypatch.setattr(spy, "executable", lambda: program)
    monkeypatch.setattr(spy, "yama_scope", lambda: scope)
    with pytest.raises(Refusal) as refused:
        look(os.getpid())
    assert refused.value.status == 409
    for word in words:
        assert word in str(refused.value)


def test_another_version_of_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fake(tmp_path, "echo 'Error: Unsupported version of Python: 3.99.0' >&2")
    monkeypatch.setattr(spy, "executable", lambda: program)
    with pytest.raises(Refusal, match="pip install --upgrade py-spy"):
        look(os.getpid())


def test_macos_and_a_missing_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "root" in str(spy.platform_refusal("darwin", 501))
    monkeypatch.setattr(spy, "executable", lambda: None)
    with pytest.raises(Refusal, match="not installed"):
        look(os.getpid())


def test_what_is_said_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fake(tmp_path, "yes endless")
    monkeypatch.setattr(spy, "executable", lambda: program)
    begun = time.monotonic()
    with pytest.raises(Refusal, match="too large"):
        look(os.getpid())
    program = fake(tmp_path, "exec sleep 60")
    monkeypatch.setattr(dumping, "SECONDS", 0.3)
    with pytest.raises(Refusal, match="did not answer"):
        look(os.getpid())
    program = fake(tmp_path, "echo nothing", 0)
    with pytest.raises(Refusal, match="no JSON"):
        look(os.getpid())
    assert time.monotonic() - begun < 15


def test_locks_in_a_cell(kernel: LiveKernel) -> None:
    pid = kernel.evaluate("__import__('os').getpid()")
    source = (
        "import threading\n"
        "a, b = threading.Lock(), threading.Lock()\n"
        "ready = threading.Barrier(2)\n"
        "def hold(first, second):\n"
        "    with first:\n"
        "        ready.wait()\n"
        "        second.acquire(timeout=2.5)\n"
        "threads = [threading.Thread(target=hold, args=x, name=n)\n"
        "           for n, x in (('one', (a, b)), ('two', (b, a)))]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "None"
    )
    run = kernel.send(source)
    time.sleep(0.8)
    dump = look(pid, [("cell-1", source)], kernel=True)
    kernel.wait([run])
    assert run.reply["status"] == "ok"
    found = threads(dump)
    assert {name: one["waits"] for name, one in found.items()} == dict.fromkeys(
        ("MainThread", "one", "two"), "lock"
    )
    (note,) = dump["notes"]
    assert "both wait for a lock" in note
    assert "one in a cell, line 7" in note
    assert "two in a cell, line 7" in note


def test_a_long_power_holds_the_interpreter(tmp_path: Path) -> None:
    source = "print('go', flush=True)\ndef long():\n    return 7 ** 20_000_000\nlong()\n"
    with running(source, tmp_path) as child:
        time.sleep(0.2)
        begun = time.monotonic()
        (thread,) = look(child.pid)["processes"][0]["threads"]
        assert time.monotonic() - begun < 3
        assert (thread["frames"][0]["name"], thread["frames"][0]["line"]) == ("long", 3)
        assert thread["waits"] is None
        assert goes_on(child)
