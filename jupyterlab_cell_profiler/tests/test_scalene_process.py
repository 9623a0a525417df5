"""Scripts under Scalene: what is seen of them, how they end, and that nothing stays."""

from __future__ import annotations

import _thread
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.profilers import Target, scalene_command
from jupyterlab_cell_profiler.profilers.scalene import convert
from jupyterlab_cell_profiler.profilers.scalene_process import run_cells, run_scalene
from jupyterlab_cell_profiler.tests.scalene_runs import (
    CPU_ONLY,
    PLAIN,
    WITH_SCALENE,
    Said,
    leaves_nothing,
    line,
    listening,
    places,
    processes,
)

pytestmark = [pytest.mark.alone, WITH_SCALENE, pytest.mark.timeout(120)]

BUSY = """\
import time
def work(end):
    count = 0
    while time.process_time() < end:
        count += 1
    return count
work(time.process_time() + {seconds})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with leaves_nothing(tmp_path):
        yield tmp_path
        for path in tmp_path.iterdir():
            path.unlink()


def run(folder: Path, source: str, *arguments: str, **how: Any) -> tuple[dict[str, Any], Said]:
    (folder / "script.py").write_text(textwrap.dedent(source))
    said = Said()
    given = {"options": PLAIN, **how}
    raw = run_scalene("script.py", arguments, directory=str(folder), output=said, **given)
    json.dumps(raw)
    return raw, said


def test_processor_time_of_lines(folder: Path) -> None:
    raw, _ = run(folder, BUSY.format(seconds=0.6), options=CPU_ONLY)
    times = [
        sum(line(raw, n)[k] for k in ("n_cpu_percent_python", "n_cpu_percent_c", "n_sys_percent"))
        for n in range(1, 8)
    ]
    assert sum(times[3:5]) > 50
    assert raw["run"]["status"] == "ok"
    assert raw["run"]["wall"] >= 0.6
    assert raw["profile"]["memory"] is False
    assert raw["exit"] == 0
    target = Target(own_files={raw["profile"]["program"]: 0})
    target.files.add("script.py", BUSY.split("\n"))
    names = {s.get("name") for s in convert(raw, target) if s["kind"] == "lines"}
    assert "work" in names


def test_memory_of_an_array(folder: Path) -> None:
    raw, _ = run(
        folder,
        """\
        import numpy as np
        kept = np.ones(12_500_000)
        other = kept.copy()
        del other
        """,
    )
    assert line(raw, 2)["n_peak_mb"] * 2**20 == pytest.approx(100e6, rel=0.05)
    assert raw["profile"]["max_footprint_mb"] * 2**20 == pytest.approx(200e6, rel=0.1)
    assert line(raw, 3)["n_copy_mb_s"] > 0


def test_too_short(folder: Path) -> None:
    raw, said = run(folder, "print('hi')")
    assert raw["profile"] is None
    assert "too short a time" in raw["problem"]
    assert (raw["exit"], raw["run"]["status"]) == (0, "ok")
    assert said.text() == "hi\n"
    # What Scalene itself has to say is not what the script says.
    assert said.text("stderr") == ""
    (section,) = convert(raw, Target())
    assert section["items"][0]["name"] == "wall"  # type: ignore[typeddict-item]


def test_it_runs_as_a_script_does(folder: Path) -> None:
    (folder / "beside.py").write_text("value = 5\n")
    raw, said = run(
        folder,
        """\
        import os, sys, tempfile, pickle
        from beside import value
        class Here: pass
        print(__name__, os.path.basename(__file__), sys.argv[1:], os.getcwd() == sys.path[0])
        print(value, type(pickle.loads(pickle.dumps(Here()))).__name__, __spec__, __package__)
        print(repr(sys.stdin.read()), os.environ.get("TMPDIR"), tempfile.gettempdir())
        print(sorted(name for name in dir() if not name.startswith("_")))
        """,
        "a b",
        "-x",
    )
    first, second, third, names = said.text().splitlines()
    assert first == "__main__ script.py ['a b', '-x'] True"
    assert second == "5 Here None None"
    import tempfile

    assert third == f"'' {os.environ.get('TMPDIR')} {tempfile.gettempdir()}"
    assert names == "['Here', 'os', 'pickle', 'sys', 'tempfile', 'value']"
    assert raw["exit"] == 0
    for name in ("beside.py", "__pycache__"):
        path = folder / name
        if path.is_dir():
            for one in path.iterdir():
                one.unlink()
            path.rmdir()


def test_input_may_be_given(folder: Path) -> None:
    _, said = run(folder, "import sys; print(sys.stdin.read()[::-1])", stdin=b"abc")
    assert said.text() == "cba\n"


@pytest.mark.parametrize(
    ("source", "status", "error", "shown"),
    [
        ("import sys; sys.exit(7)", 7, None, ""),
        ("import sys; sys.exit()", 0, None, ""),
        ("import sys; sys.exit('no luck')", 1, None, "no luck\n"),
        ("raise ValueError('no')", 1, ("ValueError", "no"), "ValueError: no\n"),
        ("x = = 1", 1, ("SyntaxError", None), "SyntaxError"),
    ],
)
def test_how_a_script_ends(folder: Path, source: str, status: int, error: Any, shown: str) -> None:
    raw, said = run(folder, source)
    assert raw["exit"] == status
    text = said.text("stderr")
    assert shown in text
    assert "scalene" not in text
    found = raw["run"].get("error")
    if error is None:
        assert found is None
    else:
        assert found["name"] == error[0]
        assert error[1] in (None, found["value"])


def test_a_traceback_has_only_frames_of_the_script(folder: Path) -> None:
    _, said = run(folder, "def f():\n    1 / 0\ntry:\n    f()\nexcept Exception:\n    f()\n")
    text = said.text("stderr")
    assert text.count("Traceback") == 2
    assert "During handling" in text
    assert "in f" in text
    assert "scalene" not in text
    assert f'File "{folder}/script.py", line 2' in text


def test_what_ends_without_a_word(folder: Path) -> None:
    raw, _ = run(folder, "import os; os.kill(os.getpid(), 9)")
    assert raw["exit"] == -9
    assert "signal 9" in raw["problem"]
    raw, _ = run(folder, "import os, time; time.sleep(0.1); os.execv('/bin/true', ['true'])")
    assert raw["profile"] is None
    assert "without a word" in raw["problem"]


def test_output_comes_while_it_runs(folder: Path) -> None:
    _, said = run(
        folder,
        """\
        import os, sys, time
        print("first")
        time.sleep(0.5)
        sys.stderr.write("second")
        os.system("echo third")
        time.sleep(0.5)
        print("ü" * 3)
        """,
        options=CPU_ONLY,
    )
    assert said.text() == "first\nthird\nüüü\n"
    assert said.text("stderr") == "second"
    first, *_, last = said.chunks
    assert last[0] - first[0] > 0.4


def test_much_output(folder: Path) -> None:
    _, said = run(
        folder,
        "import sys\nfor _ in range(50): sys.stdout.write('x' * 1_000_000 + '\\n')",
        options=CPU_ONLY,
    )
    assert len(said.text()) == 50_000_050


def test_an_output_that_fails_ends_the_run(folder: Path) -> None:
    (folder / "script.py").write_text("print(1, flush=True)\nimport time\ntime.sleep(60)")

    def refuse(name: str, chunk: bytes) -> None:
        raise OSError("nobody reads")

    with pytest.raises(OSError, match="nobody reads"):
        run_scalene("script.py", [], directory=str(folder), options=CPU_ONLY, output=refuse)


def cancelling(after: str) -> Any:
    """Interrupts the main thread a moment after the script has said something."""
    said = Said()
    # Once: another one would come when the next test runs.
    timers: list[threading.Timer] = []

    def take(name: str, chunk: bytes) -> None:
        said(name, chunk)
        if after in said.text() and not timers:
            timers.append(threading.Timer(0.4, _thread.interrupt_main))
            timers[0].start()

    return take, said


def test_cancelled_with_what_was_seen(folder: Path) -> None:
    (folder / "script.py").write_text("print('go', flush=True)\n" + BUSY.format(seconds=60))
    take, _ = cancelling("go")
    began = time.monotonic()
    raw = run_scalene("script.py", [], directory=str(folder), options=CPU_ONLY, output=take)
    assert time.monotonic() - began < 40
    assert raw["cancelled"] is True
    assert raw["run"]["status"] == "interrupted"
    assert raw["profile"] is not None
    assert raw["profile"]["elapsed_time_sec"] < 40


def test_cancelled_although_it_does_not_want_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyterlab_cell_profiler.children import following

    monkeypatch.setattr(following, "GRACE", 1.0)
    (folder / "script.py").write_text(
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '300'])\n"
        "print('go', flush=True)\n"
        "time.sleep(300)\n"
    )
    take, _ = cancelling("go")
    raw = run_scalene("script.py", [], directory=str(folder), options=CPU_ONLY, output=take)
    assert raw["cancelled"] is True
    assert raw["exit"] == -9
    assert "was stopped" in raw["problem"]


def test_what_a_script_leaves_running_is_ended(folder: Path) -> None:
    began = time.monotonic()
    run(folder, "import subprocess\nsubprocess.Popen(['sleep', '300'])", options=CPU_ONLY)
    assert time.monotonic() - began < 60


def test_it_opens_no_port(folder: Path) -> None:
    ports: list[int] = []
    others = set(listening())  # Kernels of other tests have some.

    def look(name: str, chunk: bytes) -> None:
        ports.extend(port for port in listening() if port not in others)

    (folder / "script.py").write_text(
        "import time\nprint(1, flush=True)\ntime.sleep(0.3)\nprint(2)"
    )
    run_scalene("script.py", [], directory=str(folder), options=PLAIN, output=look)
    assert ports == []


PARENT = """
import os, sys, time
from jupyterlab_cell_profiler.profilers.scalene_process import run_scalene
from jupyterlab_cell_profiler.tests.scalene_runs import CPU_ONLY
print(os.getpid(), flush=True)
run_scalene("script.py", [], directory=sys.argv[1], options=CPU_ONLY,
            output=lambda name, chunk: print(chunk.decode(), end="", flush=True))
