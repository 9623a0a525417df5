"""What converters do with small files that show a rule; and sources beside a profile."""

from __future__ import annotations

import cProfile
import json
import marshal
import pstats
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.opening import sampled
from jupyterlab_cell_profiler.opening.apart import open_file
from jupyterlab_cell_profiler.opening.errors import CannotOpen
from jupyterlab_cell_profiler.opening.sources import Source, add_sources, wanted
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.opening import opened, section, totals, tree
from jupyterlab_cell_profiler.tests.opening_programs import COUNTED
from jupyterlab_cell_profiler.tests.record_opening import document


def speedscope(*profiles: dict[str, Any], frames: str = "abc") -> dict[str, Any]:
    return {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "shared": {"frames": [{"name": name} for name in frames]},
        "profiles": [{"name": "one", "startValue": 0, "endValue": 0, **one} for one in profiles],
    }


def evented(*events: tuple[str, float, int], unit: str = "milliseconds") -> dict[str, Any]:
    return {
        "type": "evented",
        "unit": unit,
        "endValue": max(at for _, at, _ in events),
        "events": [{"type": kind, "at": at, "frame": frame} for kind, at, frame in events],
    }


def test_frames_that_open_and_close() -> None:
    made = opened(
        speedscope(
            evented(("O", 1, 0), ("O", 2, 1), ("C", 5, 1), ("O", 5, 2), ("C", 9, 2), ("C", 10, 0))
        )
    )
    stacks = section(made, "stacks")
    assert tree(stacks) == pytest.approx({("a",): 0.002, ("a", "b"): 0.003, ("a", "c"): 0.004})
    assert stacks["timeline"]["t"] == [0, 0.001, 0.004, 0.008]
    assert totals(made)["sampled_time"] == pytest.approx(0.009)


def test_units_have_sections_of_their_own() -> None:
    sampled = {"type": "sampled", "samples": [[0, 1], [], [0]], "weights": [3, 5, 1]}
    made = opened(
        speedscope(
            {**sampled, "unit": "bytes"},
            {**sampled, "unit": "microseconds"},
            {**sampled, "unit": "none", "name": "two"},
        )
    )
    units = [one["unit"] for one in made["sections"] if one["kind"] == "stacks"]
    assert sorted(units) == ["bytes", "count", "seconds"]
    assert units[0] == "seconds"
    by_unit = {one["unit"]: one for one in made["sections"] if one["kind"] == "stacks"}
    assert tree(by_unit["bytes"]) == {("a", "b"): 3, ("a",): 1}
    assert by_unit["seconds"]["timeline"]["t"] == [0, 8e-6], "an empty stack is a gap"


def test_a_line_counts_once_in_a_recursion() -> None:
    frames = [{"name": "f", "file": "x.py", "line": 3}, {"name": "g", "file": "x.py", "line": 9}]
    file = speedscope(
        {"type": "sampled", "unit": "seconds", "samples": [[0, 0, 0, 1], [0]], "weights": [2, 1]}
    )
    file["shared"]["frames"] = frames
    made = opened({**file, "exporter": "py-spy@0.4"})
    block = section(made, "lines", "f")
    values = {column["name"]: column["values"] for column in block["columns"]}
    assert values == {"samples": [2], "total_time": [3], "self_time": [1]}
    assert made["files"][0]["path"] == "x.py"


def test_very_many_threads_and_nodes_fit() -> None:
    profiles = [
        {**evented(("O", 0, 0), ("C", 1 + n, 0)), "name": f"thread {n}"} for n in range(300)
    ]
    stacks = section(opened(speedscope(*profiles)), "stacks")
    assert len(stacks["threads"]) == 101
    assert stacks["threads"][-1] == "200 other threads"
    assert sum(stacks["nodes"]["self"]) == pytest.approx(sum(range(1, 301)) / 1000)
    lines = [f"{'x' * 250}{n};{'y' * 250}{n} 1" for n in range(5000)]
    made = opened("\n".join(lines), "many.folded")
    assert len(json.dumps(made)) < 512_000
    assert sum(section(made, "stacks")["nodes"]["self"]) == 5000


def test_collapsed_of_others() -> None:
    made = opened("# a comment\nmain;do it;more (all) 3\nmain;[libc.so] 2\n\n", "x.folded")
    assert tree(section(made, "stacks")) == {
        ("main", "do it", "more (all)"): 3,
        ("main", "[libc.so]"): 2,
    }
    fractions = section(opened("a;b 0.25\na 1.5\n", "x.collapsed"), "stacks")
    assert tree(fractions) == pytest.approx({("a", "b"): 0.25, ("a",): 1.5})
    with pytest.raises(CannotOpen, match="compares two profiles"):
        opened("a;b 1 2\na 3 4\n", "x.folded")


def test_stacks_are_known_by_their_content() -> None:
    assert opened("a;b 1\na;c 2\n", "perf.txt")["profilers"][0]["tool"] == "collapsed stacks"


