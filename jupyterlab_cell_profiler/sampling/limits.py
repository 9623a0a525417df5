"""How much memory there is for a process: that of its container, or of the machine.

A container's limit is that of its cgroup: ``memory.max`` and ``memory.current`` of version 2
(the kernel's Documentation/admin-guide/cgroup-v2.rst), ``memory.limit_in_bytes`` and
``memory.usage_in_bytes`` of version 1. What a cgroup keeps of files that nobody reads
(``inactive_file``) is given back before it runs out, so it counts as free.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path("/sys/fs/cgroup")
CGROUPS = Path("/proc/self/cgroup")


class Limit(NamedTuple):
    """Bytes that there are in all, and those that are free."""

    total: int
    available: int
    kind: str
    """``cgroup`` or ``machine``."""


def memory_limit() -> Limit:
    """The tighter one of the machine's memory and the cgroup's limit."""
    import psutil

    memory = psutil.virtual_memory()
    found = Limit(int(memory.total), int(memory.available), "machine")
    for folder, names in _folders():
        group = _cgroup(folder, names)
        if group is not None and group.total < found.total:
            # The machine may run out before the container does.
            available = min(group.available, found.available)
            found = Limit(group.total, available, "cgroup")
    return found


Names = tuple[str, str]
VERSION_2: Names = ("memory.max", "memory.current")
VERSION_1: Names = ("memory.limit_in_bytes", "memory.usage_in_bytes")


def _folders() -> list[tuple[Path, Names]]:
    """Folders of the cgroups of this process, with the names of their files."""
    try:
        lines = CGROUPS.read_text().splitlines()
    except OSError:
        return []
    found: list[tuple[Path, Names]] = []
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:
            base, names = ROOT, VERSION_2
        elif "memory" in controllers.split(","):
            base, names = ROOT / "memory", VERSION_1
        else:
            continue
        # A limit above holds, too. In a container its own group is at the top.
        folder = base / path.lstrip("/")
        while folder != base and base in folder.parents:
            found.append((folder, names))
            folder = folder.parent
        found.append((base, names))
    return found


def _cgroup(folder: Path, names: Names) -> Limit | None:
    """What a cgroup allows; None where it sets no limit."""
    try:
        total = int((folder / names[0]).read_text())
        used = int((folder / names[1]).read_text())
        files = _inactive_files(folder)
    except (OSError, ValueError):
        return None  # "max", or no such file: no limit.
    return Limit(total, max(0, total - max(0, used - files)), "cgroup")


def _inactive_files(folder: Path) -> int:
    for line in (folder / "memory.stat").read_text().splitlines():
        name, _, value = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file"):
            return int(value)
    return 0
