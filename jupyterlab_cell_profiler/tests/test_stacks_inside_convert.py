"""``convert`` of what pyinstrument saw, from recorded raw data; pyinstrument takes no part."""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jupyterlab_cell_profiler.profilers import CellFile, Target
from jupyterlab_cell_profiler.profilers.stack_looks import TICK, Looks, stack_of
from jupyterlab_cell_profiler.profilers.stack_samples import (
    BUILT_IN,
    Frame,
    count_of,
    hot_files,
    samples_of,
)
from jupyterlab_cell_profiler.profilers.stack_tree import OTHER
from jupyterlab_cell_profiler.profilers.stacks import convert
from jupyterlab_cell_profiler.sampling.runs import append, within_stretches

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "data" / "raw" / "pyinstrument"
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))


def read(name: str) -> tuple[dict[str, Any], Target]:
    """Raw data and target of a recording (see ``record_stacks_inside.py``)."""
    value = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    known = value["target"]
    target = Target(
        cells={file: CellFile(**cell) for file, cell in known["cells"].items()},
        own_files=known["own_files"],
    )
    target.files.add("In [9]", known["source"], cell_id="own")
    return value["raw"], target


def converted(name: str) -> tuple[dict[str | None, Any], dict[str, Any]]:
    """Blocks of lines by name, and the stacks section."""
    raw, target = read(name)
    found: list[Any] = list(convert(raw, target))
    *blocks, stacks = found
    return {block.get("name"): block for block in blocks}, stacks


def by_line(block: dict[str, Any], column: str) -> dict[int, float]:
    (found,) = (c for c in block["columns"] if c["name"] == column)
    return dict(zip(block["lines"], found["values"], strict=True))


def rows(stacks: dict[str, Any]) -> list[tuple[str, int, float]]:
    """Depth-first as it stands: name and line of each node, and its own seconds."""
    frames, nodes = stacks["frames"], stacks["nodes"]
    return [
        (frames["name"][frame], frames["line"][frame], own)
        for frame, own in zip(nodes["frame"], nodes["self"], strict=True)
    ]


def test_there_are_recordings() -> None:
    assert set(RECORDED) == {
        "await", "busy", "display", "loop", "recursion", "short", "threads",
    }  # fmt: skip


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
    nodes, timeline = stacks["nodes"], stacks["timeline"]
    below = [0.0] * len(nodes["parent"])
    for node, parent in enumerate(nodes["parent"]):
        assert parent < node
        if parent >= 0:
            below[parent] += nodes["total"][node]
            assert nodes["total"][node] <= nodes["total"][parent] + 1e-9
    for node, total in enumerate(nodes["total"]):
        assert nodes["self"][node] + below[node] == pytest.approx(total, abs=1e-5)
    # Every second of a look at the cell is in the tree, and each look is counted.
    samples = samples_of(raw)
    measured = TICK * sum(sample.count for sample in samples)
    assert sum(nodes["self"]) == pytest.approx(measured, abs=1e-5)
    assert stacks["samples"] == count_of(samples)
    assert stacks["samples"] <= raw["samples"]["threads"][0]["looks"]
    spent: Counter[int] = Counter()
    for node, duration in zip(timeline["node"], timeline["duration"], strict=True):
        spent[node] += duration
    for node, own in enumerate(nodes["self"]):
        assert spent[node] == pytest.approx(own, abs=1e-5)
    ends = 0.0
    for t, length in zip(timeline["t"], timeline["duration"], strict=True):
        assert t >= ends - 1e-6, "runs do not overlap"
        ends = t + length
    assert stacks["threads"] == ["the cell"]
    for block in blocks:
        assert {column["name"] for column in block["columns"]} == {
            "samples", "total_time", "self_time",
        }  # fmt: skip
        own, total = by_line(block, "self_time"), by_line(block, "total_time")
        assert all(own[line] <= total[line] for line in own)
        assert max(by_line(block, "samples").values()) <= stacks["samples"]
    for path in (file["path"] for file in target.files.files):
        assert "/cells/" not in path
        assert not path.startswith("/package/")
    assert BUILT_IN not in [file["path"] for file in target.files.files]


