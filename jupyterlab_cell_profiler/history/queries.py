"""The runs in the file: each function is the inside of one transaction."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .errors import Damaged, Unknown
from .summary import Measured, Summary, folded, search_text

Kind = Literal["profile", "record", "all"]


@dataclass(frozen=True)
class Filter:
    """Which runs.

    Parameters
    ----------
    kind : profiles, light records, or both
    path : of the notebook or script, exactly
    words : all of them occur somewhere
    """

    kind: Kind = "profile"
    path: str | None = None
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Incoming:
    """A run to be kept."""

    summary: Measured
    started_at: int
    received: str
    body: bytes
    """Compressed."""
    size: int
    """Bytes of the document."""


_COLUMNS = "summary, name, received, size, pinned"


def _summary(row: tuple[Any, ...]) -> Summary:
    text, name, received, size, pinned = row
    summary: Measured = json.loads(text)
    return {
        **summary,
        "name": name,
        "received": received,
        "size": size,
        "pinned": bool(pinned),
    }


def add(connection: sqlite3.Connection, run: Incoming) -> tuple[Summary, bool]:
    """Keep a run, and tell whether it is new. One that was deleted stays so."""
    summary = run.summary
    values = (summary["id"],)
    query = f"SELECT {_COLUMNS} FROM runs WHERE id = ?"
    row = connection.execute(query, values).fetchone()
    if row is not None:
        return _summary(row), False
    text = json.dumps(summary, ensure_ascii=False, separators=(",", ":"))
    if connection.execute("SELECT 1 FROM gone WHERE id = ?", values).fetchone():
        return _summary((text, None, run.received, run.size, False)), False
    cursor = connection.execute(
        "INSERT INTO runs (id, started_at, received, path, record, size, stored, summary, search)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            summary["id"],
            run.started_at,
            run.received,
            summary["path"],
            summary["record"],
            run.size,
            len(run.body),
            text,
            search_text(summary, None),
        ),
    )
    connection.execute("INSERT INTO documents VALUES (?, ?)", (cursor.lastrowid, run.body))
    return _summary((text, None, run.received, run.size, False)), True


def page(
    connection: sqlite3.Connection, wanted: Filter, limit: int, offset: int
) -> tuple[list[Summary], int]:
    """Some summaries, the newest first, and how many there are."""
    where, values = _conditions(wanted)
    (total,) = connection.execute(f"SELECT count(*) FROM runs WHERE {where}", values).fetchone()
    rows = connection.execute(
        # Of two that began at the same time, what came later; a clock that goes back
        # changes where a run stands, never whether it does.
        f"SELECT {_COLUMNS} FROM runs WHERE {where}"
        " ORDER BY started_at DESC, seq DESC LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return [_summary(row) for row in rows], total


def ids(connection: sqlite3.Connection, wanted: Filter) -> list[str]:
    """All of them, the newest first."""
    where, values = _conditions(wanted)
    rows = connection.execute(
        f"SELECT id FROM runs WHERE {where} ORDER BY started_at DESC, seq DESC", values
    )
    return [row[0] for row in rows]


def known(connection: sqlite3.Connection, ids: Sequence[str]) -> list[str]:
    """Those of some ids that are there, in their order, each once."""
    query = "SELECT 1 FROM runs WHERE id = ? AND deleted_at IS NULL"
    return [id for id in dict.fromkeys(ids) if connection.execute(query, (id,)).fetchone()]


def _conditions(wanted: Filter) -> tuple[str, list[Any]]:
    conditions = ["deleted_at IS NULL"]
    values: list[Any] = []
    if wanted.kind != "all":
        conditions.append("record = ?")
        values.append(wanted.kind == "record")
    if wanted.path is not None:
        conditions.append("path = ?")
        values.append(wanted.path)
    for word in wanted.words:
        # Not LIKE: a word is itself, with its % and _.
        conditions.append("instr(search, ?) > 0")
        values.append(folded(word))
    return " AND ".join(conditions), values


def document(connection: sqlite3.Connection, id: str) -> tuple[Summary, bytes]:
    """A run with its document, compressed."""
    row = connection.execute(
        f"SELECT {_COLUMNS}, body FROM runs JOIN documents USING (seq)"
        " WHERE id = ? AND deleted_at IS NULL",
        (id,),
    ).fetchone()
    if row is None:
        raise Unknown
    return _summary(row[:-1]), row[-1]


def plain(body: bytes) -> bytes:
    """A document as it came.

    Raises
    ------
    Damaged
        When it cannot be had any more.
    """
    try:
        return zlib.decompress(body)
    except zlib.error:
        raise Damaged from None


def change(connection: sqlite3.Connection, id: str, changes: dict[str, Any]) -> Summary:
    """Set ``name`` or ``pinned`` of a run."""
    row = connection.execute(
        "SELECT summary, name, pinned FROM runs WHERE id = ? AND deleted_at IS NULL", (id,)
    ).fetchone()
    if row is None:
        raise Unknown
    text, name, pinned = row
    name = changes.get("name", name)
    connection.execute(
        "UPDATE runs SET name = ?, pinned = ?, search = ? WHERE id = ?",
        (name, changes.get("pinned", pinned), search_text(json.loads(text), name), id),
    )
    return _one(connection, id)


def delete(connection: sqlite3.Connection, id: str, now: float) -> None:
    """Hide a run; thinning takes it away later."""
    done = connection.execute(
        "UPDATE runs SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL", (now, id)
    )
    if done.rowcount == 0:
        raise Unknown


def restore(connection: sqlite3.Connection, id: str) -> Summary:
    """Take a delete back."""
    connection.execute("UPDATE runs SET deleted_at = NULL WHERE id = ?", (id,))
    return _one(connection, id)


def _one(connection: sqlite3.Connection, id: str) -> Summary:
    row = connection.execute(f"SELECT {_COLUMNS} FROM runs WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise Unknown
    return _summary(row)
