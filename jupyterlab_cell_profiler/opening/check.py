"""Whether a document keeps to its schema, and its columns and indices to each other. Pure.

A small reader of ``document.schema.json``, which uses few words of JSON Schema: the package for
that need not be where a kernel is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..history.errors import Refused

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


@cache
def _schema() -> dict[str, Any]:
    path = Path(__file__).parent.parent / "document.schema.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def check_sections(document: Any) -> None:
    """Check a whole document.

    Raises
    ------
    Refused
        With the place.
    """
    _check(document, _schema(), "document")
    files = len(document["files"])
    for number, section in enumerate(document["sections"]):
        _check_columns(section, f"sections[{number}]", files)


def _check(value: Any, schema: Mapping[str, Any], place: str) -> None:
    if "$ref" in schema:
        schema = _schema()["definitions"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        _check_any(value, schema["anyOf"], place)
        return
    if "const" in schema and (value != schema["const"] or type(value) is not type(schema["const"])):
        raise _broken(place)
    if "enum" in schema and value not in schema["enum"]:
        raise _broken(place)
    if "type" in schema and not _is(value, schema["type"]):
        raise _broken(place)
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1_000_000):
            raise _broken(place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", value):
            raise _broken(place)
    elif isinstance(value, list):
        for item in value:
            _check(item, schema.get("items", {}), f"{place}[]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        other = schema.get("additionalProperties", {})
        for name in schema.get("required", ()):
            if name not in value:
                raise _broken(f"{place}.{name}")
        for name, item in value.items():
            if name not in known and other is False:
                raise _broken(place)
            _check(item, known.get(name, other), f"{place}.{name if name in known else '*'}")


def _check_any(value: Any, schemas: Sequence[Mapping[str, Any]], place: str) -> None:
    """Sections are told apart by their kind, so that the place of what is wrong can be told."""
    for schema in schemas:
        found = _schema()["definitions"][schema["$ref"].rpartition("/")[2]]
        kind = found.get("properties", {}).get("kind", {}).get("const")
        if isinstance(value, dict) and value.get("kind") == kind:
            _check(value, found, place)
            return
    raise _broken(place)


def _is(value: Any, types: str | list[str]) -> bool:
    for name in [types] if isinstance(types, str) else types:
        if isinstance(value, bool) and name != "boolean":
            continue
        if isinstance(value, _TYPES[name]):
            return True
    return False


def _check_columns(section: Mapping[str, Any], place: str, files: int) -> None:
    kind = section["kind"]
    if kind == "lines":
        _below([section["file"]], files, f"{place}.file")
        lines = section["lines"]
        if any(a >= b for a, b in pairwise(lines)):
            raise _broken(f"{place}.lines")
        _same([lines, *(column["values"] for column in section["columns"])], place)
    elif kind == "calls":
        functions, edges = section["functions"], section["edges"]
        _same(list(functions.values()), f"{place}.functions")
        _same(list(edges.values()), f"{place}.edges")
        _below(functions["file"], files, f"{place}.functions.file")
        for name in ("caller", "callee"):
            _below(edges[name], len(functions["name"]), f"{place}.edges.{name}")
    elif kind == "stacks":
        frames, nodes = section["frames"], section["nodes"]
        _same(list(frames.values()), f"{place}.frames")
        _same(list(nodes.values()), f"{place}.nodes")
        _below(frames["file"], files, f"{place}.frames.file")
        _below(nodes["frame"], len(frames["name"]), f"{place}.nodes.frame")
        if any(parent >= node for node, parent in enumerate(nodes["parent"])):
            raise _broken(f"{place}.nodes.parent")
        threads = len(section.get("threads", ()))
        _below(nodes.get("thread", ()), threads, f"{place}.nodes.thread")
        timeline = section.get("timeline")
        if timeline is not None:
            _same(list(timeline.values()), f"{place}.timeline")
            _below(timeline["node"], len(nodes["parent"]), f"{place}.timeline.node")
            _below(timeline["thread"], threads, f"{place}.timeline.thread")
    elif kind == "series":
        _same([section["t"], section["values"]], place)


def _same(columns: Sequence[Sequence[Any]], place: str) -> None:
    if len({len(column) for column in columns}) > 1:
        raise _broken(place)


def _below(values: Sequence[int], size: int, place: str) -> None:
    if any(value >= size for value in values):
        raise _broken(place)


def _broken(place: str) -> Refused:
    return Refused(f"The profile breaks the format at {place}.")
