"""``convert`` of ``stacks``, from recorded and from drawn raw data; py-spy takes no part."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jupyterlab_cell_profiler.profilers import CellFile, Target
from jupyterlab_cell_profiler.profilers.stack_pickled import FILE, with_cells
from jupyterlab_cell_profiler.profilers.stack_samples import (
    Sample,
    samples_of,
    seconds_per_sample,
    uncertainty,
)
from jupyterlab_cell_profiler.profilers.stack_sections import sections_of, span_at, spans_of
from jupyterlab_cell_profiler.profilers.stack_tree import OTHER, Run, Tree, merge, prune, thin
from jupyterlab_cell_profiler.profilers.stacks import convert
from jupyterlab_cell_profiler.sampling.compact import compact

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "data" / "raw" / "py-spy"
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))


def read(name: str) -> tuple[dict[str, Any], Target]:
    """Raw data and target of a recording (see ``record_stacks.py``)."""
    value = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    known = value["target"]
    target = Target(
        cells={file: CellFile(**cell) for file, cell in known["cells"].items()},
        own_files=known["own_files"],
    )
    target.files.add("In [9]", known["source"], cell_id="own")
    raw = value["raw"]
    raw["samples"] = compact(raw.pop("profile"))
    return raw, target


def converted(name: str) -> tuple[dict[str | None, Any], dict[str, Any], Target]:
    """Blocks of lines by name, the stacks section, and the target with its files."""
    raw, target = read(name)
    found: list[Any] = list(convert(raw, target))
    *blocks, stacks = found
    return {block.get("name"): block for block in blocks}, stacks, target


def by_line(block: dict[str, Any], column: str) -> dict[int, float]:
    (found,) = (c for c in block["columns"] if c["name"] == column)
    return dict(zip(block["lines"], found["values"], strict=True))


def names(stacks: dict[str, Any]) -> list[str]:
    return [stacks["frames"]["name"][frame] for frame in stacks["nodes"]["frame"]]


def test_there_are_recordings() -> None:
    names = {"busy", "recursion", "threads", "await", "native", "display", "children", "short"}
    assert names <= set(RECORDED)


@pytest.mark.parametrize("name", [name for name in RECORDED if name != "short"])
def test_what_holds_for_every_recording(name: str) -> None:
    raw, target = read(name)
    before = copy.deepcopy(raw)
    *blocks, stacks = convert(raw, target)
    assert raw == before, "raw data is only read"
    for section in [*blocks, stacks]:
        jsonschema.validate(
            section, {"$ref": "#/definitions/section", "definitions": SCHEMA["definitions"]}
        )
    assert stacks["kind"] == "stacks"
    nodes, timeline = stacks["nodes"], stacks["timeline"]
    below = [0.0] * len(nodes["parent"])
    for node, parent in enumerate(nodes["parent"]):
        assert parent < node
        if parent >= 0:
            below[parent] += nodes["total"][node]
            assert nodes["thread"][parent] == nodes["thread"][node]
    for node, total in enumerate(nodes["total"]):
        assert nodes["self"][node] + below[node] == pytest.approx(total, abs=1e-4)
    # The runs in time order and the tree have the same time in each node.
    spent: Counter[int] = Counter()
    for node, duration in zip(timeline["node"], timeline["duration"], strict=True):
        spent[node] += duration
    for node, own in enumerate(nodes["self"]):
        assert spent[node] == pytest.approx(own, abs=1e-3)
    for thread in set(timeline["thread"]):
        ends = 0.0
        for t, owner, length in zip(
            timeline["t"], timeline["thread"], timeline["duration"], strict=True
        ):
            if owner == thread:
                assert t >= ends - 1e-4, "runs of a thread do not overlap"
                ends = t + length
    for path in (file["path"] for file in target.files.files):
        assert "/cells/" not in path
        assert "ipykernel" not in path


def test_functions_of_the_cell_and_of_an_earlier_one() -> None:
    blocks, stacks, target = converted("busy")
    assert names(stacks)[0] == "<module>"
    assert set(blocks) == {None, "inner", "outer"}
    assert target.files.files[blocks[None]["file"]]["cellId"] == "own"
    assert target.files.files[blocks["inner"]["file"]]["cellId"] == "cell-0"
    own = by_line(blocks["inner"], "self_time")
    assert set(own) <= {3, 4}
    assert sum(own.values()) > 0.05
    top, sleeping = by_line(blocks[None], "total_time"), by_line(blocks[None], "self_time")
    # The cell begins with an empty line, which IPython drops and a person sees.
    assert top[3] >= sum(own.values()) - 1e-6
    assert sleeping[3] < 0.02
    assert 0.15 < sleeping[4] < 0.3, "time that passes asleep is there, at its line"


def test_a_deep_recursion_counts_a_line_once_for_each_sample() -> None:
    blocks, stacks, _ = converted("recursion")
    depth = Counter(names(stacks))["down"]
    assert depth > 900
    down = by_line(blocks["down"], "samples")
    assert max(down.values()) <= max(by_line(blocks[None], "samples").values())


def test_each_thread_has_its_own_tree() -> None:
    blocks, stacks, _ = converted("threads")
    assert stacks["threads"] == ["the cell", "worker 0", "worker 1"]
    roots: Counter[str] = Counter()
    for node, parent in enumerate(stacks["nodes"]["parent"]):
        if parent < 0:
            thread = stacks["threads"][stacks["nodes"]["thread"][node]]
            roots[thread] += stacks["nodes"]["total"][node]
    assert all(0.15 < seconds < 0.5 for seconds in roots.values())
    # The threads run at once, so that their line has more time than passes.
    assert sum(by_line(blocks["work"], "self_time").values()) > 0.45


def test_waiting_for_await_is_a_row_of_its_own() -> None:
    _, stacks, _ = converted("await")
    (waiting,) = (n for n, name in enumerate(names(stacks)) if name == "(awaiting)")
    assert 0.1 < stacks["nodes"]["total"][waiting] < 0.35
    assert "work" in names(stacks)


def test_child_processes_have_their_lines_in_the_cell() -> None:
    """Two processes of a pool, each for half a second in a function of an earlier cell."""
    blocks, stacks, target = converted("children")
    job = blocks["job"]
    assert target.files.files[job["file"]]["cellId"] == "cell-0"
    assert max(by_line(job, "self_time").values()) == pytest.approx(1.0, abs=0.4)
    working = {
        stacks["threads"][stacks["nodes"]["thread"][node]]
        for node, name in enumerate(names(stacks))
        if name == "job"
    }
    assert len(working) == 2
    assert all(re.fullmatch(r"process \d+: MainThread", thread) for thread in working)


def test_the_helper_process_is_not_among_them() -> None:
    raw, target = read("children")
    seen = {file for _, file, _ in raw["samples"]["frames"]}
    assert "/package/sampling/helper.py" in seen, "py-spy looked at it"
    convert(raw, target)
    assert not [file for file in target.files.files if "/package/" in file["path"]]


def test_native_code_is_below_the_line_that_called_it() -> None:
    blocks, stacks, target = converted("native")
    files = [target.files.files[file]["path"] for file in stacks["frames"]["file"] if file >= 0]
    assert any(path.startswith("libz.so") for path in files)
    top = blocks[None]
    assert by_line(top, "total_time")[4] > 0.1


def test_the_display_of_the_last_value_is_left_out() -> None:
    blocks, stacks, _ = converted("display")
    assert "Slow.__repr__" not in names(stacks)
    lines = by_line(blocks[None], "self_time")
    assert set(lines) == {6}
    assert 0.1 < lines[6] < 0.28


def test_no_sample_no_section() -> None:
    raw, target = read("short")
    assert convert(raw, target) == []
    assert convert({}, target) == []


# Drawn: a letter is a frame, a word a stack, words are in time order ------------------


def drawn(text: str, **more: Any) -> dict[str, Any]:
    """Raw data of one thread; frames in capitals are of the cell, ``.`` is no stack."""
    letters = sorted(set(text) - set(" ."))
    frames = [
        {"name": x, "file": "/cell.py" if x.isupper() else "/lib.py", "line": ord(x) - 60}
        for x in letters
    ]
    stacks = [[letters.index(x) for x in word if x != "."] for word in text.split()]
    return raw_of(frames, {'Thread 7 "MainThread"': stacks}) | more


def raw_of(frames: list[dict[str, Any]], threads: dict[str, list[list[int]]]) -> dict[str, Any]:
    """Raw data of what py-spy saw in each thread."""
    profile = {
        "shared": {"frames": frames},
        "profiles": [{"name": name, "samples": stacks} for name, stacks in threads.items()],
    }
    return {
        "samples": compact(profile),
        "rate": 10,
        "idle": True,
        "seconds": 0.1 * len(next(iter(threads.values()))),
        "pid": 1,
        "thread": 7,
        "before": [7],
        "package": "/ours/",
        "awaits": False,
        "cells": ["/cell.py"],
        "sources": {},
    }


X, A, Y = (
    {"name": name, "file": "/cell.py" if name.isupper() else "/lib.py", "line": 5} for name in "xAy"
)


def drawn_back(text: str) -> str:
    """The user's stacks of a drawing, as a drawing."""
    return " ".join("".join(f[0] for f in s.stack) for s in samples_of(drawn(text)))