def test_a_loop_without_calls_and_a_built_in() -> None:
    # The six looks, by hand: 0.200342 s at the end of loop(), then five into the sorting.
    blocks, stacks = converted("loop")
    assert rows(stacks) == [
        ("<module>", 6, 0.0),
        ("loop", 5, 0.200342),
        ("<module>", 7, pytest.approx(0.010791 + 0.024001)),
        ("<lambda>", 7, 0.010367),
        ("sorted", 0, 0.013448),
    ]
    assert stacks["samples"] == 6
    assert stacks["timeline"]["node"] == [1, 2, 3, 2, 4]
    assert stacks["timeline"]["t"] == [0.0, 0.200342, 0.211133, 0.2215, 0.245501]
    assert stacks["frames"]["file"][stacks["frames"]["name"].index("sorted")] == -1
    assert by_line(blocks["loop"], "self_time") == {5: 0.200342}
    assert by_line(blocks["loop"], "samples") == {5: 1}
    # A built-in function is time of the line that calls it.
    assert by_line(blocks[None], "self_time") == {6: 0.0, 7: pytest.approx(0.058607)}
    assert by_line(blocks[None], "samples") == {6: 1, 7: 5}


def test_functions_of_an_earlier_cell_and_a_cell_that_sleeps() -> None:
    blocks, stacks = converted("busy")
    assert rows(stacks)[0][0] == "<module>"
    assert set(blocks) == {None, "inner", "outer"}
    # A return is what it sees of inner(): the time of the whole loop is at that line.
    own = by_line(blocks["inner"], "self_time")
    assert list(own) == [5]
    assert own[5] > 0.1
    top = by_line(blocks[None], "self_time")
    assert top[4] == pytest.approx(0.2, abs=0.02), "the cell begins with an empty line"
    assert by_line(blocks[None], "total_time")[3] >= own[5] - 1e-6


def test_a_deep_recursion() -> None:
    blocks, stacks = converted("recursion")
    assert sum(name == "down" for name, _, _ in rows(stacks)) == 901
    down = by_line(blocks["down"], "total_time")
    assert max(down.values()) == pytest.approx(sum(stacks["nodes"]["self"]), abs=1e-5)


def test_only_the_thread_of_the_cell() -> None:
    blocks, stacks = converted("threads")
    assert "work" not in blocks
    top = by_line(blocks[None], "total_time")
    assert sum(top.values()) > 0.2
    assert max(top, key=lambda line: top[line]) in (8, 10), "it waits for the others"
    assert "lock.acquire" in stacks["frames"]["name"]


def test_waiting_for_await_is_a_row_of_its_own() -> None:
    _, stacks = converted("await")
    seconds = {name: own for name, _, own in rows(stacks)}
    assert seconds["(awaiting)"] == pytest.approx(0.2, abs=0.05)
    assert "work" in seconds


def test_the_display_of_the_last_value_is_left_out() -> None:
    blocks, stacks = converted("display")
    assert sum(stacks["nodes"]["self"]) == pytest.approx(0.2, abs=0.02)
    assert set(by_line(blocks[None], "self_time")) == {6}


def test_no_look_no_section() -> None:
    raw, target = read("short")
    assert convert(raw, target) == []


def test_a_library_is_hot_by_the_built_ins_that_it_calls() -> None:
    looks = Looks()
    cell, library = ("<module>", "/cell.py", 1), ("dumps", "/lib/json.py", 7)
    looks.add([cell, library, ("encode", BUILT_IN, 0)], 2.0)
    looks.add([cell], 1.0)
    raw = {
        "samples": looks.data('Thread 1 "MainThread"'), "pid": 1, "thread": 1, "before": [1],
        "cells": ["/cell.py"], "package": "/ours/", "awaits": False, "tick": TICK,
    }  # fmt: skip
    assert hot_files(samples_of(raw), {"/cell.py"}) == ["/lib/json.py"]


# Looks ----------------------------------------------------------------------------------

A: Frame = ("a", "/a.py", 1)
B: Frame = ("b", "/b.py", 2)


