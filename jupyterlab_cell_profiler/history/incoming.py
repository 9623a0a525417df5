"""JSON from a stranger: read so that neither its size nor its shape can hurt."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from .errors import Refused

MOST_BYTES = 8 * 1024 * 1024
"""Of a document; what the front end reads at most, too."""

_DEEPEST = 64
_LARGEST = 2**63
_LONG_NUMBER = re.compile(r"[0-9]{20}")


def read_json(body: bytes) -> Any:
    """Parse a body.

    Raises
    ------
    Refused
        With a sentence that says why, and has nothing of the body in it.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("The text is not UTF-8.") from None
    # Only where there is one: a function of ours for each number takes its time, and a
    # Python before 3.10.7 may take minutes for one number of a million digits.
    whole = _whole_number if _LONG_NUMBER.search(text) else int
    try:
        value = json.loads(text, parse_constant=_constant, parse_int=whole)
    except RecursionError:
        raise Refused("The JSON is nested too deeply.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refused(f"The text is not JSON: {error.msg} ({place}).") from None
    _check_tree(value, escapes="\\u" in text)
    return value


def _constant(name: str) -> NoReturn:
    raise Refused(f"{name} is not JSON.")


def _whole_number(digits: str) -> int:
    if len(digits) > 20:
        raise Refused("A number is too large.")
    return int(digits)


def _check_tree(value: Any, escapes: bool) -> None:
    """Refuse what parses and yet cannot be kept or given back.

    Parameters
    ----------
    escapes : whether a text may have half of a surrogate pair, which only an escape brings
    """
    left: list[tuple[Any, int]] = [(value, 0)]
    while left:
        item, depth = left.pop()
        if isinstance(item, dict):
            if escapes:
                for key in item:
                    _check_text(key)
            children = list(item.values())
        elif isinstance(item, list):
            children = item
        elif isinstance(item, str):
            if escapes:
                _check_text(item)
            continue
        elif isinstance(item, float):
            if not math.isfinite(item):
                raise Refused("A number is too large.")
            continue
        else:
            if item is not None and not -_LARGEST <= item < _LARGEST:
                raise Refused("A number is too large.")
            continue
        if depth == _DEEPEST:
            raise Refused("The JSON is nested too deeply.")
        left.extend((child, depth + 1) for child in children)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("A text has half of a surrogate pair.") from None
