"""The process that reads files: how it may end, what it may do, and what is believed of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.history.errors import Refused
from jupyterlab_cell_profiler.opening import apart
from jupyterlab_cell_profiler.opening.apart import open_bytes, read_apart
from jupyterlab_cell_profiler.opening.check import check_sections
from jupyterlab_cell_profiler.opening.errors import CannotOpen
from jupyterlab_cell_profiler.tests.documents import GOLDEN, golden
from jupyterlab_cell_profiler.tests.record_opening import FOLDER


def processes() -> set[int]:
    """Those below this one: kernels of other tests may be there all the time."""
    return {process.pid for process in psutil.Process().children()}


# -- readers that die -------------------------------------------------------------------------


def reading(monkeypatch: pytest.MonkeyPatch, program: str, seconds: float = 60.0) -> str:
    """What is said when the process does this instead of reading."""
    monkeypatch.setattr(apart, "PROGRAM", program)
    before = processes()
    with (FOLDER / "work.prof").open("rb") as file, pytest.raises(CannotOpen) as reason:
        read_apart(file, name="x.prof", path="x.prof", modified=None, seconds=seconds)
    assert processes() <= before
    return str(reason.value)


LIMITED = (
    "import json, sys; task = json.loads(sys.argv[1]); sys.path[:] = task['modules']; "
    "from jupyterlab_cell_profiler.opening.limits import forbid, limit; limit(); forbid(); "
)


def test_a_reader_that_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    text = reading(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert "SIGSEGV" in text


def test_a_reader_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "takes longer" in reading(monkeypatch, "while True: pass", 0.5)


def test_a_reader_that_never_stops_talking(monkeypatch: pytest.MonkeyPatch) -> None:
    text = reading(monkeypatch, "import sys\nwhile True: sys.stdout.write('x' * 100000)")
    assert "ended" in text or "too long" in text


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "{}",
        '{"document": 5}',
        '{"document": {"version": 1, "producer": "x", "sections": []}}',
    ],
)
def test_a_reader_that_says_nonsense(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    assert "no profile that can be shown" in reading(monkeypatch, f"print({answer!r})")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    "act",
    [
        "open('/tmp/cell-profiler-written', 'w')",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import pickle; pickle.loads(b'cos\\nsystem\\n.')",
    ],
)
def test_a_reader_may_do_little(act: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            LIMITED + "exec(sys.argv[2])",
            json.dumps({"modules": sys.path}),
            act,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "PermissionError" in done.stderr
    assert not os.path.exists("/tmp/cell-profiler-written")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="not every system keeps it")
def test_a_reader_has_so_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    text = reading(monkeypatch, LIMITED + "x = bytearray(6 * 1024**3)")
    assert "memory" in text


def test_a_reading_that_nobody_wants_ends() -> None:
    # Three million lines take seconds.
    data = b"".join(b"a;b%d;c 1\n" % n for n in range(3_000_000))
    before = processes()
    gone = threading.Event()
    threading.Timer(0.5, gone.set).start()
    with pytest.raises(CannotOpen, match="was stopped"):
        open_bytes(data, name="x.folded", path="x", modified=None, stopped=gone.is_set)
    assert processes() <= before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux ends it with its parent")
def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "x.folded"
    path.write_bytes(b"".join(b"a;b%d;c 1\n" % n for n in range(3_000_000)))
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from jupyterlab_cell_profiler.opening.apart import open_file\n"
            f"open_file({str(path)!r})",
        ],
        stderr=subprocess.DEVNULL,
    )
    process = psutil.Process(parent.pid)
    children: list[psutil.Process] = []
    for _ in range(400):
        children = process.children()
        if children:
            break
        time.sleep(0.02)
    assert children
    # It says early whose death it follows.
    time.sleep(0.5)
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(children, 10)
    assert not alive


# -- what comes back is checked ---------------------------------------------------------------


@pytest.mark.parametrize("name", GOLDEN)
def test_good_documents_pass_the_check(name: str) -> None:
    check_sections(golden(name))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("stacks-cell", lambda s: s["nodes"]["self"].pop()),
        ("stacks-cell", lambda s: s["nodes"]["parent"].__setitem__(0, 0)),
        ("stacks-cell", lambda s: s["nodes"]["frame"].__setitem__(0, 10**6)),
        ("stacks-cell", lambda s: s["frames"]["file"].__setitem__(0, 10**6)),
        ("stacks-cell", lambda s: s["frames"]["name"].__setitem__(0, 5)),
        ("stacks-cell", lambda s: s["timeline"]["thread"].__setitem__(0, 99)),
        ("stacks-cell", lambda s: s.update(unit="years")),
        ("stacks-cell", lambda s: s.update(more=1)),
        ("functions-cell", lambda s: s["functions"]["calls"].__setitem__(0, True)),
        ("functions-cell", lambda s: s["edges"]["caller"].__setitem__(0, 10**6)),
        ("lines-cell", lambda s: s["lines"].reverse()),
        ("lines-cell", lambda s: s["columns"][0]["values"].pop()),
        ("lines-cell", lambda s: s.update(file=999)),
        ("lines-cell", lambda s: s.update(kind="other")),
    ],
)
def test_bad_documents_do_not(name: str, change: Any) -> None:
    document = golden(name)
    kind = {"stacks": "stacks", "functions": "calls", "lines": "lines"}[name.split("-")[0]]
    change(
        next(s for s in document["sections"] if s["kind"] == kind and len(s.get("lines", "ab")) > 1)
    )
    with pytest.raises(Refused):
        check_sections(document)
