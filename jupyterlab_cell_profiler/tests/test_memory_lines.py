"""``memory_lines`` on cells that allocate known amounts, in a shell of this process."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler import profilers
from jupyterlab_cell_profiler.document import totals_of
from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import memory_lines

from .inprocess import Ran, Shell, block, blocks, new_shell, values

memray = pytest.importorskip("memray")
pytest.importorskip("numpy")

MB = 1_000_000


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.run("import numpy as np, os, threading")
        yield shell


def profile(shell: Shell, code: str, cell_id: str = "cell", **options: Any) -> Ran:
    """Run a cell under ``memory_lines``, as the button does it."""
    request = Request(["memory_lines"], {"memory_lines": options})
    assert shell.profiler.arm(cell_id, request) is None
    return shell.run(code, cell_id)


def total(ran: Ran, name: str) -> float:
    value = totals_of(ran.document)[name]["value"]  # type: ignore[arg-type]
    assert value is not None
    return value


def stacks(ran: Ran, name: str) -> dict[str, Any]:
    (found,) = (s for s in ran.document["sections"] if s.get("name") == name and "nodes" in s)
    return found


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for temporary files of its own, to see what is left in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


# Known allocations ---------------------------------------------------------------------


def test_arrays_stand_at_their_lines(shell: Shell) -> None:
    ran = profile(
        shell,
        "a = np.ones(5_000_000)\n\nb = np.zeros(2_500_000)\nb[:] = 1\nc = bytearray(10_000_000)\n",
    )
    top = block(ran.document, None)
    for column in ("memory_peak", "memory_held", "memory_allocated"):
        found = values(top, column)
        assert found[1] == pytest.approx(40 * MB, rel=0.03)
        assert found[3] == pytest.approx(20 * MB, rel=0.03)
        assert found[5] == pytest.approx(10 * MB, rel=0.03)
        assert found.get(4, 0) < 0.1 * MB
    assert total(ran, "heap_peak") == pytest.approx(70 * MB, rel=0.03)
    assert total(ran, "heap_held") == pytest.approx(70 * MB, rel=0.03)
    assert ran.document["title"] == "Memory by line"
    (run,) = ran.document["profilers"]
    assert (run["name"], run["tool"], run["toolVersion"]) == (
        "memory_lines",
        "memray",
        memray.__version__,
    )


def test_what_is_freed_counts_at_the_peak_only(shell: Shell) -> None:
    ran = profile(shell, "a = np.ones(5_000_000)\ndel a\nb = np.ones(1_250_000)")
    top = block(ran.document, None)
    assert values(top, "memory_peak")[1] == pytest.approx(40 * MB, rel=0.03)
    assert values(top, "memory_held")[1] < 1000
    assert values(top, "memory_peak").get(3, 0) < 0.1 * MB, "not at the same time"
    assert values(top, "memory_held")[3] == pytest.approx(10 * MB, rel=0.03)
    assert total(ran, "heap_allocated") == pytest.approx(50 * MB, rel=0.03)


def test_what_lives_inside_one_call(shell: Shell) -> None:
    ran = profile(shell, "x = np.ones(1_250_000)\ny = float((x + 1.0).sum())")
    top = block(ran.document, None)
    assert values(top, "memory_peak")[2] == pytest.approx(10 * MB, rel=0.03)
    assert values(top, "memory_held")[2] < 0.1 * MB
    nodes = stacks(ran, "temporary")["nodes"]
    assert sum(nodes["self"]) == pytest.approx(10 * MB, rel=0.03)


def test_a_leak_in_a_loop(shell: Shell) -> None:
    ran = profile(
        shell,
        "kept = []\n"
        "for i in range(20):\n"
        "    data = bytearray(1_000_000)\n"
        "    kept.append(bytes(data[:500_000]))\n"
        "del data\n",
    )
    top = block(ran.document, None)
    assert values(top, "memory_held")[4] == pytest.approx(10 * MB, rel=0.03)
    assert values(top, "memory_held").get(3, 0) < 1000
    # Lines that allocate more than they keep.
    assert values(top, "memory_allocated")[3] == pytest.approx(20 * MB, rel=0.03)
    assert values(top, "memory_allocated")[4] == pytest.approx(20 * MB, rel=0.03)
    assert 20 <= values(top, "allocations")[3] <= 22
    leaked = stacks(ran, "leaked")
    assert leaked["unit"] == "bytes"
    assert sum(leaked["nodes"]["self"]) == pytest.approx(10 * MB, rel=0.03)


def test_functions_of_this_and_of_earlier_cells(shell: Shell) -> None:
    shell.run("def early(n):\n    return bytearray(n)", "first")
    ran = profile(
        shell,
        "def late(n):\n"
        "    both = [early(n), np.ones(n // 8)]\n"
        "    return both\n"
        "\n"
        "x = late(8_000_000)\n",
        "second",
    )
    assert values(block(ran.document, "early"), "memory_peak")[2] == pytest.approx(8 * MB, rel=0.03)
    late = block(ran.document, "late")
    assert values(late, "memory_peak")[2] == pytest.approx(8 * MB, rel=0.03)
    assert values(late, "memory_peak_total")[2] == pytest.approx(16 * MB, rel=0.03)
    top = block(ran.document, None)
    assert values(top, "memory_peak_total")[5] == pytest.approx(16 * MB, rel=0.03)
    assert values(top, "memory_peak")[5] < 0.1 * MB
    files = ran.document["files"]
    assert files[block(ran.document, "early")["file"]]["cellId"] == "first"
    assert files[late["file"]]["cellId"] == "second"
    assert "ipykernel_" not in str(ran.document)


def test_files_of_the_person_and_libraries(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "own_module_for_memory.py").write_text(
        "def make(n):\n    import numpy\n    return numpy.full(n, 1.0)\n"
    )
    shell.run(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    try:
        ran = profile(shell, "import own_module_for_memory\nx = own_module_for_memory.make(10**6)")
    finally:
        shell.run("sys.path.pop(0)")
    make = block(ran.document, "make")
    assert values(make, "memory_peak")[3] == pytest.approx(8 * MB, rel=0.03)
    paths = [ran.document["files"][b["file"]]["path"] for b in blocks(ran.document)]
    assert not any("site-packages" in path for path in paths), "a library's lines are nobody's"
    names = stacks(ran, "peak")["frames"]["name"]
    assert "full" in names, "its frames are on the stacks"


def test_threads_are_counted(shell: Shell) -> None:
    ran = profile(
        shell,
        "kept = []\n"
        "def work():\n"
        "    kept.append(bytearray(6_000_000))\n"
        "threads = [threading.Thread(target=work, name='worker') for _ in range(2)]\n"
        "for t in threads: t.start()\n"
        "for t in threads: t.join()\n",
    )
    assert values(block(ran.document, "work"), "memory_peak")[3] == pytest.approx(12 * MB, rel=0.03)
    assert set(stacks(ran, "peak")["threads"]) == {"the cell", "worker"}


def test_await_and_the_last_value(shell: Shell) -> None:
    ran = profile(
        shell,
        "import asyncio\n"
        "async def work(n):\n"
        "    await asyncio.sleep(0.001)\n"
        "    return bytearray(n)\n"
        "parts = await asyncio.gather(work(3_000_000), work(4_000_000))\n"
        "len(parts)",
    )
    assert ran.result.result == 2
    assert values(block(ran.document, "work"), "memory_peak")[4] == pytest.approx(7 * MB, rel=0.03)


def test_the_display_of_the_last_value_is_not_counted(shell: Shell) -> None:
    ran = profile(
        shell,
        "class Loud:\n"
        "    def __repr__(self):\n"
        "        return str(len(bytearray(50_000_000)))\n"
        "x = bytearray(10_000_000)\n"
        "Loud()",
    )
    assert total(ran, "heap_peak") == pytest.approx(10 * MB, rel=0.03)
    assert not any(b.get("name") == "Loud.__repr__" for b in blocks(ran.document))


def test_values_displayed_between_statements(shell: Shell) -> None:
    shell.ip.ast_node_interactivity = "all"
    ran = profile(shell, "x = bytearray(10_000_000)\nlen(x)\ny = bytearray(20_000_000)\nlen(y)")
    top = block(ran.document, None)
    assert values(top, "memory_peak")[1] == pytest.approx(10 * MB, rel=0.03)
    assert values(top, "memory_peak")[3] == pytest.approx(20 * MB, rel=0.03)
    assert total(ran, "heap_peak") == pytest.approx(30 * MB, rel=0.03)
    assert any("displayed between statements" in note for note in ran.notes)


def test_heap_by_time(shell: Shell) -> None:
    ran = profile(
        shell,
        "import time\n"
        "x = bytearray(10_000_000)\n"
        "time.sleep(0.1)\n"
        "y = bytearray(20_000_000)\n"
        "time.sleep(0.1)\n"
        "del x\n",
    )
    heap, rss = (s for s in ran.document["sections"] if s["kind"] == "series")
    assert (heap["name"], rss["name"]) == ("heap", "rss")
    assert heap["values"][0] == 0
    assert max(heap["values"]) == pytest.approx(30 * MB, rel=0.03)
    assert heap["values"][-1] == pytest.approx(20 * MB, rel=0.03)
    assert heap["t"] == sorted(heap["t"])
    assert [mark["label"] for mark in heap["marks"]] == [f"line {n}" for n in (1, 2, 3, 4, 5, 6)]


# Options ---------------------------------------------------------------------------------


def test_python_allocators_see_small_objects(shell: Shell) -> None:
    code = "rows = [float(i) for i in range(20_000)]"
    ran = profile(shell, code, python_allocators=True)
    found = values(block(ran.document, None), "allocations")[1]
    assert found >= 20_000
    assert any("three times" in note for note in ran.notes)
    assert ran.document["profilers"][0]["options"] == {"python_allocators": True}


def test_native_functions_are_on_the_stacks(shell: Shell) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("symbols differ")
    ran = profile(shell, "x = np.ones(1_000_000)", native=True)
    frames = stacks(ran, "peak")["frames"]
    assert len(frames["name"]) > 3
    assert values(block(ran.document, None), "memory_peak")[1] == pytest.approx(8 * MB, rel=0.03)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"native": 1}, "native of memory_lines is on or off"),
        ({"python_allocators": "yes"}, "python_allocators of memory_lines is on or off"),
        ({"functions": "f"}, "are a list of names"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(profilers.OptionError, match=reason):
        memory_lines.checked(options)


# How a run ends --------------------------------------------------------------------------


def test_error_keeps_what_was_found(shell: Shell, temporary: Path) -> None:
    ran = profile(shell, "x = bytearray(10_000_000)\n1 / 0\ny = 1")
    assert ran.document["status"] == "error"
    assert values(block(ran.document, None), "memory_peak")[1] == pytest.approx(10 * MB, rel=0.03)
    assert os.listdir(temporary) == []


def test_interrupt_keeps_what_was_found(shell: Shell, temporary: Path) -> None:
    ran = profile(
        shell,
        "import signal\n"
        "x = bytearray(10_000_000)\n"
        "signal.raise_signal(signal.SIGINT)\n"
        "y = bytearray(10_000_000)\n",
    )
    assert ran.document["status"] == "interrupted"
    found = values(block(ran.document, None), "memory_peak")
    assert found[2] == pytest.approx(10 * MB, rel=0.03)
    assert 4 not in found
    assert os.listdir(temporary) == []


def test_nothing_is_left_while_it_runs_and_afterwards(shell: Shell, temporary: Path) -> None:
    shell.ns["folder"] = str(temporary)
    before = (sys.getprofile(), threading.getprofile())  # type: ignore[attr-defined]
    ran = profile(shell, "x = bytearray(1000)\nfound = os.listdir(folder)")
    if sys.platform.startswith("linux"):
        assert ran.error is None
        assert shell.ns["found"] == [], "a kernel that is killed leaves nothing"
    assert os.listdir(temporary) == []
    assert (sys.getprofile(), threading.getprofile()) == before  # type: ignore[attr-defined]
    assert not hasattr(threading.Thread, "_name")
    assert type(memray.Tracker) is type


def test_syntax_error_has_no_sections(shell: Shell) -> None:
    ran = profile(shell, "x = = 1")
    assert ran.document["status"] == "error"
    assert ran.document["sections"] == []


def test_fork_in_the_cell(shell: Shell, temporary: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    ran = profile(
        shell,
        "x = bytearray(10_000_000)\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    z = bytearray(70_000_000)\n"
        "    os._exit(7)\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\n"
        "y = bytearray(20_000_000)\n",
    )
    assert shell.ns["code"] == 7
    found = values(block(ran.document, None), "memory_peak")
    assert found[1] == pytest.approx(10 * MB, rel=0.03)
    assert found[7] == pytest.approx(20 * MB, rel=0.03)
    assert 4 not in found, "what the child allocates is its own"
    assert os.listdir(temporary) == []


# Others at work --------------------------------------------------------------------------


def test_a_tracker_that_is_active_already(shell: Shell, tmp_path: Path) -> None:
    with memray.Tracker(tmp_path / "theirs.bin"):
        ran = profile(shell, "x = bytearray(10_000_000)\nlen(x)")
    assert ran.result.result == 10_000_000
    assert any("memray Tracker is active" in note for note in ran.notes)
    assert blocks(ran.document) == []


@pytest.mark.parametrize(
    "imported", ["import memray", "from memray import Tracker"], ids=["module", "name"]
)
@pytest.mark.parametrize("early", [True, False], ids=["before", "inside"])
def test_a_tracker_of_the_cell(shell: Shell, tmp_path: Path, imported: str, early: bool) -> None:
    shell.ns["path"] = str(tmp_path / "theirs.bin")
    name = "memray.Tracker" if imported == "import memray" else "Tracker"
    if early:
        shell.run(imported)
    ran = profile(
        shell,
        f"{imported}\n"
        "x = bytearray(10_000_000)\n"
        f"with {name}(path) as t:\n"
        "    y = bytearray(20_000_000)\n"
        f"assert isinstance(t, {name})\n",
    )
    assert ran.error is None
    assert any("Tracker of its own" in note for note in ran.notes)
    assert values(block(ran.document, None), "memory_peak")[2] == pytest.approx(10 * MB, rel=0.03)
    with memray.FileReader(tmp_path / "theirs.bin") as reader:
        assert reader.metadata.peak_memory >= 20 * MB
    assert type(memray.Tracker) is type
    if name == "Tracker":
        assert shell.ns["Tracker"] is memray.Tracker


def test_a_profile_function_that_was_there(shell: Shell) -> None:
    def theirs(*_: Any) -> None:
        return None

    sys.setprofile(theirs)
    try:
        ran = profile(shell, "x = bytearray(10_000_000)")
        assert sys.getprofile() is theirs
    finally:
        sys.setprofile(None)
    assert any("profile function is set" in note for note in ran.notes)
    assert blocks(ran.document) == []


def test_a_profile_function_of_the_cell_stays(shell: Shell) -> None:
    ran = profile(
        shell,
        "import sys, threading\n"
        "def mine(*a): pass\n"
        "threading.setprofile(mine)\n"
        "sys.setprofile(mine)\n",
    )
    try:
        assert sys.getprofile() is shell.ns["mine"]
        assert threading.getprofile() is shell.ns["mine"]  # type: ignore[attr-defined]
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
    assert any("profile function of its own" in note for note in ran.notes)


def test_it_is_exact_and_runs_alone() -> None:
    reason = profilers.problem(["memory_lines", "lines"])
    assert reason is not None
    assert "one of them at a time" in reason


def test_a_cell_that_allocates_very_often(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterlab_cell_profiler.profilers import memory_line_reader

    program = memory_line_reader.PROGRAM.replace(
        "; read(task)",
        "; import jupyterlab_cell_profiler.profilers.memory_line_reading as m; m.LIMIT = 1000"
        "; read(task)",
    )
    monkeypatch.setattr(memory_line_reader, "PROGRAM", program)
    ran = profile(shell, "for i in range(5000):\n    bytearray(2000)\nx = bytearray(3_000_000)")
    found = block(ran.document, None)
    assert values(found, "allocations")[2] <= 1000
    assert values(found, "memory_peak")[3] == pytest.approx(3 * MB, rel=0.03), "the peak is of all"
    assert any("first 1,000 allocations" in note for note in ran.notes)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os; os.abort()", "its reader ended with SIGABRT"),
        ("raise OSError('no such file')", "no such file"),
    ],
)
def test_a_reader_that_crashes_takes_no_kernel_along(
    shell: Shell, temporary: Path, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    from jupyterlab_cell_profiler.profilers import memory_line_reader

    monkeypatch.setattr(memory_line_reader, "PROGRAM", program)
    ran = profile(shell, "x = bytearray(10_000_000)\nlen(x)")
    assert ran.result.result == 10_000_000
    assert any("could not be read" in note and reason in note for note in ran.notes)
    assert blocks(ran.document) == []
    assert os.listdir(temporary) == []


def test_an_interrupt_while_reading_ends_it(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import signal
    import time

    from jupyterlab_cell_profiler.profilers import memory_line_reader

    monkeypatch.setattr(memory_line_reader, "PROGRAM", "import time; time.sleep(60)")
    begin = time.monotonic()
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    ran = profile(shell, "x = bytearray(10_000_000)\nlen(x)")
    timer.join()
    assert time.monotonic() - begin < 30
    assert ran.result.result == 10_000_000
    assert any("was interrupted" in note for note in ran.notes)
