"""Programs that stand for py-spy in tests, and what is left of processes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path


def stand_in(folder: Path, code: str) -> str:
    """A program that does what ``code`` says; ``pid`` is the process it should look at."""
    path = folder / "py-spy"
    path.write_text(
        f"#!{sys.executable}\nimport os, signal, sys, time\n"
        'pid = next((int(word[6:]) for word in sys.argv if word.startswith("--pid=")), 0)\n'
        f"{code}\n",
        encoding="utf-8",
    )
    path.chmod(0o700)
    return str(path)


def refusing(folder: Path, said: str) -> str:
    """One that says why not."""
    return stand_in(folder, f"print({said!r}, file=sys.stderr)\nsys.exit(1)")


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it holds before the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
