"""Pickles read as plain data: nothing is imported, called or made but Python's own values.

A pickle is a program for a machine with a stack (``Lib/pickletools.py``). Here only the
instructions for dictionaries, lists, tuples, texts, numbers and None are carried out, one after
another; a class is a name. Everything else is refused.
"""

from __future__ import annotations

import pickletools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from .errors import Broken

MOST = 20_000_000
"""Instructions."""
DIGITS = 64
"""Bits of a whole number."""


@dataclass
class Name:
    """A class or function that a pickle names."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"[:100]


@dataclass
class Instance:
    """What would be an object of a class."""

    of: Name
    state: Any = None


class _Mark:
    pass


_MARK = _Mark()
_TEXTS = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
_TEXTS |= {"STRING", "BINSTRING", "SHORT_BINSTRING"}
_NUMBERS = {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def load(data: bytes, names: Collection[str]) -> Any:
    """The value of a pickle.

    Parameters
    ----------
    names : classes that it may name, as ``module.name``

    Raises
    ------
    Broken
        When it has an instruction or a name that is none of those, or no end.
    """
    machine = _Machine(names)
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if count >= MOST:
                raise Broken(f"its pickle has more than {MOST:,} instructions")
            if opcode.name == "STOP":
                return machine.pop()
            machine.do(opcode.name, argument)
    except Broken:
        raise
    except (ValueError, IndexError, KeyError, TypeError, OverflowError):
        pass
    raise Broken("its pickle does not end well")


class _Machine:
    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def pop(self) -> Any:
        value = self._stack.pop()
        if value is _MARK:
            raise ValueError
        return value

    def _marked(self) -> list[Any]:
        """What stands above the last mark; both are taken away."""
        place = len(self._stack) - 1
        while self._stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise ValueError
        found = self._stack[place + 1 :]
        del self._stack[place:]
        return found

    def do(self, name: str, argument: Any) -> None:
        """Carry out one instruction."""
        stack = self._stack
        if name in ("PROTO", "FRAME"):
            return
        if name in _TEXTS:
            stack.append(argument)
        elif name in _NUMBERS:
            if isinstance(argument, int) and argument.bit_length() > DIGITS:
                raise Broken("a number of its pickle is too large")
            stack.append(argument)
        elif name in _CONSTANTS:
            stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            size = _TUPLES[name]
            values = [self.pop() for _ in range(size)]
            stack.append(tuple(values[::-1]))
        elif name == "TUPLE":
            stack.append(tuple(self._marked()))
        elif name in ("EMPTY_LIST", "EMPTY_DICT"):
            stack.append([] if name == "EMPTY_LIST" else {})
        elif name == "LIST":
            stack.append(self._marked())
        elif name == "DICT":
            pairs = self._marked()
            stack.append({})
            self._set(pairs)
        elif name == "MARK":
            stack.append(_MARK)
        elif name in ("APPEND", "APPENDS"):
            values = [self.pop()] if name == "APPEND" else self._marked()
            self._top(list).extend(values)
        elif name == "SETITEM":
            value, key = self.pop(), self.pop()
            self._set([key, value])
        elif name == "SETITEMS":
            self._set(self._marked())
        elif name == "MEMOIZE":
            self._memo[len(self._memo)] = stack[-1]
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[argument] = stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(self._memo[argument])
        else:
            self._object(name, argument)

    def _object(self, name: str, argument: Any) -> None:
        stack = self._stack
        if name == "GLOBAL":
            module, _, of = str(argument).partition(" ")
            stack.append(self._named(module, of))
        elif name == "STACK_GLOBAL":
            of, module = self.pop(), self.pop()
            stack.append(self._named(str(module), str(of)))
        elif name == "NEWOBJ":
            arguments, named = self.pop(), self.pop()
            if not isinstance(named, Name) or arguments != ():
                raise Broken("its pickle makes an object in a way that is not known")
            stack.append(Instance(named))
        elif name == "BUILD":
            state = self.pop()
            self._top(Instance).state = state
        else:
            raise Broken(f"its pickle has the instruction {name}, which plain data does not need")

    def _named(self, module: str, name: str) -> Name:
        found = Name(module, name)
        if f"{module}.{name}" not in self._names:
            raise Broken(f"its pickle names {found}, which is no data")
        return found

    def _top(self, kind: type) -> Any:
        if not isinstance(self._stack[-1], kind):
            raise ValueError
        return self._stack[-1]

    def _set(self, pairs: list[Any]) -> None:
        into = self._top(dict)
        if len(pairs) % 2:
            raise ValueError
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            into[_key(key)] = value


def _key(key: Any) -> Any:
    """Keys are plain, or tuples of what is plain: to look for others could take for ever."""
    for part in key if isinstance(key, tuple) else (key,):
        if not isinstance(part, str | int | float | None):
            raise Broken("a key of its pickle is no plain value")
    return key
