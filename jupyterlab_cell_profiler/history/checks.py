"""Whether what was sent is a profile document, as far as the history looks into it.

The envelope, what a summary is made of and the kinds of the sections are checked here;
columns, indices and numbers of sections are not, since whoever draws them does that
(``src/lib/validate.ts``), whatever the document's way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from ..document import FORMAT_VERSION, ProfileDocument
from .errors import Refused

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_STARTED = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_TARGETS = ("cell", "statement", "script", "process")
_STATUSES = ("ok", "error", "interrupted")
_ARGUMENTS = 1000
_LINE = 1_000_000
"""Characters of one line of source; as in the front end."""


def check_document(value: Any) -> ProfileDocument:
    """Return what was parsed, if it is a profile document.

    Raises
    ------
    Refused
        With a sentence that names the place, and has nothing of the document in it.
    """
    if not isinstance(value, dict) or not {"version", "producer", "sections"} <= set(value):
        raise Refused("This is no profile document.")
    version = _integer(value, "version", "version")
    if version > FORMAT_VERSION:
        raise Refused(
            f"The profile has version {version} of the format, written by a newer Cell Profiler; "
            f"this one knows up to version {FORMAT_VERSION}."
        )
    if version != FORMAT_VERSION:
        raise _broken("version")
    if value.get("live") is True:
        raise Refused("The run of this profile still goes on; only finished ones are kept.")
    if "live" in value:
        raise _broken("live")
    if "truncated" in value and value["truncated"] is not True:
        raise _broken("truncated")
    if not is_id(_text(value, "id", "id", 100)):
        raise Refused("The id of the profile is none that can be kept: letters, digits, - and _.")
    _text(value, "producer", "producer", 200)
    _text(value, "title", "title", 500)
    if started_at(_text(value, "started", "started", 40)) is None:
        raise _broken("started")
    if _text(value, "status", "status", 20) not in _STATUSES:
        raise _broken("status")
    if "error" in value:
        error = _record(value, "error", "error")
        _text(error, "name", "error.name", 20_000)
        _text(error, "value", "error.value", _LINE)
    _check_target(_record(value, "target", "target"))
    environment = _record(value, "environment", "environment")
    _text(environment, "python", "environment.python", 100)
    _each(value, "profilers", 50, _check_profiler)
    _each(value, "files", 10_000, _check_file)
    _each(value, "sections", 10_000, _check_section)
    return cast("ProfileDocument", value)


def is_id(text: str) -> bool:
    """Whether a run may have this id: a UUID, or what is as harmless in a URL or file name."""
    return _ID.fullmatch(text) is not None


def started_at(text: str) -> int | None:
    """Milliseconds since 1970 of the time a run began; None when it is no such time."""
    found = _STARTED.fullmatch(text)
    if found is None:
        return None
    *clock, fraction, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        time = datetime(*map(int, clock), tzinfo=timezone.utc)  # type: ignore[arg-type, misc]
        time += offset if sign == "-" else -offset
    except (ValueError, OverflowError):
        return None
    whole = (time - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1)
    return whole * 1000 + int((fraction or "").ljust(3, "0")[:3])


def _check_target(target: dict[str, Any]) -> None:
    if _text(target, "kind", "target.kind", 20) not in _TARGETS:
        raise _broken("target.kind")
    for name, most in (("cellId", 200), ("path", 4096), ("sourceHash", 128), ("source", _LINE)):
        if name in target:
            _text(target, name, f"target.{name}", most)
    if "pid" in target:
        _integer(target, "pid", "target.pid")
    for name in ("executionCount", "exitStatus"):
        if target.get(name) is not None:
            _integer(target, name, f"target.{name}")
    given = target.get("arguments", [])
    if not isinstance(given, list) or len(given) > _ARGUMENTS:
        raise _broken("target.arguments")
    if not all(isinstance(one, str) and len(one) <= _LINE for one in given):
        raise _broken("target.arguments")


def _check_profiler(profiler: dict[str, Any], place: str) -> None:
    _text(profiler, "name", f"{place}.name", 100)
    for name in ("tool", "toolVersion"):
        _text(profiler, name, f"{place}.{name}", 200)
    _record(profiler, "options", f"{place}.options")


def _check_file(file: dict[str, Any], place: str) -> None:
    _text(file, "path", f"{place}.path", 20_000)
    if "source" in file:
        source = file["source"]
        if not isinstance(source, list) or not all(isinstance(line, str) for line in source):
            raise _broken(f"{place}.source")


def _check_section(section: dict[str, Any], place: str) -> None:
    # Of a kind that is not known, too: a reader names it and shows the rest.
    if _text(section, "kind", f"{place}.kind", 100) == "totals":
        _each(section, "items", 10_000, _check_total, f"{place}.")


def _check_total(item: dict[str, Any], place: str) -> None:
    _text(item, "name", f"{place}.name", 200)
    value = item.get("value", "missing")
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise _broken(f"{place}.value")


def _each(
    record: dict[str, Any],
    name: str,
    most: int,
    check: Callable[[dict[str, Any], str], None],
    before: str = "",
) -> None:
    items = record.get(name)
    if not isinstance(items, list) or len(items) > most:
        raise _broken(f"{before}{name}")
    for index, item in enumerate(items):
        place = f"{before}{name}[{index}]"
        if not isinstance(item, dict):
            raise _broken(place)
        check(item, place)


def _text(record: dict[str, Any], name: str, place: str, most: int) -> str:
    value = record.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise _broken(place)
    return value


def _integer(record: dict[str, Any], name: str, place: str) -> int:
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _broken(place)
    return value


def _record(record: dict[str, Any], name: str, place: str) -> dict[str, Any]:
    value = record.get(name)
    if not isinstance(value, dict):
        raise _broken(place)
    return value


def _broken(place: str) -> Refused:
    return Refused(f"The profile breaks the format at {place}.")
