"""pympler's asizeof, in a copy of its module that looks but does not touch.

The copy is made because pympler keeps every class that it has seen for as long as its
module lives, imports numpy if that is installed, asks objects for attributes as ``getattr``
does, and cannot stop. The code that measures is pympler's: only where it would run a
person's code, or where a clock has to be read, a function of the copy is another one.
"""

from __future__ import annotations

import builtins
import gc
import time
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import chain, islice
from types import MappingProxyType, ModuleType
from typing import Any

from . import object_guards as guards
from .object_libraries import Libraries

CHUNK = 1024
"""Elements between two looks at the clock."""


class Stopped(BaseException):
    """Time is up. No ``Exception``: nothing between here and there may swallow it."""


class Watch:
    """The time that measuring may take."""

    def __init__(self, tell: Callable[[], None] = lambda: None) -> None:
        self.deadline = float("inf")
        self._tell = tell
        self._told = time.monotonic()

    def look(self) -> None:
        """Raise when time is up."""
        now = time.monotonic()
        if now > self.deadline:
            raise Stopped
        if now - self._told > 0.5:
            self._told = now
            self._tell()


def load_pympler() -> Any:
    """A fresh copy of ``pympler.asizeof`` that does not know numpy."""
    known = find_spec("pympler.asizeof")
    if known is None or known.origin is None:
        raise ModuleNotFoundError("pympler")
    # The name has to be one of sys.modules: pympler leaves the module of that name out.
    spec = spec_from_file_location(__name__, known.origin)
    assert isinstance(spec, ModuleSpec)
    assert spec.loader is not None
    module = module_from_spec(spec)
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import_without_numpy}
    spec.loader.exec_module(module)
    return module


def _import_without_numpy(name: str, *args: Any, **kwargs: Any) -> Any:
    if name.partition(".")[0] == "numpy":
        raise ImportError(name)
    return builtins.__import__(name, *args, **kwargs)


class Sizer:
    """Sizes of objects; closed when it is done, and nothing is kept alive after that.

    Parameters
    ----------
    watch : looked at every thousand objects or so
    """

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.pympler: Any = load_pympler()
        self._guarded: Any = load_pympler()
        self.libraries = Libraries()
        self.raised: dict[str, int] = {}
        """How often the ``__sizeof__`` of a class raised, or was not asked."""
        self.typedef = self.pympler._typedef
        _watch(self.pympler, watch)
        _watch(self._guarded, watch)
        _guard(self._guarded)
        self.pympler._typedef = self._typedef
        self.fresh()

    def fresh(self) -> None:
        """Forget what was counted."""
        self.asizer: Any = self.pympler.Asizer()
        self.seen: dict[int, int] = self.asizer._seen
        self.excluded = list(self.seen)
        """What pympler has for itself; the ids are another's when this one is gone."""

    def size(self, value: Any, deep: int) -> int:
        """Bytes of an object with what it refers to, as far as not counted before.

        Parameters
        ----------
        deep : how far it is from the object that is measured, which is at 0
        """
        result: int = self.asizer._sizer(value, 0, deep, None)
        return result

    def definition(self, value: Any) -> Any:
        """How pympler looks at an object."""
        key = self.pympler._objkey(value)
        known = self.pympler._typedefs.get(key)
        if known is None:
            self.pympler._typedefs[key] = known = self.pympler._typedef(value)
        return known

    def counts(self, definition: Any) -> bool:
        """Whether pympler counts such objects; it counts no code."""
        return bool(definition.both) and definition.kind is not self.asizer._ign_d

    def close(self) -> None:
        """Let go of every object and class."""
        for module in (self.pympler, self._guarded):
            module._typedefs.clear()
            module._claskeys.clear()
            module._asizer._clear()
            vars(module).pop("_typedef", None)
        self.fresh()
        self.libraries.close()
        vars(self).pop("typedef", None)

    def _typedef(self, value: Any, **how: Any) -> Any:
        """A definition for a class that was not seen before."""
        kind = type(value)
        special = self.libraries.definition(value, self.pympler)
        if special is not None:
            return special
        if guards.is_trusted(kind):
            return self.typedef(value, **how)
        made = self._guarded._typedef(value, **how)
        made.leng = None  # Its __len__ may be anything; __sizeof__ knows better.
        made.flat = self._flat(made, kind)
        return made

    def _flat(self, definition: Any, kind: type) -> Callable[[Any, int], int]:
        """The size alone of an instance of a class that has code of its own."""
        name = guards.type_name(kind)
        passes_on = guards.stands_in(kind)
        own = guards.is_code(guards.found(kind, "__sizeof__"))
        plain = guards.found_in_c(kind, "__sizeof__")
        getsizeof = self.pympler._getsizeof
        if not own:
            return lambda value, mask: (getsizeof(value, definition.base) + mask) & ~mask

        def flat(value: Any, mask: int) -> int:
            size = None
            if not passes_on:
                try:
                    size = getsizeof(value, definition.base)
                except Exception:
                    self.raised[name] = self.raised.get(name, 0) + 1
            if size is None:
                size = max(plain(value), definition.base)
            return int((size + mask) & ~mask)

        return flat


