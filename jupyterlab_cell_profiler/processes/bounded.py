"""Running a program whose output is bounded while it is read."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass

COMPLAINTS = 20_000
"""Bytes of what it complains of."""
PIECE = 64 * 1024


class TooLate(Exception):
    """It was ended since it took too long."""


class TooMuch(Exception):
    """It was ended since it said too much."""


@dataclass(frozen=True)
class Said:
    """What a program said, and how it ended."""

    output: bytes
    complaints: str
    code: int


def run_bounded(command: list[str], seconds: float, most: int) -> Said:
    """Run a program to its end.

    Parameters
    ----------
    most : bytes of its output

    Raises
    ------
    TooLate, TooMuch
        When it had to be ended; it is gone then.
    """
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        child.kill()

    complaints = bytearray()

    def listen() -> None:
        assert child.stderr is not None
        while piece := child.stderr.read1(PIECE):  # type: ignore[attr-defined]
            complaints.extend(piece[: max(0, COMPLAINTS - len(complaints))])

    timer = threading.Timer(seconds, end)
    listener = threading.Thread(target=listen, daemon=True)
    timer.start()
    listener.start()
    output = bytearray()
    try:
        while piece := child.stdout.read1(PIECE):  # type: ignore[attr-defined]
            output += piece
            if len(output) > most:
                raise TooMuch
        child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:
            child.kill()
            child.wait()
        listener.join(1.0)
        child.stdout.close()
        child.stderr.close()
    if late.is_set():
        raise TooLate
    return Said(bytes(output), complaints.decode("utf-8", "replace"), child.returncode)
