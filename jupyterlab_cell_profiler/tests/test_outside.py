"""``overview`` and ``stacks`` in a real kernel, with cells that are hard on a profiler.

Whatever a cell does to its process, it ends as a plain run does, its samples are at its
lines, and nothing of ours is left behind.
"""

from __future__ import annotations

import json
import os
import signal
import textwrap
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from .conftest import Kernels
from .documents import check
from .live import LiveKernel, Run
from .watching import left_behind, watchers

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no py-spy of ours")

MEGABYTE = 1_000_000
BUSY = """
import time
def work(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
"""


@pytest.fixture
def live(kernel: LiveKernel) -> Iterator[LiveKernel]:
    """A kernel in which ``work`` was defined in an earlier cell; py-spy may look into it."""
    ran = profile(kernel, BUSY + "work(0.2)", "overview", cell_id="earlier")
    if "py-spy" not in ran.document["profilers"][0]["tool"]:
        pytest.skip(" ".join(ran.document["profilers"][0]["notes"]))
    yield kernel
    assert left_behind(pid_of(kernel)) == []
    assert list(kernel.temporary.glob("cell-profiler*")) == []


def pid_of(kernel: LiveKernel) -> int:
    return int(kernel.evaluate("__import__('os').getpid()"))


def profile(kernel: LiveKernel, code: str, name: str, cell_id: str = "cell", **options: Any) -> Run:
    answer = kernel.arm(cell_id, name, options={name: options.pop("settings", {})})
    assert answer == {"armed": True}, answer
    ran = kernel.run(textwrap.dedent(code).strip("\n"), cell_id=cell_id, **options)
    check(ran.document)
    return ran


def section_of(ran: Run, kind: str) -> list[dict[str, Any]]:
    return [section for section in ran.document["sections"] if section["kind"] == kind]


def skip_when_busy() -> None:
    """Samples say how much time passed only where py-spy gets a processor when it is due."""
    if os.getloadavg()[0] > 2 * (os.cpu_count() or 1):
        pytest.skip("the machine is too busy to compare times")


def totals(ran: Run) -> dict[str, Any]:
    return {
        item["name"]: item["value"]
        for section in section_of(ran, "totals")
        for item in section["items"]
    }


def names(ran: Run) -> list[str]:
    (found,) = section_of(ran, "stacks")
    return [found["frames"]["name"][frame] for frame in found["nodes"]["frame"]]


def seconds_of(ran: Run, thread: str | None = None) -> float:
    """Seconds of all samples, or of those of one thread."""
    (found,) = section_of(ran, "stacks")
    nodes = found["nodes"]
    return float(
        sum(
            own
            for own, number in zip(nodes["self"], nodes["thread"], strict=True)
            if thread is None or found["threads"][number] == thread
        )
    )


def lines_of(ran: Run, name: str | None) -> dict[int, float]:
    """Seconds of a block of lines, each with what it called."""
    (block,) = (s for s in section_of(ran, "lines") if s.get("name") == name)
    (values,) = (c["values"] for c in block["columns"] if c["name"] == "total_time")
    return dict(zip(block["lines"], values, strict=True))


@pytest.mark.parametrize("name", ["overview", "stacks"])
def test_five_milliseconds(live: LiveKernel, name: str) -> None:
    ran = profile(live, "work(0.005)\n'shown'", name)
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "'shown'"
    assert totals(ran)["wall"] == pytest.approx(0.005, abs=0.02)
    (run,) = ran.document["profilers"]
    assert any("sample" in note for note in run["notes"])


@pytest.mark.parametrize("name", ["overview", "stacks"])
def test_interrupted_half_way(live: LiveKernel, name: str) -> None:
    ran = profile(live, "work(0.4)\nprint('go', flush=True)\nwork(30)", name, interrupt="output")
    assert ran.reply["ename"] == "KeyboardInterrupt"
    assert ran.document["status"] == "interrupted"
    wall = totals(ran)["wall"]
    assert 0.4 < wall < 10
    if name == "overview":
        (rss,) = (s for s in section_of(ran, "series") if s["name"] == "rss")
        assert rss["t"][-1] == pytest.approx(wall, abs=0.05)
    skip_when_busy()
    assert seconds_of(ran, "the cell") == pytest.approx(wall, rel=0.4)
    assert lines_of(ran, None)[1] == pytest.approx(0.4, abs=0.2)


