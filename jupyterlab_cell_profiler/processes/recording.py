"""Recording a process that already runs: from the first sample to the document."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .. import trim
from .._info import PRODUCER
from ..clock import time_totals
from ..document import (
    FORMAT_VERSION,
    Environment,
    ProfileDocument,
    Section,
    TargetData,
    new_id,
    now,
)
from ..profilers import Target, stacks
from ..profilers.stack_recording import StackRecording
from ..sampling import spy
from ..sampling.sampler import Sampler, SamplerError
from ..session import TITLES, environment
from .alive import created, is_alive
from .cells import Known
from .errors import Refusal
from .refusals import sampler_refusal
from .seen import cells_in, without_own
from .versions import python_of
from .words import of_process, sections_of_process

ENDED = "The process ended meanwhile; what was seen until then is shown."
EDITED = (
    "Some of the cells are not those of the notebook as it stands now, so that their lines "
    "cannot be shown."
)


class Recording:
    """Samples the stacks of a process from :meth:`start` to :meth:`stop`.

    Parameters
    ----------
    pid : of the process; this one's own for a kernel that looks at itself
    options : of the profiler ``stacks``; what is missing has its usual value
    what : what a person calls the process, in sentences
    target : the kernel's register of cells, and the directory that paths are shown
        relative to; None for a process that is no kernel of ours
    started : ISO 8601, UTC
    path : of the notebook or script, for the document
    kernel : whether it is a kernel, whose own frames and threads are left out
    posted : cells of the notebook by the hash of their source, where nobody has a register

    Raises
    ------
    profilers.OptionError
        When an option has no such value.
    """

    def __init__(
        self,
        pid: int,
        options: Mapping[str, Any],
        *,
        what: str,
        target: Target | None = None,
        started: str | None = None,
        path: str | None = None,
        kernel: bool = False,
        posted: Mapping[str, Known] = MappingProxyType({}),
    ) -> None:
        self.pid = pid
        self.what = what
        self.path = path
        self.started = started or now()
        self.chosen = stacks.checked(options)
        self._target = Target() if target is None else target
        self._kernel = kernel
        self._posted = posted
        self._sampler: Sampler | None = None
        self._times: tuple[float, float] | None = None
        self._python: str | None = None
        self._since: float | None = None

    def start(self) -> None:
        """Return when it looks.

        Raises
        ------
        Refusal
            When nothing may look into this process; nothing is left behind then.
        """
        problem = spy.impossible()
        if problem is not None:
            raise Refusal(409, problem)
        self._python, self._since = python_of(self.pid), created(self.pid)
        try:
            sampler = Sampler({"time": self.chosen}, pid=self.pid, what=self.what)
        except SamplerError as error:
            raise Refusal(409, str(error)) from None
        said = sampler.problems.get("time")
        if said is not None:
            sampler.close()
            raise sampler_refusal(said, self.pid)
        self._sampler = sampler
        self._times = processor_times(self.pid)

    @property
    def looks(self) -> bool:
        """Whether it looks: not before its start, and not when the helper was ended."""
        return self._sampler is not None and self._sampler.alive

    def stop(self, interrupted: bool = False) -> ProfileDocument:
        """End it, and give what was seen; also when the process is gone.

        Raises
        ------
        Refusal
            When what was seen is lost, with the reason; nothing is left behind then.
        """
        sampler, self._sampler = self._sampler, None
        if sampler is None:
            raise Refusal(409, "Nothing is being recorded.")
        times = processor_times(self.pid)
        alive = is_alive(self.pid, self._since)
        try:
            found = sampler.stop()["stacks"].get("time")
        except SamplerError as error:
            raise Refusal(409, f"Samples are lost: {error}") from None
        finally:
            sampler.close()
        if found is None:
            raise Refusal(409, "Samples are lost.")
        return self._document(found, times, alive, interrupted)

    def close(self) -> None:
        """Leave nothing behind, without a result; safe to call again."""
        sampler, self._sampler = self._sampler, None
        if sampler is not None:
            sampler.close()

    def _document(
        self,
        found: dict[str, Any],
        times: tuple[float, float] | None,
        alive: bool,
        interrupted: bool,
    ) -> ProfileDocument:
        target = self._target
        if self._kernel:
            found["samples"] = without_own(found["samples"])
        files = [file for _, file, _ in found["samples"]["frames"]]
        target.cells = cells_in(files, target.cells, self._posted)
        recording = StackRecording(target, self.chosen, self.pid, whole=not self._kernel)
        recording.take(found)
        recording.collect()
        notes = [of_process(note) for note in recording.notes]
        if not alive:
            notes.insert(0, ENDED)
        if any(not cell.source for cell in target.cells.values()):
            notes.append(EDITED)
        user, sys = (
            (times[0] - self._times[0], times[1] - self._times[1])
            if times is not None and self._times is not None
            else (None, None)
        )
        sections: list[Section] = [time_totals(found["seconds"], user, sys)]
        sections += stacks.convert(recording.raw, target)
        data: TargetData = {"kind": "process", "pid": self.pid}
        if self.path is not None:
            data["path"] = self.path
        return trim.fit(
            {
                "version": FORMAT_VERSION,
                "producer": PRODUCER,
                "id": new_id(),
                "title": TITLES["stacks"],
                "started": self.started,
                "target": data,
                "status": "interrupted" if interrupted else "ok",
                "environment": self._environment(),
                "profilers": [
                    {
                        "name": "stacks",
                        "tool": stacks.tool,
                        "toolVersion": stacks.tool_version(),
                        "options": dict(self.chosen),
                        "notes": notes,
                    }
                ],
                "files": target.files.files,
                "sections": sections_of_process(sections),
            }
        )

    def _environment(self) -> Environment:
        """Of another process not more is known than the Python."""
        ours = environment()
        if self.pid == os.getpid():
            return ours
        return {**ours, "python": self._python or "unknown", "packages": {}}


def processor_times(pid: int) -> tuple[float, float] | None:
    """User and system seconds of a process so far; None when it does not tell."""
    import psutil

    with contextlib.suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return float(times.user), float(times.system)
    return None
