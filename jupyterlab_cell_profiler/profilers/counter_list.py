"""The events that ``perf list`` names on this machine, for completion."""

from __future__ import annotations

import re
import subprocess
from functools import cache

from .counter_perf import executable, impossible

SECONDS = 5.0
"""After which completion does without."""
ROW = re.compile(r"^\s+(?P<names>\S+(?: OR \S+)*)\s+\[(?P<kind>[^\]]+)\]\s*$")
PATTERNS = ("Raw ", "Hardware breakpoint")
"""Kinds of rows that say how events can be written, and name none."""


def names_in(text: str) -> list[str]:
    """The events in the output of ``perf list --no-desc``, each name once, in its order.

    The form is that of ``tools/perf/builtin-list.c``: a name, or two with ``OR`` between, and
    its kind in brackets. Headings and groups of metrics have no kind.
    """
    found: dict[str, None] = {}
    for line in text.splitlines():
        row = ROW.match(line)
        if row is not None and not row["kind"].startswith(PATTERNS):
            found.update(dict.fromkeys(row["names"].split(" OR ")))
    return list(found)


@cache
def known_events() -> tuple[str, ...]:
    """Events that perf can be asked for here; none where it cannot be asked."""
    program = executable()
    if impossible() is not None or program is None:
        return ()
    try:
        done = subprocess.run(
            [program, "list", "--no-desc"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(names_in(done.stdout.decode("utf-8", "replace")))
