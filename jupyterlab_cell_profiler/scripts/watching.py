"""Profilers that look at a script's process from outside: ``overview``, ``stacks``, ``memory``
and ``counters``.

They have something to show however the script ends. What they find is turned into the raw
data that the profilers of cells have, so that each has one ``convert``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from .. import profilers
from ..document import Section
from ..profilers import Target
from ..profilers.counter_notes import notes_of
from ..profilers.counter_perf import (
    Perf,
    PerfError,
    UnknownEventError,
    executable,
    impossible,
    version_of,
)
from ..profilers.counter_usage import NAMES as COUNTS
from ..profilers.overview_recording import (
    MEMORY,
    NATIVE_TIMES,
    NO_TIMELINE,
    WITHOUT,
    looks_of,
)
from ..profilers.stack_recording import StackRecording
from ..sampling import spy
from ..sampling.sampler import Sampler, SamplerError
from .process import Seen
from .request import ScriptError

OUTSIDE = ("overview", "stacks", "memory", "counters")
WHAT = "this script"


class Watching:
    """Looks at a process from :meth:`start` to :meth:`stop`.

    Parameters
    ----------
    names : of profilers, those of ``OUTSIDE``
    options : by profiler

    Raises
    ------
    profilers.OptionError
        When an option has no such value.
    """

    def __init__(
        self, names: list[str], options: Mapping[str, Mapping[str, Any]], target: Target
    ) -> None:
        self.names = names
        self.notes: dict[str, list[str]] = {name: [] for name in names}
        self.chosen: dict[str, dict[str, Any]] = {
            name: profilers.get(name).checked(options.get(name, {}))  # type: ignore[attr-defined]
            for name in names
        }
        self._target = target
        self._looks: dict[str, dict[str, Any]] = {}
        if "overview" in names:
            self._looks = looks_of(self.chosen["overview"])
        elif "stacks" in names:
            self._looks["time"] = dict(self.chosen["stacks"])
        self._stacks: dict[str, StackRecording] = {}
        self._sampler: Sampler | None = None
        self._samples: dict[str, Any] | None = None
        self._libraries: dict[str, Any] | None = None
        self._found: dict[str, dict[str, Any]] = {}
        self._perf: Perf | None = None
        self._refused: str | None = None
        self._outputs: list[str] = []

    # While it runs --------------------------------------------------------------------

    def start(self, pid: int) -> None:
        """Return when everything looks that can.

        Raises
        ------
        ScriptError
            When nothing of what was asked for can look.
        """
        self._stacks = {
            name: StackRecording(self._target, given, pid) for name, given in self._looks.items()
        }
        if self._looks or self._memory() is not None:
            self._start_sampler(pid)
        if "counters" in self.names:
            self._start_perf(pid)

    def _memory(self) -> dict[str, Any] | None:
        if "overview" in self.names:
            return dict(MEMORY)
        if "memory" in self.names:
            given = self.chosen["memory"]
            asked = {name: value for name, value in given.items() if name != "repeat"}
            return asked | {"gpu": given["gpu"] is not False}
        return None

    def _start_sampler(self, pid: int) -> None:
        whose = next(name for name in ("overview", "stacks", "memory") if name in self.names)
        problem = spy.impossible() if self._looks else None
        looks = {} if problem else self._looks
        try:
            self._sampler = Sampler(
                looks,
                self._memory(),
                extra={"native": NATIVE_TIMES} if "native" in looks else {},
                libraries=whose == "overview" and self.chosen["overview"]["native"],
                pid=pid,
                what=WHAT,
            )
        except SamplerError as error:
            problem = str(error)
            self.notes[whose].append(f"{error} {NO_TIMELINE}" if self._memory() else str(error))
        else:
            problem = problem or self._sampler.problems.get("time")
        if problem is None:
            return
        if whose == "stacks" and self._memory() is None:
            self.close()
            raise ScriptError(f"{problem} The profilers functions and lines work without it.")
        if self._looks:
            self.notes[whose].append(f"{problem} {WITHOUT}")

    def _start_perf(self, pid: int) -> None:
        program = executable()
        self._refused = impossible()
        if self._refused is not None or program is None:
            return
        try:
            self._perf = Perf(program, self.chosen["counters"]["events"], pid)
            self._perf.switch(on=True)
        except UnknownEventError as error:
            self.close()
            raise ScriptError(str(error)) from error
        except PerfError as error:
            self._refused = str(error)

    def stop(self, ended: float) -> None:
        """Take what was seen; the process is gone since ``ended`` (time.monotonic)."""
        sampler, self._sampler = self._sampler, None
        if sampler is not None:
            try:
                found = sampler.stop()
            except SamplerError as error:
                self.notes[self.names[0]].append(f"Samples are lost: {error}")
            else:
                self._samples = found["memory"]
                self._libraries = found["libraries"]
                for name, stacks in found["stacks"].items():
                    # py-spy ended with the process, we learned of it a little later.
                    lived = max(0.0, ended - stacks["began"])
                    self._found[name] = stacks | {"seconds": min(stacks["seconds"], lived)}
        perf, self._perf = self._perf, None
        if perf is not None:
            try:
                self._outputs.append(perf.finish())
            except PerfError as error:
                self._refused = self._refused or str(error)

    def close(self) -> None:
        """Leave nothing behind; safe to call again."""
        sampler, self._sampler = self._sampler, None
        perf, self._perf = self._perf, None
        if sampler is not None:
            sampler.close()
        if perf is not None:
            perf.close()

    # Afterwards -----------------------------------------------------------------------

    def used(self, name: str) -> tuple[str, str] | None:
        """Tool and version, where they are not the profiler's usual ones."""
        if name == "counters" and self._outputs and self._refused is None:
            return "perf", version_of(executable() or "")
        return None

    def sections(self, seen: Seen) -> dict[str, list[Section]]:
        """Sections of each profiler."""
        for name, found in self._found.items():
            self._stacks[name].take(found)
        for stacks in self._stacks.values():
            stacks.collect()
        peak = self._peak(seen)
        whose = "overview" if "overview" in self.names else "stacks"
        if "time" in self._stacks and not self.notes[whose]:
            self.notes[whose] += self._stacks["time"].notes
        return {
            name: profilers.get(name).convert(self._raw(name, seen, peak), self._target)
            for name in self.names
        }

    def _raw(self, name: str, seen: Seen, peak: Mapping[str, Any]) -> dict[str, Any]:
        """What the profiler of that name has as ``raw`` for a cell."""
        if name == "stacks":
            return self._stacks["time"].raw
        if name == "counters":
            return self._raw_counters(seen, peak)
        memory: dict[str, Any] = {
            "statements": [],
            "memory": self._samples,
            "peak": peak,
            "runs": [],
        }
        if name == "memory":
            return memory | {"repeat": 1}
        return memory | {
            "stacks": self._stacks["time"].raw,
            "native": self._stacks["native"].raw if "native" in self._stacks else {},
            "libraries": self._libraries,
            "times": [[float("-inf"), float("inf")]],
            "usage": _usage(seen),
        }

    def _peak(self, seen: Seen) -> dict[str, Any]:
        """As ``memory_peak.PeakMemory.data``: the peak is that of the whole process, which the
        system tells at its end."""
        series = (self._samples or {}).get("rss", {"t": [], "values": []})
        points = list(zip(series["t"], series["values"], strict=True))
        before = [value for t, value in points if t <= seen.began]
        alive = [value for t, value in points if value > 0]
        usage = seen.usage
        # Bytes on macOS, kilobytes elsewhere (getrusage(2)).
        unit = 1 if sys.platform == "darwin" else 1024
        exact = usage is not None and usage["maxrss"] > 0
        return {
            "started": seen.began,
            "ended": seen.ended,
            "baseline": before[-1] if before else (alive[0] if alive else 0),
            "last": alive[-1] if alive else 0,
            "peak": round(usage["maxrss"] * unit) if exact and usage else max(alive, default=0),
            "exact": exact,
        }

    def _raw_counters(self, seen: Seen, peak: Mapping[str, Any]) -> dict[str, Any]:
        usage = seen.usage
        disk = dict.fromkeys(("read_bytes", "write_bytes", "read_chars", "write_chars"))
        blocks = {
            "blocks_in": None if usage is None else usage["inblock"],
            "blocks_out": None if usage is None else usage["oublock"],
        }
        run = {
            "wall": seen.wall,
            "user": seen.user or 0.0,
            "sys": seen.sys or 0.0,
            "libraries": self._libraries,
            "times": [[float("-inf"), float("inf")]],
            "usage": _usage(seen),
            "disk": disk | blocks,
            "kernel_threads": None,
        }
        raw = {
            "events": self.chosen["counters"]["events"],
            "perf": {"reason": self._refused, "outputs": self._outputs},
            "runs": [run],
            "peak": peak,
            "processors": os.cpu_count(),
        }
        self.notes["counters"] += notes_of(raw)
        return raw


def _usage(seen: Seen) -> dict[str, Any]:
    """As ``counter_usage.Usage.data``."""
    usage = seen.usage
    fields = ("minflt", "majflt", "nvcsw", "nivcsw")
    counts = (
        None
        if usage is None
        else {name: int(usage[one]) for name, one in zip(COUNTS, fields, strict=True)}
    )
    return {"counts": counts, "run_delay": None}
