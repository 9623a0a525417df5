"""Which cell a file name of ipykernel stands for, without ipykernel. Pure.

ipykernel compiles a cell as ``<temporary folder>/ipykernel_<pid>/<hash>.py``, where the hash
is MurmurHash2 of the raw source (``ipykernel/compiler.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..sampling.own_stacks import hash_of as hash_of

CELL = "a cell"
SEED = 0xC70F6907
_M = 0x5BD1E995
_WORD = 0xFFFFFFFF


@dataclass(frozen=True)
class Known:
    """A cell of the notebook, and what to add to the line numbers of its code."""

    id: str | None
    offset: int
    source: str = ""
    name: str = CELL
    """What a person calls it, for example ``In [7]``."""


def murmur2(data: bytes, seed: int = SEED) -> int:
    """MurmurHash2 of 32 bits, as ipykernel has it."""
    h = seed ^ len(data)
    whole = len(data) & ~3
    for i in range(0, whole, 4):
        k = (int.from_bytes(data[i : i + 4], "little") * _M) & _WORD
        k = ((k ^ (k >> 24)) * _M) & _WORD
        h = ((h * _M) & _WORD) ^ k
    if len(data) > whole:
        h = ((h ^ int.from_bytes(data[whole:], "little")) * _M) & _WORD
    h = ((h ^ (h >> 13)) * _M) & _WORD
    return h ^ (h >> 15)


def by_hash(cells: Iterable[tuple[str, str]]) -> dict[str, Known]:
    """Cells ``(id, source)`` by the hash in their file names."""
    return {
        str(murmur2(source.encode("utf-8", "surrogatepass"))): Known(id, _dropped(source), source)
        for id, source in cells
    }


def _dropped(source: str) -> int:
    """Empty lines at the start, which IPython drops before it compiles."""
    for count, line in enumerate(source.split("\n")):
        if line.strip():
            return count
    return 0
