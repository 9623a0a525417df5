"""The outer levels of an object as a tree of rows; sizes are pympler's.

What pympler's ``_sizer`` does in one go is done here step by step for the first levels, in
its order and with its memory of what was counted, so that the sum is the same. A container
of many elements is one row, and its largest elements have rows of their own.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from . import object_guards as guards
from .object_libraries import Buffer, remark, viewed
from .object_sizer import CHUNK, Sizer, chunks

DEPTH = 6
"""Levels with rows."""
WIDE = 1000
"""Elements that a container may have to be shown one by one."""
ROOM = 30_000
"""Rows in all, before the small ones are put together."""
ROOM_OF_ONE = 5_000
LARGEST = 10
"""Elements of a wide container with rows of their own, if they stand out."""
STANDS_OUT = 4
"""How many times the usual size that is."""
MASK = 7
"""pympler's: sizes are rounded up to a multiple of eight."""
NAME = 60
"""Characters of a key."""
COUNTED = "counted above"


@dataclass
class Row:
    """One object, or several that stand together."""

    name: str
    type: str
    parent: int
    size: int = 0
    flat: int = 0
    count: int = 0
    partial: bool = False
    """Measuring was stopped inside: the size is at least that."""
    note: str | None = None
    view: int | None = None
    """The memory that it is a view of."""


