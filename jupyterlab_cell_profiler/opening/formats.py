"""Which format a file has, by what stands in it and then by its name; and what reads it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from . import (
    collapsed,
    cpuprofile,
    lprof,
    memray_file,
    mprof,
    pstats_file,
    pyinstrument_file,
    speedscope,
)
from .build import Opened
from .errors import Broken, CannotOpen, TooLarge

MOST = 200_000_000
"""Bytes of a file, also when it is unpacked."""
KNOWN = (
    "pstats (.prof, .pstats), line_profiler (.lprof), mprof (mprofile_*.dat), memray (.bin), "
    "Scalene (.json), speedscope (.speedscope.json), collapsed stacks (.collapsed, .folded), "
    "pyinstrument (.pyisession, .json) and V8 (.cpuprofile)"
)
LZ4 = b"\x04\x22\x4d\x18"
MARSHAL = re.compile(rb"^[{\xfb][()\xa8\xa90]")
MPROF = re.compile(rb"^(CMDLINE |MEM \d|FUNC \S+ [\d.]+ |CHLD \d)")


@dataclass(frozen=True)
class Format:
    """One format: what people call it, and the way from its bytes to what a converter found."""

    label: str
    open: Callable[[bytes, str], Opened]
    """Takes the bytes, and a path to them for readers that want one."""


def _json(data: bytes) -> Any:
    try:
        return json.loads(data, parse_constant=_constant)
    except RecursionError:
        raise Broken("its JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise Broken("its text is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Broken(
            f"its JSON ends or breaks at line {error.lineno}, column {error.colno}"
        ) from None
    except ValueError:
        raise Broken("a number of its JSON is too large") from None


def _constant(name: str) -> NoReturn:
    raise Broken(f"it has {name} where a number belongs")


def _scalene(profile: Any) -> Opened:
    """The converter belongs to the profiler of that name."""
    from ..profilers.scalene import convert

    elapsed = profile.get("start_time_absolute")
    return Opened(
        profiler="scalene",
        tool="Scalene",
        make=lambda target, nodes: convert({"profile": profile}, target),
        main=profile.get("filename") if isinstance(profile.get("filename"), str) else None,
        started=float(elapsed) if isinstance(elapsed, int | float) else None,
    )


PSTATS = Format("pstats", lambda data, path: pstats_file.convert(pstats_file.read(data)))
LPROF = Format("line_profiler", lambda data, path: lprof.convert(lprof.read(data)))
MPROF_FORMAT = Format("mprof", lambda data, path: mprof.convert(mprof.read(data)))
MEMRAY = Format("memray", lambda data, path: memray_file.convert(memray_file.read(path)))
COLLAPSED = Format("collapsed stacks", lambda data, path: collapsed.convert(collapsed.read(data)))

JSON_CONVERTERS: dict[str, Callable[[Any], Opened]] = {
    "speedscope": speedscope.convert,
    "pyinstrument": pyinstrument_file.convert_session,
    "pyinstrument's report": pyinstrument_file.convert_report,
    "V8": cpuprofile.convert,
    "Scalene": _scalene,
}
ENDINGS = {
    ".prof": PSTATS,
    ".pstats": PSTATS,
    ".lprof": LPROF,
    ".dat": MPROF_FORMAT,
    ".collapsed": COLLAPSED,
    ".folded": COLLAPSED,
}


def unpacked(data: bytes) -> bytes:
    """The bytes of a ``.gz`` file; as they are where it is none.

    Raises
    ------
    TooLarge
        When there are more of them than are read at all.
    """
    if data[:2] != b"\x1f\x8b":
        return data
    machine = zlib.decompressobj(31)
    try:
        found = machine.decompress(data, MOST + 1)
    except zlib.error:
        raise Broken("its packed data is damaged") from None
    if len(found) > MOST:
        raise TooLarge(f"Unpacked it is larger than {MOST // 1_000_000} MB.")
    if not machine.eof:
        raise Broken("its packed data ends too early")
    return found


def format_of(data: bytes, name: str) -> Format:
    """The format of a file that is unpacked.

    Raises
    ------
    CannotOpen
        When it is none that is known.
    """
    lower = name.lower().removesuffix(".gz")
    ending = next((ending for ending in ENDINGS if lower.endswith(ending)), "")
    if data.startswith(b"memray\0") or data.startswith(LZ4):
        return MEMRAY
    if MARSHAL.match(data):
        return PSTATS
    if data[:1] == b"\x80":
        return LPROF
    if data.lstrip()[:1] in (b"{", b"["):
        return _json_format(data)
    if MPROF.match(data):
        return MPROF_FORMAT
    if ending:
        return ENDINGS[ending]
    if b"\0" not in data[:4096] and collapsed.looks_like(data[:65536].decode("utf-8", "replace")):
        return COLLAPSED
    raise CannotOpen(f"This is no profile that can be opened. Those of {KNOWN} can.")


def _json_format(data: bytes) -> Format:
    value = _json(data)
    kind = json_kind(value)
    if kind is None:
        raise CannotOpen(f"This JSON is no profile that can be opened. Those of {KNOWN} can.")
    return Format(kind.removesuffix("'s report"), lambda data, path: JSON_CONVERTERS[kind](value))


def json_kind(value: Any) -> str | None:
    """Which tool wrote a JSON value; None where nobody knows."""
    if not isinstance(value, dict):
        return None
    names = set(value)
    if "speedscope" in str(value.get("$schema", "")) or {"profiles", "shared"} <= names:
        return "speedscope"
    if "frame_records" in names:
        return "pyinstrument"
    if "root_frame" in names and "duration" in names:
        return "pyinstrument's report"
    if "nodes" in names and ("startTime" in names or "timeDeltas" in names):
        return "V8"
    if "files" in names and ("elapsed_time_sec" in names or "alloc_samples" in names):
        return "Scalene"
    if {"version", "producer", "sections"} <= names:
        raise CannotOpen(
            "This is a profile of Cell Profiler already: give it a name that ends in "
            ".cellprofile.json, and open it."
        )
    return None


def convert(data: bytes, name: str, path: str) -> Opened:
    """Read a file of any format.

    Parameters
    ----------
    data : what stands in it
    name : as a person sees it
    path : of a file with ``data``, for readers that want one; only as long as ``data`` is not
        packed

    Raises
    ------
    CannotOpen
        With a sentence that says why.
    """
    label = "this"
    try:
        plain = unpacked(data)
        if not plain:
            raise CannotOpen(f"{name} is empty.")
        found = format_of(plain, name)
        label = found.label
        return found.open(plain, path)
    except CannotOpen:
        raise
    except Broken as error:
        what = "" if label == "this" else f" of {label}"
        raise CannotOpen(f"{name} is no whole profile{what}: {error}.") from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        raise CannotOpen(
            f"{name} is no whole profile of {label}: it is damaged, or of a version that is not "
            "known."
        ) from None
