"""Attributes of a person's objects without running a person's code.

pympler asks objects for attributes: ``__class__``, ``__dict__``, slots, ``dtype``. A lazy
object may load its data when it is asked. Here an attribute is what stands in a dictionary
or in a slot; properties, ``__getattr__`` and the like are never called. Pure.
"""

from __future__ import annotations

import sys
from types import GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

MISSING = object()

ASKED = (
    # Of the object and its class, in any way.
    "__getattribute__",
    "__getattr__",
    "__class__",
    "__dict__",
    "__sizeof__",
    "__len__",
    "__iter__",
    "items",
    "iteritems",
    "mro",
    # By name: of what looks like an array, an exception, a named tuple.
    "dtype",
    "itemsize",
    "nbytes",
    "_fields",
    "args",
    "filename",
    "lineno",
    "msg",
    "text",
)
"""Attributes by which pympler could run code."""

ASKED_OF_CLASS = ("__getattribute__", "__getattr__", "__eq__", "__ne__", "__hash__", "mro")

_mro = type.__dict__["__mro__"].__get__
_namespace = type.__dict__["__dict__"].__get__
_name = type.__dict__["__name__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__
_OF_TYPES = {
    name: type.__dict__[name].__get__
    for name in ("__basicsize__", "__itemsize__", "__flags__", "__mro__", "__name__", "__dict__")
}
_DATA = (str, tuple, int, list, dict, type(None))
_WRITTEN_IN_C = (
    GetSetDescriptorType,
    MemberDescriptorType,
    type(object.__init__),
    type(list.append),
    type(dict.__dict__["fromkeys"]),
    type(len),
    *_DATA,
)
"""Types of what stands in a class and is no code of a person."""
_SAFE_DESCRIPTORS = (GetSetDescriptorType, MemberDescriptorType)
_HEAP_TYPE = 1 << 9


def found(kind: type, name: str) -> Any:
    """What a class or one of its bases has under a name, as it stands there."""
    for base in _mro(kind):
        namespace = _namespace(base)
        if name in namespace:
            return namespace[name]
    return MISSING


def is_trusted(kind: type) -> bool:
    """Whether pympler can look at instances of a class without running its code."""
    if any(is_code(found(kind, name)) for name in ASKED) or stands_in(kind):
        return False
    return type(kind) is type or not any(
        is_code(found(type(kind), name)) for name in ASKED_OF_CLASS
    )


def stands_in(kind: type) -> bool:
    """Whether instances may pass questions on to another object, as a proxy does."""
    if is_code(found(kind, "__getattr__")) or is_code(found(kind, "__getattribute__")):
        return True
    if found(kind, "__class__") is not object.__dict__["__class__"]:
        return True
    # A library may have written it in C; the types of Python itself are as they should be.
    owner = next(base for base in _mro(kind) if "__getattribute__" in _namespace(base))
    root = module_of(owner).partition(".")[0]
    return root != "builtins" and root not in sys.stdlib_module_names


def is_code(value: Any) -> bool:
    """Whether what stands in a class is code that somebody wrote in Python."""
    return value is not MISSING and type(value) not in _WRITTEN_IN_C


def is_a(value: Any, kinds: Any) -> bool:
    """``isinstance`` by the real class, not by ``__class__``."""
    return issubclass_of(type(value), kinds)


def issubclass_of(kind: type, kinds: Any) -> bool:
    """``issubclass`` by the real bases."""
    wanted = kinds if type(kinds) is tuple else (kinds,)
    return any(base is other for base in _mro(kind) for other in wanted)


def attribute(value: Any, name: str, *default: Any) -> Any:
    """``getattr`` that calls nothing: data of the class, slots, what ``__dict__`` has."""
    kind = type(value)
    result = _of_class(value, name) if issubclass_of(kind, type) else _of(value, kind, name)
    if result is not MISSING:
        return result
    if default:
        return default[0]
    raise AttributeError(name)


def has(value: Any, name: str) -> bool:
    """``hasattr`` as :func:`attribute` sees it."""
    return attribute(value, name, MISSING) is not MISSING


def names(value: Any) -> list[str]:
    """``dir`` of an instance that calls nothing."""
    own = instance_dict(value)
    return sorted({*(own or ()), *(name for c in _mro(type(value)) for name in _namespace(c))})


def instance_dict(value: Any) -> dict[str, Any] | None:
    """The ``__dict__`` of an instance; None when it has none."""
    for base in _mro(type(value)):
        descriptor = _namespace(base).get("__dict__")
        # That of a type written in C may be the one of another object.
        made = _OF_TYPES["__flags__"](base) & _HEAP_TYPE or module_of(base) == "builtins"
        if type(descriptor) is GetSetDescriptorType and made:
            try:
                result = descriptor.__get__(value)
            except Exception:
                return None
            return result if type(result) is dict else None
    return None


def _of(value: Any, kind: type, name: str) -> Any:
    if name == "__class__":
        return kind
    if name == "__dict__":
        own = instance_dict(value)
        return MISSING if own is None else own
    if issubclass_of(kind, ModuleType):
        return ModuleType.__getattribute__(value, "__dict__").get(name, MISSING)
    there = found(kind, name)
    if type(there) in _SAFE_DESCRIPTORS:
        try:
            return there.__get__(value, kind)
        except Exception:
            return MISSING
    own = instance_dict(value)
    if own is not None and name in own:
        return own[name]
    return there if type(there) in _DATA and there is not MISSING else MISSING


def _of_class(value: type, name: str) -> Any:
    if name in _OF_TYPES:
        return _OF_TYPES[name](value)
    if name == "__class__":
        return type(value)
    if name == "__module__":
        return module_of(value)
    there = found(value, name)
    return there if there is MISSING or type(there) in _DATA else MISSING


def module_of(kind: type) -> str:
    """The module of a class; empty when that is no text."""
    try:
        module = _module(kind)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def type_name(kind: type) -> str:
    """A class as a person writes it: with its module unless that goes without saying."""
    module, name = module_of(kind), _qualname(kind)
    return name if module in ("builtins", "__main__", "") else f"{module}.{name}"


def found_in_c(kind: type, name: str) -> Any:
    """The first definition of a method that is written in C, as of ``object``."""
    for base in _mro(kind):
        there = _namespace(base).get(name, MISSING)
        if there is not MISSING and not is_code(there):
            return there
    return getattr(object, name)