@pytest.mark.parametrize("name", ["overview", "stacks"])
def test_a_cell_that_raises(live: LiveKernel, name: str) -> None:
    ran = profile(live, "def f():\n    work(0.6)\n    raise ValueError('no')\nf()", name)
    assert ran.reply["ename"] == "ValueError"
    assert ran.document["status"] == "error"
    skip_when_busy()
    assert lines_of(ran, "f")[2] > 0.3


POOLS = {
    "concurrent.futures": """
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context
        def job(n):
            work(0.8)
            return n
        with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
            found = list(pool.map(job, range(2)))
        """,
    "multiprocessing": """
        import multiprocessing
        def job(n):
            work(0.8)
            return n
        with multiprocessing.get_context("fork").Pool(2) as pool:
            found = pool.map(job, range(2), chunksize=1)
        """,
    "joblib": """
        import joblib
        def job(n):
            work(0.8)
            return n
        found = joblib.Parallel(n_jobs=2)(joblib.delayed(job)(n) for n in range(2))
        from joblib.externals.loky import get_reusable_executor
        get_reusable_executor().shutdown(wait=True)
        """,
}


@pytest.mark.parametrize("name", POOLS)
def test_processes_of_a_pool_are_there_with_their_lines(live: LiveKernel, name: str) -> None:
    if name == "joblib":
        pytest.importorskip("joblib")
    began = time.monotonic()
    ran = profile(live, POOLS[name], "stacks", settings={"subprocesses": True})
    wall = time.monotonic() - began
    assert live.evaluate("found") == [0, 1]
    skip_when_busy()
    (stacks,) = section_of(ran, "stacks")
    children = [thread for thread in stacks["threads"] if thread.startswith("process ")]
    assert len(children) >= 2, stacks["threads"]
    assert "job" in names(ran)
    # Two processes at once for 0.8 s each; on a busy machine py-spy finds them late, and where
    # it looks seldom, each look stands for as much as the others.
    (run,) = ran.document["profilers"]
    seldom = any("more seldom" in note for note in run["notes"])
    most = 2 * wall if seldom else 2.3
    assert 0.2 < max(lines_of(ran, "job").values()) < most
    (work,) = (s for s in section_of(ran, "lines") if s.get("name") == "work")
    assert ran.document["files"][work["file"]]["cellId"] == "earlier"
    assert "ipykernel_" not in json.dumps(ran.document)


def test_tasks_of_a_gather(live: LiveKernel) -> None:
    ran = profile(
        live,
        """
        import asyncio
        async def task(n):
            await asyncio.sleep(0.3)
            work(0.2)
            return n
        await asyncio.gather(task(1), task(2))
        """,
        "overview",
    )
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "[1, 2]"
    assert {"task", "work", "(awaiting)"} <= set(names(ran))
    skip_when_busy()
    assert lines_of(ran, "task")[4] == pytest.approx(0.4, abs=0.2)


@pytest.mark.parametrize("name", ["overview", "stacks"])
def test_nine_hundred_calls_deep(live: LiveKernel, name: str) -> None:
    ran = profile(
        live,
        """
        def down(n):
            if n:
                return down(n - 1)
            work(0.8)
        down(900)
        """,
        name,
    )
    assert names(ran).count("down") == 901
    skip_when_busy()
    assert lines_of(ran, "down")[4] == pytest.approx(0.8, abs=0.4)
    assert seconds_of(ran, "the cell") == pytest.approx(totals(ran)["wall"], rel=0.25)
    assert len(json.dumps(ran.document)) < 60_000


