"""A real kernel over the real protocol, for tests.

Starts ipykernel in a process of its own, in a directory of its own, sends requests as
JupyterLab does, answers ``input()``, interrupts, and keeps every message in its order.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

import jupyterlab_cell_profiler
from jupyterlab_cell_profiler.document import MIME_TYPE
from jupyterlab_cell_profiler.live import DISPLAY_ID

ROOT = Path(jupyterlab_cell_profiler.__file__).parent.parent
PACKAGE = "jupyterlab_cell_profiler"
INSIDE = f"__import__('{PACKAGE}.tests.inside', fromlist=['inside'])"
"""Expression for the module of the kernel's end of these tests."""
GO = "go"
"""Text on a stream at which a request with ``interrupt="output"`` is interrupted."""


class _Manager(KernelManager):
    """Starts this very Python, whatever kernels are installed on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python",
            language="python",
        )


@dataclass(frozen=True)
class Message:
    """A message that a request caused."""

    type: str
    content: dict[str, Any]

    @property
    def document(self) -> dict[str, Any] | None:
        """The profile document, if this message carries one."""
        if self.type != "display_data":
            return None
        document: dict[str, Any] | None = self.content["data"].get(MIME_TYPE)
        return document

    @property
    def live(self) -> dict[str, Any] | None:
        """What is shown of a run that goes on; no output of the cell."""
        display = str(self.content.get("transient", {}).get("display_id", ""))
        if self.type != "update_display_data" or not display.startswith(DISPLAY_ID):
            return None
        document: dict[str, Any] = self.content["data"][MIME_TYPE]
        return document


@dataclass
class Run:
    """A request and all that came back for it."""

    answers: list[str]
    interrupt: str
    messages: list[Message] = field(default_factory=list)
    """From iopub, and the input requests, in the order in which they arrived."""
    reply: dict[str, Any] = field(default_factory=dict)
    reply_after: int = 0
    """Number of messages that came before the reply."""
    idle: bool = False

    @property
    def done(self) -> bool:
        # A kernel that aborts a queued request may leave out its status messages.
        return bool(self.reply) and (self.idle or self.reply["status"] == "aborted")

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Profile documents in the output."""
        return [m.document for m in self.messages if m.document is not None]

    @property
    def live(self) -> list[dict[str, Any]]:
        """Documents that came while it ran."""
        return [m.live for m in self.messages if m.live is not None]

    @property
    def document(self) -> dict[str, Any]:
        """The one profile document in the output."""
        (document,) = self.documents
        return document

    def of_type(self, *types: str) -> list[Message]:
        return [message for message in self.messages if message.type in types]

    def text(self, name: str = "stdout") -> str:
        """All text on one stream."""
        return "".join(
            m.content["text"] for m in self.of_type("stream") if m.content["name"] == name
        )

    def value(self, name: str) -> Any:
        """A user expression of the request, whose value was JSON.

        Raises
        ------
        RuntimeError
            With the traceback, when it could not be evaluated.
        """
        given = self.reply["user_expressions"][name]
        if given["status"] != "ok":
            raise RuntimeError("\n".join(given.get("traceback", [str(given)])))
        return json.loads(given["data"]["text/plain"])