def test_frames_above_the_cell_go() -> None:
    assert drawn_back("xyA xyAB xy . xyABz") == "A AB ABz"


def test_our_own_work_goes() -> None:
    ours = Y | {"file": "/ours/hooks.py"}
    raw = raw_of([X, A, ours], {'Thread 7 "MainThread"': [[0, 1], [0, 1, 2]]})
    assert len(samples_of(raw)) == 1


def test_threads_of_the_kernel_go_and_new_ones_stay() -> None:
    threads = {'Thread 7 "MainThread"': [[1, 0]]}
    threads |= {'Thread 8 "IOPub"': [[1]], 'Thread 9 "pool"': [[1]]}
    raw = raw_of([A, X], threads)
    raw["before"] = [7, 8]
    assert [sample.thread for sample in samples_of(raw)] == ["the cell", "pool"]


def test_a_child_process_is_named_by_its_number_only() -> None:
    process = {"name": 'process 5:"python --password=secret"', "file": "", "line": 0}
    threads = {'Thread 7 "MainThread"': [[1, 0]], 'Process 5 Thread 5 "MainThread"': [[2, 0]]}
    raw = raw_of([A, X, process], threads)
    child = samples_of(raw)[1]
    assert child.thread == "process 5: MainThread"
    assert [frame[0] for frame in child.stack] == ["A"]