"""


@pytest.mark.parametrize("who", ["parent", "keeper", "program"])
def test_nothing_stays_when_somebody_is_killed(folder: Path, who: str) -> None:
    (folder / "script.py").write_text(
        "import subprocess, time\n"
        "child = subprocess.Popen(['sleep', '300'])\n"
        "print('go', child.pid, flush=True)\n"
        "time.sleep(300)\n"
    )
    before = places()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    try:
        parent.stdout.readline()
        said = ""
        while not said.startswith("go"):
            said = parent.stdout.readline()
        sleeper = int(said.split()[1])
        below = psutil.Process(parent.pid).children(recursive=True)
        (keeper,) = (one for one in below if "keeper.py" in " ".join(one.cmdline()))
        (program,) = keeper.children()
        victim = {"parent": parent.pid, "keeper": keeper.pid, "program": program.pid}[who]
        os.kill(victim, signal.SIGKILL)
        end = time.monotonic() + 30
        while any(one.is_running() for one in (keeper, program)) or psutil.pid_exists(sleeper):
            if all(
                not one.is_running() or one.status() == psutil.STATUS_ZOMBIE
                for one in (keeper, program)
            ) and (
                not psutil.pid_exists(sleeper)
                or psutil.Process(sleeper).status() == psutil.STATUS_ZOMBIE
            ):
                break
            assert time.monotonic() < end
            time.sleep(0.1)
        if who != "parent":
            parent.wait(30)
        while places() - before:
            assert time.monotonic() < end, places() - before
            time.sleep(0.1)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


def test_a_folder_that_is_not_there(folder: Path) -> None:
    raw = run_scalene("x.py", [], directory=str(folder / "none"), options=CPU_ONLY, output=Said())
    assert raw["profile"] is None
    assert "FileNotFoundError" in raw["problem"]


def test_only_and_except(folder: Path) -> None:
    # Of its first tenths of a second Scalene may see nothing.
    (folder / "helper.py").write_text(BUSY.format(seconds=1.2))
    source = "import helper\n" + BUSY.format(seconds=0.4)

    def files(**options: Any) -> set[str]:
        raw, _ = run(folder, source, options={**CPU_ONLY, **options})
        return {os.path.basename(path) for path in (raw["profile"] or {"files": {}})["files"]}

    assert files() == {"script.py", "helper.py"}
    assert files(profile_only=["helper"]) == {"helper.py"}
    assert files(profile_exclude=["helper"]) == {"script.py"}
    (folder / "helper.py").unlink()
    for one in (folder / "__pycache__").glob("*"):
        one.unlink()
    if (folder / "__pycache__").exists():
        (folder / "__pycache__").rmdir()


def test_profile_decorator(folder: Path) -> None:
    raw, _ = run(
        folder,
        "import time\n"
        "@profile\n"
        "def chosen(end):\n"
        "    while time.process_time() < end: pass\n"
        "def other(end):\n"
        "    while time.process_time() < end: pass\n"
        "chosen(time.process_time() + 1.2)\n"
        "other(time.process_time() + 0.4)\n",
        options=CPU_ONLY,
    )
    busy = {
        n
        for n in range(1, 9)
        if line(raw, n)["n_cpu_percent_python"] + line(raw, n)["n_cpu_percent_c"] > 5
    }
    assert busy == {4}


def test_cells_run_after_others(folder: Path) -> None:
    said = Said()
    raw = run_cells(
        [
            {
                "label": "In [1]",
                "code": "print('silent')\nimport os; os.system('echo silent')\nx = [1]",
            },
            {"label": "In [2]", "code": "async def y():\n    return 2\nx.append(await y())"},
            {"label": "In [3]", "code": "\n" + BUSY.format(seconds=1.0) + "print(x)\nx"},
        ],
        directory=str(folder),
        options=PLAIN,
        output=said,
    )
    assert said.text() == "[1, 2]\n[1, 2]\n"
    assert raw["run"]["status"] == "ok"
    assert len(raw["files"]) == 3
    own = raw["files"][-1]
    assert raw["profile"]["program"] == own
    lines = {entry["lineno"]: entry for entry in raw["profile"]["files"][own]["lines"]}
    assert sum(lines[n]["n_cpu_percent_python"] + lines[n]["n_cpu_percent_c"] for n in (5, 6)) > 20
    assert raw["profile"]["elapsed_time_sec"] == pytest.approx(raw["run"]["wall"], abs=0.3)


def test_memory_of_the_setup_is_not_the_cells(folder: Path) -> None:
    raw = run_cells(
        [
            {
                "label": "In [1]",
                "code": "kept = bytearray(300_000_000)\nfor _ in range(10): other = bytes(kept)",
            },
            {"label": "In [2]", "code": "block = bytearray(60_000_000)\ndel kept"},
        ],
        directory=str(folder),
        options=PLAIN,
        output=Said(),
    )
    assert raw["profile"]["max_footprint_mb"] * 2**20 == pytest.approx(60e6, rel=0.1)
    copied = sum(
        entry["n_copy_mb_s"] for file in raw["profile"]["files"].values() for entry in file["lines"]
    )
    # What Scalene copies itself is counted as the cell's: some hundred megabytes.
    assert copied * raw["profile"]["elapsed_time_sec"] < 1000


def test_a_setup_that_fails(folder: Path) -> None:
    said = Said()
    raw = run_cells(
        [{"label": "In [1]", "code": "1 / 0"}, {"label": "In [2]", "code": "print('never')"}],
        directory=str(folder),
        options=PLAIN,
        output=said,
    )
    assert said.text() == ""
    assert (raw["run"]["stage"], raw["run"]["index"]) == ("setup", 0)
    assert 'File "In [1]", line 1' in raw["run"]["traceback"]
    assert "earlier cell" in raw["problem"]


def test_tasks_are_followed_only_where_there_are_any() -> None:
    known = scalene_command.has_flag("--no-async")
    plain = scalene_command.without_async("sum(x for x in range(3))")
    assert plain == (["--no-async"] if known else [])
    for source in ("async def f(): pass", "await f()", "import asyncio"):
        assert scalene_command.without_async(source) == []


def test_libraries_of_an_environment_in_the_folder_are_none_of_the_users(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the working directory had the environment.
    where = os.path.commonpath([sys.prefix, str(Path(scalene_command.__file__).parents[2])])
    raw = run_cells(
        [{"label": "In [1]", "code": "import numpy as np\nkept = np.ones(10_000_000)"}],
        directory=where,
        options=PLAIN,
        output=Said(),
    )
    assert line(raw, 2, "cell_0.py")["n_peak_mb"] * 2**20 == pytest.approx(80e6, rel=0.1)
    assert not [path for path in raw["profile"]["files"] if "site-packages" in path]


def test_the_environment_lets_scalene_run_at_once(folder: Path) -> None:
    """Else it runs itself again, and there are two processes for one."""
    seen: list[int] = []
    others = set(psutil.Process().children(recursive=True))  # Kernels of other tests.

    def look(name: str, chunk: bytes) -> None:
        below = set(psutil.Process().children(recursive=True)) - others
        seen.append(len([one for one in below if one.name().startswith("python")]))

    (folder / "script.py").write_text("import time\nprint(1, flush=True)\ntime.sleep(0.2)")
    run_scalene("script.py", [], directory=str(folder), options=PLAIN, output=look)
    assert seen[0] == 2  # The keeper, and the program.
    assert processes() is not None
    assert scalene_command.environment(memory=False).keys() == {
        "SCALENE_ALLOCATION_SAMPLING_WINDOW",
        *(["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] if sys.platform == "darwin" else []),
    }
