"""``perf stat`` as a child of this process, attached to it or to another one.

It is told by a pipe when to count and says by another one that it does so
(``--control fd:…``), so nothing here sleeps, and only what runs while code of the user runs is
counted: of all threads that were there, and of those and the child processes that begin then.
It ends when this process is gone.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache

from .counter_refusals import NO_LINUX, NOT_INSTALLED, paranoid, refusal, unknown_event

SECONDS_TO_ANSWER = 10.0
SECONDS_TO_STOP = 10.0
LOST = "The code closed what led to perf, so that its counts are lost."
ENDED = "perf ended while the cell ran, so that its counts are lost."


class PerfError(RuntimeError):
    """perf does not count here; the message is a sentence for people."""


class UnknownEventError(PerfError):
    """perf knows no such event."""


def executable() -> str | None:
    """The perf on the path."""
    return shutil.which("perf")


def impossible() -> str | None:
    """Why perf need not even be tried here, as a sentence; None when it can be."""
    if not sys.platform.startswith("linux"):
        return NO_LINUX
    return None if executable() is not None else NOT_INSTALLED


@cache
def version_of(program: str) -> str:
    """Its version; empty when it does not tell."""
    try:
        done = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=5
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").removeprefix("perf version ").strip()


def command(program: str, pid: int, events: Sequence[str], control: int, answers: int) -> list[str]:
    """The command line of ``perf stat``."""
    return [
        program,
        "stat",
        "-j",
        f"--event={','.join(events)}",
        f"--pid={pid}",
        "--delay=-1",
        f"--control=fd:{control},{answers}",
    ]


class _End:
    """One end of a pipe or a file, which code of the user may have closed in the meantime:
    then the number may be that of a file of theirs."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._identity = self._look()

    def _look(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(self._number)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @property
    def number(self) -> int:
        """Its number.

        Raises
        ------
        PerfError
            When it is no longer ours.
        """
        if self._look() != self._identity:
            raise PerfError(LOST)
        return self._number

    def close(self) -> None:
        with contextlib.suppress(PerfError):
            os.close(self.number)
        self._identity = (-1, -1)


class Perf:
    """One ``perf stat``, attached and not counting yet when it was made.

    Parameters
    ----------
    program : the perf to use
    events : as for ``perf stat -e``
    target : the process to count; None for this one

    Raises
    ------
    PerfError
        When it does not attach; nothing is left behind then.
    """

    def __init__(self, program: str, events: Sequence[str], target: int | None = None) -> None:
        self.on = False
        """Whether it was told to count."""
        self._pid = os.getpid()
        self._target = self._pid if target is None else target
        self._due = 0
        """Answers that are still to come."""
        self._child: subprocess.Popen[bytes] | None = None
        self._ends: list[_End] = []
        try:
            self._start(program, events)
            # It does not count anyway; what matters is that it answers, now being attached.
            self._tell("disable")
        except BaseException:
            self.close()
            raise

    def _start(self, program: str, events: Sequence[str]) -> None:
        control, write = os.pipe()
        read, answers = os.pipe()
        said, name = tempfile.mkstemp(prefix="cell-profiler-")
        os.unlink(name)
        self._write, self._read, self._said = ends = _End(write), _End(read), _End(said)
        self._ends.extend(ends)
        try:
            self._child = subprocess.Popen(
                command(program, self._target, events, control, answers),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=(control, answers),
                env=os.environ | {"LC_ALL": "C"},
                # An interrupt of the kernel goes to its whole process group.
                start_new_session=True,
            )
        except OSError as error:
            raise PerfError(f"perf could not be started: {error}") from error
        finally:
            os.close(control)
            os.close(answers)

    def switch(self, *, on: bool) -> None:
        """Count from now on, or no more.

        Raises
        ------
        PerfError
            When perf is gone, or the way to it.
        """
        self.on = on
        self._tell("enable" if on else "disable")

    def _tell(self, what: str) -> None:
        if self._child is None or os.getpid() != self._pid:
            return  # A child process that the user's code forked.
        try:
            os.write(self._write.number, f"{what}\n".encode())
            self._due += 1
            while self._due:
                self._wait()
                said = os.read(self._read.number, 4096)
                if not said:
                    raise self._gone()
                # An interrupt may have kept us from reading an earlier answer.
                self._due = max(0, self._due - said.count(b"ack"))
        except OSError as error:
            raise self._gone() from error

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._read.number, select.POLLIN)
        if not poll.poll(1000 * SECONDS_TO_ANSWER):
            raise PerfError("perf does not answer, so that its counts are lost.")

    def _gone(self) -> PerfError:
        """What to say when perf has ended by itself."""
        assert self._child is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(SECONDS_TO_STOP)
        said, code = self._output(), self._child.returncode
        if "Events disabled" in said or code is None:
            return PerfError(ENDED)
        unknown = unknown_event(said)
        if unknown is not None:
            return UnknownEventError(unknown)
        return PerfError(refusal(said, code, paranoid()))

    def _output(self) -> str:
        size = os.fstat(self._said.number).st_size
        return os.pread(self._said.number, size, 0).decode("utf-8", "replace")

    def stop(self) -> str:
        """End it; what it wrote.

        Raises
        ------
        PerfError
            When it had ended by itself, or does not end.
        """
        child = self._child
        if child is None:
            raise PerfError(ENDED)
        try:
            if child.poll() is not None:
                raise PerfError(ENDED)
            child.send_signal(signal.SIGINT)
            child.wait(SECONDS_TO_STOP)
            return self._output()
        except subprocess.TimeoutExpired:
            raise PerfError("perf did not stop and was ended.") from None
        except OSError:
            raise PerfError(LOST) from None
        finally:
            self.close()

    def finish(self) -> str:
        """What it wrote once the process that it counts has ended, and it with it.

        Raises
        ------
        PerfError
            When it does not end.
        """
        child = self._child
        if child is None:
            raise PerfError(ENDED)
        try:
            if child.poll() is None:
                # It sees the end of what it counts only at its next look.
                child.send_signal(signal.SIGINT)
                child.wait(SECONDS_TO_STOP)
            return self._output()
        except subprocess.TimeoutExpired:
            raise PerfError("perf did not stop and was ended.") from None
        except OSError:
            raise PerfError(LOST) from None
        finally:
            self.close()

    def close(self) -> None:
        """Take everything away that is left; safe to call again."""
        child, self._child = self._child, None
        if child is not None and os.getpid() == self._pid and child.poll() is None:
            child.kill()
            child.wait()
        ends, self._ends = self._ends, []
        for end in ends:
            end.close()
