"""Arrays and tables whose bytes stand outside of Python's objects: numpy, pandas, torch, Arrow.

What counts is the memory that an object keeps alive, once for each piece of memory: a view
has the size of its own head and leads to what it is a view of, tensors lead to their
storage, tables to their buffers. A library that is not loaded is not asked for: it can have
made nothing.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from types import ModuleType
from typing import Any

from . import object_guards as guards


class Buffer:
    """A piece of memory that a library got for itself."""

    __slots__ = ("address", "nbytes")

    def __init__(self, address: int, nbytes: int) -> None:
        self.address = address
        self.nbytes = nbytes


class Libraries:
    """How to look at objects of these libraries."""

    def __init__(self) -> None:
        self.met: dict[int, int] = {}
        """Pieces of memory that were reached, with their bytes; emptied by who reads it."""
        self._buffers: dict[int, Buffer] = {}
        self._arrays: dict[int, Any] = {}
        self._kept: list[Any] = []
        """What libraries made to be looked at: an id must not be that of another one."""
        self._parts: dict[int, list[Any]] = {}

    def close(self) -> None:
        """Let go of everything."""
        self.met.clear()
        self._buffers.clear()
        self._arrays.clear()
        self._kept.clear()
        self._parts.clear()

    def definition(self, value: Any, pympler: Any) -> Any:
        """A definition for pympler; None for what is no object of these libraries."""
        kind = type(value)
        if kind is Buffer:  # Made by refs below.
            return _definition(pympler, kind, lambda buffer, mask: buffer.nbytes, None)
        numpy = sys.modules.get("numpy")
        if _is(kind, numpy, "ndarray"):
            return _definition(pympler, kind, self._array_size, self._array_refs)
        if _is(kind, numpy, "generic"):
            return _definition(pympler, kind, _scalar_size, _scalar_refs)
        torch = sys.modules.get("torch")
        if _is(kind, torch, "Tensor"):
            return _definition(pympler, kind, _plain_size, self._tensor_refs)
        if self.parts_of_arrow(kind) is not None:
            return _definition(pympler, kind, _plain_size, self._arrow_refs)
        if is_pandas(kind):
            return _definition(pympler, kind, _plain_size, _referents)
        return None

    # numpy -----------------------------------------------------------------------------

    def _array_size(self, value: Any, mask: int) -> int:
        numpy = sys.modules["numpy"]
        size: int = numpy.ndarray.__sizeof__(value)
        if self._buffers and _owns(value) and _address(value) in self._buffers:
            size -= value.nbytes  # Counted where it was met before.
        return (size + mask) & ~mask

    def _array_refs(self, value: Any, named: bool) -> Iterator[Any]:
        numpy = sys.modules["numpy"]
        yield numpy.ndarray.base.__get__(value)
        if _owns(value):
            address = _address(value)
            self.met[address] = numpy.ndarray.nbytes.__get__(value)
            if address in self._buffers:
                yield self._buffers[address]
            else:
                self._arrays[address] = value
            if numpy.ndarray.dtype.__get__(value).kind == "O":
                # pympler does not see them: no garbage collector does.
                plain = numpy.ndarray.view(value, numpy.ndarray).reshape(-1, order="A")
                for start in range(0, plain.shape[0], 1024):
                    yield from plain[start : start + 1024].tolist()
        if type(value) is not numpy.ndarray:
            yield from (guards.instance_dict(value) or {}).values()

    # torch and Arrow -------------------------------------------------------------------

    def _piece(self, address: int, nbytes: int) -> Any:
        """What stands for a piece of memory: the array that has it, or a buffer."""
        self.met[address] = nbytes
        if address in self._arrays:
            return self._arrays[address]
        known = self._buffers.get(address)
        if known is None or known.nbytes < nbytes:
            self._buffers[address] = known = Buffer(address, nbytes)
        return known

    def _tensor_refs(self, value: Any, named: bool) -> Iterator[Any]:
        found = tensor_memory(value)
        if found is not None and found[2] == "cpu" and found[0]:
            yield self._piece(found[0], found[1])
        gradient = None
        with suppress(Exception), _as_plain_tensor():
            gradient = value.grad if value.is_leaf else None
        if gradient is not None:
            self._kept.append(gradient)
            yield gradient
        yield from (guards.instance_dict(value) or {}).values()

    def _arrow_refs(self, value: Any, named: bool) -> Iterator[Any]:
        for part in self._parts_of(value):
            if type(part).__name__.endswith("Buffer"):
                while part.parent is not None:
                    part = part.parent
                if part.is_cpu and part.size:
                    yield self._piece(part.address, part.size)
            else:
                yield part

    def _parts_of(self, value: Any) -> list[Any]:
        """Always the same objects, though Arrow makes new ones each time."""
        if id(value) not in self._parts:
            parts = self.parts_of_arrow(type(value))
            self._parts[id(value)] = [p for p in (parts(value) if parts else ()) if p is not None]
        return self._parts[id(value)]

    def named_parts(self, value: Any) -> list[tuple[str, Any]]:
        """Parts of a table by the names that a person knows; others may be there, too."""
        kind = type(value)
        try:
            if self.parts_of_arrow(kind) is not None and hasattr(value, "column_names"):
                pairs = zip(value.column_names, self._parts_of(value), strict=True)
                return [(f"[{name[:60]!r}]", column) for name, column in pairs]
            if viewed(value) is not None:
                return [(".base", base_of(value))]
            return _pandas_parts(value)
        except Exception:
            return []  # Another version of the library: it goes without names.

    @staticmethod
    def parts_of_arrow(kind: type) -> Callable[[Any], Any] | None:
        """What an object of Arrow is made of; None for another object."""
        arrow = sys.modules.get("pyarrow")
        if _is(kind, arrow, "Buffer"):
            return lambda value: (value,)
        if _is(kind, arrow, "DictionaryArray"):
            return lambda value: [*value.buffers(), value.dictionary]
        if _is(kind, arrow, "ExtensionArray"):
            return lambda value: (value.storage,)
        if _is(kind, arrow, "Array"):
            return lambda value: value.buffers()
        if _is(kind, arrow, "ChunkedArray"):
            return lambda value: value.chunks
        if _is(kind, arrow, "Table") or _is(kind, arrow, "RecordBatch"):
            return lambda value: value.columns
        return None


def tensor_memory(value: Any) -> tuple[int, int, str] | None:
    """Address, bytes and device of what a tensor is a view of."""
    try:
        with _as_plain_tensor():
            storage = value.untyped_storage()
            return storage.data_ptr(), storage.nbytes(), value.device.type
    except Exception:
        return None  # Of no memory of its own: sparse, or of a kind that is only planned.


def _as_plain_tensor() -> Any:
    """Keeps classes derived from ``Tensor`` from taking part."""
    made = getattr(sys.modules["torch"]._C, "DisableTorchFunctionSubclass", nullcontext)
    return made()


def remark(value: Any) -> str | None:
    """What a person should know of the size of an object."""
    kind = type(value)
    if _is(kind, sys.modules.get("numpy"), "memmap"):
        return "a file mapped into memory, whose bytes are not counted"
    if _is(kind, sys.modules.get("torch"), "Tensor"):
        found = tensor_memory(value)
        if found is not None and found[2] != "cpu":
            return f"{found[1]:,} bytes on {found[2]}, which are not counted"
    return None


def viewed(value: Any) -> int | None:
    """The memory that an array is a view of; None when it is none."""
    numpy = sys.modules.get("numpy")
    if not _is(type(value), numpy, "ndarray"):
        return None
    if base_of(value) is None:
        return None
    while _is(type(base := base_of(value)), numpy, "ndarray"):
        value = base
    return _address(value)


def owned(value: Any) -> int | None:
    """The memory that an array has for itself."""
    is_array = _is(type(value), sys.modules.get("numpy"), "ndarray")
    return _address(value) if is_array and _owns(value) else None


def base_of(value: Any) -> Any:
    """What an array is a view of."""
    return sys.modules["numpy"].ndarray.base.__get__(value)


def is_table(kind: type) -> bool:
    """Whether what shares memory is a view rather than something that holds views."""
    return (
        _is(kind, sys.modules.get("numpy"), "ndarray")
        or _is(kind, sys.modules.get("torch"), "Tensor")
        or Libraries.parts_of_arrow(kind) is not None
        or is_pandas(kind)
    )


def is_pandas(kind: type) -> bool:
    """Whether a class is one of pandas or derived from one."""
    return "pandas" in sys.modules and any(
        guards.module_of(base).partition(".")[0] == "pandas"
        for base in type.__dict__["__mro__"].__get__(kind)
    )


def _pandas_parts(value: Any) -> list[tuple[str, Any]]:
    pandas, kind = sys.modules.get("pandas"), type(value)
    manager = (guards.instance_dict(value) or {}).get("_mgr")
    if manager is None or not (_is(kind, pandas, "DataFrame") or _is(kind, pandas, "Series")):
        return []
    blocks, axes = manager.blocks, manager.axes
    if len(blocks) > 1000:
        return []
    if len(axes) == 1:
        return [*((".values", block.values) for block in blocks), (".index", axes[0])]
    named = [(_columns(axes[0], block), block.values) for block in blocks]
    return [*named, (".columns", axes[0]), (".index", axes[1])]


def _columns(items: Any, block: Any) -> str:
    places = list(block.mgr_locs.as_array[:4])
    # The index itself would begin a cache.
    labels = (guards.instance_dict(items) or {}).get("_data", ())
    names = [labels[int(place)] for place in places] if len(labels) else [None]
    shown = ", ".join(repr(n[:40]) if type(n) is str else "…" for n in names[:3])
    more = len(block.mgr_locs) - 3
    return f"[{shown}]" if more <= 0 else f"[{shown}, … {more} more]"


def _definition(
    pympler: Any,
    kind: type,
    flat: Callable[[Any, int], int],
    refs: Callable[[Any, bool], Iterator[Any]] | None,
) -> Any:
    made = pympler._Typedef(kind=pympler._kind_dynamic, type=kind)
    made.flat, made.refs = flat, refs
    return made


def _is(kind: type, module: ModuleType | None, name: str) -> bool:
    wanted = None if module is None else vars(module).get(name)
    return wanted is not None and guards.issubclass_of(kind, wanted)


def _owns(array: Any) -> bool:
    return base_of(array) is None


def _address(array: Any) -> int:
    address: int = sys.modules["numpy"].ndarray.__array_interface__.__get__(array)["data"][0]
    return address


def _plain_size(value: Any, mask: int) -> int:
    return (object.__sizeof__(value) + mask) & ~mask


def _scalar_size(value: Any, mask: int) -> int:
    return (sys.getsizeof(value) + mask) & ~mask


def _scalar_refs(value: Any, named: bool) -> Iterator[Any]:
    yield sys.modules["numpy"].generic.base.__get__(value)


def _referents(value: Any, named: bool) -> Iterator[Any]:
    """What the garbage collector knows that an object refers to: no code runs."""
    for other in gc.get_referents(value):
        if not guards.is_a(other, (type, ModuleType)):
            yield other
