"""Runs that are looked at while they go on, in a real kernel over the real protocol."""

from __future__ import annotations

import ast
import json
import os
import signal
from typing import Any

import jsonschema
import psutil
import pytest

from .conftest import Kernels
from .live import ROOT, LiveKernel

SCHEMA = json.loads(
    (ROOT / "jupyterlab_cell_profiler" / "document.schema.json").read_text(encoding="utf-8")
)
MB = 1_000_000

STEPS = """\
import time
kept = []
for i in range(8):
    kept.append(b"x" * 40_000_000)
    time.sleep(0.4)
print("done")
"""


@pytest.fixture
def kernel(kernels: Kernels) -> LiveKernel:
    return kernels.get("button")


def literal(kernel: LiveKernel, expression: str) -> Any:
    """The value of an expression in the kernel, if it is a literal."""
    run = kernel.silently(expression)
    kernel.wait([run])
    found = run.reply["user_expressions"]["value"]
    return ast.literal_eval(found["data"]["text/plain"])


def rss(document: dict[str, Any]) -> dict[str, Any]:
    (found,) = (s for s in document["sections"] if s.get("name") == "rss")
    return dict(found)


@pytest.mark.parametrize("name", ["memory", "overview"])
def test_memory_grows_while_the_cell_runs(kernel: LiveKernel, name: str) -> None:
    kernel.run("kept = None")
    run = kernel.profile(STEPS, name, cell_id="steps")
    for document in run.live:
        jsonschema.validate(document, SCHEMA)
        assert document["target"]["cellId"] == "steps"
        assert document["id"] == run.document["id"]
        assert document["live"] is True
    assert "live" not in run.document
    seconds = rss(run.document)["t"][-1]
    assert 3 <= len(run.live) <= 2 * seconds + 1, "at most twice a second"
    ends = [rss(document)["t"][-1] for document in run.live]
    assert ends == sorted(ends)
    heights = [max(rss(document)["values"]) for document in run.live]
    assert heights == sorted(heights)
    assert heights[-1] - heights[0] > 60 * MB
    # None is lost at the end: the finished timeline has all that the last report had.
    whole = rss(run.document)
    assert whole["t"][-1] >= ends[-1]
    assert max(whole["values"]) >= heights[-1]
    lengths = [len(json.dumps(document)) for document in run.live]
    assert max(lengths) < 20_000


def test_outputs_are_as_without(kernel: LiveKernel) -> None:
    run = kernel.profile(STEPS, "memory")
    shown = [m for m in run.messages if m.live is None and m.document is None]
    assert [m.type for m in shown if m.type in ("stream", "display_data", "error")] == ["stream"]
    assert run.messages[-2].document is not None, "the profile comes after the cell's own"


WRAPS = [
    "%%capture caught\n{}",
    "from IPython.utils.io import capture_output\nwith capture_output() as caught:\n{}",
]


@pytest.mark.parametrize("wrap", WRAPS)
def test_nothing_of_it_is_captured(kernel: LiveKernel, wrap: str) -> None:
    body = "import time\ntime.sleep(0.7)\nprint('x')"
    inside = body if wrap.startswith("%%") else "    " + body.replace("\n", "\n    ")
    run = kernel.profile(wrap.format(inside), "memory")
    assert run.live
    assert literal(kernel, "caught.stdout") == "x\n"
    assert kernel.evaluate("len(caught.outputs)") == 0


def test_a_statement_of_a_magic_is_quiet(kernels: Kernels) -> None:
    kernel = kernels.get("magic")
    kernel.run("import time")
    run = kernel.run("%memit time.sleep(0.6)")
    assert not run.live
    assert len(run.documents) == 1


def test_no_thread_and_no_process_stays(kernel: LiveKernel) -> None:
    names = "sorted(t.name for t in __import__('threading').enumerate())"
    before = literal(kernel, names)
    kernel.profile(STEPS, "memory")
    assert literal(kernel, names) == before
    assert kernel.evaluate("len(__import__('psutil').Process().children(recursive=True))") == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_kernel_that_is_killed_leaves_what_was_streamed(kernels: Kernels) -> None:
    kernel = kernels.get("button")
    pid = kernel.evaluate("__import__('os').getpid()")
    kernel.arm("steps", "memory")
    run = kernel.send(STEPS.replace("range(8)", "range(60)"), cell_id="steps")
    kernel.wait_until(lambda: len(run.live) >= 4)
    family = psutil.Process(pid).children(recursive=True)
    assert len(family) == 1
    os.kill(pid, signal.SIGKILL)
    kernels.discard("button")
    last = run.live[-1]
    assert rss(last)["values"][-1] > rss(run.live[0])["values"][0]
    assert rss(last)["marks"][-1]["label"] == "line 3"
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive, "the helper ends with the kernel"
