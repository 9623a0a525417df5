"""``memory_lines.convert`` on what memray recorded, without memray."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler import html, text
from jupyterlab_cell_profiler.document import block_memory
from jupyterlab_cell_profiler.profilers import CellFile, Target
from jupyterlab_cell_profiler.profilers.memory_line_reading import is_library
from jupyterlab_cell_profiler.profilers.memory_line_stacks import NODES
from jupyterlab_cell_profiler.profilers.memory_lines import convert
from jupyterlab_cell_profiler.tests.documents import golden

RAW = Path(__file__).parent / "data" / "raw" / "memray"
MB = 1_000_000


def read(name: str) -> tuple[dict[str, Any], Target]:
    recorded = json.loads((RAW / f"{name}.json").read_text("utf-8"))
    told = recorded["target"]
    target = Target(
        cells={file: CellFile(**cell) for file, cell in told["cells"].items()},
        own_files=told["own_files"],
        directory="/project",
    )
    target.files.add("In [2]", told["source"].split("\n"), cell_id="own")
    return recorded["raw"], target


def of_kind(sections: Any, kind: str) -> list[Any]:
    return [section for section in sections if section["kind"] == kind]


def values(section: Any, name: str) -> dict[int, Any]:
    (found,) = (c["values"] for c in section["columns"] if c["name"] == name)
    return dict(zip(section["lines"], found, strict=True))


@pytest.mark.parametrize("name", ["cell", "threads"])
def test_the_golden_document_is_what_convert_makes(name: str) -> None:
    raw, target = read(name)
    sections = convert(json.loads(json.dumps(raw)), target)
    expected = golden(f"memory-lines-{name}")["sections"][1:]
    assert json.loads(json.dumps(sections)) == expected


def test_lines_add_up_to_the_totals() -> None:
    raw, target = read("cell")
    sections = convert(raw, target)
    items = {item["name"]: item["value"] for item in of_kind(sections, "totals")[0]["items"]}
    lines = of_kind(sections, "lines")
    for name, column in (
        ("heap_peak", "memory_peak"),
        ("heap_held", "memory_held"),
        ("heap_allocated", "memory_allocated"),
        ("heap_allocations", "allocations"),
    ):
        assert sum(sum(values(s, column).values()) for s in lines) == items[name]


def test_stacks_add_up_to_the_totals_also_when_pruned() -> None:
    raw, target = read("cell")
    frames = len(raw["frames"])
    raw["frames"] += [[f"f{i}", f"/lib/site-packages/{i}.py", 1] for i in range(2000)]
    first = raw["stacks"][0]
    for i in range(2000):
        small = {"peak": 100 + i, "held": 3, "allocated": 200 + i, "temporary": 197 + i}
        raw["stacks"].append({**first, **small, "stack": [first["stack"][0], frames + i]})
    sections = convert(raw, target)
    items = {item["name"]: item["value"] for item in of_kind(sections, "totals")[0]["items"]}
    stacks = {section["name"]: section for section in of_kind(sections, "stacks")}
    assert sum(stacks["peak"]["nodes"]["self"]) == items["heap_peak"]
    assert sum(stacks["leaked"]["nodes"]["self"]) == items["heap_held"]
    assert sum(stacks["temporary"]["nodes"]["self"]) == (
        items["heap_allocated"] - items["heap_held"]
    )
    for section in stacks.values():
        assert len(section["nodes"]["self"]) <= NODES + 20
        assert section["unit"] == "bytes"
    assert "(other)" in stacks["peak"]["frames"]["name"]


def test_memory_belongs_to_the_innermost_line_of_the_user() -> None:
    raw, target = read("cell")
    lines = of_kind(convert(raw, target), "lines")
    top, smooth = lines
    assert smooth["name"] == "smooth"
    assert values(top, "memory_peak")[3] == 0
    assert values(top, "memory_peak_total")[3] == pytest.approx(16 * MB, rel=0.03)
    assert values(smooth, "memory_peak")[7] == pytest.approx(16 * MB, rel=0.03)


def test_a_recursive_line_counts_once() -> None:
    raw, target = read("threads")
    raw = copy.deepcopy(raw)
    for stack in raw["stacks"]:
        stack["stack"] = stack["stack"] * 3
    again = of_kind(convert(raw, target), "lines")
    (work,) = (s for s in again if s.get("name") == "work")
    assert values(work, "memory_peak")[4] == pytest.approx(8 * MB, rel=0.03)


def test_nothing_was_tracked() -> None:
    assert convert({}, Target()) == []


def test_a_long_series_is_thinned_by_its_extremes() -> None:
    raw, target = read("cell")
    began = raw["began"]
    raw["looks"] = [[began + i / 1e5, i % 97 * 1000, 5000 + i] for i in range(20_000)]
    raw["looks"][7777][1] = 10**9
    heap, rss = of_kind(convert(raw, target), "series")
    assert len(heap["t"]) <= 610
    assert len(rss["t"]) <= 610
    assert max(heap["values"]) == 10**9


@pytest.mark.parametrize(
    ("file", "library"),
    [
        ("/home/me/project/helpers.py", False),
        ("/venv/lib/python3.11/site-packages/numpy/core.py", True),
        ("/usr/lib/python3/dist-packages/six.py", True),
        ("/usr/lib/python3.11/json/decoder.py", True),
        ("<frozen importlib._bootstrap>", True),
        ("/usr/lib/libc.so.6", True),
        ("C:\\venv\\Lib\\site-packages\\numpy\\core.py", True),
    ],
)
def test_whose_files(file: str, library: bool) -> None:
    assert is_library(file, ["/usr/lib/python3.11/"]) is library


def test_fallbacks_show_the_memory_of_lines() -> None:
    document: Any = golden("memory-lines-cell")
    plain, page = text.render(document), html.render(document)
    assert block_memory(of_kind(document["sections"], "lines")[0]) == pytest.approx(
        50 * MB, rel=0.1
    )
    for shown in (plain, page):
        assert "Still held" in shown
        assert "seen.append(part.copy())" in shown
        assert "16 MB" in shown
    assert "% block" not in plain
    assert "<script" not in page
