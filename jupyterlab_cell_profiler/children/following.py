"""Follows a program that its keeper runs: its output as it comes, an interrupt, its end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import keeper

GRACE = 10.0
"""Seconds that an interrupted program has to end, and its profiler to write what it saw."""
LATE = 2.0
"""Seconds to wait for the end of the output once the program has ended: a process that left
its group may keep it open."""
CHUNK = 65536
CHUNKS = 64
"""Chunks that wait to be taken at most; then the program waits."""


class Child:
    """A keeper, and two threads that read what its program writes.

    ``keeper`` is documented there; leaving without :meth:`close` ends it all the same.
    """

    def __init__(self, task: Mapping[str, Any]) -> None:
        self.folder = Path(task["folder"])
        self._leave = bool(task.get("leave"))
        self.events: queue.Queue[tuple[str, bytes | None]] = queue.Queue(CHUNKS)
        self._closed = threading.Event()
        self._since = time.time()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(keeper.__file__)), json.dumps(dict(task))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        for name in ("stdout", "stderr"):
            threading.Thread(
                target=self._pump,
                args=(name, getattr(self.process, name)),
                name=f"cell-profiler-{name}",
                daemon=True,
            ).start()

    def _pump(self, name: str, stream: Any) -> None:
        with stream:
            while True:
                chunk = b""
                with contextlib.suppress(OSError, ValueError):
                    chunk = stream.read(CHUNK)
                if not self._put((name, chunk or None)) or not chunk:
                    return

    def _put(self, event: tuple[str, bytes | None]) -> bool:
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self.events.put(event, timeout=0.2)
                return True
        return False

    def send(self, letter: bytes) -> None:
        """Have the keeper do something; nothing when it is gone."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self.process.stdin.write(letter)

    def status(self) -> dict[str, Any] | None:
        """How the program ended; None while it runs."""
        try:
            found = json.loads((self.folder / keeper.STATUS).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def close(self) -> None:
        """Let the keeper go: it ends what runs, and removes the folder."""
        self._closed.set()
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.returncode != 0:
            self._clean_up()

    def _clean_up(self) -> None:
        """What the keeper would have done."""
        if not self._leave or self.status() is None:
            with contextlib.suppress(OSError, ValueError):
                os.killpg(int((self.folder / keeper.PID).read_text("utf-8")), signal.SIGKILL)
        keeper.remove_maps(self._since)


@dataclass
class Ended:
    """How a program ended."""

    child: Child
    status: dict[str, Any]
    """``exit`` or ``problem``, as the keeper says."""
    cancelled: bool


def follow(child: Child, folder: Path, output: Callable[[str, bytes], None]) -> Ended:
    """Give on what the program writes until it has ended. The caller closes the child.

    A ``KeyboardInterrupt`` goes to the program; a second one, or ``GRACE`` seconds, kill it.
    """
    cancelled = 0
    deadline = float("inf")
    killed = False
    done = False
    try:
        following = Following(child, output)
        while not done:
            try:
                done = following.step()
                if time.monotonic() > deadline and not killed:
                    killed = True
                    child.send(keeper.KILL)
            except KeyboardInterrupt:
                cancelled += 1
                deadline = time.monotonic() + (GRACE if cancelled == 1 else 0.0)
                child.send(keeper.INTERRUPT)
    except BaseException:
        child.close()
        raise
    return Ended(child, following.status or {"problem": LOST}, cancelled > 0)


LOST = "The process that it ran in is gone: it was killed from outside."


class Following:
    """What is known of the end: it has come when there is a status and no more output."""

    def __init__(self, child: Child, output: Callable[[str, bytes], None]) -> None:
        self.status: dict[str, Any] | None = None
        self._child = child
        self._output = output
        self._open = 2
        self._late = float("inf")

    def step(self) -> bool:
        """Wait for a moment; whether it is over."""
        try:
            name, chunk = self._child.events.get(timeout=0.1 if self._open else 0.02)
        except queue.Empty:
            pass
        else:
            if chunk is not None:
                self._output(name, chunk)
                return False
            self._open -= 1
        gone = self._child.process.poll() is not None
        self.status = self.status or self._child.status()
        if self.status is None and not gone:
            return False
        self._late = min(self._late, time.monotonic() + LATE)
        return self._open == 0 or time.monotonic() > self._late
