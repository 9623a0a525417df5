"""Watching one run from a helper process: its stacks, its memory, what the system counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType
from typing import Any

from ..sampling import registers, spy
from ..sampling.sampler import Sampler, SamplerError
from .base import Target
from .counter_usage import Usage
from .memory_watch import MemoryWatch
from .overview_libraries import Times
from .stack_inside import InsideError
from .stack_recording import StackRecording

NATIVE_RATE = 10
"""Looks a second that tell Python from native code; each holds the kernel for longer."""
NATIVE_TIMES = (12.0, 1.5, 45.0) if registers.supported() else (0.3, 1.5, 4.0)
"""Seconds until they begin, seconds for which they last, enough looks to say something, and
seconds between. Their first one holds the kernel for a twentieth of a second and more. Where
registers tell native code, they are needed for lines only, and wait until that is little."""
MEMORY = {"interval": 0.01, "children": True}
WITHOUT = "The overview is without stacks and lines."
NO_TIMELINE = "The overview is without memory by time."


def looks_of(options: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Options of each py-spy of an overview, by its name (see ``sampling.sampler.Sampler``)."""
    usual = {"idle": True, "native": False, "gil": False, "subprocesses": False}
    looks = {"time": usual | {"rate": options["rate"]}}
    if options["native"]:
        looks["native"] = usual | {"rate": NATIVE_RATE, "native": True, "idle": False}
    return looks


class OverviewRecording:
    """A helper process that looks from :meth:`start` to :meth:`stop`.

    What cannot be looked at is left out, with a note: an overview always has something to
    show.
    """

    def __init__(self, target: Target, options: dict[str, Any]) -> None:
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}
        self.chosen = options | {"interval": MEMORY["interval"]}
        self._looks = looks_of(options)
        self._stacks = {name: StackRecording(target, o) for name, o in self._looks.items()}
        self._sampler: Sampler | None = None
        self._libraries: dict[str, Any] | None = None
        self._native = bool(options["native"])
        self._memory = MemoryWatch(target)
        self._usage = Usage()
        self._times = Times()

    def start(self) -> None:
        """Return when the helper looks, or cannot, and pyinstrument does or cannot, either."""
        problem = spy.impossible()
        looks = {} if problem else self._looks
        try:
            self._sampler = Sampler(
                looks,
                MEMORY,
                extra={"native": NATIVE_TIMES} if "native" in looks else {},
                libraries=self._native,
                progress=self._memory.progress,
            )
            self._stacks["time"].leave_out(self._sampler.thread)
            problem = problem or self._sampler.problems.get("time")
        except SamplerError as error:
            problem = f"{error} {NO_TIMELINE}"
        if problem is None:
            return
        try:
            self._stacks["time"].take_over(problem)
        except InsideError as error:
            self.notes.append(f"{problem} {WITHOUT} {error}")

    @property
    def used(self) -> tuple[str, ...]:
        """What did the work."""
        memory = ("psutil",) if self._memory.samples is not None else ()
        return (*(self._stacks["time"].used if self._stacks["time"].raw else ()), *memory)

    def stop(self) -> None:
        """End the helper; safe to call again."""
        self._stacks["time"].stop()
        sampler, self._sampler = self._sampler, None
        if sampler is None:
            return
        try:
            found = sampler.stop()
        except SamplerError as error:
            self.notes.append(f"Samples are lost: {error}")
            return
        self._memory.samples = found["memory"]
        self._libraries = found["libraries"]
        for name, stacks in found["stacks"].items():
            self._stacks[name].take(stacks)

    def mark(self, code: CodeType) -> CodeType:
        """Code runs as it is."""
        self._memory.mark(code)
        for stacks in self._stacks.values():
            stacks.mark(code)
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count while code of the user runs."""
        self._memory.begin()
        self._count(self._memory.on)
        try:
            with self._stacks["time"].running():
                yield
        finally:
            self._memory.end()
            self._count(self._memory.on)

    def pause(self) -> None:
        """What IPython needs for the display of the last value does not count."""
        self._stacks["time"].pause()
        self._memory.pause()
        self._count(self._memory.on)

    def resume(self) -> None:
        """The user's code goes on."""
        self._memory.resume()
        self._count(self._memory.on)
        self._stacks["time"].resume()

    def _count(self, on: bool) -> None:
        self._usage.set(on)
        self._times.set(on)

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to take off: samples of the display are left out."""

    def collect(self) -> None:
        """Fill ``raw`` with what ``convert`` needs."""
        for stacks in self._stacks.values():
            stacks.collect()
        main = self._stacks["time"]
        self.notes += main.notes
        self.raw = {
            "stacks": main.raw,
            "native": self._stacks["native"].raw if "native" in self._stacks else {},
            **self._memory.data(),
            "libraries": self._libraries,
            "times": self._times.data(),
            "usage": self._usage.data(),
        }
