"""``scalene`` in a real kernel over the real protocol."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from .conftest import Kernels
from .documents import check
from .live import LiveKernel, Run
from .scalene_runs import WITH_SCALENE, leaves_nothing

pytestmark = [pytest.mark.alone, WITH_SCALENE, pytest.mark.timeout(180)]

EARLIER = (
    "print('once')\n"
    "def work(count):\n"
    "    total = 0\n"
    "    for i in range(count):\n"
    "        total += i * i\n"
    "    return total\n"
)
CELL = (
    "block = bytearray(80_000_000)\n"
    "totals = [work(1000) for _ in range(5000)]\n"
    "print('cell')\n"
    "len(totals)\n"
)


def notes(run: Run) -> str:
    return " ".join(run.document["profilers"][0]["notes"])


def column(document: Any, number: int, name: str, block: str | None = None) -> Any:
    for section in document["sections"]:
        if section["kind"] == "lines" and section.get("name") == block:
            values = {c["name"]: c["values"] for c in section["columns"]}[name]
            if number in section["lines"]:
                return values[section["lines"].index(number)]
    raise AssertionError(f"no line {number} of {block}")


FILES: dict[int, set[Path]] = {}
"""What is in the folder of a kernel when a test gets it: other tests have it, too."""


@pytest.fixture
def kernel(kernel: LiveKernel) -> LiveKernel:
    FILES[id(kernel)] = set(kernel.work.iterdir())
    return kernel


@pytest.fixture
def magic_kernel(magic_kernel: LiveKernel) -> LiveKernel:
    FILES[id(magic_kernel)] = set(magic_kernel.work.iterdir())
    return magic_kernel


def settled(kernel: LiveKernel) -> None:
    """Nothing of a run is there."""
    assert kernel.evaluate("len(__import__('psutil').Process().children(recursive=True))") == 0
    assert set(kernel.work.iterdir()) == FILES[id(kernel)]
    assert [path.name for path in kernel.temporary.iterdir() if "scalene" in path.name] == []
    assert [path.name for path in kernel.temporary.glob("cell-profiler-*")] == []


def test_button_with_the_cells_that_were_agreed_to(kernel: LiveKernel) -> None:
    with leaves_nothing(kernel.work):
        kernel.run(EARLIER, cell_id="earlier")
        kernel.run("block = 'mine'", cell_id="mine")
        answer = kernel.arm(
            "cell-1", "scalene", options={"scalene": {"setup": [["earlier", EARLIER]]}}
        )
        assert answer == {"armed": True}
        run = kernel.run(CELL)
        document = run.document
        check(document)
        assert run.reply["status"] == "ok"
        assert document["status"] == "ok"
        # The last value is text there; what the other cell prints is not shown.
        assert run.text() == "cell\n5000\n"
        assert "after one earlier cell" in notes(run)
        assert document["profilers"][0]["options"]["setup"] == 1
        assert column(document, 1, "memory_peak") == pytest.approx(80e6, rel=0.05)
        hot = column(document, 4, "self_time", "work") + column(document, 5, "self_time", "work")
        assert hot > 0.05
        cells = {file.get("cellId") for file in document["files"]}
        assert {"cell-1", "earlier"} <= cells
        assert "cell-profiler-" not in str(document)
        # The kernel has nothing of it.
        assert kernel.run("print(block, 'totals' in dir())").text() == "mine False\n"
        settled(kernel)


def test_button_without_other_cells(kernel: LiveKernel) -> None:
    kernel.run("work = 3")
    run = kernel.profile(
        "import sys\nprint('here')\nprint('there', file=sys.stderr)\nwork", "scalene"
    )
    assert run.text() == "here\n"
    assert run.text("stderr") == "there\n"
    assert run.reply["status"] == "error"
    assert run.reply["ename"] == "NameError"
    assert run.document["error"]["name"] == "NameError"
    assert "Ran alone" in notes(run)
    assert "earlier cell defines it" in notes(run)
    settled(kernel)


def test_magic_runs_what_ran_in_this_session(magic_kernel: LiveKernel) -> None:
    magic_kernel.run(EARLIER, cell_id="a")
    magic_kernel.run("%precision 4\nwork(1)\nknown = 1", cell_id="b")
    magic_kernel.run("known = 2\n1 / 0", cell_id="c")
    magic_kernel.run("%%profile scalene\nknown = 3", cell_id="d")
    run = magic_kernel.run("%%profile scalene --setup\nprint(known, work(3))", cell_id="e")
    # Neither the one that failed, nor the one that ran elsewhere.
    assert run.text() == "1 5\n"
    assert "%precision 4" in notes(run)
    assert magic_kernel.run("print(known)").text() == "2\n"
    settled(magic_kernel)


def test_magic_alone_says_so(magic_kernel: LiveKernel) -> None:
    run = magic_kernel.run("%%profile scalene --cpu-only\nsum(range(10))")
    assert run.text() == "45\n"
    assert "Ran alone" in notes(run)
    assert "too short a time" in notes(run)
    assert run.document["profilers"][0]["options"]["cpu_only"] is True


def test_await_and_line_numbers(magic_kernel: LiveKernel) -> None:
    code = (
        "%%profile scalene --cpu-only\n"
        "\n"
        "import asyncio, time\n"
        "await asyncio.sleep(0.05)\n"
        "end = time.perf_counter() + 0.4\n"
        "while time.perf_counter() < end: pass\n"
    )
    run = magic_kernel.run(code)
    assert run.document["status"] == "ok"
    assert column(run.document, 6, "self_time") > 0.1
    assert run.document["files"][0]["source"][5].startswith("while")


def test_an_error_stops_the_notebook(magic_kernel: LiveKernel) -> None:
    code = "%%profile scalene\ndef f():\n    raise KeyError('<b>no')\nf()"
    runs = [magic_kernel.send(code), magic_kernel.send("print('never')", cell_id="next")]
    magic_kernel.wait(runs)
    first, second = runs
    assert first.reply["status"] == "error"
    (error,) = first.of_type("error")
    text = "\n".join(error.content["traceback"])
    count = first.document["target"]["executionCount"]
    assert f'File "In [{count}]", line 3, in f' in text
    assert "scalene" not in text
    assert first.document["status"] == "error"
    assert first.document["error"] == {"name": "KeyError", "value": "'<b>no'"}
    assert second.reply["status"] == "aborted"


def test_syntax_errors_as_in_a_plain_run(magic_kernel: LiveKernel) -> None:
    run = magic_kernel.run("%%profile scalene\nx = = 1")
    assert run.reply["ename"] == "SyntaxError"
    assert run.document["status"] == "error"
    settled(magic_kernel)


def test_an_interrupt_keeps_what_was_seen(kernel: LiveKernel) -> None:
    with leaves_nothing(kernel.work):
        code = (
            "import subprocess, time\n"
            "child = subprocess.Popen(['sleep', '300'])\n"
            "print('go')\n"
            "end = time.perf_counter() + 60\n"
            "while time.perf_counter() < end: pass\n"
        )
        run = kernel.profile(code, "scalene", interrupt="output")
        assert run.reply["status"] == "error"
        assert run.reply["ename"] == "KeyboardInterrupt"
        assert run.document["status"] == "interrupted"
        assert column(run.document, 5, "self_time") > 0.05
        settled(kernel)
        assert kernel.run("print(1)").text() == "1\n"


def test_a_failing_setup_is_said(kernel: LiveKernel) -> None:
    answer = kernel.arm(
        "cell-1", "scalene", options={"scalene": {"setup": [["x", "import nothing_of_that_name"]]}}
    )
    assert answer == {"armed": True}
    run = kernel.run("print('never')")
    assert run.text() == ""
    assert run.reply["ename"] == "ModuleNotFoundError"
    assert "The cell itself did not run" in notes(run)


def test_other_cells_run_as_before(kernel: LiveKernel) -> None:
    kernel.profile("1 + 1", "scalene")
    run = kernel.run("x = 2\nx + 1")
    assert [m.content["data"]["text/plain"] for m in run.of_type("execute_result")] == ["3"]
    assert run.documents == []


def test_statements_are_refused(magic_kernel: LiveKernel) -> None:
    run = magic_kernel.run("%profile scalene print('never')")
    assert run.text() == ""
    assert "first line of a cell" in run.text("stderr")
    run = magic_kernel.run("%%profile scalene memory\nprint('never')")
    assert run.text() == ""
    assert "scalene has no option" in run.text("stderr") or "alone" in run.text("stderr")


def test_nothing_stays_when_the_kernel_is_killed(kernels: Kernels, tmp_path: Path) -> None:
    kernel = kernels.get("button")
    with leaves_nothing():
        assert kernel.arm("cell-1", "scalene") == {"armed": True}
        run = kernel.send("import time\nprint('go')\ntime.sleep(300)")
        kernel.wait_until(lambda: "go" in run.text())
        below = [
            one
            for one in psutil.Process(os.getpid()).children(recursive=True)
            if "ipykernel_launcher" in " ".join(one.cmdline())
            and any("scalene" in " ".join(child.cmdline()) for child in one.children())
        ]
        (process,) = below
        children = process.children(recursive=True)
        assert len(children) >= 2
        process.send_signal(signal.SIGKILL)
        end = time.monotonic() + 30
        while any(
            child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children
        ):
            assert time.monotonic() < end
            time.sleep(0.1)
        kernels.discard("button")
        assert list(kernel.temporary.glob("cell-profiler-*")) == []
