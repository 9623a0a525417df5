"""Every document that is emitted, and every golden one, fits the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from jupyterlab_cell_profiler import __version__
from jupyterlab_cell_profiler.document import (
    FileTable,
    column,
    source_hash,
    source_lines,
    split_lines,
    total,
)
from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.tests.documents import (
    FOLDER,
    GOLDEN,
    SCHEMA,
    check,
    golden,
    problems,
)
from jupyterlab_cell_profiler.tests.inprocess import Shell, blocks, new_shell
from jupyterlab_cell_profiler.tests.record_lines import GRID, JULIA


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.load()
        yield shell


def test_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


CELLS = {
    "plain": "x = 1\nfor i in range(3):\n    x += i",
    "profile": "%%profile\ndef f():\n    return 1\nf()",
    "statement": "%profile sum(range(10))",
    "lprun": "%lprun -f textwrap.dedent textwrap.dedent(' a')",
    "module": "%%profile -m textwrap\ntextwrap.fill('a b c', 3)",
    "lprun_all": "%%lprun_all -z\ndef f():\n    return 1\nf()",
    "earlier": "earlier(3)",
    "error": "1 / 0",
    "interrupt": "raise KeyboardInterrupt",
    "syntax error": "x = = 1",
    "failing statement": "%profile 1 / 0",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "line magic": "%config",
    "cell magic": "%%time\nx = 1",
    "comment": "# nothing",
    "unicode": "ä = 'ü€😀'\nnaïve = 'x\u2028y'  # \u2029",
    "carriage returns": "x = 1\r\ny = 2\r\n",
    "form feed": "x = 1\n\f\ny = 2",
    "hostile name": "exec(\"def f(): pass\")\nf.__qualname__ = '<script>'\nf()",
    "class error": "class E(Exception):\n    pass\nraise E('<b>' * 3)",
    "one long line": "x = '" + "y" * 5000 + "'",
    "many lines": "\n".join(f"x{i} = {i}" for i in range(700)),
}


@pytest.mark.parametrize("name", CELLS)
def test_emitted_document_is_valid(shell: Shell, name: str) -> None:
    shell.run("import textwrap\ndef earlier(n):\n    return n", "earlier")
    code = CELLS[name]
    if (
        code.startswith("%profile")
        or code.startswith("%lprun")
        or code.startswith("%%profile")
        or code.startswith("%%lprun_all")
    ):
        ran = shell.run(code, "cell")
    else:
        shell.profiler.arm("cell", Request(["lines"], path="folder/a.ipynb"))
        ran = shell.run(code, "cell")
        assert ran.document["target"]["path"] == "folder/a.ipynb"
    document = ran.document
    check(document)
    # As it goes over the wire.
    check(json.loads(json.dumps(document, allow_nan=False)))
    assert document["producer"] == f"jupyterlab-cell-profiler@{__version__}"
    assert datetime.fromisoformat(document["started"].replace("Z", "+00:00")).tzinfo is not None
    assert document["started"].endswith("Z")
    text = json.dumps(document)
    assert "ipykernel_" not in text, "no name of a temporary file reaches the reader"
    assert str(Path.home()) not in json.dumps(document["files"])
    if document["target"]["kind"] == "cell":
        assert document["target"]["sourceHash"] == source_hash(code)
        assert document["target"]["executionCount"] == 2
        if "truncated" not in document:
            assert document["files"][0]["source"] == split_lines(code)
        assert document["files"][0]["cellId"] == document["target"]["cellId"] == "cell"
    else:
        assert document["target"]["source"] in code


@pytest.mark.parametrize("name", ["plain", "profile", "unicode", "form feed", "carriage returns"])
def test_every_line_number_has_its_source(shell: Shell, name: str) -> None:
    document = shell.profile(CELLS[name]).document
    for section in blocks(document):
        known = source_lines(document["files"][section["file"]])
        assert all(known[line].strip() for line in section["lines"])


def test_ids_differ(shell: Shell) -> None:
    ids = {shell.profile("x = 1").document["id"] for _ in range(5)}
    assert len(ids) == 5


def test_environment(shell: Shell) -> None:
    import platform

    import IPython

    environment = shell.profile("x = 1").document["environment"]
    assert environment["python"] == platform.python_version()
    assert environment["packages"]["ipython"] == IPython.__version__
    assert environment["cpuCount"] >= 1


def test_typical_document_is_at_most_20_kb(shell: Shell) -> None:
    cell = JULIA + GRID + "\n".join(f"total_{i} = sum(out[{i}:])" for i in range(5))
    assert 20 <= len(cell.split("\n")) <= 30
    bundle = shell.profile(cell).bundle
    sizes = {
        kind: len((value if isinstance(value, str) else json.dumps(value)).encode())
        for kind, value in bundle.items()
    }
    assert len(sizes) == 3
    assert sum(sizes.values()) <= 20_000, sizes


def test_totals_say_what_they_mean(shell: Shell) -> None:
    (totals,) = (s for s in shell.profile("x = 1").document["sections"] if s["kind"] == "totals")
    assert [item["name"] for item in totals["items"]] == [
        "wall",
        "user",
        "sys",
        "wait",
        "cpu_percent",
    ]
    for item in totals["items"]:
        assert item["help"].endswith(".")
        assert item["label"]


# Golden documents -----------------------------------------------------------------------------


def test_there_are_golden_documents() -> None:
    assert {"lines-cell", "lines-methods", "lines-statement", "hostile", "error"} <= set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_document_is_valid(name: str) -> None:
    check(golden(name))


BROKEN = sorted((FOLDER / "broken").iterdir())


def test_there_are_broken_documents() -> None:
    assert len(BROKEN) >= 5


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_broken_document_is_refused(path: Path) -> None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError:
        assert path.suffix != ".json" or "not-json" in path.name
        return
    assert problems(value)


def test_newer_version_is_refused_for_its_version() -> None:
    newer = json.loads((FOLDER / "broken" / "newer-version.cellprofile.json").read_text("utf-8"))
    assert newer["version"] > 1
    assert any("1 was expected" in problem for problem in problems(newer))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("id"),
        lambda d: d.update(id=""),
        lambda d: d.update(version=2),
        lambda d: d.update(version="1"),
        lambda d: d.update(status="fine"),
        lambda d: d.update(sections={}),
        lambda d: d.update(truncated=False),
        lambda d: d.update(extra=1),
        lambda d: d["target"].update(kind="planet"),
        lambda d: d["target"].pop("kind"),
        lambda d: d["files"][0].pop("path"),
        lambda d: d["files"][0].update(source="text"),
        lambda d: d["files"][0].update(firstLine=0),
        lambda d: d["sections"].append({"kind": "unknown"}),
        lambda d: blocks(d)[0].update(file=-1),
        lambda d: blocks(d)[0]["lines"].__setitem__(0, 0),
        lambda d: blocks(d)[0]["columns"][0].update(unit="parsec"),
        lambda d: blocks(d)[0]["columns"][0]["values"].__setitem__(0, "1"),
        lambda d: blocks(d)[0]["columns"][0]["values"].pop(),
        lambda d: blocks(d)[0].update(file=99),
    ],
)
def test_spoiled_document_is_refused(spoil: Any) -> None:
    document = golden("lines-cell")
    check(document)
    spoil(document)
    assert problems(document)


# Helpers ------------------------------------------------------------------------------------


def test_split_lines_counts_as_an_editor_does() -> None:
    assert split_lines("a\nb\r\nc\rd") == ["a", "b", "c", "d"]
    assert split_lines("a\x0cb\u2028c\x85d\x1ce\x0bf") == ["a\x0cb\u2028c\x85d\x1ce\x0bf"]
    assert split_lines("a\n") == ["a", ""]
    assert split_lines("") == [""]


def test_source_hash() -> None:
    assert len(source_hash("")) == 16
    assert source_hash("") == "e3b0c44298fc1c14"
    assert source_hash("a\r\nb") == source_hash("a\nb")
    assert source_hash("a") != source_hash("b")
    assert source_hash("\ud800"), "half of a surrogate pair"


def test_totals_without_a_value() -> None:
    for value in (None, float("nan"), float("inf")):
        item = total("x", "X", value, "seconds")
        assert item["value"] is None
        assert item["supported"] is False
    assert total("x", "X", 1.5, "seconds") == {
        "name": "x",
        "label": "X",
        "value": 1.5,
        "unit": "seconds",
        "supported": True,
    }


def test_columns_keep_nanoseconds() -> None:
    found = column("time", "Time", "seconds", [1.23456789012, None, 3])
    assert found["values"] == [1.23456789, None, 3]


def test_file_table() -> None:
    table = FileTable()
    assert table.add("cell", ["a"], cell_id="c") == 0
    assert table.add("b.py", ["b"], first_line=10) == 1
    assert table.add("b.py", ["c"], first_line=20) == 2
    assert table.add("b.py", ["other"], first_line=10) == 1
    assert table.files == [
        {"path": "cell", "cellId": "c", "source": ["a"]},
        {"path": "b.py", "firstLine": 10, "source": ["b"]},
        {"path": "b.py", "firstLine": 20, "source": ["c"]},
    ]
    assert source_lines(table.files[1]) == {10: "b"}