CELLS = {
    "fork and waitpid": """
        import os
        pid = os.fork()
        if pid == 0:
            work(0.2)
            os._exit(7)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        work(0.3)
        code
        """,
    "fork and wait": """
        import os
        started = set()
        for n in range(3):
            pid = os.fork()
            if pid == 0:
                os._exit(n)
            started.add(pid)
        ended = {os.wait()[0] for _ in range(3)}
        work(0.3)
        ended == started and 7
        """,
    "a child that outlives the cell": """
        import os, time
        if os.fork() == 0:
            time.sleep(3)
            os._exit(0)
        work(0.3)
        7
        """,
    "many processes": """
        import subprocess
        found = [subprocess.run(["sh", "-c", f"exit {n}"]).returncode for n in range(40)]
        work(0.3)
        found[7]
        """,
    "files that are closed": """
        import os
        for file in [os.open(os.devnull, os.O_RDONLY) for _ in range(300)]:
            os.close(file)
        work(0.3)
        7
        """,
    "another directory": """
        import os, tempfile
        here = os.getcwd()
        os.makedirs("gone")
        os.chdir("gone")
        os.rmdir("../gone")
        work(0.3)
        os.chdir(here)
        7
        """,
    "a handler of SIGCHLD": """
        import os, signal
        ended = []
        def reap(*_):
            while (child := os.waitpid(-1, os.WNOHANG)[0]):
                ended.append(child)
        before = signal.signal(signal.SIGCHLD, reap)
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        work(0.3)
        _ = signal.signal(signal.SIGCHLD, before)
        7 if pid in ended else (ended, pid)
        """,
    "children that nobody waits for": """
        import os, signal
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if os.fork() == 0:
            os._exit(0)
        work(0.3)
        _ = signal.signal(signal.SIGCHLD, before)
        7
        """,
}


@pytest.mark.parametrize("name", ["overview", "stacks"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_with_processes_and_files(live: LiveKernel, cell: str, name: str) -> None:
    ran = profile(live, CELLS[cell], name)
    assert ran.reply["status"] == "ok", ran.text("stderr")
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "7"
    assert not ran.text("stderr")
    assert not [n for n in ran.document["profilers"][0]["notes"] if "lost" in n]
    live.run("import signal; _ = signal.signal(signal.SIGCHLD, signal.SIG_DFL)")
    assert live.run("6 * 7").reply["status"] == "ok"
    skip_when_busy()
    assert lines_of(ran, "work")


def test_files_of_ours_that_a_cell_closes(live: LiveKernel) -> None:
    """As a program does that becomes a daemon: the cell's result stands, samples are lost."""
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system does not say which files are open")
    pipes = (
        "{(n, t) for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')"
        " for t in [os.readlink(f'/proc/self/fd/{n}')] if t.startswith('pipe')}"
    )
    live.run(f"import os\nbefore = {pipes}")
    ran = profile(
        live, f"for n, _ in {pipes} - before:\n    os.close(int(n))\nwork(0.3)\n7", "overview"
    )
    assert ran.of_type("execute_result")[0].content["data"]["text/plain"] == "7"
    assert any("lost" in note for note in ran.document["profilers"][0]["notes"])
    assert totals(ran)["wall"] > 0.3


def test_a_transient_peak_is_exact(live: LiveKernel) -> None:
    if not os.path.exists("/proc/self/clear_refs"):
        pytest.skip("this system does not set back its high-water mark")
    ran = profile(live, "work(0.1)\nn = len(b'x' * 200_000_000)\nwork(0.1)", "overview")
    assert totals(ran)["increment"] == pytest.approx(200 * MEGABYTE, rel=0.01)


def test_a_kernel_that_is_killed_leaves_nothing(kernels: Kernels) -> None:
    kernel = kernels.get("button")
    pid = pid_of(kernel)
    try:
        for name in ("overview",):
            assert kernel.arm("cell", name) == {"armed": True}
            kernel.send("import time\nwhile True: time.sleep(0.01)", cell_id="cell")
            end = time.monotonic() + 20
            while not any("--pid=" in word for p in watchers(pid) for word in p.cmdline()):
                assert time.monotonic() < end, "no py-spy looks"
                time.sleep(0.05)
            time.sleep(0.5)
            ours = watchers(pid)
            os.kill(pid, signal.SIGKILL)
            _, alive = psutil.wait_procs(ours, timeout=10)
            assert alive == []
            assert left_behind(pid) == []
            assert list(kernel.temporary.glob("cell-profiler*")) == []
    finally:
        kernels.discard("button")