def test_pstats_of_functions_that_share_a_label(tmp_path: Path) -> None:
    profiler = cProfile.Profile()
    profiler.enable()
    sorted([3, 1], key=lambda one: (lambda two: -two)(one))
    profiler.disable()
    path = tmp_path / "x.prof"
    profiler.dump_stats(path)
    made, counted = opened(path.read_bytes(), "x.prof"), pstats.Stats(str(path))
    assert totals(made)["function_calls"] == counted.total_calls  # type: ignore[attr-defined]


def test_v8_without_samples_counts_hits() -> None:
    frame = {"functionName": "f", "scriptId": "1", "url": "", "lineNumber": 0, "columnNumber": 0}
    root = {**frame, "functionName": "(root)"}
    file = {
        "nodes": [
            {"id": 1, "callFrame": root, "hitCount": 0, "children": [2]},
            {"id": 2, "callFrame": frame, "hitCount": 4},
        ],
        "startTime": 0,
        "endTime": 2_000_000,
    }
    made = opened(file)
    assert tree(section(made, "stacks")) == {("f",): 2.0}


def test_the_same_file_is_the_same_run() -> None:
    data = "a;b 1\n"
    assert opened(data)["id"] == opened(data)["id"]
    assert opened(data)["id"] != opened(data, "b.file")["id"]


@pytest.mark.parametrize("name", ["script", "script-1.5.41"])
def test_scalenes_own_files(name: str, tmp_path: Path) -> None:
    """As Scalene wrote them, read in the process that reads files."""
    raw = Path(__file__).parent / "data" / "raw" / "scalene" / f"{name}.json"
    profile = json.loads(raw.read_text("utf-8"))["profile"]
    (tmp_path / "scalene-profile.json").write_text(json.dumps(profile), "utf-8")
    made: Any = open_file(str(tmp_path / "scalene-profile.json"))
    assert made["profilers"][0]["name"] == "scalene"
    found = {
        item["name"]: item["value"]
        for one in made["sections"]
        if one["kind"] == "totals"
        for item in one["items"]
    }
    assert found["wall"] == pytest.approx(profile["elapsed_time_sec"])
    computed = sum(
        line["n_cpu_percent_python"] * profile["elapsed_time_sec"] / 100
        for file in profile["files"].values()
        for line in file["lines"]
    )
    assert found["scalene_python"] == pytest.approx(computed, rel=1e-6)
    lines = [one for one in made["sections"] if one["kind"] == "lines"]
    assert made["files"][lines[0]["file"]]["source"]


def test_an_empty_profile_of_scalenes() -> None:
    file = {"files": {}, "elapsed_time_sec": 1.0}
    assert opened(file, "scalene.json")["profilers"][0]["name"] == "scalene"


# -- sources ----------------------------------------------------------------------------------


def test_sources_that_fit_are_shown() -> None:
    made: Any = document("counted.lprof")
    assert wanted(made) == {"counted.py": ["counted.py"]}
    add_sources(made, {"counted.py": Source(COUNTED, 5.0)}, 4.0)
    assert made["files"][0]["source"][12] == "def inner(n):"
    check(made)
    notes = " ".join(made["profilers"][0]["notes"])
    assert "beside the profile" in notes
    assert "changed after" in notes


@pytest.mark.parametrize(
    "text", ["", COUNTED[:200], COUNTED.replace("def inner", "def outer"), "\n" * 1000]
)
def test_sources_that_do_not_fit_are_not(text: str) -> None:
    made: Any = document("counted.lprof")
    before = json.dumps(made)
    add_sources(made, {"counted.py": Source(text, None)}, None)
    assert json.dumps(made) == before


def test_sources_are_sought_below_the_folder_only() -> None:
    made: Any = document("counted.lprof")
    places = {
        "/home/ada/project/src/x.py": ["project/src/x.py", "src/x.py", "x.py"],
        "C:\\work\\x.py": ["C:/work/x.py", "work/x.py", "x.py"],
        "../../x.py": [],
        ".secret/x.py": [],
        "/venv/lib/python3.11/site-packages/x.py": [],
        "<frozen runpy>": [],
        "": [],
    }
    for path, expected in places.items():
        made["files"][0]["path"] = path
        assert wanted(made) == ({path: expected} if expected else {}), path


def test_marshalled_garbage_in_this_process_is_only_broken() -> None:
    for value in ({}, {1: 2}, {("a", 1, "b"): (1, 1, 0.0)}, {("a", 1): (1, 1, 0.0, 0.0, {})}):
        with pytest.raises(CannotOpen):
            opened(marshal.dumps(value), "x.prof")


def test_stacks_that_have_no_room_keep_their_sums(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sampled, "MOST", 5)
    lines = [f"main;f{n};g{n} 2" for n in range(10)]
    made = opened("\n".join(lines), "x.folded")
    found = tree(section(made, "stacks"))
    assert sum(found.values()) == 20
    assert found["main", "f0", "g0"] == 2
    assert found["main", "(other)"] == 16
    assert "more than 5 different stacks" in " ".join(made["profilers"][0]["notes"])
