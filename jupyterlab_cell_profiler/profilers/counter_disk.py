"""What this process read and wrote while code of the user ran.

Linux tells bytes that went through calls (``rchar``, ``wchar``) and those that the disk had to
give or take (``read_bytes``, ``write_bytes``; proc(5)), getrusage(2) how many blocks; elsewhere
psutil tells what it can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document import TotalsItem, Unit, total

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

IO = "/proc/self/io"
NAMES = ("read_bytes", "write_bytes", "read_chars", "write_chars", "blocks_in", "blocks_out")
FIELDS = {
    "rchar": "read_chars",
    "wchar": "write_chars",
    "read_bytes": "read_bytes",
    "write_bytes": "write_bytes",
}

Found = dict[str, int | None]


class Disk:
    """Adds up between :meth:`begin` and :meth:`end`, as often as need be."""

    def __init__(self) -> None:
        self._sums: Found = dict.fromkeys(NAMES, 0)
        self._before: Found = {}

    def begin(self) -> None:
        found, own = _now()
        if found.get("read_chars") is not None:
            # This reading itself comes into the count after it has been read.
            found["read_chars"] = (found["read_chars"] or 0) + own
        self._before = found

    def end(self) -> None:
        found, _ = _now()
        for name, have in self._sums.items():
            now, before = found.get(name), self._before.get(name)
            known = have is not None and now is not None and before is not None
            self._sums[name] = have + now - before if known else None  # type: ignore[operator]

    def data(self) -> Found:
        """JSON: bytes and blocks by name, None where they are not told."""
        return dict(self._sums)


def _now() -> tuple[Found, int]:
    """The counts of this process, and how many bytes it took to read them."""
    found: Found = {}
    if resource is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        found["blocks_in"], found["blocks_out"] = usage.ru_inblock, usage.ru_oublock
    try:
        with open(IO, "rb", buffering=0) as file:
            text = file.read()
    except FileNotFoundError:
        return found | _elsewhere(), 0
    except OSError:
        return found, 0
    for line in text.decode("ascii", "replace").splitlines():
        name, _, value = line.partition(": ")
        if name in FIELDS and value.isdecimal():
            found[FIELDS[name]] = int(value)
    return found, len(text)


def _elsewhere() -> Found:
    """What psutil tells: on Windows all that was read and written, not only the disk's."""
    import psutil

    try:
        counters = psutil.Process().io_counters()
    except (psutil.Error, AttributeError, OSError):
        return {}
    return {"read_chars": counters.read_bytes, "write_chars": counters.write_bytes}


TEXTS: Mapping[str, tuple[str, Unit, str]] = {
    "read_bytes": (
        "Read from disk",
        "bytes",
        "What the disk had to give. What was read a short while ago is still in memory and does "
        "not count.",
    ),
    "write_bytes": (
        "Written to disk",
        "bytes",
        "What will go to the disk, now or later. The system collects it in memory first, so that "
        "writing rarely waits.",
    ),
    "read_chars": (
        "Read in all",
        "bytes",
        "All bytes that read calls gave, also from memory, from pipes and from the network.",
    ),
    "write_chars": (
        "Written in all",
        "bytes",
        "All bytes that write calls took, also those for pipes and the network.",
    ),
    "blocks_in": (
        "Blocks read",
        "count",
        "Blocks of 512 bytes that had to come from the disk, as getrusage counts them.",
    ),
    "blocks_out": (
        "Blocks written",
        "count",
        "Blocks of 512 bytes that go to the disk, as getrusage counts them.",
    ),
}
UNTOLD = (
    "This system does not tell it for one process, or not this person. Linux does, in "
    "/proc/self/io."
)


def disk_items(found: Mapping[str, Any]) -> list[TotalsItem]:
    """The counts as totals."""
    return [
        total(name, label, found[name], unit, text if found[name] is not None else UNTOLD)
        for name, (label, unit, text) in TEXTS.items()
    ]
