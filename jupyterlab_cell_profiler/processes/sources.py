"""Single lines of source files, which a stranger's process names."""

from __future__ import annotations

import os
import tokenize
from itertools import islice

LARGEST = 2_000_000
"""Bytes of a file that is read."""
WIDEST = 400
"""Characters of a line."""


def source_line(file: str, line: int) -> str:
    """The text of a line, counted from 1; "" when it is not known."""
    try:
        if not file.endswith((".py", ".pyw")) or not os.path.isfile(file):
            return ""
        if os.path.getsize(file) > LARGEST or line < 1:
            return ""
        with tokenize.open(file) as lines:
            return next(islice(lines, line - 1, line), "")[:WIDEST]
    except (OSError, SyntaxError, ValueError):
        return ""
