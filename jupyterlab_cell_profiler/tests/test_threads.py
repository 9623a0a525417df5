"""Threads that a profiled cell starts are counted, and left alone afterwards."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_cell_profiler.tests.inprocess import Shell, hits, new_shell


@pytest.fixture
def shell() -> Iterator[Shell]:
    hook, tracer = threading.gettrace(), sys.gettrace()
    with new_shell() as shell:
        yield shell
    assert threading.gettrace() is hook
    assert sys.gettrace() is tracer


WORK = "def work(n):\n    for i in range(n):\n        pass\n    return n"
# Lines of ``work`` for one call with 3.
ONE = {2: 4, 3: 3, 4: 1}


def times(count: int) -> dict[int, int]:
    return {line: hits * count for line, hits in ONE.items()}


def test_thread(shell: Shell) -> None:
    document = shell.profile(
        f"{WORK}\nimport threading\nt = threading.Thread(target=work, args=(3,))\n"
        "t.start()\nt.join()"
    ).document
    assert hits(document) == {None: {1: 1, 5: 1, 6: 1, 7: 1, 8: 1}, "work": ONE}


def test_function_of_an_earlier_cell_in_a_thread(shell: Shell) -> None:
    shell.run(f"import threading\n{WORK}", "first")
    document = shell.profile(
        "t = threading.Thread(target=work, args=(3,))\nt.start()\nt.join()\nwork(3)"
    ).document
    assert hits(document)["work"] == {line + 1: n for line, n in times(2).items()}


def test_thread_pool(shell: Shell) -> None:
    document = shell.profile(
        f"{WORK}\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(2) as pool:\n    r = list(pool.map(work, [3] * 10))"
    ).document
    assert hits(document)["work"] == times(10)
    assert shell.ns["r"] == [3] * 10


def test_threads_that_run_at_the_same_time(shell: Shell) -> None:
    document = shell.profile(
        "import threading\n"
        "together = threading.Barrier(4)\n"
        "def work():\n"
        "    together.wait()\n"
        "    for i in range(500):\n"
        "        pass\n"
        "    together.wait()\n"
        "ts = [threading.Thread(target=work) for _ in range(4)]\n"
        "for t in ts:\n"
        "    t.start()\n"
        "for t in ts:\n"
        "    t.join()"
    ).document
    assert hits(document)["work"] == {4: 4, 5: 4 * 501, 6: 4 * 500, 7: 4}


def test_thread_in_a_thread(shell: Shell) -> None:
    document = shell.profile(
        f"{WORK}\nimport threading\n"
        "def outer():\n"
        "    t = threading.Thread(target=work, args=(3,))\n"
        "    t.start()\n"
        "    t.join()\n"
        "t = threading.Thread(target=outer)\nt.start()\nt.join()"
    ).document
    assert hits(document)["work"] == ONE
    assert hits(document)["outer"] == {7: 1, 8: 1, 9: 1}


def test_identifiers_that_are_used_again(shell: Shell) -> None:
    # A thread that starts after another ended usually gets that one's identifier.
    document = shell.profile(
        f"{WORK}\nimport threading\nidents = set()\n"
        "def job():\n"
        "    idents.add(threading.get_ident())\n"
        "    work(3)\n"
        "for i in range(20):\n"
        "    t = threading.Thread(target=job)\n"
        "    t.start()\n"
        "    t.join()"
    ).document
    assert hits(document)["work"] == times(20)
    assert hits(document)["job"] == {8: 20, 9: 20}


def test_threads_in_one_run_after_another(shell: Shell) -> None:
    cell = (
        f"{WORK}\nimport threading\nt = threading.Thread(target=work, args=(3,))\n"
        "t.start()\nt.join()"
    )
    for _ in range(5):
        assert hits(shell.profile(cell).document)["work"] == ONE


def test_exception_in_a_thread(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_type))
    document = shell.profile(
        "import threading\ndef work():\n    x = 1\n    x / 0\n    x = 2\n"
        "t = threading.Thread(target=work)\nt.start()\nt.join()"
    ).document
    assert seen == [ZeroDivisionError]
    assert hits(document)["work"] == {3: 1, 4: 1}


def test_thread_that_outlives_the_cell(shell: Shell) -> None:
    document = shell.profile(
        "import threading, sys\n"
        "ready, go, traces = threading.Event(), threading.Event(), []\n"
        "def work():\n"
        "    ready.set()\n"
        "    go.wait(30)\n"
        "    late()\n"
        "    late()\n"
        "def late():\n"
        "    traces.append(sys.gettrace())\n"
        "t = threading.Thread(target=work)\n"
        "t.start()\n"
        "x = ready.wait(30)"
    ).document
    found = hits(document)
    assert found["work"][4] == 1
    assert "late" not in found
    # It goes on as it would, and nothing of ours comes back while it does.
    assert threading.gettrace() is None
    shell.ns["go"].set()
    shell.ns["t"].join(30)
    assert not shell.ns["t"].is_alive()
    assert len(shell.ns["traces"]) == 2
    if sys.version_info >= (3, 12):
        assert shell.ns["traces"] == [None, None]
    assert hits(shell.profile("late()").document)["late"] == {9: 1}


def test_thread_that_outlives_the_cell_is_not_counted_in_the_next(shell: Shell) -> None:
    shell.profile(
        "import threading\n"
        "ready, go, done = threading.Event(), threading.Event(), threading.Event()\n"
        "def background():\n"
        "    ready.set()\n"
        "    go.wait(30)\n"
        "    done.set()\n"
        "t = threading.Thread(target=background)\n"
        "t.start()\n"
        "x = ready.wait(30)"
    )
    document = shell.profile("go.set()\nx = done.wait(30)\nt.join(30)").document
    assert hits(document)[None] == {1: 1, 2: 1, 3: 1}
    assert not shell.ns["t"].is_alive()


def test_thread_of_an_earlier_cell_is_not_traced(shell: Shell) -> None:
    shell.run(
        "import threading, queue, sys\n"
        "asked, answers = queue.Queue(), queue.Queue()\n"
        "def serve():\n"
        "    while asked.get(timeout=30):\n"
        "        answers.put(sys.gettrace())\n"
        "t = threading.Thread(target=serve)\n"
        "t.start()"
    )
    ran = shell.profile("asked.put(1)\ntrace = answers.get(timeout=30)")
    assert ran.document["status"] == "ok"
    assert shell.ns["trace"] is None
    shell.run("asked.put(0)\nt.join(30)")
    assert not shell.ns["t"].is_alive()


def test_hook_of_the_user_stays(shell: Shell) -> None:
    calls: list[str] = []

    def hook(frame: Any, event: str, arg: Any) -> None:
        calls.append(frame.f_code.co_name)

    threading.settrace(hook)
    try:
        ran = shell.profile(
            "import threading\ndef work():\n    return 1\n"
            "t = threading.Thread(target=work)\nt.start()\nt.join()\nwork()"
        )
        assert threading.gettrace() is hook
    finally:
        threading.settrace(None)  # type: ignore[arg-type]
    assert "work" in calls
    if hits(ran.document)["work"] != {3: 2}:
        assert hits(ran.document)["work"] == {3: 1}
        assert any("thread" in note for note in ran.notes), "a missing count must be said"


def test_hook_that_the_cell_installs_stays(shell: Shell) -> None:
    shell.profile("import threading\ndef hook(*a):\n    pass\nthreading.settrace(hook)")
    try:
        assert threading.gettrace() is shell.ns["hook"]
    finally:
        threading.settrace(None)  # type: ignore[arg-type]


def test_fork_in_a_profiled_cell(shell: Shell) -> None:
    if not hasattr(__import__("os"), "fork"):
        pytest.skip("no fork here")
    document = shell.profile(
        "import os\n"
        "def work():\n"
        "    return 7\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    os._exit(work())\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])"
    ).document
    assert shell.ns["code"] == 7
    assert hits(document) == {None: {1: 1, 2: 1, 4: 1, 5: 1, 7: 1}}
