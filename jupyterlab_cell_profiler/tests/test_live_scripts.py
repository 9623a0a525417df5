"""Scripts in a real kernel, over the real protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from .live import LiveKernel

ENDLESS = "print('begun', flush=True)\nwhile True:\n    sum(range(1000))\n"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    live = LiveKernel(tmp_path_factory.mktemp("scripts"))
    yield live
    live.stop()


@pytest.fixture
def folder(kernel: LiveKernel) -> Path:
    run = kernel.run("print(__import__('os').getcwd())")
    return Path(run.text().strip())


def call(**request: object) -> str:
    return f"__import__('jupyterlab_cell_profiler').profile_script({json.dumps(request)!r})"


def children(kernel: LiveKernel) -> list[str]:
    """Command lines of the kernel's processes."""
    pid = kernel.evaluate("__import__('os').getpid()")
    return [" ".join(child.cmdline()) for child in psutil.Process(pid).children(recursive=True)]


def test_a_script_in_a_kernel(kernel: LiveKernel, folder: Path) -> None:
    (folder / "a.py").write_text("import sys\nprint('hello', sys.argv[1:])\nsys.exit(2)\n")
    before = set(folder.iterdir())
    run = kernel.run(
        call(path="a.py", serverPath="sub/a.py", argumentLine="1 '2 3'", profilers=["lines"])
    )
    assert run.reply["status"] == "ok"
    assert run.text() == "hello ['1', '2 3']\n"
    target = run.document["target"]
    assert target["path"] == "sub/a.py"
    assert (target["arguments"], target["exitStatus"]) == (["1", "2 3"], 2)
    types = [message.type for message in run.messages]
    assert types.index("stream") < types.index("display_data")
    assert set(folder.iterdir()) == before
    assert children(kernel) == []


def test_its_error_is_a_sentence_where_it_cannot_run(kernel: LiveKernel) -> None:
    run = kernel.run(call(path="nowhere.py"))
    assert run.documents == []
    assert run.reply["status"] == "error"
    assert run.reply["ename"] == "UsageError"
    assert "There is no file nowhere.py" in run.reply["evalue"]


@pytest.mark.parametrize("profiler", ["overview", "functions"])
def test_an_interrupt_ends_the_script_and_not_the_kernel(
    kernel: LiveKernel, folder: Path, profiler: str
) -> None:
    (folder / "endless.py").write_text(ENDLESS)
    run = kernel.send(call(path="endless.py", profilers=[profiler]))
    kernel.wait_until(lambda: "begun" in run.text())
    kernel.interrupt()
    kernel.wait([run])
    assert run.reply["status"] == "ok"
    assert run.document["status"] == "interrupted"
    assert run.document["error"]["name"] == "KeyboardInterrupt"
    assert children(kernel) == []


def test_the_magic(kernel: LiveKernel, folder: Path) -> None:
    (folder / "b.py").write_text("import sys\nprint(sys.argv[1:])\n")
    run = kernel.run(
        "%load_ext jupyterlab_cell_profiler\n%profile_script functions b.py --rate 'x y'"
    )
    assert run.text() == "['--rate', 'x y']\n"
    assert run.document["profilers"][0]["name"] == "functions"
    assert run.document["target"]["kind"] == "script"