def test_a_sample_stands_for_the_time_of_the_recording_over_the_looks() -> None:
    late = drawn("A " * 40, seconds=8.0)
    assert seconds_per_sample(late) == pytest.approx(0.2)
    assert seconds_per_sample(late | {"idle": False}) == pytest.approx(0.1)
    few = drawn("A " * 5, seconds=8.0)
    assert seconds_per_sample(few) == pytest.approx(0.1)


def test_of_a_py_spy_that_falls_behind_the_looks_count() -> None:
    # Thirty were due in three seconds; stacks so deep take longer to read.
    assert seconds_per_sample(drawn("A " * 12, seconds=3.0)) == pytest.approx(0.25)
    # Of a second ten are due, give or take three.
    assert seconds_per_sample(drawn("A " * 12, seconds=1.0)) == pytest.approx(0.1)


def test_looks_that_stand_for_many_are_no_more_than_the_time_of_the_recording() -> None:
    assert seconds_per_sample(drawn("A " * 20, seconds=1.0)) == pytest.approx(0.05)


def test_functions_that_were_sent_to_another_process_are_in_their_cell() -> None:
    earlier = "def job(n):\n    def inner():\n        return n\n    return inner()"
    target = Target(
        cells={
            "/old.py": CellFile("In [1]", earlier),
            "/new.py": CellFile("In [2]", "\n" + earlier, offset=1),
        },
        own_files={"/own.py": 1},
    )
    target.files.add("In [3]", ["%%time", "def own():", "    return [x for x in 'ab']"])
    frames = [
        ["job", FILE, 4],
        ["job.<locals>.inner", FILE, 3],
        ["inner", FILE, 3],
        ["own", FILE, 2],
        ["own.<locals>.<listcomp>", FILE, 2],
        ["job", FILE, 40],
        ["other", FILE, 4],
        ["<lambda>", FILE, 2],
        ["job", "/lib.py", 4],
    ]
    assert [file for _, file, _ in with_cells(frames, target)] == [
        "/new.py", "/new.py", "/new.py", "/own.py", "/own.py", FILE, FILE, FILE, "/lib.py",
    ]  # fmt: skip


