"""Watching the memory of one run from a helper process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from ..sampling.sampler import Sampler, SamplerError
from .base import Target
from .memory_watch import MemoryWatch


class MemoryRecording:
    """A helper process that samples from :meth:`start` to :meth:`stop`.

    Parameters
    ----------
    options : of ``sampling.memory.MemorySampler``, and ``repeat``
    """

    def __init__(self, target: Target, options: dict[str, Any]) -> None:
        self.notes: list[str] = []
        self.raw: dict[str, Any] = {}
        self._repeat = options["repeat"]
        self._options = {name: value for name, value in options.items() if name != "repeat"}
        self._watch = MemoryWatch(target)
        self._sampler: Sampler | None = None

    def start(self) -> None:
        """Return when the helper looks; without one the peak is known all the same."""
        try:
            # GPUs that nobody asked for are looked for all the same.
            options = self._options | {"gpu": self._options["gpu"] is not False}
            self._sampler = Sampler({}, options, progress=self._watch.progress)
        except SamplerError as error:
            self.notes.append(f"Memory by time is not known: {error}")

    def stop(self) -> None:
        """End the helper; safe to call again."""
        sampler, self._sampler = self._sampler, None
        if sampler is None:
            return
        try:
            self._watch.samples = sampler.stop()["memory"]
        except SamplerError as error:
            self.notes.append(f"Memory by time is not known: {error}")

    def mark(self, code: CodeType) -> CodeType:
        """Code runs as it is."""
        self._watch.mark(code)
        return code

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch while code of the user runs."""
        self._watch.begin()
        try:
            yield
        finally:
            self._watch.end()

    def pause(self) -> None:
        """What IPython needs for the display of the last value does not count."""
        self._watch.pause()

    def resume(self) -> None:
        """The user's code goes on."""
        self._watch.resume()

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Memory has no seconds to take off."""

    def collect(self) -> None:
        """Fill ``raw`` with what ``convert`` needs."""
        self.raw = self._watch.data() | {"repeat": self._repeat}
        unique, samples = self._options["unique"], self.raw["memory"]
        if unique is not None and samples is not None and unique not in samples:
            self.notes.append(f"This system does not tell {unique}.")
        if self._options["gpu"] and samples is not None and samples.get("gpus") is None:
            self.notes.append(
                "There is no GPU to sample: this needs one of NVIDIA, its driver, and the "
                "package nvidia-ml-py."
            )
