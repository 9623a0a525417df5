"""The runs in the file: added, listed, searched, changed, deleted, exported."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from jupyterlab_cell_profiler.history import queries, schema
from jupyterlab_cell_profiler.history.errors import Damaged, Unknown
from jupyterlab_cell_profiler.history.export import archive
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import (
    NAME,
    add,
    ids,
    kept,
    listed,
    open_store,
    profile,
    record,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as store:
        yield store


HOSTILE = [
    "'; DROP TABLE runs; --",
    '" OR 1=1 --',
    "1); DELETE FROM documents; --",
    "%",
    "_",
    "\\",
    "\\%",
    "[a-z]",
    "*",
    "?1 :x @y $z",
    "nul \0 in it",
    "line\nbreak",
    "\u202eright to left",
    "\U0001f600 \u00e4\u00df",
    "<script>alert(1)</script>",
    "\ufffe\uffff",
]


def change(store: Store, id: str, **changes: object) -> queries.Summary:
    return store.write(partial(queries.change, id=id, changes=changes))


def delete(store: Store, id: str, now: float | None = None) -> None:
    store.write(partial(queries.delete, id=id, now=time.time() if now is None else now))


def restore(store: Store, id: str) -> queries.Summary:
    return store.write(partial(queries.restore, id=id))


def test_a_run_comes_back_as_it_came(store: Store) -> None:
    document = profile(title="Größe \U0001f600")
    summary, new = add(store, document)
    assert new
    assert kept(store, document["id"]) == document
    assert listed(store) == [summary]
    assert summary["title"] == "Größe \U0001f600"
    assert (summary["name"], summary["pinned"]) == (None, False)
    assert summary["size"] > 500


def test_a_second_delivery_changes_nothing(store: Store) -> None:
    document = profile()
    first, _ = add(store, document)
    change(store, document["id"], name="mine", pinned=True)
    again, new = add(store, {**document, "title": "Other"})
    assert not new
    assert again == {**first, "name": "mine", "pinned": True}
    assert kept(store, document["id"])["title"] == "Lines"
    assert len(listed(store)) == 1


def test_the_newest_is_first_whenever_it_came(store: Store) -> None:
    for id, started in [
        ("b", "2026-11-22T21:00:02Z"),
        ("a", "2026-11-22T21:00:01.500Z"),
        ("c", "2026-11-22T21:00:02Z"),
        ("zone", "2026-11-22T22:00:03+01:00"),
        ("old", "1969-11-22T22:00:03Z"),
    ]:
        add(store, profile(id=id, started=started))
    assert ids(store) == ["zone", "c", "b", "a", "old"]


def test_pages(store: Store) -> None:
    for number in range(25):
        add(store, profile(id=str(number), started=f"2026-11-22T21:00:{number:02}Z"))
    expected = [str(number) for number in reversed(range(25))]
    pages = [[run["id"] for run in listed(store, 10, offset)] for offset in (0, 10, 20, 30)]
    assert pages == [expected[:10], expected[10:20], expected[20:], []]
    assert listed(store, 0) == []
    for offset in (0, 30, 2**60):
        _, total = store.read(
            partial(queries.page, wanted=queries.Filter(), limit=1, offset=offset)
        )
        assert total == 25


def test_kinds(store: Store) -> None:
    add(store, profile(id="p", started="2026-11-22T21:00:00Z"))
    add(store, record(id="r", started="2026-11-22T21:00:01Z"))
    assert ids(store) == ids(store, kind="profile") == ["p"]
    assert ids(store, kind="record") == ["r"]
    assert ids(store, kind="all") == ["r", "p"]


def test_paths_are_exact(store: Store) -> None:
    for path in ("a.ipynb", "b/a.ipynb", "A.ipynb", "a.ipynb ", "%"):
        add(store, profile(id=f"id-{len(path)}-{path[0] == 'A'}", target={"path": path}))
    without = profile(id="without")
    del without["target"]["path"]
    add(store, without)
    assert ids(store, path="a.ipynb") == ["id-7-False"]
    assert ids(store, path="%") == ["id-1-False"]
    assert ids(store, path="_.ipynb") == []
    assert listed(store, path="a.ipynb ")[0]["path"] == "a.ipynb "
    assert next(run for run in listed(store) if run["id"] == "without")["path"] is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["GROSSE"], True),
        (["grü"], False),
        (["größe"], True),
        (["gro\u0308sse"], True),
        (["straße", "SCHNELL", "lines"], True),
        (["error"], False),
        (["ok"], True),
        (["x = 1"], True),
        (["y = 2"], False),
        (["ipynb"], True),
        (["schnell", "langsam"], False),
        (["%"], False),
        (["_"], False),
        ([""], True),
        ([], True),
    ],
)
def test_words_that_are_searched(store: Store, words: list[str], found: bool) -> None:
    add(store, profile(id="a", title="Große GRÖSSE", target={"path": "Straße.ipynb"}))
    change(store, "a", name="Schnell")
    assert ids(store, words=words) == (["a"] if found else [])


def test_a_name_is_found_as_long_as_it_is_there(store: Store) -> None:
    add(store, profile(id="a"))
    assert change(store, "a", name="Baseline")["name"] == "Baseline"
    assert ids(store, words=["base"]) == ["a"]
    assert change(store, "a", pinned=True)["name"] == "Baseline"
    assert change(store, "a", name=None) == {**listed(store)[0], "name": None, "pinned": True}
    assert ids(store, words=["base"]) == []


def test_deleted_and_restored(store: Store) -> None:
    document = profile(id="a")
    summary, _ = add(store, document)
    delete(store, "a")
    assert listed(store, kind="all") == []
    for work in (
        partial(queries.document, id="a"),
        partial(queries.change, id="a", changes={"pinned": True}),
        partial(queries.delete, id="a", now=0),
    ):
        with pytest.raises(Unknown):
            store.write(work)  # type: ignore[arg-type]
    assert add(store, document) == (summary, False), "opening the notebook brings nothing back"
    assert listed(store, kind="all") == []
    assert restore(store, "a") == summary
    assert restore(store, "a") == summary
    assert kept(store, "a") == document


def test_unknown_runs(store: Store) -> None:
    add(store, profile(id="a"))
    for id in ("b", "", "A", "a%", "a' OR '1'='1"):
        with pytest.raises(Unknown):
            kept(store, id)
        with pytest.raises(Unknown):
            change(store, id, pinned=True)
        with pytest.raises(Unknown):
            delete(store, id)
        with pytest.raises(Unknown):
            restore(store, id)
    assert ids(store) == ["a"]


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_in_every_string(store: Store, text: str) -> None:
    add(store, profile(id="plain", title="x", target={"path": "x"}))
    spoiled = profile(
        id="spoiled",
        title=text,
        status="error",
        error={"name": text, "value": text},
        target={"path": text, "cellId": text, "sourceHash": text, "source": text},
        environment={"python": text, "platform": text, "cpuCount": 1, "packages": {text: text}},
        profilers=[{"name": text, "tool": text, "toolVersion": text, "options": {}, "notes": []}],
        files=[{"path": text, "source": [text]}],
        totals={text: 1.0},
    )
    add(store, spoiled)
    assert kept(store, "spoiled") == spoiled
    change(store, "spoiled", name=text)
    (found,) = listed(store, path=text)
    assert (found["id"], found["name"], found["title"]) == ("spoiled", text, text)
    assert found["profilers"] == [text]
    assert (found["cellId"], found["sourceHash"], found["python"]) == (text, text, text)
    words = text.split()
    assert ids(store, words=words) == ["spoiled"]
    assert ids(store, words=["plain", *words]) == []
    assert set(ids(store)) == {"plain", "spoiled"}
    with pytest.raises(Unknown):
        delete(store, text)
    with pytest.raises(Unknown):
        restore(store, text)
    tables = store.read(
        lambda connection: {
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE rootpage")
        }
    )
    assert {"runs", "documents", "gone"} <= tables


def test_export(store: Store) -> None:
    documents = [profile(id="11111111-a", title="Ä/B"), profile(id="11111111-b", title="Ä B")]
    for document in documents:
        add(store, document)
    data = b"".join(archive(store, ["11111111-a", "missing", "11111111-b"]))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert [json.loads(packed.read(name)) for name in names] == documents
        assert [info.date_time for info in packed.infolist()] == [(2026, 11, 22, 21, 0, 0)] * 2
    assert names == [
        "2026-11-22T21-00-00-Ä-B-11111111.cellprofile.json",
        "2026-11-22T21-00-00-Ä-B-11111111-11111111-b.cellprofile.json",
    ]


@pytest.mark.parametrize("started", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00"])
def test_export_of_times_that_zip_does_not_know(store: Store, started: str) -> None:
    add(store, profile(id="a", started=started))
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(store, ["a"])))) as packed:
        assert packed.testzip() is None
        assert packed.namelist()[0].startswith(started[:10])


def test_a_piece_for_each_run(store: Store) -> None:
    for number in range(5):
        add(store, profile(id=str(number)))
    pieces = list(archive(store, [str(number) for number in range(5)]))
    assert len(pieces) == 6
    assert all(pieces), "nothing is held back until the end"


def test_a_damaged_document_spoils_no_other(store: Store) -> None:
    add(store, profile(id="a"))
    add(store, profile(id="b"))
    store.write(
        lambda connection: connection.execute(
            "UPDATE documents SET body = zeroblob(length(body)) WHERE seq = 1"
        )
    )
    with pytest.raises(Damaged):
        kept(store, "a")
    assert kept(store, "b")["id"] == "b"
    assert set(ids(store)) == {"a", "b"}
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(store, ["a", "b"])))) as packed:
        assert len(packed.namelist()) == 1


def test_lists_use_an_index(store: Store) -> None:
    """Else a list of 10,000 would be sorted for each page."""
    for wanted in (
        queries.Filter(),
        queries.Filter("record"),
        queries.Filter("all"),
        queries.Filter("all", path="a.ipynb"),
    ):
        where, values = queries._conditions(wanted)
        query = f"SELECT summary FROM runs WHERE {where} ORDER BY started_at DESC, seq DESC LIMIT 9"
        plan = store.read(
            lambda connection, query=query, values=values: connection.execute(  # type: ignore[misc]
                f"EXPLAIN QUERY PLAN {query}", values
            ).fetchall()
        )
        text = " ".join(row[3] for row in plan)
        assert "USING INDEX runs_" in text, text
        assert "TEMP B-TREE" not in text, text


def test_the_file_is_for_this_person_only(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "cell-profiler"
    store = Store(folder / NAME)
    add(store)
    try:
        assert (folder / f"{NAME}-wal").exists(), "the log of changes, which readers share"
        if sys.platform != "win32":
            for path in folder.iterdir():
                assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        store.close()
    assert os.listdir(folder) == [NAME]


def test_a_path_with_characters_of_a_uri(tmp_path: Path) -> None:
    folder = tmp_path / "50% a?b#c & ü"
    folder.mkdir()
    with open_store(folder) as store:
        add(store, profile(id="a"))
        assert ids(store) == ["a"]


def test_a_store_that_is_opened_again(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.state() == {"state": "ok", "message": None}
        document = profile()
        add(store, document)
    with open_store(tmp_path) as store:
        assert kept(store, document["id"]) == document
        assert store.read(schema.version_of) == schema.VERSION
