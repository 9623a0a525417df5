"""Why something could not be done, in sentences for people; and what SQLite means."""

from __future__ import annotations

import sqlite3


class Refused(ValueError):
    """What was sent cannot be kept; the text says why."""


class Unknown(LookupError):
    """There is no such run."""

    def __init__(self) -> None:
        super().__init__("There is no run with this id in the history.")


class Damaged(Exception):
    """What was kept of a run cannot be read any more."""

    def __init__(self) -> None:
        super().__init__("What the history has of this run is damaged.")


class Unavailable(Exception):
    """The history cannot be used now; another time it may."""


class Full(Unavailable):
    """There is no room for what was sent."""


# Primary result codes, https://www.sqlite.org/rescode.html
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26

# Python 3.10 has the texts only.
_TEXTS = {
    "database is locked": _BUSY,
    "database table is locked": _LOCKED,
    "database schema is locked": _LOCKED,
    "attempt to write a readonly database": _READONLY,
    "disk I/O error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "malformed database schema": _CORRUPT,
    "database or disk is full": _FULL,
    "unable to open database file": _CANTOPEN,
    "file is not a database": _NOTADB,
    "file is encrypted or is not a database": _NOTADB,
}


def _code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF
    text = str(error)
    return next((code for start, code in _TEXTS.items() if text.startswith(start)), None)


def is_busy(error: sqlite3.Error) -> bool:
    """Others write at this moment."""
    return _code(error) in (_BUSY, _LOCKED)


def is_damage(error: sqlite3.Error) -> bool:
    """The file is not what SQLite wrote."""
    return _code(error) in (_CORRUPT, _NOTADB)


def is_read_only(error: sqlite3.Error) -> bool:
    """The file, or the folder around it, may not be written."""
    return _code(error) in (_READONLY, _CANTOPEN)


def is_full(error: sqlite3.Error) -> bool:
    """What was written did not fit. A quota that is used up is an I/O error to SQLite."""
    return _code(error) in (_FULL, _IOERR)
