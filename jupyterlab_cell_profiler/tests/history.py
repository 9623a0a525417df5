"""Runs for tests of the history, and a look at what a test leaves behind."""

from __future__ import annotations

import json
import os
import threading
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from jupyterlab_cell_profiler.history import queries
from jupyterlab_cell_profiler.history.checks import check_document, started_at
from jupyterlab_cell_profiler.history.incoming import read_json
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.history.summary import Summary, measured

NAME = "history.sqlite"


def profile(**changes: Any) -> dict[str, Any]:
    """A small document; ``target`` and ``totals`` are merged, the rest replaced."""
    target = {"kind": "cell", "cellId": "cell-1", "path": "a.ipynb", "executionCount": 3}
    totals: dict[str, float | None] = {"wall": 1.5, "user": 1.0, "sys": 0.25}
    document: dict[str, Any] = {
        "version": 1,
        "producer": "jupyterlab-cell-profiler@0.1.0",
        "id": str(uuid.uuid4()),
        "title": "Lines",
        "started": "2026-11-22T21:00:00.000Z",
        "target": target | changes.pop("target", {}),
        "status": "ok",
        "environment": {"python": "3.11.9", "platform": "Linux", "cpuCount": 2, "packages": {}},
        "profilers": [
            {"name": "lines", "tool": "t", "toolVersion": "1", "options": {}, "notes": []}
        ],
        "files": [{"path": "In [3]", "cellId": "cell-1", "source": ["", "  x = 1", "y = 2"]}],
        "sections": [
            {
                "kind": "totals",
                "items": [
                    {
                        "name": name,
                        "label": name,
                        "value": value,
                        "unit": "seconds",
                        "supported": value is not None,
                    }
                    for name, value in (totals | changes.pop("totals", {})).items()
                ],
            }
        ],
    }
    return document | changes


def record(**changes: Any) -> dict[str, Any]:
    """A light record of "Record every cell"."""
    return profile(profilers=[], **changes)


def body(document: Any) -> bytes:
    """As it goes over the wire."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def incoming(document: dict[str, Any]) -> queries.Incoming:
    """A run as the service hands it to the store."""
    text = body(document)
    checked = check_document(read_json(text))
    return queries.Incoming(
        measured(checked),
        started_at(checked["started"]) or 0,
        "2026-11-23T00:00:00.000Z",
        zlib.compress(text),
        len(text),
    )


def add(store: Store, document: dict[str, Any] | None = None) -> tuple[Summary, bool]:
    return store.write(partial(queries.add, run=incoming(document or profile())))


def listed(store: Store, limit: int = 1000, offset: int = 0, **wanted: Any) -> list[Summary]:
    work = partial(queries.page, wanted=queries.Filter(**wanted), limit=limit, offset=offset)
    return store.read(work)[0]


def ids(store: Store, **wanted: Any) -> list[str]:
    return [summary["id"] for summary in listed(store, **wanted)]


def kept(store: Store, id: str) -> Any:
    """A document as it comes back."""
    return json.loads(queries.plain(store.read(partial(queries.document, id=id))[1]))


@contextmanager
def nothing_left(folder: Path, *names: str) -> Iterator[None]:
    """Fail when threads, open files, or other files than these are left in a folder."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
    assert open_files(folder) == []
    assert {path.name for path in folder.iterdir()} == set(names)


def open_files(folder: Path) -> list[str]:
    """Files of a folder that this process has open, where the system tells."""
    try:
        descriptors = os.listdir("/proc/self/fd")
    except OSError:
        return []
    found = []
    for descriptor in descriptors:
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


@contextmanager
def open_store(folder: Path, *left: str) -> Iterator[Store]:
    """A store in a folder, in which nothing but the file (and ``left``) stands afterwards."""
    with nothing_left(folder, NAME, *left):
        store = Store(folder / NAME)
        try:
            yield store
        finally:
            store.close()
