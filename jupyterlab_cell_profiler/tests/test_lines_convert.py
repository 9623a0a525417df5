"""``convert`` of ``lines``, from recorded and from drawn raw data; no tool takes part."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.profilers import CellFile, Target
from jupyterlab_cell_profiler.profilers.line_sections import sections_of
from jupyterlab_cell_profiler.profilers.lines import convert
from jupyterlab_cell_profiler.tests.inprocess import values

FOLDER = Path(__file__).parent / "data" / "raw" / "lines"
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> tuple[dict[str, Any], Target]:
    """Raw data and target of a recording (see ``record_lines.py``)."""
    value = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    known = value["target"]
    target = Target(
        cells={file: CellFile(**cell) for file, cell in known["cells"].items()},
        own_files=known["own_files"],
    )
    target.files.add("In [9]", known["source"], cell_id="own")
    return value["raw"], target


def sections(name: str) -> dict[str | None, Any]:
    raw, target = read(name)
    return {section.get("name"): section for section in convert(raw, target)}


def test_there_are_recordings() -> None:
    assert {"julia", "recursion", "methods", "library", "async", "time-magic"} <= set(RECORDED)


@pytest.mark.parametrize("name", RECORDED)
def test_what_holds_for_every_recording(name: str) -> None:
    raw, target = read(name)
    before = copy.deepcopy(raw)
    found = convert(raw, target)
    assert raw == before, "raw data is only read"
    heat = [sum(values(section, "time").values()) for section in found]
    assert heat == sorted(heat, reverse=True)
    for section in found:
        assert section["lines"] == sorted(set(section["lines"]))
        assert section["firstLine"] <= section["lines"][0]
        assert section["lines"][-1] <= section["lastLine"]
        names = [column["name"] for column in section["columns"]]
        units = [column["unit"] for column in section["columns"]]
        assert names == ["hits", "time", "time_per_hit", "self_time"]
        assert units == ["count", "seconds", "seconds", "seconds"]
        assert all(len(c["values"]) == len(section["lines"]) for c in section["columns"])
        for line, hits in values(section, "hits").items():
            time = values(section, "time")[line]
            own = values(section, "self_time")[line]
            assert isinstance(hits, int)
            assert hits > 0
            assert values(section, "time_per_hit")[line] == pytest.approx(time / hits, abs=1e-9)
            assert own is None or 0 <= own <= time
        file = target.files.files[section["file"]]
        first = file.get("firstLine", 1)
        numbers = range(first, first + len(file["source"]))
        assert set(section["lines"]) <= set(numbers), "each line has its source"
        assert "/kernel/" not in file["path"]


def test_julia() -> None:
    found = sections("julia")
    assert set(found) == {None, "grid", "calculate_z"}
    hot = found["calculate_z"]
    assert values(hot, "hits") == {
        2: 1,
        3: 1601,
        4: 1600,
        5: 1600,
        6: 1600,
        7: 15668,
        8: 14068,
        9: 14068,
        10: 1600,
        11: 1,
    }
    raw, _ = read("julia")
    (codes,) = next(b["codes"] for b in raw["blocks"] if b["name"] == "calculate_z")
    assert values(hot, "time") == {n: pytest.approx(t * raw["unit"]) for n, _, t in codes}
    top = found[None]
    assert top["lines"] == [2, 6, 7, 8], "one empty line at the start of the cell"
    assert values(top, "self_time")[7] < values(top, "time")[7] / 2
    assert found["grid"]["lines"] == [3, 4]
    assert values(found["grid"], "hits") == {3: 1, 4: 1641}, "the comprehension is folded in"


def test_places() -> None:
    raw, target = read("julia")
    found = {s.get("name"): s for s in convert(raw, target)}
    assert found[None]["file"] == found["grid"]["file"] == 0
    file = target.files.files[found["calculate_z"]["file"]]
    assert (file["path"], file["cellId"]) == ("In [1]", "cell-1")
    assert file["source"][0] == "def calculate_z(maxiter, zs, cs):"
    assert len(file["source"]) == 11
    assert len(target.files.files) == 2


def test_recursion() -> None:
    fib = sections("recursion")["fib"]
    assert values(fib, "hits") == {2: 465, 3: 233, 4: 232}
    assert values(fib, "self_time")[4] is None
    assert values(fib, "self_time")[2] == values(fib, "time")[2]


def test_methods_lambdas_and_class_bodies() -> None:
    found = sections("methods")
    assert set(found) == {None, "Account.__init__", "Account.interest"}
    top = values(found[None], "hits")
    assert top[2] == 1, "class body"
    assert top[9] == 50, "lambda, once for each account"
    assert values(found["Account.__init__"], "hits") == {4: 50}
    assert values(found["Account.interest"], "hits")[7] >= 50
    assert values(found[None], "self_time")[8] < values(found[None], "time")[8]


def test_library() -> None:
    raw, target = read("library")
    found = {s.get("name"): s for s in convert(raw, target)}
    file = target.files.files[found["dedent"]["file"]]
    assert file["path"] == "/usr/lib/python3/textwrap.py"
    assert "cellId" not in file
    assert file["firstLine"] == found["dedent"]["firstLine"]
    assert file["source"][0] == f"text {file['firstLine']}"
    assert file["source"][-1] == f"text {found['dedent']['lastLine']}"


def test_async() -> None:
    found = sections("async")
    assert values(found["work"], "hits") == {3: 7, 4: 5, 5: 2}
    assert values(found[None], "hits") == {1: 1, 2: 1, 6: 1}


def test_body_of_a_cell_magic() -> None:
    found = sections("time-magic")
    assert set(found) == {None}
    assert values(found[None], "hits") == {2: 1, 3: 1, 4: 101, 5: 100}
    assert values(found[None], "self_time")[2] < values(found[None], "time")[2]


# Drawn ---------------------------------------------------------------------------------------
#
# A block is drawn as {"name first-last": {line: "hits time [names mentioned]"}}, times in ms.


def drawn(blocks: dict[str, dict[int, str]], **more: Any) -> dict[str, Any]:
    entries = []
    for title, lines in blocks.items():
        name, _, span = title.rpartition(" ")
        first, _, last = span.partition("-")
        codes, mentions = [], {}
        for number, text in lines.items():
            hits, time, *names = text.split()
            codes.append([number, int(hits), int(time) * 1_000_000])
            mentions[str(number)] = names
        entries.append(
            {
                "file": "cell.py",
                "name": name or None,
                "first": int(first),
                "last": int(last),
                "codes": [codes],
                "mentions": mentions,
            }
        )
    return {"unit": 1e-9, "blocks": entries, "sources": {}, **more}


def own_times(raw: dict[str, Any]) -> dict[str | None, dict[int, float | None]]:
    """Own times in ms."""
    found = {}
    for section in sections_of(raw, Target(own_files={"cell.py": 0})):
        found[section.get("name")] = {
            line: None if own is None else round(own * 1000, 3)
            for line, own in values(section, "self_time").items()
        }
    return found


def test_one_caller() -> None:
    found = own_times(drawn({" 1-3": {1: "1 0 ", 3: "1 100 f"}, "f 1-2": {2: "5 80"}}))
    assert found == {None: {1: 0, 3: 20}, "f": {2: 80}}


def test_two_callers() -> None:
    found = own_times(drawn({" 1-4": {3: "1 30 f", 4: "1 60 f"}, "f 1-2": {2: "2 80"}}))
    assert found == {None: {3: None, 4: None}, "f": {2: 80}}


def test_a_mention_without_time_is_no_caller() -> None:
    found = own_times(drawn({" 1-4": {3: "1 0 f", 4: "1 90 f"}, "f 1-2": {2: "2 80"}}))
    assert found == {None: {3: 0, 4: 10}, "f": {2: 80}}


def test_callee_that_takes_nothing_leaves_callers_alone() -> None:
    found = own_times(drawn({" 1-4": {3: "1 30 f", 4: "1 60 f"}, "f 1-2": {2: "2 0"}}))
    assert found[None] == {3: 30, 4: 60}


def test_chain() -> None:
    found = own_times(drawn({" 1-9": {9: "1 100 a"}, "a 1-2": {2: "1 99 b"}, "b 3-4": {4: "1 40"}}))
    assert found == {None: {9: 1}, "a": {2: 59}, "b": {4: 40}}


def test_constructor_is_called_by_the_name_of_its_class() -> None:
    found = own_times(drawn({" 1-5": {5: "1 50 A"}, "A.__init__ 2-3": {3: "1 40"}}))
    assert found[None] == {5: 10}


def test_method_is_called_by_its_last_name() -> None:
    found = own_times(drawn({" 1-5": {5: "1 50 a work"}, "A.work 2-3": {3: "1 40"}}))
    assert found[None] == {5: 10}


def test_two_methods_of_one_name() -> None:
    # Which class the line calls cannot be told; never less than nothing.
    found = own_times(
        drawn(
            {
                " 1-9": {8: "1 50 a work", 9: "1 70 b work"},
                "A.work 2-3": {3: "1 40"},
                "B.work 5-6": {6: "1 60"},
            }
        )
    )
    assert all(own is None or own >= 0 for own in found[None].values())


def test_recursive_line_has_no_own_time() -> None:
    found = own_times(drawn({" 1-5": {5: "1 50 f"}, "f 1-3": {2: "9 20", 3: "9 90 f"}}))
    assert found["f"] == {2: 20, 3: None}


def test_cost_of_counting_is_not_work_of_the_caller() -> None:
    raw = drawn({" 1-3": {3: "1 100 f"}, "f 1-2": {2: "100000 80"}}, cost=2e-7)
    assert own_times(raw)[None] == {3: 0}
    raw["blocks"][1]["codes"][0][0][1] = 1
    assert own_times(raw)[None] == {3: pytest.approx(20, abs=0.01)}


def test_lines_that_did_not_run_are_not_there() -> None:
    raw = drawn({" 1-3": {1: "1 1", 2: "0 0", 3: "1 1"}, "f 1-2": {2: "0 0"}})
    assert own_times(raw) == {None: {1: 1, 3: 1}}


def test_nothing_ran() -> None:
    assert convert({"unit": 1e-9, "blocks": [], "sources": {}}, Target()) == []


def test_codes_of_one_block_are_laid_over_each_other() -> None:
    raw = drawn({" 1-2": {1: "1 10", 2: "1 5"}})
    raw["blocks"][0]["codes"].append([[1, 6, 4_000_000]])
    (section,) = convert(raw, Target(own_files={"cell.py": 0}))
    assert values(section, "hits") == {1: 6, 2: 1}
    assert values(section, "time") == {1: 0.01, 2: 0.005}


def test_offset_moves_lines_and_block() -> None:
    raw = drawn({" 1-9": {4: "1 1"}, "f 1-3": {2: "1 1", 3: "1 1"}})
    found = {s.get("name"): s for s in convert(raw, Target(own_files={"cell.py": 2}))}
    assert found["f"]["lines"] == [4, 5]
    assert (found["f"]["firstLine"], found["f"]["lastLine"]) == (3, 5)
    assert found[None]["lines"] == [6]


def test_path_below_the_working_directory_is_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    target = Target(directory="/home/me/project")
    assert target.path_of("/home/me/project/lib/a.py") == "lib/a.py"
    assert target.path_of("/home/me/other/a.py") == "~/other/a.py"
    assert target.path_of("/usr/lib/a.py") == "/usr/lib/a.py"
    assert target.path_of("/home/meat/a.py") == "/home/meat/a.py"


def test_file_without_source() -> None:
    raw = drawn({"f 10-12": {11: "1 1"}})
    target = Target()
    target.files.add("cell", ["x"])
    (section,) = convert(raw, target)
    assert section["file"] == 1
    assert target.files.files[1] == {"path": "cell.py", "firstLine": 10}