class LiveKernel:
    """A kernel in a process of its own.

    Parameters
    ----------
    directory : a fresh one, for the kernel's working directory, temporary files and
        history; removed by the caller
    variables : more environment variables
    """

    def __init__(self, directory: Path, variables: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.work = directory / "work"
        self.temporary = directory / "tmp"
        for folder in (self.work, self.temporary):
            folder.mkdir()
        # ipykernel behaves in another way under pytest.
        hidden = ("LINE_PROFILER", "PYTEST")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.temporary),
            "IPYTHONDIR": str(directory / "ipython"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **(variables or {}),
        }
        self._manager = _Manager()
        self._manager.start_kernel(env=environment, cwd=str(self.work))
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        self._runs: dict[str, Run] = {}
        self.states: list[str] = []
        """What the kernel says of itself, about whatever request."""
        self._poller = zmq.Poller()
        self._sockets = {
            channel.socket: name
            for name, channel in (
                ("iopub", self._client.iopub_channel),
                ("shell", self._client.shell_channel),
                ("stdin", self._client.stdin_channel),
                ("control", self._client.control_channel),
            )
        }
        for socket in self._sockets:
            self._poller.register(socket, zmq.POLLIN)

    # Requests ----------------------------------------------------------------------

    def send(
        self,
        code: str,
        *,
        cell_id: str | None = "cell-1",
        metadata: dict[str, Any] | None = None,
        answers: Sequence[str] = (),
        interrupt: str = "",
        silent: bool = False,
        store_history: bool = True,
        expressions: dict[str, str] | None = None,
        allow_stdin: bool = True,
        stop_on_error: bool = True,
        subshell: str | None = None,
    ) -> Run:
        """Send an execute request, without waiting for anything.

        Parameters
        ----------
        answers : to ``input()``, in order
        interrupt : ``"output"``, a moment after the cell has printed ``GO``; ``"input"``,
            when it asks for input; or never
        """
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history and not silent,
            "user_expressions": expressions or {},
            "allow_stdin": allow_stdin,
            "stop_on_error": stop_on_error,
        }
        ours = {} if cell_id is None else {"cellId": cell_id}
        message = self._client.session.msg(
            "execute_request", content, metadata={**ours, **(metadata or {})}
        )
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        run = Run(list(answers), interrupt)
        self._runs[message["header"]["msg_id"]] = run
        self._client.shell_channel.send(message)
        return run

    def run(self, code: str, **options: Any) -> Run:
        """Run a cell to its end; options as of :meth:`send`."""
        run = self.send(code, **options)
        self.wait([run])
        return run

    def silently(self, expression: str) -> Run:
        """Send an expression in the way the front end does: silently, in no cell.

        It is evaluated in its turn; its value is ``Run.value("value")``.
        """
        return self.send("", cell_id=None, silent=True, expressions={"value": expression})

    def evaluate(self, expression: str) -> Any:
        """The value, through JSON, of an expression that gives JSON as its ``repr``."""
        run = self.silently(expression)
        self.wait([run])
        return run.value("value")

    def inside(self, call: str) -> Any:
        """Call a function of the kernel's end of these tests (``inside.py``)."""
        return self.evaluate(f"{INSIDE}.{call}")

    def attach(self, cells: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """As the front end does once for each kernel."""
        known = json.dumps([list(cell) for cell in cells])
        answer: dict[str, Any] = self.evaluate(f"__import__('{PACKAGE}').attach({known!r})")
        return answer

    def send_arm(self, cell_id: str, *names: str, **more: Any) -> Run:
        """Ask for a profile of the next cell, without waiting for the answer."""
        request = json.dumps({"cellId": cell_id, "profilers": list(names), **more})
        return self.silently(f"__import__('{PACKAGE}').arm({request!r})")

    def arm(self, cell_id: str, *names: str, **more: Any) -> dict[str, Any]:
        """Ask for a profile of the next cell, as the button does."""
        run = self.send_arm(cell_id, *names, **more)
        self.wait([run])
        answer: dict[str, Any] = run.value("value")
        return answer

    def profile(
        self,
        code: str,
        *names: str,
        cell_id: str = "cell-1",
        chosen: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Run:
        """Run a cell as the button does; ``lines`` without names.

        Parameters
        ----------
        chosen : options of each profiler, by its name
        """
        answer = self.arm(cell_id, *(names or ("lines",)), options=dict(chosen or {}))
        assert answer == {"armed": True}, answer
        return self.run(code, cell_id=cell_id, **options)

    def create_subshell(self) -> str | None:
        """The id of a new subshell; None where the kernel has none."""
        self._client.control_channel.send(
            message := self._client.session.msg("create_subshell_request", {})
        )
        reply = self._reply_on_control(message["header"]["msg_id"])
        return reply.get("subshell_id")

    def delete_subshell(self, subshell: str) -> None:
        """End a subshell and its thread."""
        message = self._client.session.msg("delete_subshell_request", {"subshell_id": subshell})
        self._client.control_channel.send(message)
        self._reply_on_control(message["header"]["msg_id"])

    def supports_subshells(self) -> bool:
        message_id = self._client.kernel_info()
        run = self._runs[message_id] = Run([], "")
        self.wait([run])
        return "kernel subshells" in run.reply.get("supported_features", [])

    # Messages ----------------------------------------------------------------------

    def wait(self, runs: Iterable[Run], timeout: float = 60) -> None:
        """Wait until all these requests have been answered and the kernel is idle."""
        waiting = list(runs)
        self.wait_until(lambda: all(run.done for run in waiting), timeout)

    def wait_until(self, condition: Callable[[], bool], timeout: float = 60) -> None:
        """Take messages in until a condition holds."""
        end = time.monotonic() + timeout
        while not condition():
            if self.pump(0.5):
                continue
            if not self._manager.is_alive():
                raise RuntimeError("the kernel has died")
            if time.monotonic() > end:
                raise TimeoutError("the kernel did not answer: " + repr(self._runs))

    def pump(self, timeout: float) -> bool:
        """Take in what has come; False when nothing did within ``timeout`` seconds."""
        ready = dict(self._poller.poll(int(timeout * 1000)))
        # Within a poll, iopub first: a reply is sent after the output that belongs to it.
        for socket, channel in self._sockets.items():
            if socket in ready:
                _, message = self._client.session.recv(socket, zmq.NOBLOCK)
                if message is not None:
                    self._take(channel, message)
        return bool(ready)

    def _take(self, channel: str, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "status":
            self.states.append(content["execution_state"])
        run = self._runs.get(message["parent_header"].get("msg_id", ""))
        if run is None:
            return
        if channel in ("shell", "control"):
            run.reply = content
            run.reply_after = len(run.messages)
            return
        run.messages.append(Message(kind, content))
        if kind == "status":
            run.idle = content["execution_state"] == "idle"
        elif kind == "input_request":
            self._answer(run)
        elif kind == "stream" and run.interrupt == "output" and GO in content["text"]:
            run.interrupt = ""
            # The text is sent while the cell goes on to what shall be interrupted.
            time.sleep(0.2)
            self.interrupt()

    def _answer(self, run: Run) -> None:
        if run.interrupt == "input":
            run.interrupt = ""
            # The request is sent just before the kernel begins to wait for the answer.
            time.sleep(0.3)
            self.interrupt()
        else:
            self._client.input(run.answers.pop(0))

    def _reply_on_control(self, message_id: str) -> dict[str, Any]:
        run = self._runs[message_id] = Run([], "")
        self.wait_until(lambda: bool(run.reply))
        return run.reply

    # The process -------------------------------------------------------------------

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def wait_for_end(self, timeout: float = 20) -> bool:
        """Whether the process ended by itself in that time."""
        end = time.monotonic() + timeout
        while self._manager.is_alive():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    @property
    def alive(self) -> bool:
        alive: bool = self._manager.is_alive()
        return alive

    def stop(self) -> None:
        self._client.stop_channels()
        if self._manager.is_alive():
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
