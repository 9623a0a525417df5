"""``scalene.convert`` on what Scalene wrote, without Scalene."""

from __future__ import annotations

import copy
import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler import html, text
from jupyterlab_cell_profiler.document import block_memory, block_time, values_of
from jupyterlab_cell_profiler.figures import format_value
from jupyterlab_cell_profiler.profilers import Target, scalene
from jupyterlab_cell_profiler.profilers.scalene import convert
from jupyterlab_cell_profiler.profilers.scalene_reading import (
    MB,
    MOST_TEXT,
    read,
    read_frame,
    source_of,
)
from jupyterlab_cell_profiler.profilers.scalene_sections import BLOCKS, POINTS
from jupyterlab_cell_profiler.profilers.scalene_stacks import NODES
from jupyterlab_cell_profiler.tests.documents import golden, problems
from jupyterlab_cell_profiler.tests.record_scalene import IDS, SCRIPT

RAW = Path(__file__).parent / "data" / "raw" / "scalene"
CELLS = ("cell", "leak")
SCRIPTS = ("script", "script-1.5.41")


def recorded(name: str) -> tuple[dict[str, Any], Target]:
    """What a cell recorded, and what was known of it."""
    found = json.loads((RAW / f"{name}.json").read_text("utf-8"))
    told = found["target"]
    target = Target(own_files=told["own_files"], directory="/project")
    target.files.add("In [2]", told["source"].split("\n"), cell_id=IDS["own"])
    return found["raw"], target


def script(name: str = "script") -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((RAW / f"{name}.json").read_text("utf-8"))
    return raw


def of_kind(sections: Any, kind: str) -> list[Any]:
    return [section for section in sections if section["kind"] == kind]


def totals(sections: Any) -> dict[str, Any]:
    return {
        item["name"]: item for section in of_kind(sections, "totals") for item in section["items"]
    }


def line_of(sections: Any, number: int, column: str, name: str | None = None) -> Any:
    for section in of_kind(sections, "lines"):
        if section.get("name") == name and number in section["lines"]:
            return values_of(section, column)[section["lines"].index(number)]
    raise AssertionError(f"there is no line {number} of {name}")


@pytest.mark.parametrize("name", CELLS)
def test_the_golden_document_is_what_convert_makes(name: str) -> None:
    raw, target = recorded(name)
    expected = golden(f"scalene-{name}")
    assert json.loads(json.dumps(convert(raw, target))) == expected["sections"]
    assert target.files.files == expected["files"]


@pytest.mark.parametrize("name", CELLS)
def test_no_place_of_the_other_process_is_seen(name: str) -> None:
    raw, target = recorded(name)
    seen = json.dumps([convert(raw, target), target.files.files])
    assert "cell-profiler-" not in seen
    assert "scalene_program" not in seen


