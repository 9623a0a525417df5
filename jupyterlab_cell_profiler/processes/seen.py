"""What a sampler saw of another process, made ready for the profiler's conversion. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..profilers.base import CellFile
from ..sampling.own_stacks import hash_of, start_of
from .cells import Known

UNKNOWN = "a cell"


def without_own(samples: Mapping[str, Any]) -> dict[str, Any]:
    """Samples of a kernel (``sampling.compact.Compact.data``) without its own threads.

    What is above a cell stays here: the profiler takes that away itself.
    """
    frames = samples["frames"]
    parents, indices = samples["nodes"]["parent"], samples["nodes"]["frame"]
    own: dict[int, bool] = {-1: False}

    def is_own(node: int) -> bool:
        if node not in own:
            stack, at = [], node
            while at >= 0:
                name, file, _ = frames[indices[at]]
                stack.append((name, file))
                at = parents[at]
            own[node] = start_of(stack[::-1]) is None
        return own[node]

    return {
        **samples,
        "threads": [
            {
                **thread,
                "runs": [
                    [run[0], run[1], -1, *run[3:]] if is_own(run[2]) else run
                    for run in thread["runs"]
                ],
            }
            for thread in samples["threads"]
        ],
    }


def cells_in(
    files: Iterable[str], register: Mapping[str, CellFile], posted: Mapping[str, Known]
) -> dict[str, CellFile]:
    """The cells of all files of cells.

    Parameters
    ----------
    register : by file name, what the kernel knows
    posted : by the hash in the file name, what a page knows
    """
    found = {file: register[file] for file in register}
    unknown = 0
    for file in dict.fromkeys(files):
        number = hash_of(file)
        if number is None or file in found:
            continue
        known = posted.get(number)
        if known is not None:
            found[file] = CellFile(UNKNOWN, known.source, known.id, known.offset)
        else:
            unknown += 1
            found[file] = CellFile(UNKNOWN if unknown == 1 else f"{UNKNOWN} ({unknown})", "")
    return found
