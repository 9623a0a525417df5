"""What may come between: other writers, the end of a process, a full disk, a damaged file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.history import files, queries, schema
from jupyterlab_cell_profiler.history.errors import Full, Unavailable, Unknown
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import (
    NAME,
    add,
    ids,
    kept,
    listed,
    nothing_left,
    open_store,
    profile,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")

HEAD = """
import os, sys
from pathlib import Path
from jupyterlab_cell_profiler.history.errors import *
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import *
path = Path(sys.argv[1])
# All is imported by now: the interpreter may stand where nobody else may go.
path.as_uri()
if len(sys.argv) > 2:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
store = Store(path)
"""


def python(
    code: str, path: Path, user: int | None = None, stdout: Any = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A process of its own that has a ``store``."""
    arguments = [str(path), *([] if user is None else [str(user)])]
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + textwrap.dedent(code), *arguments], stdout=stdout, text=True
    )


def finished(code: str, path: Path, user: int | None = None) -> str:
    """What such a process prints; it must end well."""
    process = python(code, path, user)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


# -- others ----------------------------------------------------------------------------------

WRITE = """
for number in range({count}):
    summary, new = add(store, profile(id=f"{{os.getpid()}}-{{number}}"))
    assert new
    # What another tab brings, too.
    add(store, profile(id=f"both-{{number}}"))
    print(summary["id"], flush=True)
store.close()
"""


def test_many_processes_write_at_once(tmp_path: Path) -> None:
    """Also the first time, when the file is made."""
    count, writers = 80, 6
    with nothing_left(tmp_path, NAME):
        running = [python(WRITE.format(count=count), tmp_path / NAME) for _ in range(writers)]
        acknowledged = [line for p in running for line in p.communicate(timeout=150)[0].split()]
        assert [process.returncode for process in running] == [0] * writers
        assert len(set(acknowledged)) == count * writers
        store = Store(tmp_path / NAME)
        found = ids(store)
        store.close()
    assert len(found) == len(set(found))
    assert set(found) == set(acknowledged) | {f"both-{number}" for number in range(count)}