def test_times_are_shares_of_the_run() -> None:
    raw, target = recorded("cell")
    profile = raw["profile"]
    (own,) = raw["files"][-1:]
    line = next(x for x in profile["files"][own]["lines"] if x["lineno"] == 8)
    sections = convert(raw, target)
    for column, given in (
        ("python_time", "n_cpu_percent_python"),
        ("native_time", "n_cpu_percent_c"),
        ("system_time", "n_sys_percent"),
    ):
        seconds = line[given] / 100 * profile["elapsed_time_sec"]
        assert line_of(sections, 8, column) == pytest.approx(seconds, abs=1e-8)
    # It sleeps for 0.2 s.
    assert line_of(sections, 8, "system_time") == pytest.approx(0.2, abs=0.1)
    assert totals(sections)["wall"]["value"] == pytest.approx(raw["run"]["wall"], abs=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_lines_add_up(name: str) -> None:
    raw, target = recorded(name)
    sections = convert(raw, target)
    lines = of_kind(sections, "lines")
    for section in lines:
        parts = [values_of(section, k) for k in ("python_time", "native_time", "system_time")]
        for whole, *some in zip(values_of(section, "self_time"), *parts, strict=True):
            assert whole == pytest.approx(sum(some), abs=1e-7)
    shown = totals(sections)
    for total, column in (
        ("scalene_python", "python_time"),
        ("scalene_native", "native_time"),
        ("scalene_system", "system_time"),
    ):
        found = sum(sum(values_of(section, column)) for section in lines)  # type: ignore[arg-type]
        assert shown[total]["value"] == pytest.approx(found, abs=1e-6)
    whole = sum(block_time(section) for section in lines)
    assert whole == pytest.approx(raw["profile"]["elapsed_time_sec"], rel=0.02)


def test_megabytes_are_of_1024() -> None:
    raw, target = recorded("cell")
    sections = convert(raw, target)
    # 8 million numbers of 8 bytes, which Scalene calls 61 MB.
    assert line_of(sections, 1, "memory_peak") == pytest.approx(64e6, rel=0.02)
    assert line_of(sections, 7, "memory_copied") == pytest.approx(64e6, rel=0.15)
    most = totals(sections)["heap_peak"]["value"]
    assert most == pytest.approx(raw["profile"]["max_footprint_mb"] * MB)
    (series,) = of_kind(sections, "series")
    assert max(series["values"]) == pytest.approx(most, rel=0.01)
    assert series["t"] == sorted(series["t"])
    assert series["t"][0] == 0
    assert series["values"][0] == 0


def test_functions_of_earlier_cells_stand_in_their_cell() -> None:
    raw, target = recorded("cell")
    sections = convert(raw, target)
    by_name = {section.get("name"): section for section in of_kind(sections, "lines")}
    for name in ("collatz", "smooth"):
        file = target.files.files[by_name[name]["file"]]
        assert file["cellId"] == IDS["earlier"]
        assert file["source"][0].startswith(f"def {name}(")
    assert block_memory(by_name["smooth"]) == pytest.approx(128e6, rel=0.05)
    assert block_time(by_name["collatz"]) > 0.02


def test_leaks_have_likelihood_and_speed() -> None:
    raw, target = recorded("leak")
    sections = convert(raw, target)
    assert totals(sections)["leaks"]["value"] == 1
    assert 95 <= line_of(sections, 6, "leak_percent", "remember") <= 100
    given = [leak for f in raw["profile"]["files"].values() for leak in f["leaks"].values()]
    assert line_of(sections, 6, "leak_speed", "remember") == pytest.approx(
        given[0]["velocity_mb_s"] * MB
    )
    assert line_of(sections, 10, "leak_percent") is None
    other, target = recorded("cell")
    columns = {c["name"] for s in of_kind(convert(other, target), "lines") for c in s["columns"]}
    assert not {"leak_percent", "leak_speed"} & columns


def test_copies_are_not_known_beside_stacks() -> None:
    raw, target = recorded("leak")
    copied = totals(convert(raw, target))["memory_copied"]
    assert copied["supported"] is False
    assert "call stacks" in copied["help"]
    raw, target = recorded("cell")
    assert totals(convert(raw, target))["memory_copied"]["value"] > 100e6


@pytest.mark.parametrize("name", ["leak", "script"])
def test_stacks_of_time_and_of_bytes(name: str) -> None:
    raw, target = recorded(name) if name in CELLS else (script(name), Target())
    stacks = {section["name"]: section for section in of_kind(convert(raw, target), "stacks")}
    time, bytes_ = stacks["time"], stacks["allocated"]
    elapsed = raw["profile"]["elapsed_time_sec"]
    assert sum(time["nodes"]["self"]) == pytest.approx(elapsed, rel=0.05)
    whole = sum(mb for _, mb in raw["profile"]["memory_stacks"]) * MB
    assert sum(bytes_["nodes"]["self"]) == pytest.approx(whole, rel=0.01)
    for section in stacks.values():
        nodes = section["nodes"]
        assert all(parent < index for index, parent in enumerate(nodes["parent"]))
        for index, total in enumerate(nodes["total"]):
            below = sum(
                t for t, p in zip(nodes["total"], nodes["parent"], strict=True) if p == index
            )
            assert total == pytest.approx(nodes["self"][index] + below, abs=1e-4)
        named = [target.files.files[f]["path"] if f >= 0 else "" for f in section["frames"]["file"]]
        assert not any("libpython" in path or "scalene" in path for path in named)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_profile_of_a_file_knows_its_program(name: str) -> None:
    target = Target()
    sections = convert({"profile": script(name)["profile"]}, target)
    assert target.files.files[0]["path"] == "script.py"
    # Scalene writes < and > otherwise.
    assert target.files.files[0]["source"] == SCRIPT.rstrip("\n").split("\n")
    assert line_of(sections, 10, "memory_peak") == pytest.approx(104e6, rel=0.1)
    assert line_of(sections, 7, "self_time", "work") > 0.1
    assert totals(sections)["wall"]["value"] == pytest.approx(
        script(name)["profile"]["elapsed_time_sec"]
    )
    document = golden("scalene-cell") | {"sections": sections, "files": target.files.files}
    assert problems(json.loads(json.dumps(document))) == []


def test_a_script_may_be_known_already() -> None:
    raw = script()
    target = Target(own_files={raw["profile"]["program"]: 0}, directory="/home/user/work")
    target.files.add("script.py", SCRIPT.split("\n"))
    sections = convert(raw, target)
    assert {section["file"] for section in of_kind(sections, "lines")} == {0}
    assert totals(sections)["user"]["value"] == pytest.approx(raw["run"]["user"])


def test_stacks_of_both_versions_are_read() -> None:
    assert read_frame("/a b/c.py f.<locals>.g:12;") == ("f.<locals>.g", "/a b/c.py", 12)
    assert read_frame(["/a.py", "f", 3]) == ("f", "/a.py", 3)
    for nonsense in ("", "no frame", None, [], ["a", "b"], {"a": 1}):
        assert read_frame(nonsense) is None
    old = read(script("script-1.5.41")["profile"])
    assert old is not None
    assert old.stacks
    assert old.samples > 10


def test_gpu_and_await() -> None:
    raw, target = recorded("cell")
    profile = raw["profile"]
    profile["gpu"] = True
    line = profile["files"][raw["files"][-1]]["lines"][7]
    line |= {
        "n_gpu_percent": 50,
        "n_gpu_peak_memory_mb": 100,
        "n_gpu_avg_memory_mb": 80,
        "n_async_await_percent": 75,
        "n_async_concurrency_peak": 3,
    }
    sections = convert(raw, target)
    time = line_of(sections, 8, "self_time")
    assert line_of(sections, 8, "gpu_time") == pytest.approx(time / 2)
    assert line_of(sections, 8, "gpu_memory") == 100 * MB
    assert line_of(sections, 8, "await_percent") == 75
    assert line_of(sections, 8, "await_tasks") == 3
    assert totals(sections)["gpu_time"]["value"] == pytest.approx(time / 2)


def test_without_memory_there_are_no_columns_of_it() -> None:
    raw, target = recorded("cell")
    raw["profile"]["memory"] = False
    sections = convert(raw, target)
    assert "heap_peak" not in totals(sections)
    assert not of_kind(sections, "series")
    for section in of_kind(sections, "lines"):
        assert not [c for c in section["columns"] if c["unit"] == "bytes"]


def test_growth_is_shown_where_it_is_not_the_peak() -> None:
    raw, target = recorded("cell")
    raw["profile"]["files"][raw["files"][-1]]["lines"][0]["n_growth_mb"] = 1.0
    assert line_of(convert(raw, target), 1, "memory_growth") == MB


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "text",
        {},
        {"profile": None},
        {"profile": {}},
        {"profile": []},
        {"profile": {"files": []}},
        {"profile": {"files": {"a.py": None}}},
        {"profile": {"files": {"a.py": {"lines": None, "leaks": 3, "functions": "x"}}}},
    ],
)
def test_what_is_no_profile_has_no_lines(raw: Any) -> None:
    assert of_kind(convert(raw, Target()), "lines") == []


