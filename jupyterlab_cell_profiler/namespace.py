"""Functions that a person can reach by a name in the notebook.

Values of the namespace are a person's objects: only their real type is looked at, never
an attribute that could run their code (``isinstance`` asks ``__class__``, which a lazy
object may define).
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

LIMIT = 20_000
"""Objects looked at in one walk: a bound on the time it takes, about 20 ms."""


def functions_in(namespace: Mapping[str, Any], module: str = "__main__") -> Iterator[FunctionType]:
    """Python functions that the values of a namespace lead to, each once.

    Follows decorators (``__wrapped__`` and closures), ``functools.partial``, methods,
    properties, and classes of ``module``, also by way of their instances.
    """
    return functions_of(list(namespace.values()), module)


def functions_of(roots: Iterable[Any], module: str | None = None) -> Iterator[FunctionType]:
    """As :func:`functions_in`, from given objects; ``module`` None follows any class."""
    # Kept alive while walking, so that no id is used twice.
    queue = list(roots)
    seen: set[int] = set()
    position = 0
    while position < len(queue) and position < LIMIT:
        value = queue[position]
        position += 1
        if id(value) in seen:
            continue
        seen.add(id(value))
        if type(value) is FunctionType:
            yield value
        queue.extend(_led_to(value, module))


def functions_at(
    places: Any, path_of: Callable[[str], str]
) -> tuple[list[FunctionType], list[str]]:
    """Functions that begin at given lines of files, wherever they are kept.

    Places may come from a stranger's document: nothing of them is evaluated, and what is
    no place is passed over.

    Parameters
    ----------
    places : dictionaries with ``path`` and ``line`` as a document has them, and ``name``
    path_of : the path that a document has for a file name

    Returns
    -------
    The functions, and ``name (path:line)`` of each place where there is none.
    """
    wanted = {
        (place.get("path"), place.get("line")): str(place.get("name"))
        for place in (places if isinstance(places, list) else [])
        if isinstance(place, dict)
        and isinstance(place.get("path"), str)
        and isinstance(place.get("line"), int)
    }
    found: dict[tuple[Any, Any], list[FunctionType]] = {}
    # What a decorator or a class keeps has no name that leads to it; the garbage
    # collector knows them all.
    for value in gc.get_objects() if wanted else ():
        if type(value) is FunctionType:
            key = (path_of(value.__code__.co_filename), value.__code__.co_firstlineno)
            if key in wanted:
                found.setdefault(key, []).append(value)
    missing = [
        f"{name} ({path}:{line})"
        for (path, line), name in wanted.items()
        if (path, line) not in found
    ]
    return [function for functions in found.values() for function in functions], missing


def _led_to(value: Any, module: str | None) -> Iterator[Any]:
    kind = type(value)
    if kind is FunctionType:
        if "__wrapped__" in value.__dict__:
            yield value.__dict__["__wrapped__"]
        for cell in value.__closure__ or ():
            yield from _cell_contents(cell)
    elif kind is MethodType or kind in (staticmethod, classmethod):
        yield value.__func__
    elif kind is property:
        yield from (f for f in (value.fget, value.fset, value.fdel) if f is not None)
    elif kind in (functools.partial, functools.cached_property):
        yield value.func
    elif kind is functools._lru_cache_wrapper:
        yield value.__wrapped__
    elif issubclass(kind, type):
        if _is_of(value, module):
            yield from list(type.__dict__["__dict__"].__get__(value).values())
    elif kind is not ModuleType and _is_of(kind, module) and kind.__module__ != "builtins":
        yield kind


def _cell_contents(cell: CellType) -> Iterator[Any]:
    try:
        content = cell.cell_contents
    except ValueError:  # Not assigned yet.
        return
    # Closures hold all sorts of data; only callables lead on.
    if type(content) in (FunctionType, MethodType, functools.partial):
        yield content


def _is_of(cls: type, module: str | None) -> bool:
    if module is None:
        return True
    return bool(type.__dict__["__dict__"].__get__(cls).get("__module__") == module)
