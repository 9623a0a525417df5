"""Giving way to a memray ``Tracker`` of the cell's own.

memray lets one be active at a time and raises an error otherwise, which a plain run of the
cell would not see. So while ours is at work the name ``Tracker`` leads to a stand-in that
ends ours first and then makes what was asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class StandIn:
    """Behaves as the class ``Tracker``; making one calls ``give_way`` before."""

    def __init__(self, real: Any, give_way: Callable[[], None]) -> None:
        self._real = real
        self._give_way = give_way

    def __call__(self, *args: Any, **options: Any) -> Any:
        self._give_way()
        return self._real(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self._real)

    def __subclasscheck__(self, cls: type) -> bool:
        return issubclass(cls, self._real)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        self._give_way()
        return (self._real,)


class TrackerNames:
    """The places where a cell finds the class ``Tracker``: memray's modules, and names of
    the notebook."""

    def __init__(self, real: Any, namespace: dict[str, Any], give_way: Callable[[], None]) -> None:
        self._real = real
        self._namespace = namespace
        self._stand_in = StandIn(real, give_way)

    def replace(self) -> None:
        self._set(self._real, self._stand_in)

    def restore(self) -> None:
        """Also names that the cell gave to the stand-in; safe to call again."""
        self._set(self._stand_in, self._real)

    def _set(self, before: Any, after: Any) -> None:
        modules = [
            vars(module)
            for name, module in list(sys.modules.items())
            if name.split(".")[0] == "memray" and module is not None
        ]
        for names in [*modules, self._namespace]:
            for name, value in list(names.items()):
                if value is before:
                    names[name] = after
