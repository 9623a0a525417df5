"""Which library an address of a process is in, and whether that is Python. Pure, but for
:func:`read`."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PYTHON = "python"
"""The interpreter, with the modules that come with it."""
SYSTEM = ""
"""The C library and the like, which work for who calls them."""
GENERATED = "generated code"
"""Code that was made while the program ran, as numba's."""
LONGEST = 60
"""Characters of a name."""

INTERPRETER = re.compile(r"^(lib)?(python|pypy)[\d.]*[a-z]*(\.so[\d.]*|\.exe)?$")
ITS_MODULES = re.compile(r"/lib-dynload/")
C_LIBRARY = re.compile(
    r"^(libc|libm|libmvec|libpthread|librt|libdl|libgcc_s|libstdc\+\+|libc\+\+|ld|ld-[\w-]+"
    r"|ld-musl-[\w-]+)[-.]"
)
PACKAGES = re.compile(r"/(?:site|dist)-packages/([^/]+)/(?:.*/)?([^/]+)$")
REST = re.compile(r"(-[0-9a-f]{8,})?(\.cpython-[^.]+|\.abi3)?\.so[\d.]*$|(-[\d.]+)\.so[\d.]*$")


@dataclass(frozen=True)
class Mappings:
    """Ranges of addresses with code, in order: where each begins and ends, and whose it is."""

    begins: tuple[int, ...]
    ends: tuple[int, ...]
    owners: tuple[str, ...]

    def owner(self, address: int) -> str | None:
        """:data:`PYTHON`, :data:`SYSTEM`, :data:`GENERATED` or a library; None: no code."""
        index = bisect_right(self.begins, address) - 1
        return self.owners[index] if index >= 0 and address < self.ends[index] else None

    def who_works(self, counter: int, words: Iterable[int]) -> str | None:
        """Who runs at a program counter: a library, or :data:`PYTHON`; None when unknown.

        The C library works for who called it. The first word on the stack that is an address
        of somebody else's code is taken for the return address to it: it is one nearly always,
        since what lies innermost was pushed last.
        """
        found = self.owner(counter)
        if found != SYSTEM:
            return found
        return next((who for word in words if (who := self.owner(word))), None)


def parse(text: str, program: str) -> Mappings:
    """From ``/proc/PID/maps`` (proc(5)).

    Parameters
    ----------
    program : path of the program, which is Python whatever its name is
    """
    found = []
    for line in text.splitlines():
        span, rights, _, _, _, *path = line.split(None, 5)
        if "x" not in rights or not rights.startswith("r"):
            continue
        begin, _, end = span.partition("-")
        found.append((int(begin, 16), int(end, 16), owner_of(path[0] if path else "", program)))
    found.sort()
    begins, ends, owners = zip(*found, strict=True) if found else ((), (), ())
    return Mappings(begins, ends, owners)


def owner_of(path: str, program: str) -> str:
    """Whose code a file has. A library is named by its package and its file."""
    path = path.removesuffix(" (deleted)")
    name = path.rpartition("/")[2]
    if path == program or INTERPRETER.match(name) or ITS_MODULES.search(path):
        return PYTHON
    if not path or path.startswith("/memfd:"):
        return GENERATED
    if path.startswith("[") or C_LIBRARY.match(name):
        return SYSTEM
    inside = PACKAGES.search(path)
    stem = REST.sub("", name)
    if inside:
        package = inside[1].removesuffix(".libs")
        stem = stem if package == stem or inside[1] == name else f"{package}/{stem}"
    return stem[:LONGEST]


def read(pid: int) -> Mappings:
    """Those of a process now.

    Raises
    ------
    OSError
        When it is gone, or nobody may look.
    """
    program = os.readlink(f"/proc/{pid}/exe")
    # Names of files may have any bytes.
    return parse(Path(f"/proc/{pid}/maps").read_text("utf-8", "replace"), program)
