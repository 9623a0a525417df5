"""What the operating system counted for a run: ``counter_usage``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jupyterlab_cell_profiler.profilers import counter_usage
from jupyterlab_cell_profiler.profilers.counter_usage import Usage, usage_totals

TELLS = pytest.mark.skipif(
    not os.path.exists(counter_usage.SCHEDSTAT) or not hasattr(os, "sched_setaffinity"),
    reason="this system does not tell how long a thread was ready",
)


@contextmanager
def one_processor(rivals: int) -> Iterator[None]:
    """This thread and busy processes, all on one processor."""
    before = os.sched_getaffinity(0)
    processor = min(before)
    program = f"import os; os.sched_setaffinity(0, {{{processor}}}); print(flush=True)\nwhile 1: 0"
    children = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        for _ in range(rivals)
    ]
    try:
        for child in children:
            assert child.stdout is not None
            child.stdout.readline()
        os.sched_setaffinity(0, {processor})
        yield
    finally:
        os.sched_setaffinity(0, before)
        for child in children:
            child.kill()
            child.communicate()


def compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@TELLS
def test_time_for_want_of_a_processor() -> None:
    usage = Usage()
    with one_processor(2):
        usage.begin()
        begin = time.perf_counter()
        compute(0.2)
        wall = time.perf_counter() - begin
        usage.end()
    found = usage.data()["run_delay"]
    # It had a third of the processor; what was not computing was waiting for it.
    assert found > 0.15
    assert found == pytest.approx(wall - 0.2, rel=0.2)


@TELLS
def test_sleep_is_no_want_of_a_processor() -> None:
    usage = Usage()
    usage.begin()
    time.sleep(0.3)
    usage.end()
    assert usage.data()["run_delay"] < 0.1


def test_where_it_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter_usage, "SCHEDSTAT", "/nowhere")
    usage = Usage()
    usage.begin()
    usage.end()
    assert usage.data()["run_delay"] is None
    names = [item["name"] for item in usage_totals(usage.data())["items"]]
    assert names == list(counter_usage.NAMES)


def test_several_stretches_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0, 5_000_000, 100_000_000, 107_000_000])
    monkeypatch.setattr(counter_usage, "_delay", lambda: next(times))
    usage = Usage()
    for _ in range(2):
        usage.begin()
        usage.end()
    assert usage.data()["run_delay"] == pytest.approx(0.012)
    (first, *_) = usage_totals(usage.data())["items"]
    assert (first["name"], first["value"], first["unit"]) == ("run_delay", 0.012, "seconds")
