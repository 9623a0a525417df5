"""``trim``: the budget is kept, and what is left out is said."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

import pytest

from jupyterlab_cell_profiler import html, text
from jupyterlab_cell_profiler.document import block_time, column
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.trim import BUDGET, CUT, LINE_LIMIT, fit, size_of


def section(name: str | None, file: int, times: list[float], first: int = 1) -> dict[str, Any]:
    lines = list(range(first, first + len(times)))
    found: dict[str, Any] = {
        "kind": "lines",
        "file": file,
        "firstLine": first,
        "lastLine": first + max(0, len(times) - 1),
        "lines": lines,
        "columns": [
            column("hits", "Hits", "count", [1] * len(lines)),
            column("time", "Time", "seconds", times),
            column("time_per_hit", "Per hit", "seconds", times),
            column("self_time", "Own time", "seconds", times),
        ],
    }
    if name is not None:
        found["name"] = name
    return found


def document(files: list[list[str]], sections: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": 1,
        "producer": "jupyterlab-cell-profiler@test",
        "id": "1",
        "title": "Lines",
        "started": "2026-01-01T00:00:00.000Z",
        "target": {"kind": "cell", "cellId": "c"},
        "status": "ok",
        "environment": {"python": "3", "platform": "x", "cpuCount": 1, "packages": {}},
        "profilers": [
            {"name": "lines", "tool": "t", "toolVersion": "1", "options": {}, "notes": []}
        ],
        "files": [{"path": f"file {i}", "source": source} for i, source in enumerate(files)],
        "sections": sections,
    }


def drawn(seed: int) -> dict[str, Any]:
    """A random document, of a few kB up to a few MB."""
    chance = random.Random(seed)
    blocks = chance.choice([1, 5, 60, 500])
    longest = chance.choice([5, 50, 800]) if blocks < 500 else chance.choice([5, 40])
    width = chance.choice([10, 80, 500])
    files, found = [], []
    for index in range(blocks):
        count = chance.randint(1, longest)
        files.append(["x" * chance.randint(0, width) for _ in range(count)])
        times = [chance.choice([0.0, chance.random()]) for _ in range(count)]
        found.append(section(f"f{index}" if index else None, index, times))
    return document(files, found)


def seconds(value: dict[str, Any]) -> float:
    return sum(block_time(s) for s in value["sections"] if s["kind"] == "lines")  # type: ignore[arg-type]


def said(value: dict[str, Any]) -> float:
    """Seconds that the notes say were left out."""
    notes = value["profilers"][0]["notes"]
    assert all(note.endswith("left out to keep the notebook small.") for note in notes)
    return sum(float(re.search(r"([\d.e+-]+) s ", note)[1]) for note in notes)  # type: ignore[index]


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("budget", [BUDGET, 60_000])
def test_properties(seed: int, budget: int) -> None:
    whole = drawn(seed)
    before = copy.deepcopy(whole)
    fitted: dict[str, Any] = fit(whole, budget)  # type: ignore[arg-type, assignment]
    assert size_of(fitted) <= budget  # type: ignore[arg-type]
    assert len(json.dumps(fitted, separators=(",", ":"), ensure_ascii=False)) <= budget
    check(fitted)
    assert ("truncated" in fitted) == (fitted != before)
    if size_of(before) <= budget and "truncated" not in fitted:  # type: ignore[arg-type]
        assert fitted == before
    # No time vanishes silently (notes have three digits).
    assert seconds(fitted) + said(fitted) == pytest.approx(seconds(before), rel=0.006)
    # What stays is unchanged and still finds its file.
    assert len(fitted["files"]) == len(before["files"])
    known = {(s.get("name"), s["file"]): s for s in before["sections"]}
    for kept in fitted["sections"]:
        original = known[kept.get("name"), kept["file"]]
        at = {line: i for i, line in enumerate(original["lines"])}
        assert kept["lines"] == sorted(kept["lines"])
        for mine, its in zip(kept["columns"], original["columns"], strict=True):
            assert len(mine["values"]) == len(kept["lines"])
            assert mine["values"] == [its["values"][at[line]] for line in kept["lines"]]


def test_small_document_is_left_alone() -> None:
    value = document([["a", "b"]], [section(None, 0, [1.0, 2.0])])
    before = copy.deepcopy(value)
    assert fit(value) == before  # type: ignore[arg-type]


def test_long_lines_are_cut() -> None:
    value = document([["short", "y" * 10_000, "z" * LINE_LIMIT]], [section(None, 0, [1.0] * 3)])
    fitted = fit(value)  # type: ignore[arg-type]
    assert fitted["files"][0]["source"] == ["short", "y" * LINE_LIMIT + CUT, "z" * LINE_LIMIT]
    assert fitted["truncated"] is True


def test_long_error_is_cut() -> None:
    value = document([["x"]], [])
    value["status"], value["error"] = "error", {"name": "E", "value": "v" * 1_000_000}
    fitted = fit(value)  # type: ignore[arg-type]
    assert len(fitted["error"]["value"]) < 3000
    assert fitted["error"]["value"].startswith("vvv")


def test_cell_of_5000_lines() -> None:
    value = document([["x = 1"] * 5000], [section(None, 0, [0.001] * 4990 + [1.0] * 10)])
    fitted = fit(value)  # type: ignore[arg-type]
    assert size_of(fitted) <= BUDGET
    check(fitted)
    (kept,) = fitted["sections"]
    assert set(range(4991, 5001)) <= set(kept["lines"]), "the hottest lines stay"  # type: ignore[typeddict-item]


def test_500_functions() -> None:
    value = document(
        [["x = 1"] * 40 for _ in range(500)],
        [section(f"f{i}", i, [i / 1000] * 40) for i in range(500)],
    )
    fitted: Any = fit(value)  # type: ignore[arg-type]
    assert size_of(fitted) <= BUDGET
    names = {s["name"] for s in fitted["sections"]}
    assert len(names) >= 5
    assert names == {f"f{i}" for i in range(500 - len(names), 500)}, "the hottest stay"
    assert seconds(fitted) + said(fitted) == pytest.approx(40 * sum(range(500)) / 1000, rel=0.006)


def test_totals_always_stay() -> None:
    totals = {
        "kind": "totals",
        "items": [
            {"name": "wall", "label": "Wall", "value": 1.0, "unit": "seconds", "supported": True}
        ],
    }
    value = document([["x" * 300] * 5000], [totals, section(None, 0, [0.1] * 5000)])
    fitted = fit(value, 20_000)  # type: ignore[arg-type]
    assert totals in fitted["sections"]
    assert size_of(fitted) <= 20_000


def test_long_statement() -> None:
    value = document([["x" * 2_000_000]], [])
    value["target"] = {"kind": "statement", "source": "x" * 2_000_000}
    fitted = fit(value)  # type: ignore[arg-type]
    assert size_of(fitted) <= BUDGET
    check(fitted)


def test_characters_are_counted_in_bytes() -> None:
    value = document([["€" * 390] * 450], [section(None, 0, [0.1] * 450)])
    assert len(json.dumps(value, ensure_ascii=False)) < BUDGET
    assert size_of(fit(value)) <= BUDGET  # type: ignore[arg-type]


def test_half_of_a_surrogate_pair_does_not_break() -> None:
    value = document([["'\ud800'"]], [section(None, 0, [0.1])])
    assert size_of(fit(value)) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(0, 24, 4))
def test_fallbacks_of_fitted_documents_are_small(seed: int) -> None:
    fitted = fit(drawn(seed))  # type: ignore[arg-type]
    assert len(text.render(fitted)) < 40_000
    assert len(html.render(fitted)) < 60_000
