"""The tables of the file, and the steps that bring an older file to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .errors import Unavailable

APPLICATION_ID = 0x43507266
"""Tells our file from somebody else's (``CPrf``)."""

# A step is a list of statements; step n brings a file from version n to n + 1. What stands
# here is never changed, only added to: there are files that it made.
STEPS: Sequence[Sequence[str]] = (
    (
        f"PRAGMA application_id = {APPLICATION_ID}",
        # seq is the order of arrival, which no clock can turn back; AUTOINCREMENT never
        # gives a number twice, also after the newest run was deleted.
        """
        CREATE TABLE runs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            started_at INTEGER NOT NULL,  -- milliseconds since 1970
            received TEXT NOT NULL,
            path TEXT,
            record INTEGER NOT NULL,
            pinned INTEGER NOT NULL DEFAULT 0,
            name TEXT,
            deleted_at REAL,              -- seconds since 1970
            size INTEGER NOT NULL,        -- bytes of the document
            stored INTEGER NOT NULL,      -- and of what is kept of it
            summary TEXT NOT NULL,
            search TEXT NOT NULL
        )
        """,
        # On their own, so that a list need not leaf through them.
        "CREATE TABLE documents (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        # Ids of runs that were deleted: a notebook that still has one must not bring it back.
        "CREATE TABLE gone (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE)",
        "CREATE INDEX runs_kind ON runs (record, started_at) WHERE deleted_at IS NULL",
        "CREATE INDEX runs_start ON runs (started_at) WHERE deleted_at IS NULL",
        "CREATE INDEX runs_path ON runs (path, started_at) WHERE deleted_at IS NULL",
        """
        CREATE INDEX runs_arrival ON runs (record, seq, stored)
        WHERE pinned = 0 AND deleted_at IS NULL
        """,
        "CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL",
    ),
)
VERSION = len(STEPS)


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All or nothing. ``IMMEDIATE`` waits for other writers before anything is read, so that
    what was read still holds when it writes."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_owner(connection: sqlite3.Connection) -> None:
    """Make sure that a file is new, or ours and not from the future.

    Raises
    ------
    Unavailable
        Otherwise; nothing was changed.
    """
    # At one moment: another server may make the tables just now.
    with transaction(connection, "DEFERRED"):
        version = version_of(connection)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or tables or version):
        raise Unavailable("The file of the history is a database of another program.")
    check_version(version)


def check_version(version: int, known: int = VERSION) -> None:
    """Refuse a file of a newer version, which this code could only spoil.

    Raises
    ------
    Unavailable
        When it is newer.
    """
    if version > known:
        raise Unavailable(
            f"The history was written by a newer Cell Profiler (version {version} of the file; "
            f"this one knows up to {known}). Update it and restart the server."
        )


def migrate(connection: sqlite3.Connection, steps: Sequence[Sequence[str]] = STEPS) -> None:
    """Bring a file to the newest version, each step whole or not at all.

    Two servers may do it at once: each step asks for the version when it has the lock.
    """
    while True:
        with transaction(connection):
            version = version_of(connection)
            check_version(version, len(steps))
            newest = version == len(steps)
            if not newest:
                for statement in steps[version]:
                    connection.execute(statement)
                version += 1
            # Also when it is so already: only a write tells whether the file can be written.
            connection.execute(f"PRAGMA user_version = {version}")
        if newest:
            return
