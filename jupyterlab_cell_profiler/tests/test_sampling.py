"""The helper process: what it keeps of a long run, and that nothing of it stays behind."""

from __future__ import annotations

import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.sampling.compact import Compact
from jupyterlab_cell_profiler.sampling.ending import stop_between_looks
from jupyterlab_cell_profiler.sampling.sampler import Sampler, SamplerError
from jupyterlab_cell_profiler.sampling.series import Series, extremes
from jupyterlab_cell_profiler.sampling.spy import SELDOM
from jupyterlab_cell_profiler.sampling.stacks import weight_of

pytestmark = pytest.mark.alone


OPTIONS = {"rate": 100, "idle": True, "native": False, "gil": False, "subprocesses": False}
MEMORY = {"interval": 0.01, "children": True}


# Kept in bounded memory ---------------------------------------------------------------


def written(samples: dict[str, list[str]]) -> dict[str, Any]:
    """What py-spy writes; a letter is a frame, a word a stack."""
    letters = sorted({letter for words in samples.values() for word in words for letter in word})
    return {
        "shared": {"frames": [{"name": x, "file": "f.py", "line": 1} for x in letters]},
        "profiles": [
            {"name": name, "samples": [[letters.index(x) for x in word] for word in words]}
            for name, words in samples.items()
        ],
    }


def words_of(data: dict[str, Any], thread: int = 0) -> list[str]:
    """Samples of a thread in order, as they were drawn."""
    return ["".join(stack) for stack in stacks_of(data, thread)]


def stacks_of(data: dict[str, Any], thread: int = 0) -> list[list[str]]:
    """Samples of a thread in order, each the names of its frames."""
    found = []
    for _, count, node, *_ in data["threads"][thread]["runs"]:
        stack: list[str] = []
        while node >= 0:
            stack.insert(0, data["frames"][data["nodes"]["frame"][node]][0])
            node = data["nodes"]["parent"][node]
        found += [stack] * count
    return found


def test_samples_are_merged_and_stay_in_order() -> None:
    kept = Compact()
    kept.add(written({"main": ["ab", "ab", "ac", "", "ab"]}))
    data = kept.data()
    assert words_of(data) == ["ab", "ab", "ac", "", "ab"]
    assert len(data["nodes"]["parent"]) == 3
    assert [run[:2] for run in data["threads"][0]["runs"]] == [[0, 2], [2, 1], [3, 1], [4, 1]]


def test_the_next_part_goes_on_in_time() -> None:
    kept = Compact()
    kept.add(written({"main": ["a", "b"]}))
    kept.add(written({"late": ["x"], "main": ["b", "a"]}))
    data = kept.data()
    assert [thread["name"] for thread in data["threads"]] == ["main", "late"]
    assert words_of(data) == ["a", "b", "b", "a"]
    assert data["threads"][0]["runs"][1][:2] == [1, 2]
    assert data["threads"][1]["runs"][0][0] == 2, "it was not there before"


def test_a_long_run_is_bounded_and_loses_no_sample() -> None:
    rng = random.Random(1)
    kept = Compact(limit=500)
    words = [rng.choice(["a", "ab", "abc", "ad", "x"]) for _ in range(20_000)]
    for start in range(0, len(words), 1000):
        kept.add(written({"main": words[start : start + 1000]}))
    data = kept.data()
    assert len(data["threads"][0]["runs"]) <= 500
    assert Counter(words_of(data)) == Counter(words)
    ticks = [run[0] for run in data["threads"][0]["runs"]]
    assert ticks == sorted(ticks)
    # What was seen in the first half is still in it, but for one stretch.
    half = Counter(words_of(data)[:10_000])
    assert half["a"] == pytest.approx(Counter(words[:10_000])["a"], rel=0.1)


def test_a_deep_stack_costs_its_frames_once() -> None:
    kept = Compact()
    deep = {"shared": {"frames": [{"name": f"f{n}"} for n in range(900)]}}
    kept.add(deep | {"profiles": [{"name": "main", "samples": [list(range(900))] * 1000}]})
    assert len(json.dumps(kept.data())) < 60_000


def test_a_look_may_stand_for_several_samples() -> None:
    kept = Compact()
    kept.add(written({"main": ["a", "b"]}))
    kept.add(written({"main": ["b", "b", "a"]}), weight=4)
    (thread,) = kept.data()["threads"]
    assert [run[:2] for run in thread["runs"]] == [[0, 1], [1, 9], [10, 4]]
    assert [run[3:] for run in thread["runs"]] == [[], [3], [1]], "looks, where they differ"
    assert thread["looks"] == 14


def test_rates_are_divided_into_nearly_whole_ones() -> None:
    assert [weight_of(100, wanted) for wanted in (1.0, 1.5, 4.0, 500.0)] == [1, 2, 4, 20]
    for rate in (7, 40, 97, 100, 1000):
        for wanted in (1.0, 3.3, 17.0, 400.0):
            weight = weight_of(rate, wanted)
            assert rate / weight >= 4.8 or weight == 1
            assert round(rate / weight) * weight == pytest.approx(rate, rel=0.03)


