"""Which Python a process is, where that is known without asking it."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

NAME = re.compile(r"(?:lib)?python(\d\.\d{1,2})(?:[a-z]*\.so.*|\.dll|[a-z]*)?$")
LARGEST = 4_000_000
"""Characters of a list of mapped files that are read."""


def python_of(pid: int) -> str | None:
    """``3.11.7`` when it is the same program as ours, else ``3.11``, or None."""
    if pid == os.getpid():
        return platform.python_version()
    try:
        program = os.readlink(f"/proc/{pid}/exe")
        if program == os.path.realpath(sys.executable):
            return platform.python_version()
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            mapped = file.read(LARGEST)
    except OSError:
        return None
    return version_in([program, *{line[73:] for line in mapped.splitlines()}])


def version_in(paths: list[str]) -> str | None:
    """From the names of a program and of its libraries. Pure."""
    for path in paths:
        match = NAME.match(Path(path.strip()).name)
        if match is not None:
            return match[1]
    return None
