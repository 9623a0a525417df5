"""Runs as files in a zip archive, made piece by piece while it is sent."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from . import queries
from .errors import Damaged, Unknown
from .store import Store
from .summary import Summary

ENDING = ".cellprofile.json"


class _Pipe(io.RawIOBase):
    """Takes what is written until somebody fetches it; not seekable, so that the archive is
    written from its begin to its end."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        before = len(self._kept)
        self._kept += data
        return len(self._kept) - before

    def take(self) -> bytes:
        taken = bytes(self._kept)
        self._kept.clear()
        return taken


def archive(store: Store, ids: Sequence[str]) -> Iterator[bytes]:
    """The pieces of the archive, one for each run; those that are gone by then are left out."""
    pipe = _Pipe()
    used: set[str] = set()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        for id in ids:
            try:
                summary, body = store.read(partial(queries.document, id=id))
                text = queries.plain(body)
            except (Damaged, Unknown):
                continue
            name = file_name(summary)
            if name in used:
                name = f"{name.removesuffix(ENDING)}-{id}{ENDING}"
            used.add(name)
            packed.writestr(_entry(name, summary), text)
            yield pipe.take()
    yield pipe.take()


def file_name(summary: Summary) -> str:
    """``<started>-<title>-<id8>.cellprofile.json``, on every file system."""
    began = re.sub(r"[^0-9T]", "-", summary["started"][:19])
    title = summary["name"] or summary["title"]
    # Letters and digits of any alphabet; so no separator, device name or leading dot is left.
    words = re.sub(r"[\W_]+", "-", title).strip("-")
    short = words[:60].strip("-")
    return "-".join(part for part in (began, short, summary["id"][:8]) if part) + ENDING


def _entry(name: str, summary: Summary) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = map(int, re.findall("[0-9]+", summary["started"])[:6])
    # What the format of zip knows.
    year = min(max(year, 1980), 2107)
    entry = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
