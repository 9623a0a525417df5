"""Memory of one run, as the process itself and a helper see it.

What ``memory`` and ``overview`` do alike: the peak of the run, when statements began, and
what the helper sampled, also while it goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from .base import Target
from .memory_live import LiveMemory
from .memory_marks import Statements
from .memory_peak import PeakMemory


class MemoryWatch:
    """Between :meth:`begin` and :meth:`end`, which may be nested and come again."""

    def __init__(self, target: Target) -> None:
        self.samples: dict[str, Any] | None = None
        """What the helper sampled: see ``sampling.memory.MemorySampler.data``."""
        self._statements = Statements(target)
        self._peak = PeakMemory()
        self._live = LiveMemory(self._statements, self._peak, target)
        self._runs: list[dict[str, int]] = []
        self._depth = 0
        self._on = False

    @property
    def progress(self) -> Callable[[dict[str, Any]], None] | None:
        """What the helper's reports go to; None when nobody looks on."""
        return self._live.wanted

    @property
    def on(self) -> bool:
        """Whether code of the user runs now."""
        return self._on

    def mark(self, code: CodeType) -> None:
        """The code object that runs next."""
        self._statements.mark(code)

    def begin(self) -> None:
        """Code of the user runs from now on."""
        self._depth += 1
        if self._depth == 1:
            self._peak.new_run()
            self.resume()
            self._statements.begin(self._peak.now)

    def end(self) -> None:
        """It does no more."""
        if self._depth == 1:
            self._statements.end()
            self.pause()
            self._runs.append(self._peak.run)
        self._depth -= 1

    def pause(self) -> None:
        """What IPython needs for the display of the last value does not count."""
        if self._on:
            self._on = False
            self._peak.end()

    def resume(self) -> None:
        """The user's code goes on."""
        if self._depth and not self._on:
            self._on = True
            self._peak.begin()

    def data(self) -> dict[str, Any]:
        """JSON for :mod:`.memory_sections`: ``statements``, ``peak``, ``memory`` and, for each
        :meth:`begin` to :meth:`end`, ``runs`` with ``baseline`` and ``peak`` in bytes."""
        return {
            "statements": self._statements.data(),
            "memory": self.samples,
            "peak": self._peak.data(),
            "runs": self._runs,
        }