def test_runs_end_at_gaps() -> None:
    tree = merge(samples_of(drawn("A A . A AB AB A")))
    ends = ["".join(_path(tree, run.node)) + str(run.count) for run in tree.runs]
    assert ends == ["A2", "A1", "AB2", "A1"]
    assert [run.tick for run in tree.runs] == [0, 3, 4, 6]


def _path(tree: Tree, node: int) -> list[str]:
    found: list[str] = []
    while node >= 0:
        found.insert(0, tree.nodes[node].frame[0])
        node = tree.nodes[node].parent
    return found


def wide(count: int) -> Tree:
    """Ten hot stacks and many that were seen once."""
    stacks = [("main", "", 1)], [("main", "", 1), ("hot", "", 2)]
    samples = [Sample("t", n, tuple(stacks[n % 2])) for n in range(2000)]
    samples += [
        Sample("t", 2000 + n, (("main", "", 1), (f"f{n}", "", n), ("leaf", "", 1)))
        for n in range(count)
    ]
    return merge(samples)


def test_pruning_keeps_the_sums() -> None:
    whole = wide(500)
    small = prune(whole, limit=100)
    assert len(small.nodes) == 3
    assert small.nodes[2].frame == OTHER
    assert sum(n.own for n in small.nodes) == sum(n.own for n in whole.nodes) == 2500
    assert small.nodes[0].total == 2500
    assert small.nodes[2].total == 500
    assert sum(run.count for run in small.runs) == 2500
    assert prune(wide(0)).nodes == wide(0).nodes


def test_pruning_keeps_a_limit() -> None:
    assert len(prune(wide(5000), limit=50, smallest=0.0).nodes) <= 51


def test_thinning_keeps_the_time_of_each_thread() -> None:
    runs = [Run(n, 1, n % 3 % 2, thread) for n in range(5000) for thread in (0, 1)]
    thinned, width = thin(runs, limit=400)
    assert width > 1
    assert len(thinned) <= 400
    for thread, group in groupby(sorted(thinned, key=lambda r: r.thread), lambda r: r.thread):
        assert sum(run.count for run in group) == 5000, thread
    assert thin(runs[:10]) == (runs[:10], 1)


def test_spans_of_functions() -> None:
    source = [
        "%matplotlib inline",
        "@deco",
        "def f():",
        "    def g():",
        "        pass",
        "    return g",
        "class A:",
        "    async def m(self):",
        "        pass",
        "x = f()",
    ]
    spans = spans_of(source)
    at = {line: span_at(spans, line).name for line in range(1, 11)}
    assert at == {
        1: None, 2: "f", 3: "f", 4: "f.<locals>.g", 5: "f.<locals>.g", 6: "f",
        7: None, 8: "A.m", 9: "A.m", 10: None,
    }  # fmt: skip
    assert [span.name for span in spans_of(["def f(:"])] == [None]


def test_uncertainty_is_that_of_the_binomial() -> None:
    # Of many samples it is the normal approximation, 1.96 √(p (1 − p) / n).
    assert uncertainty(0.5, 100) == pytest.approx(0.098, abs=2e-3)
    assert uncertainty(0.1, 90_000) == pytest.approx(0.00196, abs=1e-5)
    # Of six samples that saw the same, the true share may well be three quarters.
    assert uncertainty(1.0, 6) == pytest.approx(uncertainty(0.0, 6))
    assert 0.2 < uncertainty(1.0, 6) < 0.3
    assert uncertainty(0.5, 0) == 1.0


def test_lines_of_a_file_without_source_are_left_out() -> None:
    target = Target(own_files={"/cell.py": 0})
    target.files.add("cell", ["x"] * 40)
    found = sections_of(drawn("xAl xAl xA"), target)
    assert [section["kind"] for section in found] == ["lines", "stacks"]
