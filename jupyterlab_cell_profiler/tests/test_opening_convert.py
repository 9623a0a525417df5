"""Files of other tools as documents: recorded ones, and small ones that show a rule."""

from __future__ import annotations

import cProfile
import json
import marshal
import pstats
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.opening import sampled
from jupyterlab_cell_profiler.opening.build import document_of
from jupyterlab_cell_profiler.opening.errors import CannotOpen
from jupyterlab_cell_profiler.opening.formats import convert
from jupyterlab_cell_profiler.opening.sources import Source, add_sources, wanted
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.record_opening import (
    COUNTED,
    DOCUMENTS,
    FOLDER,
    RECORDINGS,
    document,
)

MIB = 2**20


def opened(data: bytes | str | dict[str, Any], name: str = "a.file") -> dict[str, Any]:
    """The document of a file, checked."""
    if isinstance(data, dict):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    made: Any = document_of(convert(data, name, ""), name=name, path=name, digest="", modified=None)
    check(made)
    return made  # type: ignore[no-any-return]


def section(made: dict[str, Any], kind: str, name: str | None = None) -> Any:
    found = [
        one
        for one in made["sections"]
        if one["kind"] == kind and (name is None or one.get("name") == name)
    ]
    assert len(found) == 1, [(one["kind"], one.get("name")) for one in made["sections"]]
    return found[0]


def totals(made: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item["value"] for item in section(made, "totals")["items"]}


def tree(stacks: dict[str, Any], *, own: bool = True) -> dict[tuple[str, ...], float]:
    """What each stack had itself."""
    names, parents = stacks["frames"]["name"], stacks["nodes"]["parent"]
    paths: list[tuple[str, ...]] = []
    found: dict[tuple[str, ...], float] = {}
    for node, parent in enumerate(parents):
        name = names[stacks["nodes"]["frame"][node]]
        paths.append((*(paths[parent] if parent >= 0 else ()), name))
        value = stacks["nodes"]["self" if own else "total"][node]
        if value:
            found[paths[node]] = found.get(paths[node], 0) + value
    return found


@pytest.mark.parametrize("name", RECORDINGS)
def test_golden(name: str) -> None:
    """After a change that is meant: ``record_opening documents``, and look at the difference."""
    golden = json.loads((DOCUMENTS / f"{name}.cellprofile.json").read_text("utf-8"))
    assert document(name) == golden


# -- the numbers are those that the tools themselves tell ------------------------------------


@pytest.mark.parametrize("name", ["work.prof", "old.pstats"])
def test_pstats_agrees(name: str) -> None:
    made, stats = document(name), pstats.Stats(str(FOLDER / name))
    counted: Any = stats
    assert totals(made) == {
        "function_time": pytest.approx(counted.total_tt, abs=1e-9),
        "function_calls": counted.total_calls,
        "primitive_calls": counted.prim_calls,
    }
    functions = section(made, "calls")["functions"]
    rows = {
        name: numbers
        for name, *numbers in zip(
            functions["name"],
            functions["calls"],
            functions["primitive_calls"],
            functions["self_time"],
            functions["total_time"],
            strict=True,
        )
    }
    for (_, _, key), (primitive, calls, own, total, _) in counted.stats.items():
        label = getattr(key, "co_name", key)
        if list(functions["name"]).count(label) == 1:
            assert rows[label] == pytest.approx([calls, primitive, own, total], abs=1e-9)


def test_line_profiler_agrees() -> None:
    line_profiler = pytest.importorskip("line_profiler")
    stats = line_profiler.load_stats(str(FOLDER / "counted.lprof"))
    made = document("counted.lprof")
    assert {one.get("name") for one in made["sections"]} == {None, "inner", "Adder.add"}
    for (_, _, name), lines in stats.timings.items():
        if not lines:
            continue
        block = section(made, "lines", name)
        columns = {column["name"]: column["values"] for column in block["columns"]}
        assert block["lines"] == [number for number, *_ in lines]
        assert columns["hits"] == [hits for _, hits, _ in lines]
        assert columns["time"] == pytest.approx([t * stats.unit for *_, t in lines], abs=1e-9)
    whole = sum(t for lines in stats.timings.values() for *_, t in lines) * stats.unit
    assert totals(made)["line_time"] == pytest.approx(whole, abs=1e-9)


def test_memray_agrees() -> None:
    made = document("memray-memory.bin.gz")
    found = totals(made)
    # Of the program itself, to the byte but for what each bytearray has of its own.
    peak = section(made, "stacks", "peak")
    assert sum(peak["nodes"]["self"]) == found["heap_peak"]
    assert sum(section(made, "stacks", "leaked")["nodes"]["self"]) == found["heap_held"]
    build = section(made, "lines", "build")
    columns = {column["name"]: column["values"] for column in build["columns"]}
    assert build["lines"] == [2]
    assert columns["allocations"] == [8]
    assert columns["memory_allocated"] == [pytest.approx(12_500_000, abs=1000)]
    assert made["started"].startswith("2026-")


