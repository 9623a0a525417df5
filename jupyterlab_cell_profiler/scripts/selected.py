"""The functions of a script, and of modules that it loads, whose lines alone are counted.

kernprof rewrites the source for ``-p``; here the code of a module is marked when its loader
gives it, so that modules are loaded when and in the order in which the script wants them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

from ..profilers.line_recording import LineRecording

MAIN = "__main__"


class Selected:
    """What ``-f`` and ``-m`` name.

    Parameters
    ----------
    functions : names in the script (``solve``, ``Grid.step``), or with their module before
        them (``package.module.solve``)
    modules : all functions of these
    """

    def __init__(self, functions: Iterable[str], modules: Iterable[str]) -> None:
        self._functions = list(functions)
        self._modules = list(modules)
        self._found: set[str] = set()
        self._restore = False

    def start(self, recording: LineRecording) -> None:
        """Mark what is loaded already, and see what will be."""
        for name in self._modules:
            if name in sys.modules:
                self._found.add(name)
                for value in _own_values(sys.modules[name]):
                    recording.decorate(value)
        for name in self._functions:
            value = _loaded(name)
            if value is not None:
                self._found.add(name)
                recording.decorate(value)
        self._watch_loader(recording)

    def _watch_loader(self, recording: LineRecording) -> None:
        original = SourceFileLoader.get_code

        def get_code(loader: Any, fullname: str) -> CodeType | None:
            code = original(loader, fullname)
            return code if code is None else self.mark(recording, code, fullname)

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
        self._restore = True

    def stop(self) -> None:
        """Leave the loader as it was; safe to call again."""
        if self._restore:
            del SourceFileLoader.get_code
            self._restore = False

    def mark(self, recording: LineRecording, code: CodeType, module: str = MAIN) -> CodeType:
        """Mark what is named of the code of a module."""
        if module in self._modules:
            self._found.add(module)
            return recording.mark_only(code, lambda qualname: True)
        prefix = "" if module == MAIN else f"{module}."
        named = {name for name in self._functions if name.startswith(prefix)}
        if not named:
            return code

        def wanted(qualname: str) -> bool:
            name = prefix + qualname
            if name in named:
                self._found.add(name)
            return name in named

        return recording.mark_only(code, wanted)

    def missing(self) -> list[str]:
        """Sentences on what was never seen."""
        return [
            f"Could not find {kind} {name}: the script neither defines it nor loads it."
            for kind, names in (("function", self._functions), ("module", self._modules))
            for name in names
            if name not in self._found
        ]


def _own_values(module: Any) -> list[Any]:
    """What a module defines, not what it imports."""
    return [
        value
        for value in vars(module).values()
        if getattr(value, "__module__", None) == module.__name__
    ]


def _loaded(name: str) -> Any:
    """What a dotted name stands for, if its module is there already; None if it is not."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        value: Any = sys.modules.get(".".join(parts[:count]))
        if value is not None:
            for part in parts[count:]:
                value = getattr(value, part, None)
            return value
    return None
