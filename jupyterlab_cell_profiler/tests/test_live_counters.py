"""``counters`` in a real kernel over the real protocol."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Kernels
from .live import LiveKernel, Run
from .test_counters import LINUX, perf_refusal

WITH_PERF = pytest.mark.skipif(perf_refusal() is not None, reason="perf does not count here")


def totals(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in run.document["sections"]:
        for item in section["items"]:
            found.setdefault(item["name"], item["value"])
    return found


def test_sleep_waits(kernel: LiveKernel) -> None:
    found = totals(kernel.profile("import time\ntime.sleep(0.4)", "counters"))
    assert found["wait"] > 0.35
    assert found["cpus_utilised"] < 0.3


def test_a_busy_loop_computes(kernel: LiveKernel) -> None:
    code = "import time\nwhile time.process_time() < 0: pass\nend = time.process_time() + 0.5\n"
    found = totals(kernel.profile(f"{code}while time.process_time() < end: pass", "counters"))
    assert found["user"] + found["sys"] == pytest.approx(0.5, abs=0.1)
    # On a busy machine the rest is want of a processor.
    delay = found.get("run_delay") or 0
    assert found["wall"] - delay == pytest.approx(0.5, abs=0.2)


@LINUX
def test_memory_and_own_threads(kernel: LiveKernel) -> None:
    found = totals(kernel.profile("kept = b'x' * 100_000_000\nprint('text')", "counters"))
    assert found["minor_faults"] == pytest.approx(100e6 / 4096, rel=0.05)
    # Those that send the output have a share, and a small one.
    assert 0 <= found["kernel_threads"] < 0.05


@WITH_PERF
def test_two_threads(kernel: LiveKernel) -> None:
    kernel.run("import hashlib, threading\nblock = b'x' * 100_000_000")
    code = (
        "work = lambda: hashlib.sha256(block).digest()\n"
        # One statement: between two of them nothing is counted, and threads would go on.
        "for both in [[threading.Thread(target=work) for _ in range(2)]]:\n"
        "    [t.start() for t in both]\n    [t.join() for t in both]"
    )
    found = totals(kernel.profile(code, "counters"))
    assert found["task_clock"] == pytest.approx(found["user"] + found["sys"], rel=0.15, abs=0.01)
    # How many processors that are depends on the others that want them.
    assert found["cpus_utilised"] == pytest.approx(found["task_clock"] / found["wall"], rel=0.05)
    assert found["cs"] >= 2


def test_an_error_keeps_what_was_counted(kernel: LiveKernel) -> None:
    run = kernel.profile("kept = b'x' * 50_000_000\nraise ValueError('no')", "counters")
    assert run.document["status"] == "error"
    found = totals(run)
    assert found["minor_faults"] is None or found["minor_faults"] > 10_000


def test_an_interrupt_keeps_what_was_counted(kernel: LiveKernel) -> None:
    code = "import time\nkept = b'x' * 50_000_000\nprint('go', flush=True)\ntime.sleep(30)"
    run = kernel.profile(code, "counters", interrupt="output")
    assert run.document["status"] == "interrupted"
    found = totals(run)
    assert found["wall"] < 20
    assert found["minor_faults"] is None or found["minor_faults"] > 10_000
    if perf_refusal() is None:
        # The interrupt went to the kernel's whole process group, and perf counted on.
        assert found["task_clock"] > 0


def test_nothing_is_left(kernel: LiveKernel) -> None:
    cells = ("1", "1 / 0", "import asyncio\nawait asyncio.sleep(0.01)")
    for code in cells:
        kernel.profile(code, "counters")
    files = "len(__import__('os').listdir('/proc/self/fd'))"
    threads = "__import__('threading').active_count()"
    before = (kernel.evaluate(files), kernel.evaluate(threads))
    for code in cells:
        kernel.profile(code, "counters")
    assert (kernel.evaluate(files), kernel.evaluate(threads)) == before
    assert kernel.evaluate("len(__import__('psutil').Process().children(recursive=True))") == 0


def test_by_the_magic(kernels: Kernels) -> None:
    kernel = kernels.get("magic")
    run = kernel.run("%%profile counters --events task-clock,cs\nx = sum(range(100_000))\nx")
    assert run.document["profilers"][0]["options"]["events"] == ["task-clock", "cs"]
    assert run.document["target"]["kind"] == "cell"
    text = next(m for m in run.messages if m.document is not None).content["data"]["text/plain"]
    assert "Counter " in text
    assert "Context switches" in text
    several = kernel.run("%profile counters -r 3 sum(range(100_000))")
    assert totals(several)["repeat"] == 3
