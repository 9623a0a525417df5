"""Which runs are given up, and when."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from jupyterlab_cell_profiler.history import queries, thinning
from jupyterlab_cell_profiler.history.errors import Unknown
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.history.thinning import Limits, thin
from jupyterlab_cell_profiler.tests.history import NAME, add, ids, open_store, profile, record

LIMITS = Limits(runs=10, size=10**9, records=5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as store:
        yield store


def noise(id: str, size: int = 10_000) -> dict[str, object]:
    """A document that hardly gets smaller."""
    document = profile(id=id)
    document["files"][0]["source"] = [os.urandom(size).hex()]
    return document


def documents(store: Store) -> int:
    query = "SELECT count(*) FROM documents"
    return int(store.read(lambda connection: connection.execute(query).fetchone()[0]))


def set_all(store: Store, what: str) -> None:
    store.write(lambda connection: connection.execute(f"UPDATE runs SET {what}"))


def test_the_newest_are_kept(store: Store) -> None:
    for number in range(25):
        add(store, profile(id=str(number)))
    assert thin(store, LIMITS) == 15
    assert ids(store) == [str(number) for number in range(24, 14, -1)]
    assert documents(store) == 10
    assert thin(store, LIMITS) == 0


def test_more_than_go_in_one_step(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "STEP", 4)
    for number in range(27):
        add(store, profile(id=str(number)))
    assert thin(store, LIMITS) == 17
    assert len(ids(store)) == 10


def test_what_came_last_is_kept_whatever_the_clock_says(store: Store) -> None:
    for number in range(20):
        add(store, profile(id=str(number), started=f"{2060 - number}-01-01T00:00:00Z"))
    thin(store, LIMITS)
    assert ids(store) == [str(number) for number in range(10, 20)]


def test_pinned_runs_are_kept_and_do_not_count(store: Store) -> None:
    for number in range(25):
        add(store, profile(id=str(number)))
        if number in (3, 24):
            store.write(partial(queries.change, id=str(number), changes={"pinned": True}))
    assert thin(store, LIMITS) == 13
    assert set(ids(store)) == {"3", "24", *(str(number) for number in range(14, 24))}
    store.write(partial(queries.change, id="3", changes={"pinned": False}))
    assert thin(store, LIMITS) == 1
    assert "3" not in ids(store)


def test_the_size_is_kept_in_bounds(store: Store) -> None:
    for number in range(20):
        add(store, noise(str(number)))
    assert thin(store, replace(LIMITS, runs=100, size=62_000)) == 15
    assert set(ids(store)) == {"15", "16", "17", "18", "19"}


def test_the_newest_run_stays_however_large(store: Store) -> None:
    for number in range(3):
        add(store, noise(str(number)))
    thin(store, replace(LIMITS, size=1))
    assert ids(store) == ["2"]


def test_light_records_count_on_their_own(store: Store) -> None:
    for number in range(12):
        add(store, profile(id=f"p{number}"))
        add(store, record(id=f"r{number}"))
    assert thin(store, LIMITS) == 2 + 7
    assert set(ids(store, kind="profile")) == {f"p{number}" for number in range(2, 12)}
    assert set(ids(store, kind="record")) == {f"r{number}" for number in range(7, 12)}
    thin(store, replace(LIMITS, records=0))
    assert ids(store, kind="record") == []


def test_a_deleted_run_can_be_restored_for_an_hour(store: Store) -> None:
    document = profile(id="a")
    add(store, document)
    now = time.time()
    store.write(partial(queries.delete, id="a", now=now - thinning.UNDO + 60))
    assert thin(store, LIMITS) == 0
    store.write(partial(queries.restore, id="a"))
    store.write(partial(queries.delete, id="a", now=now - thinning.UNDO - 1))
    assert thin(store, LIMITS) == 1
    assert documents(store) == 0
    with pytest.raises(Unknown):
        store.write(partial(queries.restore, id="a"))
    summary, new = add(store, document)
    assert (summary["id"], new) == ("a", False), "a notebook does not bring it back"
    assert ids(store, kind="all") == []


def test_the_hour_of_a_run_that_was_deleted_by_a_fast_clock(store: Store) -> None:
    add(store, profile(id="a"))
    store.write(partial(queries.delete, id="a", now=time.time() + 10**8))
    assert thin(store, LIMITS) == 0
    set_all(store, "deleted_at = deleted_at - 3700")
    assert thin(store, LIMITS) == 1, "not in three years"


def test_deleted_runs_do_not_count(store: Store) -> None:
    for number in range(15):
        add(store, profile(id=str(number)))
    for number in range(10, 15):
        store.write(partial(queries.delete, id=str(number), now=time.time()))
    assert thin(store, LIMITS) == 0
    assert len(ids(store)) == 10


def test_ids_of_deleted_runs_do_not_pile_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "_GONE", 3)
    for number in range(8):
        add(store, profile(id=str(number)))
    set_all(store, "deleted_at = 1")
    assert thin(store, LIMITS) == 8
    query = "SELECT id FROM gone ORDER BY seq"
    gone = store.read(lambda connection: connection.execute(query).fetchall())
    assert len(gone) == 3


def test_the_file_becomes_smaller(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(300):
            add(store, noise(str(number), 20_000))
    large = (tmp_path / NAME).stat().st_size
    assert large > 6_000_000
    with open_store(tmp_path) as store:
        assert thin(store, LIMITS) == 290
        assert len(ids(store)) == 10
    assert (tmp_path / NAME).stat().st_size < large / 10


def test_many_servers_thin_at_once(tmp_path: Path) -> None:
    code = f"""
import json, os, sys
from pathlib import Path
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.history.thinning import Limits, thin
from jupyterlab_cell_profiler.tests.history import add, profile
store = Store(Path({str(tmp_path / NAME)!r}))
count = 0
for number in range(60):
    add(store, profile(id=f"{{os.getpid()}}-{{number}}"))
    count += thin(store, Limits(runs=20))
store.close()
print(count)
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(4)
    ]
    counts = [json.loads(process.communicate(timeout=120)[0]) for process in running]
    with open_store(tmp_path) as store:
        assert len(ids(store)) == 20
        assert documents(store) == 20
        assert sum(counts) == 4 * 60 - 20, "each is given up once"
