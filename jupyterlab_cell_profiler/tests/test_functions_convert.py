"""``convert`` of ``functions``, from recorded raw data: the numbers are counted by hand."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jupyterlab_cell_profiler.profilers import CellFile, Target
from jupyterlab_cell_profiler.profilers.function_sections import ALWAYS
from jupyterlab_cell_profiler.profilers.functions import convert

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "data" / "raw" / "functions"
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))
TOLERANCE = 1e-6
"""Seconds: numbers are kept to the nanosecond, and there are a few hundred of them."""

Counts = dict[str, tuple[int, int]]


def read(name: str) -> tuple[dict[str, Any], Target]:
    """Raw data and target of a recording (see ``record_functions.py``)."""
    value = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    known = value["target"]
    target = Target(
        cells={file: CellFile(**cell) for file, cell in known["cells"].items()},
        own_files=known["own_files"],
    )
    target.files.add("In [9]", known["source"], cell_id="own")
    return value["raw"], target


def converted(name: str) -> tuple[dict[str, Any], Target]:
    raw, target = read(name)
    (section,) = convert(raw, target)
    found: dict[str, Any] = dict(section)
    return found, target


def counts(section: dict[str, Any]) -> Counts:
    """Calls and primitive calls by name."""
    table = section["functions"]
    return {
        name: (calls, primitive)
        for name, calls, primitive in zip(
            table["name"], table["calls"], table["primitive_calls"], strict=True
        )
    }


def edges(section: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Calls by the names of caller and callee."""
    names, found = section["functions"]["name"], section["edges"]
    return {
        (names[caller], names[callee]): calls
        for caller, callee, calls in zip(
            found["caller"], found["callee"], found["calls"], strict=True
        )
    }


def times(section: dict[str, Any], name: str) -> tuple[float, float]:
    """Own and cumulative time of a function."""
    table = section["functions"]
    at = table["name"].index(name)
    return table["self_time"][at], table["total_time"][at]


def place(section: dict[str, Any], target: Target, name: str) -> tuple[str | None, int]:
    """Cell and line of a function."""
    table = section["functions"]
    at = table["name"].index(name)
    return target.files.files[table["file"][at]].get("cellId"), table["line"][at]


@pytest.mark.parametrize("name", RECORDED)
def test_what_holds_for_every_recording(name: str) -> None:
    raw, target = read(name)
    before = copy.deepcopy(raw)
    (section,) = convert(raw, target)
    assert raw == before, "raw data is only read"
    jsonschema.validate(
        section, {"$ref": "#/definitions/section", "definitions": SCHEMA["definitions"]}
    )
    table, calls = section["functions"], section["edges"]
    count = len(table["name"])
    top = table["name"].index("<module>")
    assert (table["calls"][top], table["primitive_calls"][top]) == (1, 1)
    assert top not in calls["callee"], "nobody calls the top level"
    for own, total in zip(table["self_time"], table["total_time"], strict=True):
        assert total is None or 0 <= own <= total + TOLERANCE
    for number, primitive in zip(table["calls"], table["primitive_calls"], strict=True):
        assert 1 <= primitive <= number
    # The own times of all functions are the time of the cell.
    if "work" not in table["name"]:  # An event loop calls tasks; the top level does not.
        # The way in and out is that of a library that the cell may use, too.
        assert sum(table["self_time"]) == pytest.approx(
            table["total_time"][top], rel=0.01, abs=TOLERANCE
        )
    into: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for i in range(len(calls["caller"])):
        assert 0 <= calls["caller"][i] < count
        assert 0 <= calls["callee"][i] < count
        into[calls["callee"][i]][0] += calls["calls"][i]
        into[calls["callee"][i]][1] += calls["self_time"][i]
        assert calls["self_time"][i] <= calls["total_time"][i] + TOLERANCE
    for callee in range(count):
        if callee == top or table["total_time"][callee] is None:
            continue  # The last row is for functions that took next to nothing.
        if table["name"][callee] in ("work", "step"):
            continue  # Resumed by the event loop.
        assert into[callee][0] == table["calls"][callee], table["name"][callee]
        assert into[callee][1] == pytest.approx(table["self_time"][callee], abs=TOLERANCE)
    for file in target.files.files:
        assert "IPython" not in file["path"]
        assert "ipykernel" not in file["path"]
        assert not file["path"].startswith("/kernel/")
    assert not any("run_code" in n or "displayhook" in n or "_lsprof" in n for n in table["name"])


