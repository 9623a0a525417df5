"""Sampling one run: when py-spy looks, and what is kept of what it wrote; pyinstrument where
py-spy may not look."""

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
from ..sampling import spy
from ..sampling.sampler import Sampler, SamplerError
from .base import OptionError, Target
from .stack_inside import TOOK_OVER, TOOL, Inside, InsideError
from .stack_pickled import with_cells
from .stack_samples import count_of, hot_files, samples_of, uncertainty

FEW = 100
"""Samples below which the profile says how rough a share is."""
LARGEST_SOURCE = 2_000_000
"""Bytes of a source file that is read for its lines."""
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

INSTEAD = "The profilers functions and lines work without it."
NO_OPTIONS = "The options native, gil, idle and subprocesses do not apply."
RESUMED = (
    "While the cell awaits, its own frames are not on a stack: that time is the row (awaiting), "
    "tasks that ran meanwhile are there with their own frames."
)


class StackRecording:
    """A py-spy that samples this process from :meth:`start` to :meth:`stop`, or pyinstrument
    in its place.

    With ``pid`` it is about another process, at which somebody else has a sampler look: then
    only :meth:`take` and :meth:`collect` make sense. With ``whole``, all of its stacks are
    what was asked for, and nothing is left out.
    """

    def __init__(
        self,
        target: Target,
        options: dict[str, Any],
        pid: int | None = None,
        whole: bool = False,
    ) -> None:
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}
        self.used: tuple[str, ...] = ("py-spy",)
        self._target = target
        self.chosen = options
        self._sampler: Sampler | None = None
        self._found: dict[str, Any] = {}
        self._problem: str | None = None
        self._awaits = False
        self._inside: Inside | None = None
        self._depth = 0
        self._main = "the cell" if pid is None else "main thread"
        self._pid = os.getpid() if pid is None else pid
        # Linux numbers the first thread of a process as the process.
        self._thread = threading.get_native_id() if pid is None else pid
        # Threads of the kernel, which are nobody's business.
        self._whole = whole
        self._before = [t.native_id for t in threading.enumerate()] if pid is None else []

    def start(self) -> None:
        """Return when py-spy looks, or pyinstrument is there to take over.

        Raises
        ------
        OptionError
            When neither may, with the reasons.
        """
        problem = self._look_from_outside()
        if problem is None:
            return
        try:
            self.take_over(problem, NO_OPTIONS)
        except InsideError as error:
            raise OptionError(f"{problem} {error} {INSTEAD}") from None

    def _look_from_outside(self) -> str | None:
        """Start py-spy; why that is impossible, or None."""
        problem = spy.impossible()
        if problem is not None:
            return problem
        try:
            self._sampler = Sampler({"time": self.chosen})
        except SamplerError as error:
            return str(error)
        problem = self._sampler.problems.get("time")
        if problem is not None:
            self._sampler.close()
            self._sampler = None
        return problem

    def take_over(self, problem: str, more: str = "") -> None:
        """Let pyinstrument look, and say so.

        Parameters
        ----------
        problem : why py-spy does not
        more : what else the person should know

        Raises
        ------
        InsideError
            When it cannot be used, with the reason.
        """
        inside = Inside(self.chosen["rate"])
        inside.start()
        self._inside, self.used = inside, (TOOL,)
        self.notes.append(" ".join(filter(None, (problem, TOOK_OVER, more))))

    def stop(self) -> None:
        """End the sampler; safe to call again."""
        if self._inside is not None:
            self._inside.stop()
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

    def leave_out(self, thread: int | None) -> None:
        """A thread of ours, by its number in the system, that is nobody's business, either."""
        if thread is not None:
            self._before.append(thread)

    def mark(self, code: CodeType) -> CodeType:
        """Nothing to prepare; code runs as it is."""
        if code.co_flags & CO_COROUTINE:
            self._awaits = True
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """py-spy looks all the time; what is not of the cell is left out afterwards."""
        self._depth += 1
        self.resume()
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.pause()

    def pause(self) -> None:
        """py-spy goes on: the display of the last value is known by its frames."""
        if self._inside is not None:
            self._inside.end()

    def resume(self) -> None:
        """The user's code goes on."""
        if self._inside is not None and self._depth:
            self._inside.begin()

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Nothing to take off: samples of the display are left out."""

    def collect(self) -> None:
        """Fill ``raw`` with what ``convert`` needs to know of this process."""
        if self._problem is not None:
            self.notes.append(f"Samples are lost: {self._problem}")
        if self._inside is not None:
            self._found = self._inside.data()
            self.notes += self._inside.notes
        if not self._found:
            return
        target = self._target
        frames = with_cells(self._found["samples"]["frames"], target)
        self.raw = {
            "samples": self._found["samples"] | {"frames": frames},
            "rate": self.chosen["rate"],
            "idle": self.chosen["idle"],
            **{name: self._found[name] for name in ("seconds", "tick") if name in self._found},
            "pid": self._pid,
            "thread": self._thread,
            "before": self._before,
            "package": PACKAGE,
            "main": self._main,
            "awaits": self._awaits,
            "whole": self._whole,
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
            seconds = float(self.raw.get("tick", 0.0)) * sum(sample.count for sample in samples)
            self.notes.append(_few(count, self.chosen["rate"], seconds))

    def _complaints(self, said: str) -> None:
        if "behind in sampling" in said:
            self.notes.append(
                "py-spy could not keep up with its rate: shares hold, but there are fewer "
                "samples. Choose a lower rate."
            )
        if spy.SELDOM in said:
            self.notes.append(
                "There is much to read at each look (deep stacks, many threads or processes): to "
                "hold the cell up less, py-spy looked more seldom than it was told to. Times of "
                "what lasted for a short time are rough."
            )
        errors = sum(int(number) for number in re.findall(r"Errors: (\d+)", said))
        if errors:
            self.notes.append(f"{errors} samples could not be read and are not counted.")


def _few(count: int, rate: int, seconds: float = 0.0) -> str:
    if 0 < count < seconds * rate / 4:  # Only where time was measured.
        return (
            f"Only {count} sample{'s' if count > 1 else ''} in {seconds:.2g} s: the cell calls "
            "functions so seldom. Which function had the time is certain, which of its lines "
            "is not: use lines for that."
        )
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
