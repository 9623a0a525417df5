"""What the history makes of a document that is sent to it, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.document import FORMAT_VERSION
from jupyterlab_cell_profiler.history.changes import read_changes
from jupyterlab_cell_profiler.history.checks import check_document, is_id, started_at
from jupyterlab_cell_profiler.history.errors import Refused
from jupyterlab_cell_profiler.history.export import file_name
from jupyterlab_cell_profiler.history.incoming import read_json
from jupyterlab_cell_profiler.history.summary import measured, search_text
from jupyterlab_cell_profiler.tests.documents import FOLDER, GOLDEN, check, golden
from jupyterlab_cell_profiler.tests.history import body, profile, record

SUMMARIES = json.loads((Path(__file__).parent / "data" / "summaries.json").read_text("utf-8"))


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        check_document(read_json(data))
    sentence = str(caught.value)
    assert sentence[0].isupper() or sentence.split()[0] in ("NaN", "Infinity", "-Infinity")
    assert sentence.endswith(".")
    return sentence


# -- JSON ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The text is not JSON: Expecting value (line 1, column 1)."),
        (b"{", "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"\xff", "The text is not UTF-8."),
        (b'"\xed\xa0\x80"', "The text is not UTF-8."),
        (body({"a": 1})[:-1] + b"\x00", "not JSON"),
        (b"[NaN]", "NaN is not JSON."),
        (b"[Infinity]", "Infinity is not JSON."),
        (b"[-Infinity]", "-Infinity is not JSON."),
        (b"[1e999]", "A number is too large."),
        (b"[-1e999]", "A number is too large."),
        (b"[%d]" % 2**63, "A number is too large."),
        (b"[%d]" % -(2**63 + 1), "A number is too large."),
        (b"[" + b"9" * 5000 + b"]", "A number is too large."),
        (b"9" * 1_000_000, "A number is too large."),
        (b"[" * 65 + b"]" * 65, "The JSON is nested too deeply."),
        (b"[" * 100_000, "The JSON is nested too deeply."),
        (b'{"a":' * 100_000, "The JSON is nested too deeply."),
        (b"[" * 1000 + b"]" * 1000, "The JSON is nested too deeply."),
        (rb'["\ud800"]', "A text has half of a surrogate pair."),
        (rb'["\uDFFF x"]', "A text has half of a surrogate pair."),
        (rb'{"\ud800": 1}', "A text has half of a surrogate pair."),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


@pytest.mark.parametrize(
    "value",
    [
        [2**63 - 1, -(2**63), 0.1, True, None, "\U0001f600", "9" * 5000, "\\ud800"],
        [[]] * 100_000,
    ],
)
def test_what_is_json_comes_as_it_is(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value
    deep: Any = value
    for _ in range(60):
        deep = [deep]
    assert read_json(json.dumps(deep).encode()) == deep


# -- documents -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - {"hostile"}))
def test_golden_documents_are_taken(name: str) -> None:
    assert check_document(read_json(GOLDEN[name].read_bytes())) == golden(name)


def test_an_id_that_may_do_harm_is_refused() -> None:
    document = golden("hostile")
    assert "id of the profile" in refusal(body(document))
    document["id"] = "harmless"
    assert check_document(read_json(body(document))) == document


def test_made_up_documents_are_valid() -> None:
    for document in (profile(), record(), profile(target={"kind": "process", "pid": 3})):
        check(document)
        assert check_document(read_json(body(document))) == document


# The others break the format where only a reader looks.
LOOKED_AT = ("missing-field", "newer-version", "not-a-profile", "not-json")


@pytest.mark.parametrize("name", LOOKED_AT)
def test_broken_documents_are_refused(name: str) -> None:
    (path,) = (FOLDER / "broken").glob(f"{name}.*")
    refusal(path.read_bytes())


def test_the_sentence_tells_what_is_wrong() -> None:
    assert refusal(b"[]") == refusal(b'{"a": 1}') == "This is no profile document."
    assert "version 7 of the format" in refusal(body(profile(version=7)))
    assert "still goes on" in refusal(body(profile(live=True)))
    assert (
        refusal(body(profile(profilers=[{"name": 3}])))
        == "The profile breaks the format at profilers[0].name."
    )


DELETE = object()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        *((name, DELETE) for name in ("id", "title", "started", "target", "status", "files")),
        *((name, DELETE) for name in ("environment", "profilers", "sections", "producer")),
        ("version", "1"),
        ("version", True),
        ("version", 0),
        ("version", FORMAT_VERSION + 1),
        ("version", 1.0),
        ("id", ""),
        ("id", 7),
        ("id", "a/b"),
        ("id", "../a"),
        ("id", ".a"),
        ("id", "a b"),
        ("id", "ä"),
        ("id", "a\n"),
        ("id", "a" * 65),
        ("title", None),
        ("title", "x" * 501),
        ("started", "yesterday"),
        ("started", "2026-13-01T00:00:00Z"),
        ("started", "2026-11-22T21:00:00"),
        ("status", "fine"),
        ("status", ["ok"]),
        ("live", True),
        ("live", False),
        ("truncated", False),
        ("error", "text"),
        ("error", {"name": "E"}),
        ("target", []),
        ("target.kind", "planet"),
        ("target.path", 3),
        ("target.path", "x" * 4097),
        ("target.cellId", None),
        ("target.executionCount", 1.5),
        ("target.executionCount", True),
        ("target.pid", "1"),
        ("target.source", ["x"]),
        ("target.sourceHash", "x" * 129),
        ("environment.python", 3.11),
        ("profilers", {}),
        ("profilers", ["lines"]),
        ("profilers", [{"name": "n", "tool": "t", "toolVersion": "1", "options": {}}] * 51),
        ("profilers.0.name", "x" * 101),
        ("profilers.0.options", []),
        ("profilers.0.tool", None),
        ("files", [3]),
        ("files.0.path", None),
        ("files.0.source", "text"),
        ("files.0.source", ["a", 1]),
        ("sections", {}),
        ("sections", ["totals"]),
        ("sections.0.kind", 3),
        ("sections.0.kind", DELETE),
        ("sections.0.items", DELETE),
        ("sections.0.items", {"wall": 1}),
        ("sections.0.items", [1]),
        ("sections.0.items.0.name", ["wall"]),
        ("sections.0.items.0.value", "1"),
        ("sections.0.items.0.value", True),
        ("sections.0.items.0.value", DELETE),
    ],
)
def test_a_spoiled_document_is_refused(place: str, value: Any) -> None:
    document = profile()
    *way, last = place.split(".")
    inside: Any = document
    for name in way:
        inside = inside[int(name) if name.isdecimal() else name]
    if value is DELETE:
        del inside[last]
    else:
        inside[int(last) if last.isdecimal() else last] = value
    refusal(body(document))


def test_a_section_of_a_later_kind_is_kept() -> None:
    document = profile()
    document["sections"].append({"kind": "weather", "rain": [1, 2]})
    assert check_document(read_json(body(document))) == document


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0.0),
        ("1970-01-01T00:00:00.5Z", 0.5),
        ("1970-01-01T00:00:00.123456Z", 0.123),
        ("1970-01-01T01:00:00+01:00", 0.0),
        ("1969-12-31T22:30:00-01:30", 0.0),
        ("1969-12-31T23:59:59.250Z", -0.75),
        ("2026-11-22T21:00:00.000Z", 1795381200.0),
        ("9999-12-31T23:59:59Z", 253402300799.0),
    ],
)
def test_when_a_run_began(text: str, seconds: float) -> None:
    assert started_at(text) == round(seconds * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22 21:00:00Z",
        "2026-02-30T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "2026-11-22T24:00:00Z",
        "2026-11-22T21:00:00Zx",
        "٢٠٢٦-11-22T21:00:00Z",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert started_at(text) is None


def test_ids() -> None:
    assert all(map(is_id, ("a", "0", "A-b_9", "a" * 64, "00000000-0000-4000-8000-000000000001")))
    assert not any(map(is_id, ("", "-a", "_a", "a.b", "a/b", "a" * 65, "a\n", "ß", "%2e")))


# -- summaries -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOLDEN)
def test_summary_of_golden_documents(name: str) -> None:
    """The front end's tests read the same file."""
    assert measured(golden(name)) == SUMMARIES[name]  # type: ignore[arg-type]