def test_rare_stacks_are_folded_and_keep_their_innermost_frames() -> None:
    rng = random.Random(3)
    kept = Compact(nodes=400)
    words = []
    for _ in range(40):
        rare = ["main" + "".join(rng.choices("abcdef", k=20)) + "xyz"[n % 3] for n in range(50)]
        part = [word for n in range(50) for word in (rare[n], "mainh")]
        kept.add(written({"T": part}))
        words += part
    data = kept.data()
    assert len(data["nodes"]["parent"]) <= 400
    assert all(parent < node for node, parent in enumerate(data["nodes"]["parent"]))
    found = ["".join(stack) for stack in stacks_of(data)]
    assert len(found) == len(words)
    assert Counter(stack[-1] for stack in found) == Counter(word[-1] for word in words)
    assert found.count("mainh") == 2000, "what is often there stays as it is"
    assert all(stack.startswith("main") for stack in found)
    assert all(stack.count("(other)") <= 1 for stack in found)
    # Those of the last part may still be whole.
    folded = [stack for stack in found if "(other)" in stack]
    assert len(folded) > 1500
    assert all(stack[-1] in "xyz" for stack in folded)
    ticks = [run[0] for run in data["threads"][0]["runs"]]
    assert ticks == sorted(ticks)


def test_a_series_is_bounded_and_keeps_its_extremes() -> None:
    rng = random.Random(2)
    values = [rng.randrange(1000) for _ in range(50_000)]
    values[31_415], values[40_001] = 10_000, -5
    series = Series(limit=200)
    for t, value in enumerate(values):
        series.add(float(t), value)
    data = series.data()
    assert len(data["t"]) <= 202
    assert data["t"] == sorted(data["t"])
    assert all(values[int(t)] == value for t, value in zip(data["t"], data["values"], strict=True))
    assert (data["t"][data["values"].index(10_000)], min(data["values"])) == (31_415, -5)


def test_extremes_are_in_the_order_of_time() -> None:
    assert extremes([]) == []
    assert extremes([(0.0, 3), (1.0, 3)]) == [(0.0, 3)]
    assert extremes([(0.0, 3), (1.0, 9), (2.0, 1)]) == [(1.0, 9), (2.0, 1)]


# At work ------------------------------------------------------------------------------


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    children = set(psutil.Process().children(recursive=True))
    yield
    assert not set(psutil.Process().children(recursive=True)) - children
    assert not [name for name in os.listdir(tmp_path) if name.startswith("cell-profiler")]


def sampler(**more: Any) -> Sampler:
    reason = spy.impossible()
    if reason is not None:
        pytest.skip(reason)
    found = Sampler({"time": OPTIONS}, MEMORY, **more)
    if found.problems:
        found.close()
        pytest.skip(found.problems["time"])
    return found


