"""The kernel's side of the helper process: start it, stop it, and why it refuses.

The helper has a session of its own: an interrupt of the kernel goes to the whole process
group, and would end it. It ends by itself when this process is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from . import spy
from .hearing import Hearing
from .permission import Permission
from .starting import start_helper

PROGRESS = 0.5
"""Seconds between two reports of what came in the meantime."""
CHUNK = 30.0
"""Seconds of one py-spy; then the next one takes over."""
SECONDS_TO_STOP = 15.0


class SamplerError(RuntimeError):
    """The helper could not do its work; the message is a sentence for people."""


class Sampler:
    """A helper process that looks at this one or another, from when it was made to :meth:`stop`.

    Parameters
    ----------
    stacks : options of one py-spy each, by a name (``rate``, ``idle``, ``native``, ``gil``,
        ``subprocesses``)
    memory : whether to sample memory: None, or ``interval`` in seconds, ``children`` and
        the other options of ``memory.MemorySampler``
    progress : called a few times a second, in another thread, with what
        ``memory.MemorySampler.progress`` gave, or with what ``counting.count`` counted
    extra : of the stacks those that one can do without, by name after how many seconds they
        begin, for how many they look at a time, and for how many they rest then
    count : None, or whether the process is a kernel: then nothing is kept of the stacks, and
        ``progress`` is told of each ``chunk`` what was counted in it
    libraries : whether to look in which library threads run
    pid : of the process to look at; None for this one
    what : what a person calls that process, in sentences

    Raises
    ------
    SamplerError
        When the helper does not start; nothing is left behind then.
    """

    def __init__(
        self,
        stacks: Mapping[str, dict[str, Any]],
        memory: Mapping[str, Any] | None = None,
        *,
        extra: Mapping[str, tuple[float, float, float]] = MappingProxyType({}),
        chunk: float = CHUNK,
        progress: Callable[[dict[str, Any]], None] | None = None,
        count: bool | None = None,
        libraries: bool = False,
        pid: int | None = None,
        what: str = spy.THIS_KERNEL,
    ) -> None:
        self.problems: dict[str, str] = {}
        """Why a py-spy cannot look, by its name."""
        self.thread: int | None = None
        """Of the thread that waits for progress, by its number in the system."""
        self._progress = progress
        self._reader: threading.Thread | None = None
        self._lines: list[str] = []
        self._permission = Permission()
        self._folder = tempfile.TemporaryDirectory(prefix="cell-profiler-")
        self._child: subprocess.Popen[str] | None = None
        self._hearing = Hearing(self._folder.name) if stacks and pid is None else None
        try:
            program = spy.executable() if stacks else ""
            if program is None:
                raise SamplerError(
                    "The program py-spy is not installed in this kernel's environment."
                )
            self._start(
                {
                    "pid": os.getpid() if pid is None else pid,
                    "what": what,
                    "folder": self._folder.name,
                    "stacks": {
                        name: {
                            "program": program,
                            "options": options,
                            "later": extra[name][0] if name in extra else 0.0,
                            "chunk": extra[name][1] if name in extra else chunk,
                            "rest": extra[name][2] if name in extra else None,
                            "count": None if count is None else {"kernel": count},
                        }
                        for name, options in stacks.items()
                    },
                    "memory": None if memory is None else dict(memory),
                    "progress": None if progress is None else PROGRESS,
                    "libraries": libraries,
                    "signals": self._hearing.path if self._hearing is not None else None,
                }
            )
        except BaseException:
            self.close()
            raise

    def _start(self, task: dict[str, Any]) -> None:
        # Whoever looks at another process needs its leave, or the rights.
        own = bool(task["stacks"] or task["libraries"]) and task["pid"] == os.getpid()
        if own:
            self._permission.give()
        self._child = child = start_helper(
            "helper", "watch", task, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
        )
        if own:
            self._permission.give(child.pid)
        assert child.stdout is not None
        said = []
        for line in child.stdout:
            found = _json(line)
            if "ready" in found:
                self.problems = {k: v for k, v in found["ready"].items() if v is not None}
                if self._progress is not None:
                    self._reader = threading.Thread(
                        target=self._read, args=(child.stdout,), daemon=True, name="cell-profiler"
                    )
                    self._reader.start()
                    self.thread = self._reader.native_id
                return
            said.append(line.strip())
        last = next((line for line in reversed(said) if line), "")
        raise SamplerError(
            f"The helper process ended with status {child.wait()}" + (f": {last}" if last else ".")
        )

    def _read(self, output: Any) -> None:
        """Wait for progress, until the helper has ended; what else it says is kept."""
        with contextlib.suppress(OSError, ValueError):
            for line in output:
                found = _json(line)
                if "progress" in found and self._progress is not None:
                    # Whoever is told must not end the reading.
                    with contextlib.suppress(Exception):
                        self._progress(found["progress"])
                else:
                    self._lines.append(line)

    def _last_words(self, child: subprocess.Popen[str]) -> str:
        """Ask the helper to stop, and wait until it has ended."""
        if self._reader is None:
            return child.communicate("stop\n", SECONDS_TO_STOP)[0]
        assert child.stdin is not None
        with contextlib.suppress(OSError):
            child.stdin.write("stop\n")
            child.stdin.close()
        child.wait(SECONDS_TO_STOP)
        self._reader.join(SECONDS_TO_STOP)
        return "".join(self._lines)

    @property
    def alive(self) -> bool:
        """Whether the helper is there."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> dict[str, Any]:
        """End the helper and take away all that is left of it.

        Returns
        -------
        ``stacks``: by name ``samples`` (see ``compact.Compact.data``), ``began`` (by
        :func:`time.monotonic`), ``seconds``, ``said`` and ``lost``, without those that never
        began; ``memory``: see ``memory.MemorySampler.data``, or None; ``libraries``: see
        ``libraries.Libraries.data``, or None.

        Raises
        ------
        SamplerError
            When it gave no result.
        """
        child = self._child
        if child is None:
            raise SamplerError("The helper process was not running.")
        try:
            said = self._last_words(child)
        except subprocess.TimeoutExpired:
            raise SamplerError("The helper process did not stop and was ended.") from None
        except (OSError, ValueError):
            # A program that becomes a daemon closes all files that it did not open.
            raise SamplerError("The code closed what led to the helper process.") from None
        finally:
            self.close()
        for line in said.splitlines():
            found = _json(line)
            if "result" in found:
                result: dict[str, Any] = found["result"]
                return result
        last = next((line for line in reversed(said.splitlines()) if line), "")
        raise SamplerError(
            f"The helper process ended with status {child.returncode}"
            + (f": {last}" if last else ".")
        )

    def close(self) -> None:
        """Take everything away that is left; safe to call again."""
        if self._hearing is not None:
            self._hearing.end()
        child, self._child = self._child, None
        reader, self._reader = self._reader, None
        if child is not None:
            end(child)
            if reader is not None:
                reader.join(1.0)  # It reads to the end; nobody writes any more.
            close_pipes(child)
        self._permission.take_back()
        self._folder.cleanup()


def end(child: subprocess.Popen[Any]) -> None:
    """End a helper, and a py-spy that it could not take along."""
    if child.poll() is None:
        # Its own end takes py-spy along, and the folder; the group is the last resort.
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1.0)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.wait()


def close_pipes(child: subprocess.Popen[Any]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _json(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