class Tree:
    """Rows, parents before children.

    Parameters
    ----------
    sizer : what was counted stays so until its ``fresh``
    depth : levels below the object that are shown
    """

    def __init__(self, sizer: Sizer, depth: int = DEPTH) -> None:
        self.rows: list[Row] = []
        self._sizer = sizer
        self._depth = depth
        self._room = ROOM
        self._names: dict[type, str] = {}

    def root(self, name: str, value: Any) -> Row:
        """Measure an object; when that is stopped its row has what was found so far."""
        self._room = min(ROOM, len(self.rows) + ROOM_OF_ONE)
        return self._walk(name, value, -1, 0)

    def unmeasured(self, name: str, value: Any) -> Row:
        """A row for an object that there was no time for."""
        row = self._row(name, value, -1)
        row.flat = int(guards.found_in_c(type(value), "__sizeof__")(value))
        row.partial = True
        return row

    def _row(self, name: str, value: Any, parent: int) -> Row:
        row = Row(name, self._type(value), parent)
        self.rows.append(row)
        return row

    def _type(self, value: Any) -> str:
        kind = type(value)
        if kind not in self._names:
            self._names[kind] = "buffer" if kind is Buffer else guards.type_name(kind)[:120]
        return self._names[kind]

    def _walk(self, name: str, value: Any, parent: int, deep: int) -> Row:
        sizer, key = self._sizer, id(value)
        seen = sizer.seen
        row = self._row(name, value, parent)
        row.view, row.note = viewed(value), remark(value)
        if key in seen and (deep or seen[key]):
            row.note = COUNTED
            return row
        definition = sizer.definition(value)
        before = len(seen) - (key in seen)
        try:
            if not sizer.counts(definition):
                row.size = sizer.size(value, deep)
            elif not self._opens(definition, value, deep):
                row.flat = int(definition.flat(value, MASK))
                row.size = sizer.size(value, deep)
            else:
                seen[key] = 1
                row.flat = row.size = int(definition.flat(value, MASK))
                self._open(row, len(self.rows) - 1, definition, value, deep + 1)
        except RuntimeError:
            # Changed by another thread while it was looked at: as pympler, go on.
            row.partial = True
        except BaseException:
            row.partial = True
            row.size = max(row.size, row.flat)
            raise
        finally:
            row.count = max(1, len(seen) - before)
        return row

    def _opens(self, definition: Any, value: Any, deep: int) -> bool:
        return (
            definition.refs is not None
            and deep < self._depth
            and len(self.rows) < self._room
            and not (deep and guards.is_a(value, ModuleType))
        )

    def _open(self, row: Row, place: int, definition: Any, value: Any, deep: int) -> None:
        """Rows for what an object refers to."""
        kind = type(value)
        if kind in (list, tuple, set, frozenset):
            if len(value) > WIDE:
                self._wide(row, place, value, len(value), deep)
                return
            ordered = kind in (list, tuple)
            for index, element in enumerate(list(value)):
                self._child(row, place, f"[{index}]" if ordered else label(element), element, deep)
        elif issubclass(kind, dict):
            self._dict(row, place, value, deep, label)
        else:
            named = self._sizer.libraries.named_parts(value)
            for name, part in named:
                self._child(row, place, name, part, deep)
            # Of the rest of a table nobody wants to know more than its size.
            most = 0 if named else WIDE
            self._references(row, place, definition.refs(value, True), deep, most)

    def _references(self, row: Row, place: int, references: Any, deep: int, most: int) -> None:
        """Rows for so many, and one for all that follow."""
        rest: Row | None = None
        for index, reference in enumerate(references):
            if index < most and len(self.rows) < self._room:
                self._reference(row, place, reference, deep)
                continue
            if rest is None:
                rest = self._row("(other)", None, place)
                rest.type = ""
            if index % CHUNK == 0:
                self._sizer.watch.look()
            value = reference.ref if type(reference).__name__ == "_NamedRef" else reference
            self._sum(row, rest, (value,), deep)

    def _reference(self, row: Row, place: int, reference: Any, deep: int) -> None:
        name, value = "", reference
        if type(reference).__name__ == "_NamedRef":
            name, value = reference.name, reference.ref
        if name == "__dict__" and type(value) is dict and id(value) not in self._sizer.seen:
            # What stands in it belongs to the object itself.
            self._sizer.seen[id(value)] = 1
            flat = int(self._sizer.definition(value).flat(value, MASK))
            row.size += flat
            own = self._row("__dict__", value, place)
            own.size = own.flat = flat
            own.count = 1
            if deep < self._depth:
                self._dict(row, place, value, deep + 1, attribute_label)
            else:
                self._sum(row, own, (x for pair in dict.items(value) for x in pair), deep + 1)
            return
        counted = id(value) in self._sizer.seen
        if not counted or name:
            if counted or not self._sizer.counts(self._sizer.definition(value)):
                return
            self._child(row, place, name or f"<{self._type(value)}>", value, deep)

    def _child(self, row: Row, place: int, name: str, value: Any, deep: int) -> None:
        index = len(self.rows)
        try:
            self._walk(name, value, place, deep)
        finally:
            if len(self.rows) > index:
                row.size += self.rows[index].size

    def _dict(self, row: Row, place: int, value: Any, deep: int, name: Any) -> None:
        keys = self._row("(keys)", value, place)
        keys.type = ""
        count = dict.__len__(value)
        if count > WIDE:
            self._wide(row, place, dict.items(value), count, deep, keys)
        else:
            for key, content in list(dict.items(value)):
                keys.type = keys.type or self._type(key)
                self._sum(row, keys, (key,), deep)
                self._child(row, place, name(key), content, deep)
        if not keys.size and keys is self.rows[-1]:
            self.rows.pop()

    def _sum(self, row: Row, into: Row, values: Any, deep: int) -> None:
        before = len(self._sizer.seen)
        size = sum(self._sizer.size(value, deep) for value in values)
        into.count += len(self._sizer.seen) - before
        into.size += size
        into.flat += size
        row.size += size

    def _wide(
        self, row: Row, place: int, values: Any, count: int, deep: int, keys: Row | None = None
    ) -> None:
        """One row for many elements, or the values of many keys."""
        sizer, one = self._sizer, self._sizer.asizer._sizer
        into = self._row(f"({count:,} elements)", None, place)
        into.type = ""
        largest: list[tuple[int, int]] = []
        least, index = 0, 0
        before = len(sizer.seen)
        try:
            for part in chunks(values, sizer.watch.look):
                if keys is not None:
                    self._sum(row, keys, (key for key, _ in part), deep)
                    keys.type = keys.type or self._type(part[0][0])
                    part = [content for _, content in part]
                into.type = into.type or self._types(part)
                sizes = [one(value, 0, deep, None) for value in part]
                size = sum(sizes)
                into.size += size
                row.size += size
                if max(sizes) > least:
                    largest = heapq.nlargest(
                        LARGEST, [*largest, *((s, index + i) for i, s in enumerate(sizes))]
                    )
                    least = largest[-1][0] if len(largest) == LARGEST else 0
                index += len(part)
        except BaseException:
            into.partial = True
            raise
        finally:
            into.count = len(sizer.seen) - before - (keys.count if keys is not None else 0)
        self._outstanding(into, place, values, largest, index, keys is not None)

    def _outstanding(
        self,
        into: Row,
        place: int,
        values: Any,
        largest: list[tuple[int, int]],
        count: int,
        pairs: bool,
    ) -> None:
        """Rows for elements that are much larger than others, taken out of the common one."""
        usual = STANDS_OUT * into.size / max(1, count)
        wanted = {index: size for size, index in largest if size > usual}
        if not wanted:
            return
        found: dict[int, Any] = {}
        for start, part in enumerate(chunks(values)):
            for index in [i for i in wanted if start * CHUNK <= i < start * CHUNK + len(part)]:
                found[index] = part[index - start * CHUNK]
        for index, size in sorted(wanted.items(), key=lambda item: -item[1]):
            if index not in found:
                continue
            value = found[index][1] if pairs else found[index]
            ordered = type(values) in (list, tuple)
            name = label(found[index][0]) if pairs else f"[{index}]" if ordered else label(value)
            row = self._row(name, value, place)
            row.size, row.view = size, viewed(value)
            row.flat = int(self._sizer.definition(value).flat(value, MASK))
            row.count = self._count(value) if size > row.flat else 1
            into.size -= size
            into.count = max(0, into.count - row.count)
        into.name = f"({count - len(found):,} other elements)"

    def _count(self, value: Any) -> int:
        asizer = self._sizer.pympler.Asizer()
        before = len(asizer._seen)
        asizer._sizer(value, 0, 0, None)
        return max(1, len(asizer._seen) - before)

    def _types(self, part: list[Any]) -> str:
        kinds = dict.fromkeys(self._type(value) for value in part)
        return ", ".join(list(kinds)[:3]) + (", …" if len(kinds) > 3 else "")


def label(key: Any) -> str:
    """A key as a person writes it; of a class that is not Python's own only the class."""
    kind = type(key)
    if kind is str or kind is bytes:
        return f"[{key[:NAME]!r}{'…' if len(key) > NAME else ''}]"
    if kind is int and key.bit_length() > 200:
        return "[int]"
    if kind in (int, float, complex, bool, type(None)):
        return f"[{key!r}]"
    if kind is tuple and len(key) <= 4:
        return "[(" + ", ".join(label(part)[1:-1] for part in key) + ")]"
    return f"[{guards.type_name(kind)[:NAME]}]"


def attribute_label(key: Any) -> str:
    """A key of ``__dict__``."""
    return f".{key[:NAME]}" if type(key) is str else label(key)
