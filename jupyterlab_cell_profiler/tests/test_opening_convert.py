"""Recorded files of other tools as documents, with the numbers that the tools tell."""

from __future__ import annotations

import json
import pstats
from typing import Any

import pytest

from jupyterlab_cell_profiler.tests.opening import section, totals, tree
from jupyterlab_cell_profiler.tests.record_opening import (
    DOCUMENTS,
    FOLDER,
    RECORDINGS,
    document,
)

MIB = 2**20


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
