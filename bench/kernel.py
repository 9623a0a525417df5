"""A real kernel for the benchmarks, spoken to over the real protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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

    def __init__(self, client: BlockingKernelClient) -> None:
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
            if kind == "display_data" and MIME_TYPE in body["data"]:
                bundle = body["data"]
            if kind == "status" and body["execution_state"] == "idle":
                return time.perf_counter() - begin, bundle


@contextmanager
def kernel() -> Iterator[Kernel]:
    """A fresh kernel with the extension loaded."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        running = Kernel(client)
        running.run("import jupyterlab_cell_profiler; jupyterlab_cell_profiler.attach();")
        yield running
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def save(name: str, figures: dict[str, Any]) -> None:
    """Print figures and write them to ``bench/results``."""
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=2)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
