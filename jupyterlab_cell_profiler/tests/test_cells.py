"""Which cell a piece of code comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ipykernel.compiler import XCachingCompiler

from jupyterlab_cell_profiler.cells import Cells, line_offset
from jupyterlab_cell_profiler.tests.inprocess import Shell, hits, new_shell


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        yield shell


@pytest.fixture
def cells() -> Cells:
    return Cells(XCachingCompiler())


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("", 0),
        ("x", 0),
        ("\nx", 1),
        ("\n\n  \n\tx", 3),
        ("x\n\ny", 0),
        ("\n\n", 0),
        ("\r\nx", 1),
        ("# comment\nx", 0),
    ],
)
def test_empty_lines_at_the_start(source: str, offset: int) -> None:
    assert line_offset(source) == offset


def test_cell_by_its_file_name(cells: Cells) -> None:
    cells.add("/tmp/1.py", "x = 1", "a", 0)
    assert "/tmp/1.py" in cells
    assert "/tmp/2.py" not in cells
    assert list(cells) == ["/tmp/1.py"]
    assert len(cells) == 1
    found = cells["/tmp/1.py"]
    assert (found.source, found.cell_id, found.offset) == ("x = 1", "a", 0)
    assert "/tmp" not in found.label
    with pytest.raises(KeyError):
        cells["/tmp/2.py"]


def test_edited_cell_loses_its_id(cells: Cells) -> None:
    cells.add("1", "x = 1", "a", 0)
    cells.add("2", "y = 1", "b", 0)
    cells.add("3", "x = 2", "a", 0)
    assert cells["1"].cell_id is None
    assert cells["1"].source == "x = 1"
    assert cells["2"].cell_id == "b"
    assert cells["3"].cell_id == "a"


def test_cell_that_is_edited_back_has_its_id_again(cells: Cells) -> None:
    cells.add("1", "x = 1", "a", 0)
    cells.add("2", "x = 2", "a", 0)
    cells.add("1", "x = 1", "a", 0)
    assert cells["1"].cell_id == "a"
    assert cells["2"].cell_id is None


def test_label_is_the_prompt_of_the_last_run(shell: Shell) -> None:
    source = "def f():\n    return 1"
    shell.run(source, "a")
    shell.run("x = 1", "b")
    shell.run(source, "a")
    document = shell.profile("f()").document
    assert [file["path"] for file in document["files"]] == ["In [4]", "In [3]"]


def test_introduced_cells(shell: Shell) -> None:
    shell.run("def f():\n    return 1")
    known = shell.profiler.cells
    before = shell.ns["f"].__code__.co_filename
    known.introduce([("a", "def f():\n    return 1"), ("b", "not run")])
    assert known[before].cell_id in (None, "a")
    assert not any(known[file].cell_id == "b" for file in known)


def test_introducing_does_not_overwrite(cells: Cells) -> None:
    source = "def f():\n    return 1"
    file = cells.file_name(source, source, 0)
    cells.add(file, source, "mine", 0)
    cells.introduce([("other", source)])
    assert cells[file].cell_id == "mine"


def test_two_cells_of_one_text(shell: Shell) -> None:
    # ipykernel names a cell's file by its text, so the last one to run owns the name.
    source = "def f():\n    return 1"
    shell.run(source, "a")
    shell.run(source, "b")
    document = shell.profile("f()").document
    assert document["files"][1]["cellId"] == "b"


def files_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    section = next(s for s in document["sections"] if s.get("name") == name)
    file: dict[str, Any] = document["files"][section["file"]]
    return file


def test_function_of_a_cell_that_was_edited_since(shell: Shell) -> None:
    shell.run("def f():\n    return 1\nkeep = f", "a")
    shell.run("def f():\n\n\n    return 2", "a")
    document = shell.profile("keep(), f()").document
    found = [
        (s["lines"], document["files"][s["file"]])
        for s in document["sections"]
        if s.get("name") == "f"
    ]
    by_id = {file.get("cellId"): lines for lines, file in found}
    assert by_id == {None: [2], "a": [4]}


def test_function_of_the_cell_that_is_profiled_now_after_an_edit(shell: Shell) -> None:
    shell.profile("def f():\n    return 1\nold = f\nf()", "a")
    document = shell.profile("x = 1\ny = old()", "a").document
    assert hits(document)["f"] == {2: 1}
    assert "cellId" not in files_of(document, "f")
    assert document["files"][0]["cellId"] == "a"


def test_no_file_name_of_a_cell_reaches_the_document(shell: Shell) -> None:
    shell.run("def f():\n    return 1", "a")
    shell.run("def g():\n    return f()")
    document = shell.profile("g(), f()").document
    text = json.dumps({**document, "environment": None})
    assert "ipykernel" not in text
    assert shell.ns["f"].__code__.co_filename not in text


def test_function_defined_by_exec_has_a_name_for_people(shell: Shell) -> None:
    shell.run("exec(compile('def f():\\n    return 1', '<made>', 'exec'))")
    document = shell.profile("f()").document
    assert hits(document)[None] == {1: 1}
