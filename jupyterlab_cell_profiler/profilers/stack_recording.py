"""Sampling one run: when py-spy looks, and what is kept of what it wrote."""

from __future__ import annotations

import os
import re
import threading
import tokenize
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from ..document import split_lines
from ..sampling.sampler import Sampler, SamplerError
from .base import OptionError, Target
from .stack_pickled import with_cells
from .stack_samples import count_of, hot_files, samples_of, uncertainty

FEW = 100
"""Samples below which the profile says how rough a share is."""
LARGEST_SOURCE = 2_000_000
"""Bytes of a source file that is read for its lines."""
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

INSTEAD = "The profilers functions and lines work without it."
RESUMED = (
    "While the cell awaits, its own frames are not on a stack: that time is the row (awaiting), "
    "tasks that ran meanwhile are there with their own frames."
)


class StackRecording:
    """A py-spy that samples this process from :meth:`start` to :meth:`stop`."""

    def __init__(self, target: Target, options: dict[str, Any]) -> None:
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}
        self._target = target
        self._options = options
        self._sampler: Sampler | None = None
        self._found: dict[str, Any] = {}
        self._problem: str | None = None
        self._awaits = False
        self._thread = threading.get_native_id()
        # Threads of the kernel, which are nobody's business.
        self._before = [thread.native_id for thread in threading.enumerate()]

    def start(self) -> None:
        """Return when py-spy looks.

        Raises
        ------
        OptionError
            When it may not, with the reason.
        """
        try:
            self._sampler = Sampler({"time": self._options})
        except SamplerError as error:
            raise OptionError(f"{error} {INSTEAD}") from None
        problem = self._sampler.problems.get("time")
        if problem is not None:
            self._sampler.close()
            raise OptionError(f"{problem} {INSTEAD}")

    def stop(self) -> None:
        """End py-spy; safe to call again."""
        sampler, self._sampler = self._sampler, None
        if sampler is None:
            return
        try:
            found = sampler.stop()["stacks"]["time"]
        except SamplerError as error:
            self._problem = str(error)
            return
        self.take(found)

    def take(self, found: dict[str, Any]) -> None:
        """Keep what a sampler found with the options of this recording."""
        self._found = found
        self._problem = found["lost"]
        self._complaints(found["said"])

    def mark(self, code: CodeType) -> CodeType:
        """Nothing to prepare; code runs as it is."""
        if code.co_flags & CO_COROUTINE:
            self._awaits = True
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """py-spy looks all the time; what is not of the cell is left out afterwards."""
        yield

    def pause(self) -> None:
        """The display of the last value is known by its frames."""

    def resume(self) -> None:
        """Nothing was paused."""

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to take off: samples of the display are left out."""

    def collect(self) -> None:
        """Fill ``raw`` with what ``convert`` needs to know of this process."""
        if self._problem is not None:
            self.notes.append(f"Samples are lost: {self._problem}")
        if not self._found:
            return
        target = self._target
        frames = with_cells(self._found["samples"]["frames"], target)
        self.raw = {
            "samples": self._found["samples"] | {"frames": frames},
            "rate": self._options["rate"],
            "idle": self._options["idle"],
            "seconds": self._found["seconds"],
            "pid": os.getpid(),
            "thread": self._thread,
            "before": self._before,
            "package": PACKAGE,
            "awaits": self._awaits,
        }
        cells = [*target.own_files, *target.cells]
        self.raw["cells"] = cells
        samples = samples_of(self.raw)
        self.raw["sources"] = {
            path: source
            for path in hot_files(samples, set(cells))
            if (source := _source(path)) is not None
        }
        if self._awaits:
            self.notes.append(RESUMED)
        count = count_of(samples)
        if count < FEW:
            self.notes.append(_few(count, self._options["rate"]))

    def _complaints(self, said: str) -> None:
        if "behind in sampling" in said:
            self.notes.append(
                "py-spy could not keep up with its rate: shares hold, but there are fewer "
                "samples. Choose a lower rate."
            )
        errors = sum(int(number) for number in re.findall(r"Errors: (\d+)", said))
        if errors:
            self.notes.append(f"{errors} samples could not be read and are not counted.")


def _few(count: int, rate: int) -> str:
    if count == 0:
        return (
            f"No sample fell into the cell: at {rate} samples a second it was too short. "
            "Use functions or lines, which count everything, or a higher rate."
        )
    rough = 100 * uncertainty(0.5, count)
    return (
        f"Only {count} samples: a share of 50 % is 50 ± {rough:.0f} % (95 % confidence). "
        "Let the cell run longer, raise the rate, or use functions or lines, which count "
        "everything."
    )


def _source(path: str) -> list[str] | None:
    try:
        if os.path.getsize(path) > LARGEST_SOURCE:
            return None
        with tokenize.open(path) as file:
            return split_lines(file.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
