"""Code objects as a person sees them: functions, and the top level they stand in.

Lambdas, comprehensions and class bodies have code objects of their own, but nobody looks
for them as functions: they are folded into the block that contains them. Pure; the only
input is code objects.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import CO_OPTIMIZED
from types import CodeType


@dataclass(frozen=True)
class Block:
    """A function, or (``name`` None) the top level of a cell or file."""

    file: str
    name: str | None
    first: int
    last: int


def last_line(code: CodeType) -> int:
    """The last line that belongs to a code object or to one nested in it."""
    lines = [line for _, _, line in code.co_lines() if line]
    nested = [last_line(c) for c in code.co_consts if isinstance(c, CodeType)]
    return max([code.co_firstlineno, *lines, *nested])


def is_function(code: CodeType) -> bool:
    """Whether a code object was written as ``def``; a class body has no fast locals."""
    return bool(code.co_flags & CO_OPTIMIZED) and not code.co_name.startswith("<")


def block_of_function(code: CodeType, qualname: str) -> Block:
    """The block of a function that is known by its qualified name."""
    return Block(code.co_filename, qualname, code.co_firstlineno, last_line(code))


def nested_scope(code: CodeType, parent: Block, prefix: str) -> tuple[Block, str]:
    """Block of a code object that is a constant of another, and the prefix inside it.

    ``prefix`` is what qualified names in the parent begin with, as PEP 3155 spells them
    (code objects know theirs only from CPython 3.11 on).
    """
    qualname = prefix + code.co_name
    if is_function(code):
        return block_of_function(code, qualname), f"{qualname}.<locals>."
    if code.co_name.startswith("<"):
        return parent, f"{qualname}.<locals>."
    return parent, f"{qualname}."


def mentioned_names(code: CodeType) -> Iterator[tuple[int, str]]:
    """``(line, name)`` for each variable or attribute that a code object reads.

    A line that calls a function has to mention it, so this tells which lines may contain
    the time of which functions. Calls through operators or a name held elsewhere are not
    seen.
    """
    line = code.co_firstlineno
    starts = dict(dis.findlinestarts(code))
    for instruction in dis.get_instructions(code):
        line = starts.get(instruction.offset) or line
        if instruction.opname.startswith("LOAD_") and isinstance(instruction.argval, str):
            if "CONST" not in instruction.opname:
                yield line, instruction.argval
        elif instruction.opname.startswith("LOAD_FAST") and isinstance(instruction.argval, tuple):
            # CPython 3.13 loads two locals in one instruction.
            for name in instruction.argval:
                if isinstance(name, str):
                    yield line, name