def test_every_golden_document_has_a_summary() -> None:
    assert set(SUMMARIES) == set(GOLDEN)


def summary(**changes: Any) -> Any:
    return measured(profile(**changes))  # type: ignore[arg-type]


def test_summary() -> None:
    document = profile(id="abc")
    assert measured(document) == {  # type: ignore[arg-type]
        "id": "abc",
        "title": "Lines",
        "started": "2026-11-22T21:00:00.000Z",
        "kind": "cell",
        "path": "a.ipynb",
        "cellId": "cell-1",
        "executionCount": 3,
        "sourceHash": None,
        "firstLine": "x = 1",
        "status": "ok",
        "profilers": ["lines"],
        "record": False,
        "wall": 1.5,
        "cpu": 1.25,
        "peak": None,
        "increment": None,
        "python": "3.11.9",
    }


def test_cpu_needs_both_parts() -> None:
    assert summary(totals={"sys": None})["cpu"] is None
    assert summary(sections=[])["cpu"] is summary(sections=[])["wall"] is None


def test_the_peak_is_the_first_that_was_measured() -> None:
    everything: dict[str, Any] = {"heap_peak": 3, "peak": 2, "peak_rss": 1}
    assert summary(totals=everything)["peak"] == 1
    assert summary(totals=everything | {"peak_rss": None})["peak"] == 2
    assert summary(totals={"heap_peak": 3})["peak"] == 3
    assert summary(totals={"peak_rss": 0, "peak": 2})["peak"] == 0


