"""Why py-spy did not look into a process, as sentences with the remedy. Pure but for Yama."""

from __future__ import annotations

import sys

from ..sampling import spy
from .errors import Refusal
from .listing import GONE

TRACE = "Stack backtrace"
"""From here on py-spy tells where in itself it failed."""
NOT_PYTHON = "is not Python, or not one that py-spy finds in it"
SUDO = 'Or in a terminal: sudo env "PATH=$PATH" py-spy dump --pid {}'
STOPPED = (
    "Process {0} is stopped, so that it cannot be looked into. Let it go on first, in a "
    "terminal: kill -CONT {0}"
)
YAMA = (
    "This machine lets a process be looked into only from one that stands above it "
    "(kernel.yama.ptrace_scope is 1). A notebook's kernel can look into itself: run "
    "%profile_process in the notebook; where the kernel has subshells (ipykernel 7 or later), "
    "that works while a cell runs."
)


def impossible() -> str | None:
    """Why nothing can be looked into from this server; None when it can be tried."""
    reason = spy.impossible()
    if reason is None:
        return None
    return reason.replace("this kernel's environment", "the environment of this server")


def refusal(said: str, code: int | None, pid: int) -> Refusal:
    """What py-spy said, as a sentence with a remedy."""
    said = said.partition(TRACE)[0]
    return _known(said, pid) or _with_remedy(spy.refusal(said, code, f"process {pid}"), pid)


def sampler_refusal(sentence: str, pid: int) -> Refusal:
    """The same of what the helper process made of it, which is a sentence already."""
    return _known(sentence, pid) or _with_remedy(sentence.partition(TRACE)[0].strip(), pid)


def _known(said: str, pid: int) -> Refusal | None:
    text = said.lower()
    if "permission denied" in text:
        return None  # It also asks then to check that the process is running.
    if "no such process" in text or "check that the process is running" in text:
        return Refusal(404, GONE)
    if "failed to suspend process" in text and "waitpid" in text:
        return Refusal(409, STOPPED.format(pid))
    if "failed to find python version" in text or "no python processes found" in text:
        return Refusal(409, f"Process {pid} {NOT_PYTHON}.")
    if "unsupported version of python" in text or "failed to find a python interp" in text:
        return Refusal(
            409,
            f"This py-spy does not know the Python of process {pid}. "
            f'A newer one may: "{sys.executable}" -m pip install --upgrade py-spy',
        )
    return None


def _with_remedy(sentence: str, pid: int) -> Refusal:
    if "ptrace" not in sentence:
        return Refusal(409, sentence)
    if spy.yama_scope() == 1:
        sentence = YAMA
    return Refusal(409, f"{sentence} {SUDO.format(pid)}")
