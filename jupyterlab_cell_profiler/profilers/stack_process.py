"""py-spy as a child process of this one: start, stop, and why it refuses.

It is ready when its first line stands on its output, so nothing here sleeps. The child has
a session of its own: an interrupt of the kernel goes to the whole process group, and would
end it. It ends by itself when this process is gone.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from .base import OptionError

SECONDS_TO_STOP = 10.0
PR_SET_PTRACER = 0x59616D61
PR_SET_PTRACER_ANY = -1
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
PIPE_BYTES = 1 << 20


def executable() -> str | None:
    """The py-spy of this environment, or else the first one on the path."""
    places = [sysconfig.get_path("scripts"), os.path.dirname(sys.executable)]
    for place in [*places, None]:
        found = shutil.which("py-spy", path=place)
        if found is not None:
            return found
    return None


def mac_refusal(platform: str, user: int) -> str | None:
    """macOS lets only root look into another process."""
    if platform == "darwin" and user != 0:
        return (
            "macOS lets only root look into another process, which py-spy must do. "
            "Use the profiler functions or lines instead."
        )
    return None


def refusal(output: str, code: int | None) -> str:
    """What py-spy said when it ended before it was ready, as a sentence with a remedy."""
    if "permission denied" in output.lower() or "operation not permitted" in output.lower():
        scope = yama_scope()
        if scope is not None and scope >= 2:
            return (
                "This machine forbids looking into processes (kernel.yama.ptrace_scope is "
                f"{scope}), so py-spy cannot sample this kernel. An administrator can set it to 1. "
                "The profilers functions and lines work without it."
            )
        return (
            "py-spy may not look into this kernel (ptrace is not permitted). In a container it "
            "needs the capability SYS_PTRACE: docker run --cap-add SYS_PTRACE. "
            "The profilers functions and lines work without it."
        )
    said = " ".join(line.strip() for line in output.splitlines() if line.strip())[:300]
    return f"py-spy could not sample this kernel: {said or f'it ended with status {code}'}"


def yama_scope() -> int | None:
    """``kernel.yama.ptrace_scope``; None where there is no Yama."""
    try:
        return int(YAMA.read_text())
    except (OSError, ValueError):
        return None


class SpyProcess:
    """One ``py-spy record`` that looks at this process.

    Raises
    ------
    OptionError
        When it cannot look; nothing is left behind then.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cell-profiler-")
        self.file = os.path.join(self._folder.name, "stacks.json")
        self.said = ""
        self._traceable = False
        try:
            self._child = self._start(options)
        except BaseException:
            self.close()
            raise

    def _start(self, options: dict[str, Any]) -> subprocess.Popen[str]:
        program = executable()
        if program is None:
            raise OptionError("The program py-spy is not installed in this kernel's environment.")
        self._allow(PR_SET_PTRACER_ANY)
        child = subprocess.Popen(
            command(program, os.getpid(), self.file, options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert child.stdout is not None
        _widen(child.stdout)
        for line in child.stdout:
            if "Sampling process" in line:
                self._allow(child.pid)
                return child
            self.said += line
        raise OptionError(refusal(self.said, child.wait()))

    def stop(self) -> None:
        """End it, so that it writes its file.

        Raises
        ------
        TimeoutError
            When it did not end; it is killed then.
        """
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)
        try:
            self.said += self._child.communicate(timeout=SECONDS_TO_STOP)[0]
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
            raise TimeoutError("py-spy did not stop and was ended.") from None

    def close(self) -> None:
        """Take everything away that is left; safe to call again."""
        if self._traceable:
            self._allow(0)
            self._traceable = False
        self._folder.cleanup()

    def _allow(self, pid: int) -> None:
        """Yama lets a process be read by its descendants only if it says so."""
        if yama_scope() != 1:
            return
        import ctypes

        self._traceable = True
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_long(pid), 0, 0, 0)


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


def _widen(pipe: Any) -> None:
    """Room for its complaints, which nobody reads while the cell runs."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        pass
