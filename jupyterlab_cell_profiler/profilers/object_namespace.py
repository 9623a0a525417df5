"""Which variables there are, how large each is, and what is counted in another one, too.

Two numbers for each: everything that can be reached from it (pympler's ``asizeof`` of it),
and its part when each object counts once, under its own name if it has one (``asizesof`` of
all of them together). The second one needs a second look only where something is shared.
"""

from __future__ import annotations

import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from . import object_guards as guards
from .object_libraries import is_table, owned
from .object_sizer import Sizer, Stopped, Watch
from .object_tree import COUNTED, MASK, Row, Tree

IPYTHON = re.compile(r"_{1,3}|_i{1,3}|_[idos]h|_i?\d+|__\w+__|In|Out|exit|quit|get_ipython")
"""Names that IPython and Python keep in a namespace."""
NOT_DATA = (ModuleType, FunctionType, BuiltinFunctionType, type)
"""What pympler does not count; classes and functions are code."""


def variables(namespace: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a person defined that is data, in the order of definition."""
    return [
        (name, value)
        for name, value in list(namespace.items())
        if type(name) is str
        and not IPYTHON.fullmatch(name)
        and not guards.is_a(value, NOT_DATA)
        and not guards.module_of(type(value)).startswith(("IPython.core.", "ipykernel."))
    ]


@dataclass
class Measured:
    """What was found."""

    rows: list[Row] = field(default_factory=list)
    own: dict[str, int | None] = field(default_factory=dict)
    """Bytes of each name when everything counts once; None where that is not known."""
    unmeasured: list[str] = field(default_factory=list)
    ended: str = ""
    """Why measuring ended early: ``time``, ``interrupt``, ``memory``."""
    raised: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Names whose measuring failed, with the error."""
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return sum(size for size in self.own.values() if size is not None)


def measure(
    values: list[tuple[str, Any]],
    seconds: float | None,
    *,
    depth: int,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Measured:
    """Measure variables, in their order; always returns, also when it is interrupted.

    Parameters
    ----------
    seconds : for all of them; None for as long as it takes
    depth : levels of the tree of each
    tell : called now and then with how many are done, and of how many
    """
    result = Measured()
    progress = [0]
    watch = Watch(lambda: tell(progress[0], len(values)))
    sizer = Sizer(watch)
    tree = Tree(sizer, depth)
    all_of_them = _Together(sizer, values, result)
    began = time.monotonic()
    end = float("inf") if seconds is None else began + seconds
    try:
        with _interruptible():
            for index, (name, value) in enumerate(values):
                progress[0] = index
                now = time.monotonic()
                if now >= end:
                    _give_up(result, tree, values[index:], "time")
                    break
                # One that is huge leaves time for those after it.
                last = index == len(values) - 1
                watch.deadline = end if last or seconds is None else now + (end - now) / 2
                _measure_one(name, value, tree, all_of_them, result)
                if result.ended in ("interrupt", "memory"):
                    _give_up(result, tree, values[index + 1 :], result.ended)
                    break
        all_of_them.name_views(tree)
    finally:
        result.raised = sizer.raised
        sizer.close()
        all_of_them.close()
    result.rows = tree.rows
    result.seconds = time.monotonic() - began
    return result


def _measure_one(name: str, value: Any, tree: Tree, together: _Together, result: Measured) -> None:
    place = len(tree.rows)
    try:
        if together.again(name, value, tree):
            return
        together.begin()
        tree.root(name, value)
        result.own[name] = tree.rows[place].size
        together.end(name, value, tree, place)
        return
    except Stopped:
        result.ended = result.ended or "time"
    except KeyboardInterrupt:
        result.ended = "interrupt"
    except MemoryError:
        result.ended = "memory"
    except Exception as error:
        result.failed[name] = type(error).__name__
    if name not in result.own:
        if len(tree.rows) == place:
            tree.unmeasured(name, value)
        row = tree.rows[place]
        row.partial = True
        # What was found so far counts; that something of it is shared is not known.
        result.own[name] = row.size


def _give_up(result: Measured, tree: Tree, rest: list[tuple[str, Any]], why: str) -> None:
    result.ended = why
    for name, value in rest:
        result.unmeasured.append(name)
        result.own[name] = None
        tree.unmeasured(name, value)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let an interrupt end the measuring, also where ipykernel waits for one elsewhere."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if main else None
    if before is None:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Together:
    """What variables share."""

    def __init__(self, sizer: Sizer, values: list[tuple[str, Any]], result: Measured) -> None:
        self._sizer = sizer
        self._result = result
        self._roots: dict[int, str] = {}
        self._rows: dict[str, Row] = {}
        for name, value in values:
            self._roots.setdefault(id(value), name)
        self._pending = set(self._roots)
        self._all = sizer.pympler._Seen()
        self._owners: dict[int, str] = {}
        self._named = {owned(value): name for name, value in reversed(values)}
        self._common = _common_objects()

    def close(self) -> None:
        self._all.clear()

    def again(self, name: str, value: Any, tree: Tree) -> bool:
        """Whether it was measured already, under another name."""
        first = self._roots[id(value)]
        if first not in self._rows:
            return False
        known = self._rows[first]
        row = tree.unmeasured(name, value)
        row.size, row.flat, row.count, row.partial = known.size, known.flat, known.count, False
        row.note = f"the same object as {first}"
        self._result.own[name] = 0
        return True

    def begin(self) -> None:
        self._sizer.fresh()
        self._sizer.libraries.met.clear()

    def end(self, name: str, value: Any, tree: Tree, place: int) -> None:
        """A variable was measured alone: find its part of the whole."""
        key, row, sizer = id(value), tree.rows[place], self._sizer
        owners = [self._owner(address) for address in sizer.libraries.met]
        with_whom = [owner for owner in owners if owner not in (None, name)]
        for address in sizer.libraries.met:
            self._owners.setdefault(address, name)
        self._rows[name] = row
        self._pending.discard(key)
        if with_whom:
            names = ", ".join(map(str, list(dict.fromkeys(with_whom))[:3]))
            verb = "view of" if is_table(type(value)) else "shares memory with"
            row.note = row.note or f"{verb} {names}"
        seen = sizer.seen
        shared = (seen.keys() & self._all.keys()) | (seen.keys() & self._pending)
        if shared <= self._common.keys():
            own = row.size - sum(self._common[i] for i in shared)
            self._all.update(seen)
        else:
            own = self._again(value)  # What belongs to other names stays theirs.
        self._result.own[name] = max(0, own)
        for other in (*self._pending, *sizer.excluded):
            self._all.pop(other, None)

    def _again(self, value: Any) -> int:
        """Without what other variables have: as pympler does it for several objects."""
        sizer = self._sizer
        alone = sizer.asizer._seen
        self._all[id(value)] = 0
        self._all.update(dict.fromkeys(self._pending, 0))
        sizer.asizer._seen = self._all
        try:
            return sizer.size(value, 0)
        finally:
            sizer.asizer._seen = alone

    def _owner(self, address: int) -> str | None:
        """The array of that memory, or the first variable that leads to it."""
        return self._named.get(address) or self._owners.get(address)

    def name_views(self, tree: Tree) -> None:
        """Say of what an array is a view, now that all are known."""
        root = ""
        for row in tree.rows:
            root = row.name if row.parent == -1 else root
            if row.view is not None and row.note in (None, COUNTED):
                owner = self._owner(row.view)
                if owner is not None and (owner != root or row.parent != -1):
                    row.note = f"view of {owner}"
                elif row.parent == -1:
                    row.note = "view of an array without a name"


def _common_objects() -> dict[int, int]:
    """Objects that Python has once for everybody, with pympler's size of each."""
    objects: list[Any] = [None, True, False, Ellipsis, NotImplemented, "", b"", (), frozenset()]
    objects += range(-5, 257)
    objects += [chr(i) for i in range(256)]
    objects += [bytes([i]) for i in range(256)]
    return {id(value): (sys.getsizeof(value) + MASK) & ~MASK for value in objects}
