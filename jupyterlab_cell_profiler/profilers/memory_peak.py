"""The highest resident memory of this process while code of the user runs.

Linux keeps a high-water mark for each process (``VmHWM`` of ``/proc/self/status``), which
sees what lives between two samples, and which writing 5 to ``/proc/self/clear_refs`` sets
back to what is resident now (proc(5)). Where it cannot be set back, and on systems with
a peak of the whole life only, that peak is the run's own if it grew during the run.
"""

from __future__ import annotations

import re
import sys
import time
from typing import Any

STATUS = "/proc/self/status"
CLEAR = "/proc/self/clear_refs"
FIELDS = re.compile(rb"^Vm(HWM|RSS):\s*(\d+) kB$", re.MULTILINE)


class PeakMemory:
    """Between :meth:`begin` and :meth:`end`, as often as need be; all in bytes.

    The times are of :func:`time.monotonic`, which processes of one machine share.
    """

    def __init__(self) -> None:
        self.started: float | None = None
        self.ended = 0.0
        self.now = 0
        """What was resident when it last looked."""
        self.baseline = 0
        """What was resident when it began."""
        self._last = 0
        self._peak = 0
        self._exact = True
        self._reset = True
        self._before = 0
        self.run = {"baseline": 0, "peak": 0}
        """Of what ran since :meth:`new_run`."""
        self._fresh = True

    def new_run(self) -> None:
        """What runs next has a peak of its own besides."""
        self._fresh = True

    def begin(self) -> None:
        """Set the mark back: code of the user runs from now on."""
        self._reset = _set_back()
        now, self._before = _memory()
        self.now = now
        if self.started is None:
            self.started = time.monotonic()
            self.baseline = now
        self._peak = max(self._peak, now)
        if self._fresh:
            self._fresh = False
            self.run = {"baseline": now, "peak": now}

    def end(self) -> None:
        """Read the mark."""
        now, highest = _memory()
        self.ended = time.monotonic()
        self._last = now
        if not self._reset and highest <= self._before:
            # Somewhere below what the process once had: only samples can tell.
            highest = now
            self._exact = False
        self._peak = max(self._peak, highest)
        self.run["peak"] = max(self.run["peak"], highest)

    def data(self) -> dict[str, Any] | None:
        """JSON: ``started``, ``ended``, ``baseline``, ``last``, ``peak`` and whether it is
        ``exact``; None when nothing ran."""
        if self.started is None:
            return None
        return {
            "started": self.started,
            "ended": self.ended,
            "baseline": self.baseline,
            "last": self._last,
            "peak": self._peak,
            "exact": self._exact,
        }


def _set_back() -> bool:
    """Whether the high-water mark is what is resident now."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        with open(CLEAR, "w") as file:
            file.write("5")
    except OSError:
        return False
    return True


def _memory() -> tuple[int, int]:
    """Resident memory now, and its highest value so far."""
    try:
        with open(STATUS, "rb") as status:
            found = {
                name: 1024 * int(kilobytes) for name, kilobytes in FIELDS.findall(status.read())
            }
        return found[b"RSS"], max(found[b"RSS"], found[b"HWM"])
    except (OSError, KeyError):
        return _memory_elsewhere()


def _memory_elsewhere() -> tuple[int, int]:
    import psutil

    info = psutil.Process().memory_info()
    now = int(info.rss)
    highest = int(getattr(info, "peak_wset", 0))  # Windows
    if not highest:
        import resource

        # Bytes on macOS, kilobytes on the other systems (getrusage(2)).
        unit = 1 if sys.platform == "darwin" else 1024
        highest = unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return now, max(now, highest)