def test_mprof_agrees() -> None:
    lines = [line.split() for line in (FOLDER / "mprofile_children.dat").read_text().splitlines()]
    own = [(float(t), float(m)) for kind, m, t, *_ in lines if kind == "MEM"]
    made = document("mprofile_children.dat")
    assert totals(made)["peak_rss"] == max(round(m * MIB) for _, m in own)
    assert totals(made)["wall"] == pytest.approx(own[-1][0] - own[0][0], abs=1e-6)
    rss = section(made, "series", "rss")
    assert rss["values"] == [round(m * MIB) for _, m in own]
    both = section(made, "series", "children")["values"]
    each = [float(words[2]) for words in lines if words[0] == "CHLD"]
    # Two children at once; the first moments may have one.
    assert max(both) == pytest.approx(2 * sum(each) / len(each) * MIB, rel=0.2)
    assert both[-1] == 0
    assert made["target"]["arguments"] == []


def test_functions_of_mprof_are_marks() -> None:
    marks = section(document("mprofile_functions.dat"), "series", "rss")["marks"]
    assert [mark["label"] for mark in marks] == ["__main__.grow"] * 2
    assert 0.1 < marks[1]["t"] - marks[0]["t"] < 1


def test_speedscope_agrees() -> None:
    file = json.loads((FOLDER / "threads.speedscope.json").read_text())
    made = document("threads.speedscope.json")
    stacks = section(made, "stacks")
    assert stacks["threads"] == [profile["name"] for profile in file["profiles"]]
    for thread, profile in enumerate(file["profiles"]):
        own = sum(
            value
            for value, of in zip(stacks["nodes"]["self"], stacks["nodes"]["thread"], strict=True)
            if of == thread
        )
        assert own == pytest.approx(sum(profile["weights"]), abs=1e-6)
    assert stacks["samples"] == sum(len(profile["samples"]) for profile in file["profiles"])
    assert made["profilers"][0]["tool"] == "py-spy"
    work = section(made, "lines", "work")
    times = {column["name"]: sum(column["values"]) for column in work["columns"]}
    assert times["samples"] == stacks["samples"]


def test_collapsed_agrees() -> None:
    lines = (FOLDER / "work.collapsed").read_text().splitlines()
    stacks = section(document("work.collapsed"), "stacks")
    assert stacks["unit"] == "count"
    assert sum(stacks["nodes"]["self"]) == sum(int(line.split()[-1]) for line in lines)
    # py-spy writes threads without Python frames as an empty stack.
    assert tree(stacks)["(unknown)",] == 1


def test_pyinstrument_agrees() -> None:
    file = json.loads((FOLDER / "work.pyisession").read_text())
    made = document("work.pyisession")
    assert totals(made)["wall"] == pytest.approx(file["duration"], abs=1e-9)
    stacks = section(made, "stacks")
    whole = sum(time for _, time in file["frame_records"])
    assert sum(stacks["nodes"]["self"]) == pytest.approx(whole, abs=1e-5)
    assert {path[0] for path in tree(stacks)} == {"<module>"}, "the program begins there"
    report = json.loads((FOLDER / "pyinstrument.json").read_text())
    merged = section(document("pyinstrument.json"), "stacks")
    assert sum(merged["nodes"]["self"]) == pytest.approx(report["root_frame"]["time"], abs=1e-5)


def test_v8_agrees() -> None:
    file = json.loads((FOLDER / "work.cpuprofile").read_text())
    made = document("work.cpuprofile")
    stacks = section(made, "stacks")
    spent = (file["endTime"] - file["startTime"] - file["timeDeltas"][0]) / 1e6
    assert sum(stacks["nodes"]["self"]) == pytest.approx(spent, abs=1e-5)
    frame = stacks["frames"]["name"].index("inner")
    assert stacks["frames"]["line"][frame] == 1, "V8 counts from 0"
    assert made["files"][0]["path"] == "/home/ada/project/work.js"


# -- our own exports come back (src/__tests__/opening-exports.spec.ts writes them) ------------

EXPORTS = FOLDER.parent / "opening-exports"
GOLDEN = DOCUMENTS.parent


@pytest.mark.parametrize("name", ["stacks-cell", "stacks-threads"])
def test_exported_stacks(name: str) -> None:
    before = section(json.loads((GOLDEN / f"{name}.cellprofile.json").read_text()), "stacks")
    after = section(document(f"{name}.speedscope.json", EXPORTS), "stacks")
    assert tree(after) == pytest.approx(tree(before), abs=1e-5)
    assert after["threads"] == before["threads"]
    merged = section(document(f"{name}.collapsed", EXPORTS), "stacks")
    assert sum(merged["nodes"]["self"]) == before["samples"]


def test_exported_functions() -> None:
    name = "functions-cell"
    before = section(json.loads((GOLDEN / f"{name}.cellprofile.json").read_text()), "calls")
    after = section(document(f"{name}.prof", EXPORTS), "calls")

    def rows(calls: Any) -> list[Any]:
        columns = calls["functions"]
        names = ("name", "line", "calls", "primitive_calls", "self_time", "total_time")
        found = zip(*(columns[one] for one in names), strict=True)
        # The export says the own time where there is no total: of "(N other functions)".
        return sorted(((*row[:5], row[4] if row[5] is None else row[5]) for row in found), key=str)

    assert rows(after) == rows(before)
    assert sum(after["edges"]["calls"]) == sum(before["edges"]["calls"])


# -- rules ------------------------------------------------------------------------------------


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


def test_scalene_has_a_sentence_or_a_profile() -> None:
    file = {"files": {}, "elapsed_time_sec": 1.0}
    if find_spec("jupyterlab_cell_profiler.profilers.scalene") is None:
        with pytest.raises(CannotOpen, match="update it"):
            opened(file, "scalene.json")
    else:
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