def test_a_run_of_which_nothing_was_seen_has_its_times() -> None:
    (section,) = convert({"profile": None, "run": {"wall": 0.5, "user": 0.1, "sys": 0.0}}, Target())
    assert [item["name"] for item in section["items"]][:2] == ["wall", "user"]  # type: ignore[typeddict-item]


ODD = (None, True, -1, math.nan, math.inf, 1e300, 10**400, "12", "", [], {}, [[[]]], "x" * 5000)


def spoil(value: Any, chance: random.Random) -> Any:
    """The same with some of it replaced by something else, or gone."""
    if chance.random() < 0.03:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {k: spoil(v, chance) for k, v in value.items() if chance.random() > 0.02}
    if isinstance(value, list):
        return [spoil(v, chance) for v in value if chance.random() > 0.02]
    return value


@pytest.mark.parametrize("seed", range(60))
def test_a_strangers_file_is_read_or_left(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(SCRIPTS)
    target = Target()
    sections = convert({"profile": spoil(script(name)["profile"], chance)}, target)
    files = target.files.files or golden("scalene-cell")["files"]
    document = golden("scalene-cell") | {"sections": sections, "files": files}
    # No number that JSON cannot have.
    assert problems(json.loads(json.dumps(document, allow_nan=False))) == []
    text.render(document)  # type: ignore[arg-type]
    html.render(document)  # type: ignore[arg-type]


def test_everything_is_bounded() -> None:
    raw = script()
    profile = raw["profile"]
    entry = next(iter(profile["files"].values()))
    for index in range(500):
        other = copy.deepcopy(entry)
        other["lines"] = other["lines"][:12]
        profile["files"][f"/home/user/work/{index}.py"] = other
    profile["samples"] = [[i * 1e6, i % 7] for i in range(50_000)]
    (frames, weight), *_ = profile["memory_stacks"]
    for index in range(5000):
        one = copy.deepcopy(frames)
        one[-1]["line"] = index + 1
        profile["memory_stacks"].append([one, weight])
    entry["lines"][0]["line"] = "x" * 100_000
    target = Target()
    sections = convert(raw, target)
    assert len(of_kind(sections, "lines")) <= BLOCKS + 2
    (series,) = of_kind(sections, "series")
    assert len(series["t"]) <= POINTS + 2
    for section in of_kind(sections, "stacks"):
        assert len(section["nodes"]["parent"]) <= 2 * NODES
    assert max(len(line) for line in target.files.files[0]["source"]) <= MOST_TEXT


def test_sources_are_as_they_were() -> None:
    assert source_of("if a \\u003c b \\u0026 c \\u003e d:\n") == "if a < b & c > d:"
    assert source_of(None) == ""


def test_fallbacks_have_the_times_and_the_memory() -> None:
    document = golden("scalene-cell")
    peak = format_value(totals(document["sections"])["heap_peak"]["value"], "bytes")
    plain, page = text.render(document), html.render(document)  # type: ignore[arg-type]
    for shown in (plain, page):
        for word in ("Python", "Native", "System", "Peak", "Copied", "time.sleep(0.2)", peak):
            assert word in shown
        assert "Allocations" not in shown
    cpu_only = copy.deepcopy(document)
    for section in of_kind(cpu_only["sections"], "lines"):
        section["columns"] = [c for c in section["columns"] if c["unit"] == "seconds"]
    plain = text.render(cpu_only)  # type: ignore[arg-type]
    assert "Native" in plain
    assert "time.sleep(0.2)" in plain
    assert "Hits" not in plain


def test_options_are_checked() -> None:
    from jupyterlab_cell_profiler.profilers import OptionError

    found = scalene.checked({})
    assert found["setup"] is False
    assert found["cpu_only"] is False
    assert scalene.checked({"cpu_only": True})["gpu"] is False
    assert scalene.checked({"profile_only": " a, b ,"})["profile_only"] == ["a", "b"]
    assert scalene.checked({"setup": [["id", "x = 1"], [None, "y"]]})["setup"] == [
        ("id", "x = 1"),
        (None, "y"),
    ]
    for wrong in (
        {"cpu_only": 1},
        {"gpu": "yes"},
        {"stacks": 3},
        {"cpu_only": True, "gpu": True},
        {"setup": "all"},
        {"setup": [["id"]]},
        {"setup": [["id", 3]]},
        {"profile_only": [1]},
        {"profile_exclude": ["a,b"]},
        {"profile_exclude": ["x"] * 51},
    ):
        with pytest.raises(OptionError):
            scalene.checked(wrong)