def test_equal_looks_in_a_row_are_one_run() -> None:
    looks = Looks()
    for stack, seconds in (([A], 0.5), ([A], 0.25), ([A, B], 1.0), ([A], 0.125)):
        looks.add(stack, seconds)
    data = looks.data("here")
    assert data["frames"] == [["a", "/a.py", 1], ["b", "/b.py", 2]]
    assert data["nodes"] == {"parent": [-1, 0], "frame": [0, 1]}
    (thread,) = data["threads"]
    assert (thread["name"], thread["looks"]) == ("here", 4)
    assert thread["runs"] == [
        [0, 750_000, 0, 2],
        [750_000, 10**6, 1, 1],
        [1_750_000, 125_000, 0, 1],
    ]


def test_rounding_does_not_add_up() -> None:
    looks = Looks()
    for n in range(30_000):
        looks.add([A] if n % 2 else [B], 1e-6 / 3 + 0.0001)
    runs = looks.data("here")["threads"][0]["runs"]
    assert sum(count for _, count, *_ in runs) == pytest.approx(3_010_000, abs=1)


def test_many_runs_are_ordered_within_stretches() -> None:
    looks = Looks(limit=100)
    for n in range(5_000):
        looks.add([A] if n % 2 else [A, B], 0.01)
    runs = looks.data("here")["threads"][0]["runs"]
    assert len(runs) <= 101
    assert sum(count for _, count, *_ in runs) == 50 * 10**6
    assert sum(seen for *_, seen in runs) == 5_000
    by_node: Counter[int] = Counter()
    for _, count, node, _ in runs:
        by_node[node] += count
    assert by_node == {0: 25 * 10**6, 1: 25 * 10**6}
    for (tick, count, *_), (following, *_) in pairwise(runs):
        assert tick + count == following


def test_a_full_tree_keeps_what_is_known_and_the_last_frame() -> None:
    looks = Looks(nodes=50)
    top: Frame = ("top", "/top.py", 1)
    for n in range(1_000):
        between: list[Frame] = [(f"f{n}", "/f.py", n), (f"g{n}", "/g.py", n)]
        looks.add([top, *between, (f"leaf{n % 2}", "/l.py", 1)], 1.0)
        looks.add([top, A], 1.0)
    data = looks.data("here")
    assert len(data["nodes"]["parent"]) <= 55
    names = [data["frames"][frame][0] for frame in data["nodes"]["frame"]]
    other = names.index(OTHER[0])
    assert data["nodes"]["parent"][other] == names.index("top")
    below = [n for n, parent in enumerate(data["nodes"]["parent"]) if parent == other]
    assert {names[n] for n in below} == {"leaf0", "leaf1"}
    runs = data["threads"][0]["runs"]
    assert sum(count for _, count, *_ in runs) == 2_000 * 10**6
    assert sum(count for _, count, node, _ in runs if node in below) > 900 * 10**6
    assert sum(count for _, count, node, _ in runs if names[node] == "a") == 1_000 * 10**6


def test_stretches_keep_gaps() -> None:
    runs: list[Any] = []
    for run in ((0, 4, 1, 1), (4, 4, 2, 1), (8, 1, 1, 1), (20, 2, 1, 3)):
        append(runs, run)
    assert within_stretches(runs, 10) == [(0, 5, 1, 2), (5, 4, 2, 1), (20, 2, 1, 3)]


def test_who_had_the_time_before_an_event() -> None:
    def caller() -> Any:
        return sys._getframe()

    frame = caller()
    line = frame.f_lineno
    name = getattr(frame.f_code, "co_qualname", "caller")
    here = (name, __file__, line)
    assert stack_of(frame, "return", None)[-1] == here
    assert stack_of(frame, "c_call", len)[-1] == here, "the caller, until the call"
    assert stack_of(frame, "c_return", "".join)[-1] == ("str.join", BUILT_IN, 0)
    assert stack_of(frame, "c_exception", len)[-2] == here
    inner = sys._getframe()
    assert stack_of(inner, "call", None)[-1][0] != stack_of(inner, "return", None)[-1][0]
    assert stack_of(None, "call", None) == []
