"""A kernel that was asked in a subshell says that it is busy while its cell runs."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_cell_profiler import still_busy

from .live import LiveKernel

UNTIL = "import os, time\nwhile not os.path.exists({file!r}):\n    time.sleep(0.05)"


class Kernel:
    """What is used of one, and what it says."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.locked = [True]
        self._main_asyncio_lock = SimpleNamespace(locked=self._is_locked)
        self.iopub_socket = object()
        self.session = SimpleNamespace(send=self._send)

    def _is_locked(self) -> bool:
        return self.locked.pop(0) if len(self.locked) > 1 else self.locked[0]

    def _topic(self, name: str) -> bytes:
        return name.encode()

    def _send(self, socket: Any, type: str, content: dict[str, str], **more: Any) -> None:
        assert (socket, type, more) == (
            self.iopub_socket,
            "status",
            {"parent": {}, "ident": b"status"},
        )
        self.said.append(content["execution_state"])


def asked_in_a_thread(kernel: Any) -> None:
    asking = threading.Thread(target=still_busy.say_again, args=(SimpleNamespace(kernel=kernel),))
    asking.start()
    asking.join()
    for thread in threading.enumerate():
        if thread.name == "cell-profiler-busy":
            thread.join(10)


@pytest.mark.parametrize(
    ("locked", "said"),
    [
        ([True], ["busy"]),
        ([False], []),
        # It ends while this is said.
        ([True, False], ["busy", "idle"]),
    ],
)
def test_what_is_said(monkeypatch: pytest.MonkeyPatch, locked: list[bool], said: list[str]) -> None:
    monkeypatch.setattr(still_busy, "SOON", 0.0)
    kernel = Kernel()
    kernel.locked = locked
    gone = threading.Thread(target=str)
    gone.start()
    gone.join()
    still_busy._wait(kernel, kernel._main_asyncio_lock, gone)
    assert kernel.said == said


def test_a_kernel_without_subshells() -> None:
    asked_in_a_thread(SimpleNamespace())
    still_busy.say_again(SimpleNamespace(kernel=Kernel()))  # In the main thread.
    assert all(thread.name != "cell-profiler-busy" for thread in threading.enumerate())


def test_the_last_word_of_a_kernel(kernel: LiveKernel, tmp_path: Path) -> None:
    file = tmp_path / "end"
    run = kernel.send(UNTIL.format(file=str(file)))
    kernel.wait_until(lambda: bool(run.of_type("execute_input")))
    subshell = kernel.create_subshell()
    if subshell is None:
        file.touch()
        pytest.skip("this ipykernel has no subshells")
    asked = kernel.send(
        "",
        cell_id=None,
        silent=True,
        expressions={"value": "__import__('jupyterlab_cell_profiler').where()"},
        subshell=subshell,
    )
    kernel.wait([asked])
    kernel.delete_subshell(subshell)
    end = time.monotonic() + 10
    while kernel.states[-1] != "busy":
        assert time.monotonic() < end, kernel.states
        kernel.pump(0.1)
    file.touch()
    kernel.wait([run])
    assert kernel.states[-1] == "idle"
