"""Which runs are given up, the oldest by arrival first; in small steps, so that nobody who
writes meanwhile waits long. Several servers may do it at once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from .store import Store

UNDO = 3600.0
"""Seconds that a deleted run can be brought back, at least."""

STEP = 100
"""Runs that go in one transaction."""

_GONE = 10_000
"""Ids of deleted runs that are remembered."""

_PAGES = 500
"""Pages of the file that are given back in one transaction."""


@dataclass(frozen=True)
class Limits:
    """How much is kept; pinned runs are kept beside it.

    Parameters
    ----------
    runs : the newest profiles
    size : bytes of them, as they are kept
    records : the newest light records, which count on their own
    """

    runs: int = 1000
    size: int = 500_000_000
    records: int = 20_000


def thin(store: Store, limits: Limits) -> int:
    """Give up what is beyond the limits, and what was deleted long ago; tells how many."""
    return sum(steps(store, limits))


def steps(store: Store, limits: Limits) -> Iterator[int]:
    """The same, one transaction after another: how many runs went in each."""
    for step in (_old_profiles, _old_records, _deleted):
        done = STEP
        while done == STEP:
            done = store.write(partial(step, limits=limits))
            yield done
    if store.read(_is_hollow):
        while store.write(_shrink):
            yield 0


_ARRIVED = "FROM runs WHERE record = ? AND pinned = 0 AND deleted_at IS NULL"


def _old_profiles(connection: sqlite3.Connection, limits: Limits) -> int:
    (size,) = connection.execute(
        # The newest one stays, however large it is.
        "SELECT max(seq) FROM (SELECT seq, sum(stored) OVER (ORDER BY seq DESC) AS size,"
        f" row_number() OVER (ORDER BY seq DESC) AS number {_ARRIVED})"
        " WHERE size > ? AND number > 1",
        (0, limits.size),
    ).fetchone()
    return _remove_until(connection, 0, max(_beyond(connection, 0, limits.runs), size or 0))


def _old_records(connection: sqlite3.Connection, limits: Limits) -> int:
    return _remove_until(connection, 1, _beyond(connection, 1, limits.records))


def _beyond(connection: sqlite3.Connection, record: int, keep: int) -> int:
    """The newest that is one too many, 0 when there is none."""
    row = connection.execute(
        f"SELECT seq {_ARRIVED} ORDER BY seq DESC LIMIT 1 OFFSET ?", (record, keep)
    ).fetchone()
    return 0 if row is None else int(row[0])


def _remove_until(connection: sqlite3.Connection, record: int, last: int) -> int:
    rows = connection.execute(
        f"SELECT seq {_ARRIVED} AND seq <= ? ORDER BY seq LIMIT ?", (record, last, STEP)
    ).fetchall()
    return _remove(connection, rows)


def _deleted(connection: sqlite3.Connection, limits: Limits) -> int:
    now = time.time()
    # Deleted by a clock that was fast: the hour begins now.
    connection.execute("UPDATE runs SET deleted_at = ? WHERE deleted_at > ?", (now, now))
    rows = connection.execute(
        "SELECT seq FROM runs WHERE deleted_at <= ? LIMIT ?", (now - UNDO, STEP)
    ).fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO gone (id) SELECT id FROM runs WHERE seq = ?", rows
    )
    connection.execute("DELETE FROM gone WHERE seq <= (SELECT max(seq) FROM gone) - ?", (_GONE,))
    return _remove(connection, rows)


def _remove(connection: sqlite3.Connection, rows: list[tuple[int]]) -> int:
    connection.executemany("DELETE FROM documents WHERE seq = ?", rows)
    connection.executemany("DELETE FROM runs WHERE seq = ?", rows)
    return len(rows)


def _is_hollow(connection: sqlite3.Connection) -> bool:
    """Whether a good part of the file is free; a little is soon used again."""
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return bool(free >= 250 and free >= pages / 4)


def _shrink(connection: sqlite3.Connection) -> bool:
    """Give free pages back to the file system; tells whether more are left."""
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    connection.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
    (left,) = connection.execute("PRAGMA freelist_count").fetchone()
    return bool(0 < left < free)