@pytest.mark.parametrize(
    ("target", "first"),
    [
        ({}, "x = 1"),
        ({"source": "\n \n\tf(2)  \ng()"}, "f(2)"),
        ({"source": "a\rb"}, "a"),
        ({"source": "\x0c\u2028a b"}, "a b"),
        ({"source": ""}, None),
        ({"source": " \n "}, None),
        ({"source": "y" * 100}, "y" * 80),
    ],
)
def test_first_line(target: dict[str, Any], first: str | None) -> None:
    assert summary(target=target)["firstLine"] == first


def test_first_line_of_a_document_without_source() -> None:
    assert summary(files=[])["firstLine"] is None
    assert summary(files=[{"path": "p"}])["firstLine"] is None


def test_light_records() -> None:
    assert summary()["record"] is False
    assert measured(record())["record"] is True  # type: ignore[arg-type]
    assert measured(record())["profilers"] == []  # type: ignore[arg-type]


def test_what_is_searched() -> None:
    text = search_text(summary(title="Größe"), "My RUN")
    assert text == "grösse\nmy run\na.ipynb\nx = 1\nlines\nok"


# -- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ("Lines", None, "Lines"),
        ("Lines", "My run", "My-run"),
        ("../../etc/passwd", None, "etc-passwd"),
        ("C:\\con\0\n", None, "C-con"),
        ("größer € 日本", None, "größer-日本"),
        ("x" * 500, None, "x" * 60),
        ("...", None, None),
    ],
)
def test_file_names(title: str, name: str | None, expected: str | None) -> None:
    document = profile(title=title, id="01234567-89ab")
    found = file_name({**measured(document), "name": name})  # type: ignore[typeddict-item, arg-type]
    middle = "" if expected is None else f"-{expected}"
    assert found == f"2026-11-22T21-00-00{middle}-01234567.cellprofile.json"


# -- changes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "changes"),
    [
        ({"name": "  A\n run "}, {"name": "A run"}),
        ({"title": "A run"}, {"name": "A run"}),
        ({"name": None}, {"name": None}),
        ({"name": " "}, {"name": None}),
        ({"pinned": True}, {"pinned": True}),
        ({"name": "x" * 200, "pinned": False}, {"name": "x" * 200, "pinned": False}),
    ],
)
def test_changes(sent: dict[str, Any], changes: dict[str, Any]) -> None:
    assert read_changes(json.dumps(sent).encode()) == changes


@pytest.mark.parametrize(
    "sent",
    [
        {},
        [],
        "name",
        None,
        {"other": 1},
        {"name": "a", "other": 1},
        {"name": "a", "title": "b"},
        {"name": 3},
        {"name": ["a"]},
        {"name": "x" * 201},
        {"pinned": 1},
        {"pinned": None},
        {"pinned": "true"},
        {"name": "\ud800"},
    ],
)
def test_changes_that_are_refused(sent: Any) -> None:
    with pytest.raises(Refused):
        read_changes(json.dumps(sent).encode())
