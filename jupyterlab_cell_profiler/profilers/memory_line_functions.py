"""Functions that a person named for ``memory_lines``, as ``-f`` of ``%mprun`` does."""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType, FunctionType
from typing import Any

from ..blocks import last_line
from ..namespace import functions_of
from .base import OptionError, Target


class NamedFunctions:
    """Names, and the functions that they lead to.

    Attributes
    ----------
    awaited : names that the run may define
    """

    def __init__(self, names: Iterable[str], target: Target) -> None:
        self.functions: list[FunctionType] = []
        self.awaited: list[str] = []
        self._target = target
        roots = []
        for name in names:
            try:
                roots.append(self._evaluate(name))
            except OptionError:
                if not target.may_define:
                    raise
                self.awaited.append(name)
        self._take(roots)
        if roots and not self.functions:
            raise OptionError(f"{', '.join(names)}: there is no Python function in it to profile.")

    def add(self, function: FunctionType) -> None:
        """A function that was named in another way."""
        self._take([function])

    def catch_up(self) -> list[str]:
        """Look for those that the run was to define; a sentence for each that it did not."""
        problems, roots = [], []
        for name in self.awaited:
            try:
                roots.append(self._evaluate(name))
            except OptionError as error:
                problems.append(str(error).replace("\n", " "))
        self._take(roots)
        return problems

    def ranges(self) -> list[tuple[str, int, int, str]]:
        """File, first and last line, and qualified name of each."""
        return [(*range_of(f.__code__), f.__qualname__) for f in self.functions]

    def _take(self, roots: list[Any]) -> None:
        known = {id(function) for function in self.functions}
        self.functions += [f for f in functions_of(roots) if id(f) not in known]

    def _evaluate(self, expression: str) -> Any:
        try:
            return eval(expression, self._target.namespace)
        except Exception as error:
            raise OptionError(
                f"Could not find function {expression!r}.\n{type(error).__name__}: {error}"
            ) from error


def range_of(code: CodeType) -> tuple[str, int, int]:
    return code.co_filename, code.co_firstlineno, last_line(code)
