"""The file of the history: made, opened and checked, or set aside when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from . import schema
from .errors import Unavailable, is_busy, is_damage, is_read_only

Identity = tuple[int, int]

BUSY = 5.0
"""Seconds that SQLite waits for other writers before it says so."""

_PATIENCE = 20.0
"""Seconds until a file counts as unusable that others use all the time."""


@dataclass(frozen=True)
class Access:
    """How the file can be opened: the query of its URI, and why it is only read."""

    identity: Identity
    query: str = "mode=rw"
    read_only: str | None = None


def identity(path: Path) -> Identity | None:
    """Which file a path leads to now; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect(path: Path, query: str) -> sqlite3.Connection:
    """Open an existing file; it is closed from another thread when the server stops."""
    return sqlite3.connect(
        f"{path.as_uri()}?{query}",
        uri=True,
        timeout=BUSY,
        isolation_level=None,
        check_same_thread=False,
    )


def configure(connection: sqlite3.Connection) -> None:
    """Say how a connection writes."""
    # An acknowledged run is with the operating system and survives the end of this process,
    # however it ends. FULL would wait for the disk each time, so that it survives a power
    # failure, too; without, the last seconds may be missing then, the file is whole, and the
    # notebook still has the profile.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 16777216")


def prepare(path: Path) -> Access:
    """Make sure that there is a file of ours that is whole and of this version.

    Raises
    ------
    Unavailable
        When there is none and none can be made.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        _make(path)
        found = identity(path)
        if found is None:
            continue  # Another server has just set it aside.
        try:
            if _whole(path, found):
                return Access(found)
        except sqlite3.Error as error:
            if is_read_only(error):
                return _read_only(path, found)
            if not is_busy(error):
                raise Unavailable(f"The history cannot be opened: {error}.") from error
            # Some locks, as those for a switch to WAL, are refused at once.
            if time.monotonic() > deadline:
                raise Unavailable(
                    "Other programs have locked the file of the history, or the file system "
                    "has no locks."
                ) from error
            time.sleep(0.05)


def _whole(path: Path, found: Identity) -> bool:
    """Bring a file to this version, or set it aside because it is damaged."""
    with closing(connect(path, "mode=rw")) as connection:
        try:
            _check(connection)
            return True
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
        # Closing would write the log into the damaged file, unless that has moved; Windows
        # moves no open files.
        if sys.platform == "win32":
            connection.close()
        target = set_aside(path, found)
    if target is not None:
        _tidy(target)
    return False


def _make(path: Path) -> None:
    """Make the folder and an empty file, for this person only: sources are in it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not path.is_file():
            raise Unavailable("In place of the history's file there is something else.") from None
    except OSError as error:
        # Where a file can be read although it cannot be made, it exists.
        if identity(path) is None:
            raise Unavailable(
                f"The file of the history cannot be made: {error.strerror or error}."
            ) from error


def _check(connection: sqlite3.Connection) -> None:
    schema.check_owner(connection)
    # 0.1 s for 500 MB that the system has in memory, 0.5 s from a disk.
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError("database disk image is malformed")
    if not schema.version_of(connection):
        # Before there is a table; later it would take a VACUUM.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    schema.migrate(connection)


def _read_only(path: Path, found: Identity) -> Access:
    """The way in which a file can be read that cannot be written."""
    # The second one is for a folder without the files that readers share.
    for query in ("mode=ro", "mode=ro&immutable=1"):
        try:
            with closing(connect(path, query)) as connection:
                schema.check_owner(connection)
                if schema.version_of(connection) != schema.VERSION:
                    raise Unavailable(
                        "The file of the history cannot be written, and is of an older version."
                    )
                connection.execute("SELECT count(*) FROM runs").fetchone()
        except sqlite3.Error:
            continue
        return Access(found, query, "The file of the history can be read, but not written.")
    raise Unavailable("The file of the history can be neither written nor read.")


# -- damaged files -----------------------------------------------------------------------------


def set_aside(path: Path, damaged: Identity) -> Path | None:
    """Rename a damaged file with what belongs to it, so that nothing is lost.

    Returns
    -------
    What it is called now; None when another server was faster.

    Raises
    ------
    Unavailable
        When that is not possible.
    """
    try:
        with _alone(path.parent):
            # Another server may have done it while this one looked.
            return _rename(path) if identity(path) == damaged else None
    except OSError as error:
        raise Unavailable(
            f"The file of the history is damaged and cannot be set aside: {error.strerror}."
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other servers from doing the same, as far as the file system can. The lock ends
    with the process, and leaves no file."""
    if sys.platform == "win32":
        # There a file that another server has opened cannot be renamed.
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # NFS locks no folders.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _rename(path: Path) -> Path:
    now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    number = 0
    while True:
        name = f"{path.stem}.damaged-{now}{f'_{number}' if number else ''}{path.suffix}"
        target = path.with_name(name)
        if not target.exists():
            break
        number += 1
    # The file itself last: SQLite deletes a log that stands beside no file or an empty one.
    for part in ("-wal", "-shm", ""):
        source = path.with_name(path.name + part)
        if source.exists():
            source.rename(target.with_name(target.name + part))
    return target


def _tidy(target: Path) -> None:
    """Remove what SQLite has put beside a file by looking at it."""
    log = target.with_name(f"{target.name}-wal")
    with suppress(OSError):
        target.with_name(f"{target.name}-shm").unlink(missing_ok=True)
        if log.stat().st_size == 0:
            log.unlink()


def set_aside_files(path: Path) -> list[Path]:
    """Damaged files that stand beside this one, the newest last."""
    try:
        beside = list(path.parent.iterdir())
    except OSError:
        return []
    return sorted(
        found
        for found in beside
        if found.name.startswith(f"{path.stem}.damaged-")
        and not found.name.endswith(("-wal", "-shm"))
    )