def work(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


@pytest.mark.usefixtures("clean")
def test_stacks_and_memory_of_one_run() -> None:
    helper = sampler()
    work(0.2)
    block = bytearray(60_000_000)
    work(0.2)
    before = time.monotonic()
    found = helper.stop()
    del block
    samples = found["stacks"]["time"]["samples"]
    assert "work" in [frame[0] for frame in samples["frames"]]
    memory = found["memory"]["rss"]
    assert max(memory["values"]) - memory["values"][0] > 50_000_000
    assert memory["t"][-1] == pytest.approx(before, abs=1.0), "the clock is that of both"
    assert not found["stacks"]["time"]["lost"]
    with pytest.raises(SamplerError, match="was not running"):
        helper.stop()


def deep(calls: int, seconds: float) -> None:
    if calls:
        deep(calls - 1, seconds)
    else:
        work(seconds)


@pytest.mark.usefixtures("clean")
def test_where_a_look_takes_long_there_are_fewer() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    try:
        helper = sampler()
        deep(3000, 3.0)
        found = helper.stop()["stacks"]["time"]
    finally:
        sys.setrecursionlimit(limit)
    if SELDOM not in found["said"] or found["said"].count("Wrote speedscope file") < 2:
        pytest.skip("this machine reads so deep a stack in no time, or is too busy")
    (main,) = (t for t in found["samples"]["threads"] if "MainThread" in t["name"])
    assert any(len(run) == 4 and run[1] > run[3] for run in main["runs"])
    # The depth is there in each sample, and time is that of the recording.
    ticks = sum(run[1] for run in main["runs"])
    assert sum(run[1] for run in main["runs"] if run[2] >= 3000) > 0.8 * ticks


@pytest.mark.usefixtures("clean")
def test_one_py_spy_follows_the_other() -> None:
    helper = sampler(chunk=0.3)
    work(1.5)
    found = helper.stop()["stacks"]["time"]
    assert found["said"].count("Wrote speedscope file") >= 3
    (main,) = (t for t in found["samples"]["threads"] if "MainThread" in t["name"])
    looks = sum(count for _, count, *_ in main["runs"])
    assert looks > 100 * found["seconds"] * 0.5, "nothing is missing between them"


@pytest.mark.usefixtures("clean")
def test_one_that_rests_looks_for_whole_times_only() -> None:
    reason = spy.impossible()
    if reason is not None:
        pytest.skip(reason)
    seldom = OPTIONS | {"rate": 20}
    helper = Sampler({"time": OPTIONS, "some": seldom}, extra={"some": (0.3, 0.5, 0.5)})
    if helper.problems:
        helper.close()
        pytest.skip(helper.problems["time"])
    work(4.0)
    found = helper.stop()["stacks"]
    counts = {}
    for name, stacks in found.items():
        (main,) = (t for t in stacks["samples"]["threads"] if "MainThread" in t["name"])
        counts[name] = sum(count for _, count, *_ in main["runs"])
    assert counts["time"] > 100 * found["time"]["seconds"] * 0.5
    # Some of the time, and at most two thirds of it: times are half a second and a look.
    assert 5 <= counts["some"] <= 20 * found["some"]["seconds"] * 0.8
    assert found["some"]["said"].count("Wrote speedscope file") >= 2


BUSY = "while True: sum(range(1000))"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who traces")
def test_whoever_is_looked_at_goes_on_when_py_spy_is_ended(tmp_path: Path) -> None:
    program = spy.executable()
    if program is None:
        pytest.skip("py-spy is not installed")
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        known = psutil.Process(process.pid)
        for number in range(5):
            told: queue.Queue[str] = queue.Queue()
            file = str(tmp_path / f"{number}.json")
            looking = spy.Spy(
                spy.command(program, process.pid, file, OPTIONS | {"rate": 50}), file, told.put
            )
            if told.get(timeout=60) != "ready":
                pytest.skip(looking.said)
            time.sleep(random.random() / 20)
            assert stop_between_looks(looking._child.pid, process.pid)
            assert _tracers(process.pid) == ["0"]
            before = known.cpu_times().user
            deadline = time.monotonic() + 30
            while known.cpu_times().user <= before and time.monotonic() < deadline:
                time.sleep(0.01)
            assert known.cpu_times().user > before, "it works while py-spy is stopped"
            assert looking.kill(process.pid)
        assert known.status() != psutil.STATUS_STOPPED
    finally:
        process.kill()
        process.wait()


def _tracers(pid: int) -> list[str]:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return [line.split()[1] for line in text.splitlines() if line.startswith("TracerPid")]


def test_who_cannot_be_stopped_is_told() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    assert not stop_between_looks(process.pid, os.getpid())


@pytest.mark.usefixtures("clean")
def test_a_child_process_is_counted_and_the_helper_is_not() -> None:
    # Kernels of other tests are children of this process, too.
    others = sum(child.memory_info().rss for child in psutil.Process().children(recursive=True))
    helper = sampler()
    code = "x = bytearray(40_000_000); import time; time.sleep(0.6)"
    subprocess.run([sys.executable, "-c", code], check=True)
    values = helper.stop()["memory"]["children"]["values"]
    assert values[0] == pytest.approx(others, rel=0.02, abs=1_000_000)
    assert max(values) - values[0] > 40_000_000


@pytest.mark.usefixtures("clean")
def test_a_killed_helper_is_a_sentence() -> None:
    helper = sampler()
    assert helper._child is not None
    helper._child.kill()
    with pytest.raises(SamplerError, match="The helper process ended with status -9"):
        helper.stop()


KERNEL = """
import sys, time
from jupyterlab_cell_profiler.sampling.sampler import Sampler
helper = Sampler({"time": %r}, %r)
print(helper._child.pid, helper._folder.name, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_it_ends_when_the_kernel_is_killed() -> None:
    sampler().close()
    kernel = subprocess.Popen(
        [sys.executable, "-c", KERNEL % (OPTIONS, MEMORY)], stdout=subprocess.PIPE, text=True
    )
    assert kernel.stdout is not None
    pid, folder = kernel.stdout.readline().split()
    family = [psutil.Process(int(pid)), *psutil.Process(int(pid)).children(recursive=True)]
    assert len(family) == 2
    kernel.send_signal(signal.SIGKILL)
    kernel.wait()
    kernel.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
    assert not os.path.exists(folder)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux can bind two lives")
def test_py_spy_ends_when_kernel_and_helper_are_killed_at_once() -> None:
    sampler().close()
    kernel = subprocess.Popen(
        [sys.executable, "-c", KERNEL % (OPTIONS, None)], stdout=subprocess.PIPE, text=True
    )
    assert kernel.stdout is not None
    pid, folder = kernel.stdout.readline().split()
    helper = psutil.Process(int(pid))
    family = [helper, *helper.children(recursive=True)]
    helper.kill()
    kernel.kill()
    kernel.wait()
    kernel.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert len(family) == 2
    assert not alive
    shutil.rmtree(folder, ignore_errors=True)  # Nobody is left who could do it.


@pytest.mark.usefixtures("clean")
def test_a_module_of_the_user_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise RuntimeError('not this one')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    sampler().stop()
