"""There is no room for what is to be kept, or no right to write it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_cell_profiler.history.errors import Full, Unavailable
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.tests.history import (
    NAME,
    add,
    ids,
    kept,
    nothing_left,
    open_store,
    profile,
)
from jupyterlab_cell_profiler.tests.history_processes import finished

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


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
