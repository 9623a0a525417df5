"""Line tracing in threads that a cell starts.

line_profiler's trace-function core sees only the thread that enabled it. A hook of
:func:`threading.settrace` enables it in each new thread, at that thread's first call.
"""

from __future__ import annotations

import sys
import threading
from typing import Any


class ThreadTracing:
    """Enables a ``LineProfiler`` in new threads between ``start`` and ``stop``."""

    def __init__(self, profiler: Any) -> None:
        self._profiler = profiler
        self._managers: dict[int, Any] | None = getattr(type(profiler), "_managers", None)
        self._threads: set[int] = set()
        self._active = False

    def start(self) -> bool:
        """Install the hook; False when that is impossible because the user has one."""
        core = sys.modules.get("line_profiler._line_profiler")
        legacy = getattr(core, "USE_LEGACY_TRACE", True)
        if not legacy or self._managers is None:
            return True  # The core on sys.monitoring sees all threads itself.
        if threading.gettrace() is not None:
            return False
        self._active = True
        threading.settrace(self._begin)
        return True

    def _begin(self, frame: Any, event: str, arg: Any) -> None:
        """First event of a new thread: trace it from here on."""
        if not self._active or self._managers is None:
            sys.settrace(None)
            return
        ident = threading.get_ident()
        # Identifiers are used again after a thread's end, and line_profiler would take
        # the state of the dead one for an enabled profiler.
        self._managers.pop(ident, None)
        self._threads.add(ident)
        self._profiler.enable()

    def stop(self) -> None:
        """Remove the hook and forget the threads; safe to call again."""
        if not self._active:
            return
        self._active = False
        if threading.gettrace() == self._begin:
            threading.settrace(None)
        survivors = {thread.ident for thread in threading.enumerate()} & self._threads
        for ident in self._threads:
            manager = (self._managers or {}).pop(ident, None)
            if manager is not None:
                manager.active_instances.discard(self._profiler)
        self._threads.clear()
        if survivors and hasattr(sys, "_settraceallthreads"):
            # From CPython 3.12 on a trace function can be taken off another thread.
            # Before that it stays there, without effect, until the thread ends.
            own = sys.gettrace()
            sys._settraceallthreads(None)
            sys.settrace(own)