def _watch(module: Any, watch: Watch) -> None:
    """Look at the clock wherever pympler goes on to what an object refers to."""
    look, refs = watch.look, module._refs

    def watched_refs(value: Any, named: bool, *attributes: str, **how: Any) -> Iterator[Any]:
        look()
        result: Iterator[Any] = refs(value, named, *attributes, **how)
        return result

    def sequence(value: Any, named: bool) -> Any:
        look()
        if len(value) <= CHUNK:
            return value
        return chain.from_iterable(chunks(value, look))

    def items(value: Any, named: bool) -> Iterator[Any]:
        # Those of dict, whatever a class of its own makes of them.
        pairs = dict.items(value) if issubclass(type(value), dict) else _pairs(value)
        for part in chunks(pairs, look):
            for key, content in part:
                yield key
                yield content

    def elements(value: Any, named: bool) -> Iterator[Any]:
        yield from module._refs(value, named, "__class__", slots="__slots__")
        yield from tuple.__iter__(value)

    replaced = {
        module._seq_refs: sequence,
        module._dict_refs: items,
        module._namedtuple_refs: elements,
    }
    module._refs = watched_refs
    for function, other in replaced.items():
        setattr(module, function.__name__, other)
        module._all_refs.add(other)
    for definition in module._typedefs.values():
        definition.refs = replaced.get(definition.refs, definition.refs)
        # Of no use beside sys.getsizeof; and a mapping behind a proxy may be lazy.
        definition.leng = None
    # By the class: isinstance would ask an object for its __class__.
    module.ismodule = lambda value: issubclass(type(value), ModuleType)
    # What comes of numpy is seen by our own eyes.
    module._isnumpy = lambda value: False


def _pairs(value: Any) -> Any:
    """The items of a mapping that is no dict; none of one that stands for another."""
    if type(value) is MappingProxyType and not all(
        type(real) is dict for real in gc.get_referents(value)
    ):
        return ()
    return value.items()


def chunks(values: Any, look: Callable[[], None] = lambda: None) -> Iterator[Any]:
    """The elements of a list, a set or a view, some at a time."""
    if type(values) in (list, tuple):
        for start in range(0, len(values), CHUNK):
            look()
            yield values[start : start + CHUNK]
        return
    iterator = iter(values)
    while part := list(islice(iterator, CHUNK)):
        look()
        yield part


def _guard(module: Any) -> None:
    """Let a copy of pympler see objects as :mod:`object_guards` does."""
    module.getattr = guards.attribute
    module.hasattr = guards.has
    module.isinstance = guards.is_a
    module.dir = guards.names
    module.repr = lambda value: ""
    kinds = {
        "ismodule": module.Types.ModuleType,
        "isframe": module.Types.FrameType,
        "iscode": module.Types.CodeType,
        "isclass": type,
        "isbuiltin": module.Types.BuiltinFunctionType,
        "isfunction": module.Types.FunctionType,
        "ismethod": module.Types.MethodType,
    }
    for name, kind in kinds.items():
        setattr(module, name, lambda value, kind=kind: guards.is_a(value, kind))
    dir2 = module._dir2
    module._array = ()  # sys.getsizeof knows their size.

    def module_refs(value: Any, named: bool) -> Any:
        content = guards.instance_dict(value)
        return iter(()) if content is None else module._dict_refs(content, named)

    module._all_refs.add(module_refs)
    module._module_refs = module_refs

    def attributes(value: Any, *args: Any, slots: str = "", **how: Any) -> Iterator[Any]:
        if not slots:
            yield from dir2(value, *args, **how)
            return
        done = set()
        for base in type.__dict__["__mro__"].__get__(type(value)):
            for name in guards.attribute(base, slots, ()):
                if type(name) is str and name.startswith("__"):
                    name = f"_{guards.attribute(base, '__name__')}{name}"
                if name not in done and guards.has(value, name):
                    done.add(name)
                    yield name, guards.attribute(value, name)

    module._dir2 = attributes
