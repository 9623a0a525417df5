"""``stacks`` at work: py-spy looks into this very process, or refuses."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import OptionError, Target, stack_inside, stacks
from jupyterlab_cell_profiler.sampling import permission, spy
from jupyterlab_cell_profiler.sampling.spy import command, platform_refusal, refusal
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, new_shell, py_spy_refusal

pytestmark = pytest.mark.alone


ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))

BUSY = """
import time
def work(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
"""


@pytest.fixture(scope="module")
def rights() -> None:
    reason = py_spy_refusal()
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    children = set(psutil.Process().children(recursive=True))
    files = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    with new_shell() as shell:
        yield shell
    left = set(psutil.Process().children(recursive=True)) - children
    assert not left, "a helper process was left behind"
    assert not [name for name in os.listdir(tmp_path) if name.startswith("cell-profiler")]
    if files:
        assert set(os.listdir("/proc/self/fd")) - files == set(), "an open file was left behind"


def profile(shell: Shell, code: str, **options: Any) -> Ran:
    assert shell.profiler.arm("cell", Request(["stacks"], {"stacks": options})) is None
    ran = shell.run(textwrap.dedent(code).strip("\n"), "cell")
    jsonschema.validate(ran.document, SCHEMA)
    return ran


def section(ran: Ran, kind: str) -> dict[str, Any]:
    return next(s for s in ran.document["sections"] if s["kind"] == kind)


def sampled(ran: Ran) -> float:
    """Seconds of all samples; the tree has a root for each line of the cell."""
    return float(sum(section(ran, "stacks")["nodes"]["self"]))


def names(ran: Ran) -> list[str]:
    found = section(ran, "stacks")
    return [found["frames"]["name"][frame] for frame in found["nodes"]["frame"]]


@pytest.mark.usefixtures("rights")
class TestAtWork:
    def test_a_cell(self, shell: Shell) -> None:
        shell.run(BUSY, "earlier")
        ran = profile(shell, "work(0.4)")
        assert ran.document["status"] == "ok"
        assert names(ran)[0] == "<module>"
        assert "work" in names(ran)
        (block,) = (s for s in ran.document["sections"] if s.get("name") == "work")
        assert ran.document["files"][block["file"]]["cellId"] == "earlier"
        assert sampled(ran) == pytest.approx(0.4, abs=0.15)
        plain = ran.bundle["text/plain"]
        assert "Samples" in plain
        assert "while time.perf_counter() < end:" in plain
        assert "<th>Samples</th>" in ran.bundle["text/html"]
        assert len(json.dumps(ran.document)) < 20_000

    def test_a_cell_that_raises_keeps_its_samples(self, shell: Shell) -> None:
        shell.run(BUSY, "earlier")
        ran = profile(shell, "work(0.3)\n1 / 0")
        assert ran.document["status"] == "error"
        assert "work" in names(ran)
        assert isinstance(ran.error, ZeroDivisionError)

    def test_an_interrupted_cell_keeps_its_samples(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import os, signal, threading
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
            while True:
                pass
            """,
        )
        assert ran.document["status"] == "interrupted"
        assert sampled(ran) > 0.1

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups")
    def test_an_interrupt_of_the_whole_group_does_not_reach_it(self) -> None:
        with stacks.capture(Target(), {}) as recording:
            helper = recording._sampler
            assert helper is not None
            assert helper._child is not None
            assert os.getpgid(helper._child.pid) != os.getpgid(0)

    def test_a_short_cell_says_so(self, shell: Shell) -> None:
        ran = profile(shell, "1")
        assert any(note.startswith("No sample fell") for note in ran.notes)
        ran = profile(shell, "import time\ntime.sleep(0.2)")
        assert any(note.startswith("Only ") and "±" in note for note in ran.notes)

    def test_the_rate(self, shell: Shell) -> None:
        # Faster than usual, and each look has its time on a slow machine, too.
        ran = profile(shell, "import time\ntime.sleep(0.5)", rate=200)
        (block,) = (s for s in ran.document["sections"] if s["kind"] == "lines")
        samples = next(c for c in block["columns"] if c["name"] == "samples")["values"]
        assert sum(samples) > 60
        usual = {"idle": True, "native": False, "gil": False, "subprocesses": False}
        assert ran.document["profilers"][0]["options"] == usual | {"rate": 200}

    def test_without_idle_sleep_is_not_sampled(self, shell: Shell) -> None:
        # A thread that was held for a look has to fall asleep again, for which it needs a
        # processor: what else the machine does adds to this time, and takes nothing from it.
        times = []
        for _ in range(3):
            ran = profile(shell, "import time\ntime.sleep(0.4)", idle=False)
            found = [s for s in ran.document["sections"] if s["kind"] == "stacks"]
            times.append(sum(found[0]["nodes"]["self"]) if found else 0.0)
        assert min(times) < 0.1

    def test_a_child_process(self, shell: Shell) -> None:
        ran = profile(
            shell,
            f"""
            import subprocess, sys
            code = "import time\\nend = time.time() + 1\\nwhile time.time() < end: pass"
            subprocess.run([{sys.executable!r}, "-c", code])
            """,
            subprocesses=True,
        )
        threads = section(ran, "stacks")["threads"]
        assert any(name.startswith("process ") for name in threads), threads

    def test_beside_an_exact_profiler_lines_are_counted_once(self, shell: Shell) -> None:
        shell.run(BUSY, "earlier")
        assert shell.profiler.arm("cell", Request(["lines", "stacks"])) is None
        ran = shell.run("work(0.3)", "cell")
        kinds = [s["kind"] for s in ran.document["sections"]]
        assert "stacks" in kinds
        for block in (s for s in ran.document["sections"] if s["kind"] == "lines"):
            assert "hits" in [column["name"] for column in block["columns"]]

    def test_a_py_spy_that_dies_leaves_the_cell_alone(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import psutil
            (spy,) = [
                p for p in psutil.Process().children(recursive=True) if p.name() == 'py-spy'
            ]
            spy.kill()
            'the value'
            """,
        )
        assert ran.result.result == "the value"
        assert any(
            note.startswith("Samples are lost: py-spy ended with status -9") for note in ran.notes
        )


# Refusals ----------------------------------------------------------------------------


def fake(folder: Path, body: str) -> str:
    """A program that stands for py-spy."""
    path = folder / "py-spy"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="the program that stands for py-spy is a shell script")
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("echo 'Permission Denied: Try running again with sudo'; exit 1", "SYS_PTRACE"),
        ("echo 'Error: Failed to find python version'; exit 1", "Failed to find python version"),
        ("exit 3", "it ended with status 3"),
    ],
)
def test_a_refusal_is_a_sentence_and_the_cell_runs(
    shell: Shell,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    body: str,
    sentence: str,
) -> None:
    program = fake(tmp_path_factory.mktemp("bin"), body)
    monkeypatch.setattr(spy, "executable", lambda: program)
    monkeypatch.setattr(stack_inside, "find_spec", lambda name: None)
    assert shell.profiler.arm("cell", Request(["stacks"])) is None
    ran = shell.run("6 * 7", "cell")
    assert ran.result.result == 42
    assert ran.documents == []
    said = capsys.readouterr().err
    assert sentence in said
    assert f'"{sys.executable}" -m pip install pyinstrument' in said


def test_yama_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spy, "yama_scope", lambda: 2)
    said = refusal("Permission Denied: …", 1)
    assert "kernel.yama.ptrace_scope is 2" in said
    assert "administrator" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is of Linux")
@pytest.mark.usefixtures("rights")
def test_under_yama_the_process_says_who_may_look(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[int] = []
    monkeypatch.setattr(spy, "yama_scope", lambda: 1)
    monkeypatch.setattr(permission, "set_tracer", said.append)
    with stacks.capture(Target(), {}) as recording:
        helper = recording._sampler
        assert helper is not None
        assert helper._child is not None
        child = helper._child.pid
    assert said == [-1, child, 0]


def test_a_missing_program_has_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spy, "executable", lambda: None)
    monkeypatch.setattr(stack_inside, "find_spec", lambda name: None)
    reason = stacks.unavailable()
    assert reason is not None
    assert f'"{sys.executable}" -m pip install py-spy' in reason
    assert f'"{sys.executable}" -m pip install pyinstrument' in reason
    monkeypatch.undo()
    if stack_inside.missing() is None:
        monkeypatch.setattr(spy, "executable", lambda: None)
        assert stacks.unavailable() is None


def test_macos_needs_root() -> None:
    assert "macOS" in (platform_refusal("darwin", 501) or "")
    assert platform_refusal("darwin", 0) is None
    assert platform_refusal("linux", 501) is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rate": 0}, "from 1 to 1000 samples a second, not 0"),
        ({"rate": 1001}, "not 1001"),
        ({"rate": "fast"}, "not 'fast'"),
        ({"rate": True}, "not True"),
        ({"native": 1}, "native of stacks is on or off, not 1"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        stacks.checked(options)


def test_the_command_line() -> None:
    options = stacks.checked({"native": True, "rate": 50})
    assert command("py-spy", 12, "out.json", options) == [
        "py-spy", "record", "--pid=12", "--output=out.json", "--format=speedscope",
        "--rate=50", "--full-filenames", "--idle", "--native",
    ]  # fmt: skip


def test_the_program_of_this_environment_is_meant() -> None:
    program = spy.executable()
    if program is None:
        pytest.skip(str(spy.impossible()))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.strip().endswith(stacks.tool_version())
