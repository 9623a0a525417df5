"""Others write at the same time, or a process ends in the middle of it."""

from __future__ import annotations

import signal
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from jupyterlab_cell_profiler.history.errors import Unavailable
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
from jupyterlab_cell_profiler.tests.history_processes import WRITE, python

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


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
