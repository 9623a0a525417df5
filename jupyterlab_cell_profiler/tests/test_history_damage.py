"""The file is damaged, taken away or replaced."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.history import files, queries
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import NAME, add, ids, kept, open_store, profile
from jupyterlab_cell_profiler.tests.history_processes import WRITE, full_of_runs, python

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


def spoil_begin(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"x" * 200)


def spoil_pages(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(3 * 4096))


def spoil_end(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def spoil_schema(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE (' WHERE name = 'runs'")
    connection.close()


def text(path: Path) -> None:
    path.write_text("This is no database. " * 100)


SPOIL = [spoil_begin, spoil_pages, spoil_end, spoil_schema, text]


def aside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if ".damaged-" in path.name)


@pytest.mark.parametrize("spoil", SPOIL)
def test_a_damaged_file_is_set_aside(tmp_path: Path, spoil: Any) -> None:
    path = tmp_path / NAME
    full_of_runs(path)
    spoil(path)
    before = path.read_bytes()
    store = Store(path)
    state = store.state()
    (kept_file,) = aside(tmp_path)
    assert kept_file.read_bytes() == before, "as it was, to the byte"
    assert state["state"] == "set-aside"
    assert kept_file.name in str(state["message"])
    assert ids(store) == []
    add(store, profile(id="new"))
    store.close()

    # Also told by the next server, until the person has taken it away.
    with open_store(tmp_path, kept_file.name) as store:
        assert ids(store) == ["new"]
        assert store.state()["state"] == "set-aside"
    kept_file.unlink()
    with open_store(tmp_path) as store:
        assert store.state() == {"state": "ok", "message": None}
        assert ids(store) == ["new"]


def test_each_damaged_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for number in range(3):
        path.write_text(f"damaged {number} " * 100)
        store = Store(path)
        assert store.state()["state"] == "set-aside"
        store.close()
    assert [file.read_text()[:9] for file in aside(tmp_path)] == [f"damaged {n}" for n in range(3)]


@posix
def test_the_log_of_a_damaged_file_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / NAME
    full_of_runs(path)
    # Killed, so that the last runs are in the log only.
    killed = python(
        "add(store, profile(id='last'))\nprint(flush=True)\nos.kill(os.getpid(), 9)", path
    )
    killed.communicate(timeout=60)
    log = path.with_name(f"{NAME}-wal")
    assert log.stat().st_size > 0
    # The log mends the pages that it has.
    with path.open("r+b") as file:
        file.seek(10 * 4096)
        file.write(os.urandom(20 * 4096))
    before = [path.read_bytes(), log.read_bytes()]
    store = Store(path)
    add(store, profile(id="new"))
    assert ids(store) == ["new"]
    names = [file for file in aside(tmp_path) if not file.name.endswith("-shm")]
    assert [file.read_bytes() for file in names] == before
    assert names[1].name == f"{names[0].name}-wal"
    store.close()


@posix
def test_damage_while_the_server_runs(tmp_path: Path) -> None:
    path = tmp_path / NAME
    full_of_runs(path, 200)
    store = Store(path)
    assert len(ids(store)) == 200
    spoil_pages(path)
    # Somebody else finds out; the log, which may have had the pages, is gone for good.
    other = Store(path)
    add(other, profile(id="other"))
    add(store, profile(id="mine"))
    assert set(ids(store)) == set(ids(other)) == {"other", "mine"}
    assert store.state()["state"] == other.state()["state"] == "set-aside"
    store.close()
    other.close()
    assert len([file for file in aside(tmp_path) if file.suffix == ".sqlite"]) == 1


@posix
def test_this_server_finds_the_damage_itself(tmp_path: Path) -> None:
    path = tmp_path / NAME
    full_of_runs(path, 200)
    store = Store(path)
    # Opened and checked, and nothing read of it yet.
    assert store.state()["state"] == "ok"
    spoil_pages(path)
    document = profile()
    assert add(store, document)[1]
    assert kept(store, document["id"]) == document
    assert ids(store) == [document["id"]]
    assert store.state()["state"] == "set-aside"
    store.close()


@posix
def test_many_servers_find_the_damage_at_once(tmp_path: Path) -> None:
    path = tmp_path / NAME
    full_of_runs(path, 200)
    spoil_pages(path)
    before = path.read_bytes()
    running = [python(WRITE.format(count=5), path) for _ in range(5)]
    acknowledged = {line for p in running for line in p.communicate(timeout=120)[0].split()}
    assert [process.returncode for process in running] == [0] * 5
    (kept_file,) = [file for file in aside(tmp_path) if file.suffix == ".sqlite"]
    assert kept_file.read_bytes() == before
    store = Store(path)
    assert set(ids(store)) == acknowledged | {f"both-{number}" for number in range(5)}
    store.close()
    assert set(os.listdir(tmp_path)) == {NAME, kept_file.name}


@posix
def test_a_file_that_is_taken_away_while_the_server_runs(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with open_store(tmp_path, "elsewhere.sqlite") as store:
        add(store, profile(id="before"))
        path.rename(tmp_path / "elsewhere.sqlite")
        add(store, profile(id="after"))
        assert ids(store) == ["after"]
        assert store.state() == {"state": "ok", "message": None}


@posix
def test_what_is_kept_while_the_file_is_set_aside_is_in_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / NAME
    store = Store(path)
    add(store, profile(id="before"))
    times = 0

    def late(connection: sqlite3.Connection) -> None:
        nonlocal times
        times += 1
        from jupyterlab_cell_profiler.tests.history import incoming

        queries.add(connection, incoming(profile(id="between")))
        if times == 1:
            found = files.identity(path)
            assert found is not None
            files.set_aside(path, found)

    store.write(late)
    assert times == 2
    assert ids(store) == ["between"]
    store.close()
