"""Processes that already run: the magic ``%profile_process``."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from .awaiting import loop_of
from .kernel import CellProfiler, attached, publish
from .magic_statements import checked
from .outputs import Progress
from .process_arguments import ProcessArguments, parse_process
from .processes.alive import created, is_alive
from .processes.dumping import take_dump
from .processes.errors import Refusal
from .processes.listing import Processes
from .processes.recording import Recording
from .processes.text import text_of
from .profilers import OptionError, Target
from .sampling import spy
from .whereabouts import dump_here

EVERY = 1.0
"""Seconds between two sentences on how far a recording is."""
LOOK = 0.2
"""Seconds between two looks whether the process is still there."""
ASKING = (
    "The thread that asks is left out. To see a cell that runs, ask in a subshell, from another "
    "notebook by its PID, or press Where is it? in the toolbar."
)


@magics_class
class ProcessMagics(Magics):
    """The magic for processes."""

    @line_magic("profile_process")
    def profile_process(self, line: str) -> None:
        """Look into a process that already runs:
        ``%profile_process [--dump | --seconds S] [options] [PID]``.

        Without a PID it is this kernel: its other threads, or in a subshell the cell that
        runs. ``--dump`` (the default) prints where each thread is now; ``--seconds S``
        records so long and shows the profile, an interrupt of the kernel ends it early.
        Options: ``--native`` (also functions of compiled libraries), ``--subprocesses`` (also
        the Python processes below it). Of a look: ``--locals`` (values of variables, which
        may hold secrets). Of a recording: ``--rate N`` (samples a second), ``--no-idle``
        (without threads that wait), ``--gil`` (only who holds the interpreter lock).
        """
        given = checked(lambda: parse_process(line))
        profiler = attached(self.shell)
        reason = spy.impossible()
        if reason is not None:
            raise UsageError(reason)
        try:
            if given.seconds is None:
                print(text_of(dump_of(given, profiler)), end="")
            else:
                record(given, given.seconds, profiler)
        except (Refusal, OptionError) as reason:
            raise UsageError(str(reason)) from reason


def dump_of(given: ProcessArguments, profiler: CellProfiler) -> dict[str, Any]:
    """Where the process is now.

    Raises
    ------
    Refusal
        When it cannot be looked into, with the reason.
    """
    if given.pid is not None and given.pid != os.getpid():
        return take_dump(Processes(), given.pid, {}, given.options)
    dump = dump_here(profiler.cells, given.options, loop_of(profiler.shell))
    if threading.current_thread() is threading.main_thread():
        dump["notes"].append(ASKING)
    return dump


def record(given: ProcessArguments, seconds: float, profiler: CellProfiler) -> None:
    """Record the process and publish its profile.

    Raises
    ------
    Refusal
        When it cannot be looked into, with the reason.
    OptionError
        When an option has no such value.
    """
    pid = os.getpid() if given.pid is None else given.pid
    own = pid == os.getpid()
    if not own:
        Processes().own(pid)
    recording = Recording(
        pid,
        given.options,
        what=spy.THIS_KERNEL if own else f"process {pid}",
        target=Target(cells=profiler.cells if own else {}, directory=os.getcwd()),
        kernel=own,
    )
    progress = Progress(profiler.shell)
    try:
        recording.start()
        interrupted = wait(pid, seconds, progress, recording.what)
        document = recording.stop(interrupted)
    finally:
        recording.close()
    publish(progress, document)


def wait(pid: int, seconds: float, progress: Progress, what: str) -> bool:
    """Until the time is over or the process gone; whether an interrupt ended it."""
    since, began, told = created(pid), time.monotonic(), 0.0
    try:
        while is_alive(pid, since):
            done = time.monotonic() - began
            if done >= seconds:
                break
            if done >= told and progress.works:
                told += EVERY
                progress.tell(f"recording {what}, {done:.0f} of {seconds:g} s.")
            time.sleep(min(LOOK, seconds - done))
    except KeyboardInterrupt:
        return True
    return False
