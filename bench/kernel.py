"""A real kernel for the benchmarks, spoken to over the real protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

MIME_TYPE = "application/vnd.cell-profiler.profile.v1+json"
NOTEBOOK = Path(__file__).parent.parent / "examples" / "01-first-profile.ipynb"


def example_cell(cell_id: str) -> str:
    """Source of a cell of the example notebook."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell["source"] for cell in cells if cell["id"] == cell_id))


class Kernel:
    """Runs cells and takes the time until the kernel is idle again."""

    def __init__(self, client: BlockingKernelClient, pid: int) -> None:
        self.pid = pid
        self.displayed: list[dict[str, Any]] = []
        """MIME bundles that the last cell displayed."""
        self.waited = 0.0
        """Seconds that the last cell of :meth:`run_timed` waited for a processor."""
        self._client = client
        self._texts: list[str] = []

    def printed(self, code: str) -> str:
        """What a cell prints, without profilers."""
        self._texts = []
        self.run(code)
        return "".join(self._texts)

    def run(self, code: str, profilers: list[str] | None = None) -> tuple[float, dict[str, Any]]:
        """Seconds from the request to idle, and the profile's MIME bundle (or empty).

        Raises
        ------
        RuntimeError
            When the cell ends with an error.
        """
        metadata: dict[str, Any] = {"cellId": "bench"}
        if profilers:
            metadata["cellProfiler"] = {"profilers": profilers}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self.displayed = []
        begin = time.perf_counter()
        self._client.shell_channel.send(message)
        bundle: dict[str, Any] = {}
        while True:
            reply = self._client.get_iopub_msg(timeout=600)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, body = reply["msg_type"], reply["content"]
            if kind == "error":
                raise RuntimeError("\n".join(body["traceback"]))
            if kind == "stream" and body["name"] == "stdout":
                self._texts.append(body["text"])
            if kind in ("display_data", "update_display_data"):
                self.displayed.append(body["data"])
                # What is shown while the cell runs is no output.
                if MIME_TYPE in body["data"] and not body["data"][MIME_TYPE].get("live"):
                    bundle = body["data"]
            if kind == "status" and body["execution_state"] == "idle":
                return time.perf_counter() - begin, bundle

    def value(self, name: str) -> Any:
        """A variable of the user whose text is JSON."""
        reply = self._client.execute("", silent=True, user_expressions={"value": name}, reply=True)
        return json.loads(reply["content"]["user_expressions"]["value"]["data"]["text/plain"])

    def run_timed(
        self, source: str, profilers: list[str] | None = None, before: str = ""
    ) -> tuple[float, float, dict[str, Any]]:
        """Run a cell that takes its own time: seconds inside of it, seconds of all, and the
        bundle.

        Parameters
        ----------
        before : first line: the magic of another tool
        """
        seconds, bundle = self.run(
            f"{before}\nimport time as _time\n{_QUEUE}\n_before, _begin = _queue(), "
            f"_time.perf_counter()\n{source}\n"
            "_inside, _waited = _time.perf_counter() - _begin, _queue() - _before",
            profilers,
        )
        self.waited = self.value("_waited")
        return self.value("_inside"), seconds, bundle


# Nanoseconds that this thread was ready and had no processor: on a busy machine they differ
# from run to run by more than what is measured. See proc(5), /proc/pid/schedstat.
_QUEUE = """\
def _queue():
    try:
        with open("/proc/thread-self/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0"""


@contextmanager
def kernel(folder: str | None = None) -> Iterator[Kernel]:
    """A fresh kernel with the extension loaded, working in a folder."""
    where = {} if folder is None else {"cwd": folder}
    manager, client = start_new_kernel(kernel_name="python3", **where)
    try:
        running = Kernel(client, manager.provisioner.pid)
        running.run("import jupyterlab_cell_profiler; jupyterlab_cell_profiler.attach();")
        yield running
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def ratio(times: dict[str, list[float]], one: str, other: str) -> float:
    """Median of the ratios of runs that followed each other."""
    return round(median(a / b for a, b in zip(times[one], times[other], strict=True)), 3)


def save(name: str, figures: dict[str, Any]) -> None:
    """Print figures and write them to ``bench/results``."""
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=2)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