def test_the_julia_set() -> None:
    section, target = converted("julia")
    iterations = 0
    for row in range(40):
        for column in range(40):
            z, n = complex(-1.8 + 3.6 / 40 * column, 1.8 - 3.6 / 40 * row), 0
            while abs(z) < 2 and n < 60:
                z, n = z * z - 0.62772 - 0.42193j, n + 1
            iterations += n
    assert counts(section) == {
        "<module>": (1, 1),
        "calculate_z": (1, 1),
        "<built-in method builtins.abs>": (iterations + 1600, iterations + 1600),
        "grid": (1, 1),
        "grid.<locals>.<listcomp>": (1, 1),
        "<built-in method builtins.sum>": (1, 1),
        "<built-in method builtins.len>": (3, 3),
    }
    assert edges(section)["calculate_z", "<built-in method builtins.len>"] == 2
    assert edges(section)["<module>", "<built-in method builtins.len>"] == 1
    # The function of an earlier cell, and one of this cell, which begins with an empty line.
    assert place(section, target, "calculate_z") == ("cell-0", 1)
    assert place(section, target, "grid") == ("own", 2)
    own, total = times(section, "calculate_z")
    builtin = times(section, "<built-in method builtins.abs>")[0]
    assert own + builtin == pytest.approx(total, rel=1e-3)
    assert own > 100 * times(section, "<module>")[0]


def test_a_recursion() -> None:
    section, target = converted("recursion")
    # fib(12) calls fib 2·F(13)−1 = 2·233−1 times.
    assert counts(section) == {"<module>": (1, 1), "fib": (465, 1)}
    assert edges(section) == {("<module>", "fib"): 1, ("fib", "fib"): 464}
    own, total = times(section, "fib")
    assert own == total, "a recursive function counts once"
    assert place(section, target, "fib") == ("own", 2)


def test_two_functions_that_call_each_other() -> None:
    section, _ = converted("mutual")
    # even(10), odd(9) … even(0): six and five calls, three times.
    assert counts(section)["even"] == (18, 3)
    assert counts(section)["odd"] == (15, 3)
    assert edges(section)["<listcomp>", "even"] == 3
    assert edges(section)["even", "odd"] == 15
    assert edges(section)["odd", "even"] == 15
    assert times(section, "even")[1] > times(section, "odd")[1]


def test_methods_properties_and_generators() -> None:
    section, _ = converted("methods")
    found = counts(section)
    assert found["Account.__init__"] == (50, 50)
    assert found["Account.interest"] == (50, 50)
    assert found["<lambda>"] == (50, 50)
    # One for each value, and one that finds the end: the sum of n + 1 for n below 50.
    assert found["Account.interest.<locals>.<genexpr>"] == (1275, 1275)
    # The outer sum calls the inner ones by way of the lambda.
    assert found["<built-in method builtins.sum>"] == (51, 1)
    assert edges(section)["Account.interest", "<built-in method builtins.sum>"] == 50


def test_functions_of_a_library() -> None:
    section, target = converted("library")
    assert counts(section)["indent"] == (2, 2)
    # Two lines twice; a generator is resumed once more, to find the end.
    assert counts(section)["indent.<locals>.predicate"] == (4, 4)
    assert counts(section)["indent.<locals>.prefixed_lines"] == (6, 6)
    assert edges(section)["<module>", "indent"] == 2
    table = section["functions"]
    at = table["name"].index("indent")
    assert target.files.files[table["file"][at]]["path"] == "/usr/lib/python3/textwrap.py"
    builtin = table["name"].index("<method 'strip' of 'str' objects>")
    assert (table["file"][builtin], table["line"][builtin]) == (-1, 0)


def test_tasks_of_an_event_loop() -> None:
    section, target = converted("await")
    found = counts(section)
    # Each begins once and is resumed after each sleep: 1 + 2 and 1 + 3.
    assert found["work"] == (7, 7)
    assert found["step"] == (5, 5)
    assert found["sleep"] == (10, 10), "called, and resumed, for each of five"
    assert edges(section)["work", "step"] == 5
    assert edges(section)["<module>", "gather"] == 1
    assert place(section, target, "work") == ("own", 4)
    assert not any("_run_once" in name or "select" in name for name in found)


def test_the_display_of_the_last_value_is_not_in_it() -> None:
    section, _ = converted("display")
    assert set(counts(section)) == {
        "<module>",
        "Shown",
        "<built-in method builtins.__build_class__>",
    }


def test_a_cell_that_raised() -> None:
    section, _ = converted("error")
    assert counts(section) == {"<module>": (1, 1), "fail": (3, 3)}


def test_many_functions_are_folded_and_keep_their_sums() -> None:
    raw, target = read("many")
    (section,) = convert(raw, target)
    table = section["functions"]
    assert ALWAYS < len(table["name"]) < len(raw["functions"])
    left = len(raw["functions"]) - len(table["name"]) + 1
    assert table["name"][-1] == f"({left} other functions)"
    assert table["total_time"][-1] is None
    assert sum(table["calls"]) == sum(row[3] for row in raw["functions"])
    assert sum(table["self_time"]) == pytest.approx(sum(row[5] for row in raw["functions"]))
    assert len(json.dumps(section)) < 20_000


def test_nothing_ran() -> None:
    assert convert({}, Target()) == []
    assert convert({"functions": [], "edges": []}, Target()) == []
