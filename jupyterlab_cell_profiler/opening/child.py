"""The program of the process that reads a file: it comes as standard input, the document goes out
as JSON."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from .limits import forbid, limit

RESERVE = 16 * 1024**2
"""Bytes with which it can still be said that there are no more."""


def work(task: Mapping[str, Any]) -> None:
    """Read the file and tell its document, or a sentence (``refusal``).

    Parameters
    ----------
    task : ``name`` and ``path`` of the file for people, ``modified`` (seconds since 1970, or None)
    """
    out = os.dup(1)
    reserve = bytearray(RESERVE)
    os.dup2(2, 1)  # What a library prints must not stand in the answer.
    limit()
    try:
        answer: dict[str, Any] = {"document": _document(task)}
    except MemoryError:
        del reserve
        answer = {"refusal": f"{task['name']} needs more memory to be read than is given to it."}
    except Exception as error:
        from .errors import CannotOpen

        answer = (
            {"refusal": str(error)}
            if isinstance(error, CannotOpen)
            else {"refusal": f"{task['name']} could not be read ({type(error).__name__})."}
        )
    with os.fdopen(out, "w", encoding="utf-8") as file:
        json.dump(answer, file)


def _document(task: Mapping[str, Any]) -> Any:
    from .build import document_of
    from .errors import Broken, CannotOpen, TooLarge
    from .formats import LZ4, MOST, convert, unpacked

    name = task["name"]
    with os.fdopen(os.dup(0), "rb") as file:
        data = file.read(MOST + 1)
    if len(data) > MOST:
        raise TooLarge(f"{name} is larger than {MOST // 1_000_000} MB.")
    digest = hashlib.sha256(data).hexdigest()
    try:
        plain = unpacked(data)
    except Broken as error:
        raise CannotOpen(f"{name} cannot be unpacked: {error}.") from None
    descriptor = 0
    memray = plain.startswith((b"memray\0", LZ4))
    if plain is not data and memray:
        descriptor = _held(plain, name)
    if memray:
        # Before anything is forbidden; where there is none, the converter says so.
        with contextlib.suppress(ImportError):
            import memray as _  # noqa: F401
    forbid()
    place = "/proc/self/fd" if sys.platform.startswith("linux") else "/dev/fd"
    opened = convert(plain, name, f"{place}/{descriptor}")
    return document_of(
        opened, name=name, path=task["path"], digest=digest, modified=task["modified"]
    )


def _held(data: bytes, name: str) -> int:
    """A descriptor of a file in memory, for a reader that wants a path."""
    from .errors import CannotOpen

    create = getattr(os, "memfd_create", None)
    if create is None:
        raise CannotOpen(f"Unpack {name} first (gunzip): memray cannot read it packed here.")
    descriptor: int = create("profile", 0)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(data)
    return descriptor
