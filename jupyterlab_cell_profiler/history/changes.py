"""What a person may change of a run."""

from __future__ import annotations

from typing import Any

from .errors import Refused
from .incoming import read_json

_NAME = 200
"""Characters of a name."""


def read_changes(body: bytes) -> dict[str, Any]:
    """``{"name"?, "title"?, "pinned"?}`` as changes; ``title`` is another word for ``name``.

    Raises
    ------
    Refused
        When it is something else.
    """
    value = read_json(body)
    if not isinstance(value, dict) or not value or not set(value) <= {"name", "title", "pinned"}:
        raise Refused("A change has name (or title) or pinned, and nothing else.")
    if {"name", "title"} <= set(value):
        raise Refused("A change has name or title, not both.")
    changes: dict[str, Any] = {}
    for word in ("name", "title"):
        if word in value:
            changes["name"] = _name(value[word])
    if "pinned" in value:
        if not isinstance(value["pinned"], bool):
            raise Refused("pinned is true or false.")
        changes["pinned"] = value["pinned"]
    return changes


def _name(value: Any) -> str | None:
    """A name as it is kept; blank takes it away."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _NAME:
        raise Refused(f"A name is a text of {_NAME} characters at most, or null.")
    return " ".join(value.split()) or None
