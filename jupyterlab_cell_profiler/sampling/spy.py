"""``py-spy record`` as a child of the helper: how it is called, and why it refuses.

It is ready when its first line stands on its output, so nothing here sleeps.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from typing import Any

from .ending import ending_with_this_process, stop_between_looks

YAMA = "/proc/sys/kernel/yama/ptrace_scope"
SECONDS_TO_STOP = 10.0
SAID = 20_000
"""Characters of its complaints that are kept."""
THIS_KERNEL = "this kernel"
SELDOM = "A look takes long, so it looks more seldom."
"""What the helper adds to them when it slows one down."""


def executable() -> str | None:
    """The py-spy of this environment, or else the first one on the path."""
    import shutil  # Of the helper's imports, which a cell waits for, one of the slower ones.

    places = [sysconfig.get_path("scripts"), os.path.dirname(sys.executable)]
    for place in [*places, None]:
        found = shutil.which("py-spy", path=place)
        if found is not None:
            return found
    return None


def platform_refusal(platform: str, user: int) -> str | None:
    """Why py-spy cannot work on this platform for this user; None when it can."""
    if platform == "darwin" and user != 0:
        return "macOS lets only root look into another process, which py-spy must do."
    if platform == "win32":
        return "On Windows py-spy cannot be told to stop and write what it saw."
    return None


def impossible() -> str | None:
    """Why py-spy need not even be tried here, as a sentence; None when it can be."""
    if executable() is None:
        return (
            "The program py-spy is not installed in this kernel's environment. "
            f'Run: "{sys.executable}" -m pip install py-spy'
        )
    return platform_refusal(sys.platform, getattr(os, "geteuid", lambda: 0)())


def refusal(output: str, code: int | None, what: str = THIS_KERNEL) -> str:
    """What py-spy said when it ended before it was ready, as a sentence with a remedy.

    Parameters
    ----------
    what : what a person calls the process that it should look at
    """
    if "permission denied" in output.lower() or "operation not permitted" in output.lower():
        scope = yama_scope()
        if scope is not None and scope >= 2:
            return (
                "This machine forbids looking into processes (kernel.yama.ptrace_scope is "
                f"{scope}), so py-spy cannot sample {what}. An administrator can set it to 1."
            )
        return (
            f"py-spy may not look into {what} (ptrace is not permitted). In a container it "
            "needs the capability SYS_PTRACE: docker run --cap-add SYS_PTRACE."
        )
    said = " ".join(line.strip() for line in output.splitlines() if line.strip())[:300]
    return f"py-spy could not sample {what}: {said or f'it ended with status {code}'}"


def yama_scope() -> int | None:
    """``kernel.yama.ptrace_scope``; None where there is no Yama."""
    try:
        with open(YAMA, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def command(program: str, pid: int, file: str, options: dict[str, Any]) -> list[str]:
    """The command line of ``py-spy record``."""
    flags = [f"--{name}" for name in ("idle", "native", "gil", "subprocesses") if options[name]]
    return [
        program,
        "record",
        f"--pid={pid}",
        f"--output={file}",
        "--format=speedscope",
        f"--rate={options['rate']}",
        "--full-filenames",
        *flags,
    ]


class Spy:
    """One ``py-spy record``.

    Parameters
    ----------
    arguments : its command line
    file : where it writes
    tell : called in another thread when it is ready, and when it has ended
    """

    def __init__(self, arguments: list[str], file: str, tell: Callable[[str], None]) -> None:
        self.said = ""
        self.ready = False
        self.began = self.ended = 0.0
        """When it was ready and when it was asked to stop, by :func:`time.monotonic`."""
        self._file = file
        self._tell = tell
        self._child = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=ending_with_this_process(),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if "Sampling process" in line and not self.ready:
                self.began, self.ready = time.monotonic(), True
                self._tell("ready")
            self.said = (self.said + line)[-SAID:]
        self._tell("ended")

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._child.poll() is not None

    def code(self) -> int:
        """Its exit status; waits for it."""
        return self._child.wait()

    def processor_time(self) -> float | None:
        """Seconds of processor time that it has taken; None when it is gone."""
        import psutil

        try:
            times = psutil.Process(self._child.pid).cpu_times()
        except psutil.Error:
            return None
        return float(times.user + times.system)

    def ask_to_stop(self) -> None:
        """Let it write its file and end."""
        self.ended = time.monotonic()
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)

    def result(self) -> dict[str, Any]:
        """What it wrote; waits for its end.

        Raises
        ------
        OSError, ValueError
            When there is no such file, or it did not end and was killed.
        """
        try:
            self._child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            raise OSError("py-spy did not stop and was ended.") from None
        self._reader.join(1)
        try:
            with open(self._file, encoding="utf-8", errors="replace") as file:
                found: dict[str, Any] = json.load(file)
        except FileNotFoundError:
            raise OSError(f"py-spy ended with status {self._child.returncode}.") from None
        os.unlink(self._file)
        return found

    def kill(self, pid: int) -> bool:
        """End it without a result, and leave the process that it looks at running.

        Returns
        -------
        Whether it was still there.
        """
        if self._child.poll() is not None:
            return False
        stop_between_looks(self._child.pid, pid)
        self._child.kill()
        self._child.wait()
        return True
