"""Code of a cell that a magic of IPython runs under another file name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..sampling.own_stacks import hash_of

TIMED = "<timed exec>"
"""Of ``%%time`` (``IPython/core/magics/execution.py``)."""
MODULE = "<module>"


def in_its_cell(frames: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Frames with the body of ``%%time`` in the cell that it is of, without IPython between.

    The body begins in the line below the magic, and the cell stands at the magic's line.

    Parameters
    ----------
    frames : of ``py-spy dump --json``, innermost first
    """
    body = next((i for i, frame in enumerate(frames) if _is(frame, TIMED)), None)
    if body is None:
        return list(frames)
    for at in range(body + 1, len(frames)):
        frame = frames[at]
        if hash_of(str(frame.get("filename"))) is not None and frame.get("name") == MODULE:
            line = int(frame.get("line") or 0) + int(frames[body].get("line") or 0)
            here = {**frames[body], "filename": frame["filename"], "line": line}
            return [*frames[:body], here, *frames[at + 1 :]]
    return list(frames)


def _is(frame: Mapping[str, Any], file: str) -> bool:
    return frame.get("name") == MODULE and frame.get("filename") == file
