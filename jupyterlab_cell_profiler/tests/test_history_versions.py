"""Files of earlier and later versions and of other programs; clocks that go back."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from jupyterlab_cell_profiler.history import schema
from jupyterlab_cell_profiler.history.errors import Unavailable, Unknown
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import NAME, add, ids, kept, open_store, profile
from jupyterlab_cell_profiler.tests.history_processes import full_of_runs, python

# -- other files -----------------------------------------------------------------------------


def test_a_newer_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / NAME
    full_of_runs(path, 3)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    store = Store(path)
    state = store.state()
    assert state["state"] == "unavailable"
    assert "newer Cell Profiler" in str(state["message"])
    for work in (partial(add, store), partial(ids, store)):
        with pytest.raises(Unavailable, match="newer"):
            work()
    store.close()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [NAME]


def test_a_file_that_becomes_newer_while_the_server_runs(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        add(store, profile(id="a"))
        other = sqlite3.connect(tmp_path / NAME)
        other.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        other.close()
        for work in (partial(add, store), partial(ids, store)):
            with pytest.raises(Unavailable, match="newer"):
                work()


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE bookmarks (x)", "PRAGMA user_version = 1", "PRAGMA application_id=7"],
)
def test_a_database_of_another_program_is_not_touched(tmp_path: Path, statement: str) -> None:
    path = tmp_path / NAME
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.close()
    before = path.read_bytes()
    store = Store(path)
    assert store.state() == {
        "state": "unavailable",
        "message": "The file of the history is a database of another program.",
    }
    with pytest.raises(Unavailable):
        add(store)
    store.close()
    assert path.read_bytes() == before


# -- the clock -------------------------------------------------------------------------------


def test_a_clock_that_goes_back(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for id, started in [
            ("first", "2030-01-01T00:00:00Z"),
            ("second", "2026-01-01T00:00:00Z"),
            ("third", "2026-01-01T00:00:00Z"),
        ]:
            assert add(store, profile(id=id, started=started))[1]
        assert ids(store) == ["first", "third", "second"]


# -- versions of the file --------------------------------------------------------------------

LATER = [
    *schema.STEPS,
    ["ALTER TABLE runs ADD COLUMN colour TEXT", "UPDATE runs SET colour = 'red'"],
    ["CREATE INDEX by_colour ON runs (colour)"],
]


@pytest.mark.parametrize("version", range(len(LATER)))
def test_migration_from_each_earlier_version(tmp_path: Path, version: int) -> None:
    connection = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    schema.migrate(connection, LATER[:version])
    if version:
        connection.execute(
            "INSERT INTO runs (id, started_at, received, record, size, stored, summary, search)"
            " VALUES ('a', 0, '', 0, 0, 0, '{}', '')"
        )
    schema.migrate(connection, LATER)
    assert schema.version_of(connection) == len(LATER)
    found = connection.execute("SELECT id, colour FROM runs").fetchall()
    expected = {0: [], 1: [("a", "red")]}
    assert found == expected.get(version, [("a", None)])
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    schema.migrate(connection, LATER)
    connection.close()


def test_a_step_that_fails_leaves_the_version_before(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    broken = [*schema.STEPS, ["CREATE TABLE half (x)", "CREATE TABLE runs (x)"]]
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        schema.migrate(connection, broken)
    assert schema.version_of(connection) == schema.VERSION
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        connection.execute("SELECT * FROM half")
    schema.migrate(connection, LATER)
    connection.close()


def test_many_servers_migrate_at_once(tmp_path: Path) -> None:
    code = """
    import sqlite3
    from jupyterlab_cell_profiler.history import schema
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    steps = [*schema.STEPS, *([f"CREATE TABLE t{n} (x)"] for n in range(20))]
    schema.migrate(connection, steps)
    print(schema.version_of(connection))
    """
    running = [python(code, tmp_path / NAME) for _ in range(4)]
    versions = [process.communicate(timeout=60)[0].strip() for process in running]
    assert versions == [str(schema.VERSION + 20)] * 4


def test_a_file_that_a_server_left_before_it_had_tables(tmp_path: Path) -> None:
    """Killed between making the file and its first transaction."""
    (tmp_path / NAME).touch()
    with open_store(tmp_path) as store:
        assert add(store)[1]
        with pytest.raises(Unknown):
            kept(store, "other")
