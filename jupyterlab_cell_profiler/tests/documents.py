"""Documents for tests: the schema, the golden ones, and what it takes to be valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

import jupyterlab_cell_profiler

SCHEMA = json.loads(
    (Path(jupyterlab_cell_profiler.__file__).parent / "document.schema.json").read_text("utf-8")
)
FOLDER = Path(__file__).parent / "data" / "documents"
GOLDEN = {
    path.name.removesuffix(".cellprofile.json"): path
    for path in sorted(FOLDER.glob("*.cellprofile.json"))
}


def golden(name: str) -> dict[str, Any]:
    """A golden document, fresh."""
    document: dict[str, Any] = json.loads(GOLDEN[name].read_text("utf-8"))
    return document


def problems(document: Any) -> list[str]:
    """Why a document is not valid: the schema, and what a schema cannot say."""
    found = [error.message for error in Draft7Validator(SCHEMA).iter_errors(document)]
    if found:
        return found
    files = len(document["files"])
    for section in document["sections"]:
        if section["kind"] != "lines":
            continue
        if section["file"] >= files:
            found.append(f"there is no file {section['file']}")
        if section["lines"] != sorted(set(section["lines"])):
            found.append("lines do not ascend")
        for column in section["columns"]:
            if len(column["values"]) != len(section["lines"]):
                found.append(f"column {column['name']} has another length than lines")
    return found


def check(document: Any) -> None:
    """Fail unless a document is valid."""
    assert problems(document) == []
