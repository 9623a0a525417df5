"""Which notebook cell a code object comes from.

A kernel compiles each cell under a made-up file name. This register knows the cell of each
name, so that no reader of a profile ever sees one.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping
from typing import Any

from .document import split_lines
from .profilers import CellFile


def line_offset(source: str) -> int:
    """Empty lines at the start of a cell, which IPython drops before it compiles."""
    dropped = ""
    # IPython splits at form feeds, too, which are no line ends for anybody else.
    for line in source.splitlines(keepends=True):
        if line and not line.isspace():
            return len(split_lines(dropped)) - 1
        dropped += line
    return 0


class Cells(Mapping[str, CellFile]):
    """Cells by the file name of their code.

    Parameters
    ----------
    compiler : the shell's ``compile``, which makes the file names and remembers the
        execution count of each.
    """

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler
        self._sources: dict[str, tuple[str, str | None, int]] = {}

    def file_name(self, raw: str, transformed: str, number: int) -> str:
        """The file name under which a cell will be compiled."""
        return str(self._compiler.get_code_name(raw, transformed, number))

    def add(self, file: str, source: str, cell_id: str | None, offset: int) -> None:
        """Remember the cell of a file name.

        An earlier version of the same cell loses its id: its line numbers are not those
        of the cell as it stands now.
        """
        if cell_id is not None:
            for other, (text, owner, shift) in list(self._sources.items()):
                if owner == cell_id and other != file:
                    self._sources[other] = (text, None, shift)
        self._sources[file] = (source, cell_id, offset)

    def introduce(self, cells: list[tuple[str, str]]) -> None:
        """Learn ids of cells that ran before we were here, as ``(id, source)``.

        A cell that was edited since it ran has another file name and stays unknown.
        """
        known = self._counts()
        for cell_id, source in cells:
            file = self.file_name(source, source, 0)
            if file in known and file not in self._sources:
                self.add(file, source, cell_id, line_offset(source))

    def _counts(self) -> dict[str, int]:
        return getattr(self._compiler, "_filename_map", {})

    def __getitem__(self, file: str) -> CellFile:
        counts = self._counts()
        if file in self._sources:
            source, cell_id, offset = self._sources[file]
        elif file in counts:
            # Ran before we were attached: IPython keeps the code for tracebacks.
            source, cell_id, offset = "".join(linecache.getlines(file)), None, 0
        else:
            raise KeyError(file)
        count = counts.get(file)
        return CellFile(f"In [{count}]" if count else "a cell", source, cell_id, offset)

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys([*self._sources, *self._counts()])

    def __len__(self) -> int:
        return len(set(self._sources) | set(self._counts()))

    def __contains__(self, file: object) -> bool:
        return file in self._sources or file in self._counts()