def test_a_list_does_not_wait_for_writers(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        add(store, profile(id="a"))
        other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            begin = time.monotonic()
            assert ids(store) == ["a"]
            assert time.monotonic() - begin < 1
        finally:
            other.execute("ROLLBACK")
            other.close()


def test_a_writer_that_does_not_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyterlab_cell_profiler.history.files.BUSY", 0.05)
    monkeypatch.setattr("jupyterlab_cell_profiler.history.store._PATIENCE", 0.3)
    with open_store(tmp_path) as store:
        add(store, profile(id="a"))
        other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            with pytest.raises(Unavailable, match="all the time"):
                add(store)
        finally:
            other.execute("ROLLBACK")
            other.close()
        add(store, profile(id="b"))
        assert set(ids(store)) == {"a", "b"}


@posix
def test_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    code = """
    number = 0
    while True:
        summary, _ = add(store, profile(id=f"{os.getpid()}-{number}", title="x" * (number % 400)))
        # One call of the system: what was said was said whole.
        os.write(1, (summary["id"] + "\\n").encode())
        number += 1
    """
    path = tmp_path / "data" / NAME
    path.parent.mkdir()
    acknowledged: list[str] = []
    for turn in range(5):
        said = [tmp_path / f"{turn}-{number}" for number in range(2)]
        writers = [python(code, path, stdout=file.open("wb")) for file in said]
        deadline = time.monotonic() + 60
        while any(file.stat().st_size < 1000 for file in said) and time.monotonic() < deadline:
            time.sleep(0.01)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer, file in zip(writers, said, strict=True):
            assert writer.wait(30) == -signal.SIGKILL
            acknowledged += file.read_text().split()
    assert len(acknowledged) > 200
    with open_store(path.parent) as store:
        found = set()
        for summary in listed(store, limit=1_000_000):
            found.add(summary["id"])
            assert kept(store, summary["id"])["id"] == summary["id"]
        assert set(acknowledged) <= found
        assert len(found) <= len(acknowledged) + 10, "one on its way for each writer"
        assert store.state()["state"] == "ok"


# -- no room ---------------------------------------------------------------------------------


def test_a_full_file_keeps_what_it_has(tmp_path: Path) -> None:
    noise = profile(id="large", title="t")
    noise["files"][0]["source"] = [os.urandom(200_000).hex()]
    with open_store(tmp_path) as store:
        add(store, profile(id="a"))
        store.read(lambda connection: connection.execute("PRAGMA max_page_count = 30").fetchall())
        with pytest.raises(Full, match="full"):
            add(store, noise)
        assert ids(store) == ["a"]
        # The connection was given up, and its limit with it: there is room again.
        assert add(store, noise)[1]
        assert kept(store, "large") == noise


@posix
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """As a disk without room; writes end with an I/O error of the operating system."""
    code = """
    import resource
    kept_ids = []
    add(store, profile(id="first"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    try:
        for number in range(200):
            document = profile(id=str(number))
            document["files"][0]["source"] = [os.urandom(4000).hex()]
            add(store, document)
            kept_ids.append(str(number))
    except Full as reason:
        print("full:", reason, file=sys.stderr)
    else:
        sys.exit("it was never full")
    assert set(ids(store)) == {"first", *kept_ids}, "reading goes on"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    add(store, profile(id="last"))
    store.close()
    print(*kept_ids)
    """
    acknowledged = finished(code, tmp_path / NAME).split()
    assert 5 < len(acknowledged) < 100
    with open_store(tmp_path) as store:
        assert set(ids(store)) == {"first", "last", *acknowledged}
        assert store.state()["state"] == "ok"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("this user may mount nothing")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    path = small_disk / NAME
    with nothing_left(small_disk, NAME):
        store = Store(path)
        documents = []
        for number in range(500):
            documents.append(profile(id=str(number)))
            documents[-1]["files"][0]["source"] = [os.urandom(2000).hex()]
        acknowledged = []
        for document in documents:
            try:
                add(store, document)
            except Full:
                break
            acknowledged.append(document["id"])
        assert 10 < len(acknowledged) < 500
        assert set(ids(store)) == set(acknowledged)
        for _ in range(3):
            with pytest.raises(Full):
                add(store, document)
        assert store.state()["state"] == "ok"
        subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
        assert add(store, document)[1]
        assert set(ids(store)) == {*acknowledged, document["id"]}
        store.close()


def test_a_disk_that_is_full_from_the_start(small_disk: Path) -> None:
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
        file.writelines(bytes(4096) for _ in range(1000))
    store = Store(small_disk / NAME)
    assert store.state()["state"] == "unavailable"
    with pytest.raises(Unavailable):
        add(store)
    filler.unlink()
    store.close()
    with open_store(small_disk) as store:
        assert add(store)[1]


# -- no right to write -----------------------------------------------------------------------


@pytest.fixture
def somebody() -> int | None:
    """User of a process that may only do what the rights of files say: root may all."""
    if sys.platform == "win32":
        pytest.skip("POSIX only")
    return 65534 if os.geteuid() == 0 else None


@pytest.fixture
def locked(tmp_path: Path, somebody: int | None) -> Iterator[Path]:
    """A folder with a history that may be read and not be written."""
    # Not pytest's own, which are for this person only.
    folder = Path(tempfile.mkdtemp(prefix="cell-profiler-test-"))
    store = Store(folder / NAME)
    add(store, profile(id="a"))
    store.close()
    (folder / NAME).chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


READ = """
print(json.dumps([store.state(), ids(store)]))
try:
    add(store)
except Unavailable as reason:
    print(reason)
else:
    sys.exit("it was written")
store.close()
"""


def test_a_folder_that_may_only_be_read(locked: Path, somebody: int | None) -> None:
    state, sentence = finished(READ, locked / NAME, somebody).splitlines()
    message = "The file of the history can be read, but not written."
    assert json.loads(state) == [{"state": "read-only", "message": message}, ["a"]]
    assert sentence == message
    assert os.listdir(locked) == [NAME]


def test_a_file_that_may_only_be_read(locked: Path, somebody: int | None) -> None:
    locked.chmod(0o777)
    state, _ = finished(READ, locked / NAME, somebody).splitlines()
    assert json.loads(state)[0]["state"] == "read-only"
    assert json.loads(state)[1] == ["a"]


def test_a_folder_in_which_nothing_can_be_made(locked: Path, somebody: int | None) -> None:
    code = """
    print(json.dumps(store.state()))
    for work in (lambda: add(store), lambda: ids(store)):
        try:
            work()
        except Unavailable as reason:
            print(reason)
    """
    for path in (locked / "other.sqlite", locked / "folder" / NAME):
        state, *sentences = finished(code, path, somebody).splitlines()
        message = "The file of the history cannot be made: Permission denied."
        assert json.loads(state) == {"state": "unavailable", "message": message}
        assert sentences == [message] * 2


def test_a_file_that_may_not_be_read(locked: Path, somebody: int | None) -> None:
    (locked / NAME).chmod(0o000)
    code = "print(json.dumps(store.state()))"
    state = json.loads(finished(code, locked / NAME, somebody))
    assert state["state"] == "unavailable"
    assert "neither written nor read" in state["message"]


@pytest.mark.parametrize("place", ["folder", "file"])
def test_something_else_stands_there(tmp_path: Path, place: str) -> None:
    path = tmp_path / "a" / NAME
    if place == "folder":
        (tmp_path / "a").write_text("not a folder")
    else:
        path.mkdir(parents=True)
    store = Store(path)
    state = store.state()
    assert state["state"] == "unavailable"
    assert state["message"] is not None
    with pytest.raises(Unavailable):
        add(store)
    store.close()


def test_it_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyterlab_cell_profiler.history.store._AGAIN", 0.0)
    (tmp_path / "a").write_text("in the way")
    store = Store(tmp_path / "a" / NAME)
    assert store.state()["state"] == "unavailable"
    (tmp_path / "a").unlink()
    assert store.state()["state"] == "ok"
    assert add(store)[1]
    store.close()


# -- damage ----------------------------------------------------------------------------------


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


def full_of_runs(path: Path, count: int = 40) -> None:
    store = Store(path)
    for number in range(count):
        document = profile(id=str(number))
        document["files"][0]["source"] = [os.urandom(3000).hex()]
        add(store, document)
    store.close()


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
