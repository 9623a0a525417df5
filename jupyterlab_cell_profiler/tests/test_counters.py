"""``counters`` in this very process: with the machine's perf, and with programs in its place."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import OptionError, Target, counter_perf, counters
from jupyterlab_cell_profiler.profilers.counter_disk import Disk
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, give_memory_back, new_shell
from jupyterlab_cell_profiler.tests.record_perf import FOLDER as RAW

pytestmark = pytest.mark.alone


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="perf is a program of Linux")


def perf_refusal() -> str | None:
    """Why perf does not count here; None when it does."""
    with counters.capture(Target(), {"events": "task-clock"}) as recording:
        pass
    reason: str | None = recording.raw["perf"]["reason"]
    return reason


@pytest.fixture(scope="module")
def perf() -> None:
    reason = perf_refusal()
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    children = set(psutil.Process().children(recursive=True))
    files = sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else []
    with new_shell() as shell:
        shell.load()
        give_memory_back()
        yield shell
    assert set(psutil.Process().children(recursive=True)) == children
    assert not [name for name in os.listdir(tmp_path) if name.startswith("cell-profiler")]
    if files:
        assert sorted(os.listdir("/proc/self/fd")) == files, "no file stays open"


def profile(shell: Shell, code: str, *names: str, **options: Any) -> Ran:
    request = Request(list(names or ("counters",)), {"counters": options})
    assert shell.profiler.arm("cell", request) is None
    ran = shell.run(textwrap.dedent(code).strip("\n"), "cell")
    check(ran.document)
    return ran


def items(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in ran.document["sections"]:
        for item in section["items"] if section["kind"] == "totals" else ():
            found.setdefault(item["name"], item)
    return found


def totals(ran: Ran) -> dict[str, Any]:
    return {name: item["value"] for name, item in items(ran).items()}


# What the system tells ----------------------------------------------------------------


def test_sleep_is_waiting(shell: Shell) -> None:
    found = totals(profile(shell, "import time\ntime.sleep(0.3)"))
    assert found["wall"] == pytest.approx(0.3, abs=0.1)
    assert found["wait"] > 0.25
    assert found["cpu_percent"] < 20
    assert found["voluntary_switches"] >= 1
    assert found["cpus_utilised"] < 0.2


@LINUX
def test_memory_that_is_touched_is_minor_faults(shell: Shell) -> None:
    found = totals(profile(shell, "kept = b'x' * 100_000_000"))
    assert found["minor_faults"] == pytest.approx(100e6 / os.sysconf("SC_PAGESIZE"), rel=0.05)
    assert found["increment"] == pytest.approx(100e6, rel=0.05)
    assert found["faults_per_second"] == pytest.approx(found["minor_faults"] / found["wall"], 0.02)


@LINUX
def test_what_is_read_and_written(shell: Shell, tmp_path: Path) -> None:
    shell.ns["path"] = str(tmp_path / "file")
    found = totals(
        profile(
            shell,
            """
            import os
            with open(path, "wb", buffering=0) as file:
                file.write(b"x" * 2_000_000)
                os.fsync(file.fileno())
            with open(path, "rb", buffering=0) as file:
                size = len(file.read())
            """,
        )
    )
    assert found["write_chars"] == 2_000_000
    assert 2_000_000 <= found["read_chars"] < 2_100_000


@LINUX
def test_looking_at_the_disk_is_not_counted() -> None:
    disk = Disk()
    for _ in range(3):
        disk.begin()
        disk.end()
    assert disk.data()["read_chars"] == 0


def test_disk_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counters:
        read_bytes = 5_000
        write_bytes = 700

    monkeypatch.setattr("jupyterlab_cell_profiler.profilers.counter_disk.IO", "/nowhere/io")
    monkeypatch.setattr(psutil.Process, "io_counters", lambda self: Counters)
    disk = Disk()
    disk.begin()
    Counters.read_bytes += 4_000
    disk.end()
    found = disk.data()
    assert (found["read_chars"], found["write_chars"]) == (4_000, 0)
    assert found["read_bytes"] is None


def test_the_display_of_the_last_value_is_not_counted(shell: Shell) -> None:
    shell.run(
        "import time\nclass Slow:\n    def __repr__(self):\n"
        "        x = b'x' * 80_000_000\n        time.sleep(0.3)\n        return 'slow'"
    )
    found = totals(profile(shell, "Slow()"))
    assert found["wall"] < 0.2
    if found["minor_faults"] is not None:
        assert found["minor_faults"] < 5_000
    if found["task_clock"] is not None:
        assert found["faults"] < 5_000


# The machine's perf -------------------------------------------------------------------


def test_two_processes_keep_two_processors_busy(shell: Shell, perf: None) -> None:
    ran = profile(
        shell,
        """
        import subprocess, sys
        code = "import time\\nwhile time.process_time() < 0.4: pass"
        both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
        [one.wait() for one in both]
        """,
    )
    found = totals(ran)
    # Processes that the run begins are in perf's counts, not in those of this process.
    assert found["task_clock"] > 0.75
    assert found["user"] < 0.3
    assert ran.document["profilers"][0]["tool"] == "perf"
    assert ran.document["profilers"][0]["toolVersion"][0].isdigit()


def test_threads_that_begin_in_the_run(shell: Shell, perf: None) -> None:
    ran = profile(
        shell,
        """
        import hashlib, threading
        block = b"x" * 60_000_000
        def work():
            hashlib.sha256(block).digest()
        for threads in [[threading.Thread(target=work) for _ in range(2)]]:
            [t.start() for t in threads]
            [t.join() for t in threads]
        """,
    )
    found = totals(ran)
    assert found["task_clock"] == pytest.approx(found["user"] + found["sys"], rel=0.15, abs=0.01)
    assert found["cs"] >= 2


def test_only_while_the_cell_runs(shell: Shell, perf: None) -> None:
    before = time.thread_time()
    with counters.capture(Target(), {"events": "task-clock,faults"}) as recording:
        give_memory_back()
        kept = b"x" * 60_000_000  # Not yet.
        for _ in range(20):
            with recording.running():
                sum(range(100_000))
        kept += b"x"  # No more.
    spent = time.thread_time() - before
    (section,) = counters.convert(recording.raw, Target())
    found = {item["name"]: item["value"] for item in section["items"]}  # type: ignore[typeddict-item]
    assert found["faults"] < 2_000
    assert 0 < found["task_clock"] < spent


def test_helpers_of_other_profilers_do_not_count(shell: Shell, perf: None) -> None:
    found = totals(profile(shell, "import time\ntime.sleep(0.5)", "counters", "memory"))
    # The helper of `memory` takes some 0.1 s to start and looks a hundred times a second.
    assert found["task_clock"] < 0.05


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("x = b'x' * 40_000_000\n1 / 0", "error"),
        ("x = b'x' * 40_000_000\nraise KeyboardInterrupt", "interrupted"),
    ],
)
@LINUX
def test_what_was_counted_before_it_ended(shell: Shell, code: str, status: str) -> None:
    ran = profile(shell, code)
    assert ran.document["status"] == status
    assert totals(ran)["minor_faults"] == pytest.approx(40e6 / 4096, rel=0.1)


def test_own_events(shell: Shell, perf: None) -> None:
    found = items(profile(shell, "1", events=["context-switches", "cpu-clock"]))
    assert found["cs"]["supported"]
    assert found["cpu_clock"]["unit"] == "seconds"
    assert "cycles" not in found


def test_an_event_that_there_is_not(shell: Shell, perf: None) -> None:
    with (
        pytest.raises(OptionError, match="no event 'such-a-thing'"),
        counters.capture(Target(), {"events": "cs,such-a-thing"}),
    ):
        pass
    ran = shell.run("%%profile counters --events such-a-thing\nx = 7")
    assert shell.ns["x"] == 7
    assert not ran.documents


def test_files_that_the_cell_closed_are_not_taken_for_ours(shell: Shell, perf: None) -> None:
    shell.ns["before"] = {int(name) for name in os.listdir("/proc/self/fd")}
    code = """
    import os
    mine = []
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in before:
            try:
                os.close(int(name))
            except OSError:
                continue
            mine.append(os.open("mine.txt", os.O_RDWR | os.O_CREAT))
    """
    here = os.getcwd()
    os.chdir(tempfile.gettempdir())
    try:
        ran = profile(shell, code)
        assert "closed what led to perf" in ran.notes[0]
        assert not totals(ran)["task_clock"]
        assert len(shell.ns["mine"]) >= 3
        for number in shell.ns["mine"]:
            assert os.fstat(number).st_size == 0, "nothing of ours is in a file of the person"
            os.close(number)
    finally:
        os.chdir(here)


# Repeats ------------------------------------------------------------------------------


def test_a_statement_several_times(shell: Shell) -> None:
    shell.run("runs = []")
    ran = shell.run("%profile counters -r 3 runs.append(b'x' * 10_000_000)")
    assert len(shell.ns["runs"]) == 3
    found = totals(ran)
    assert found["repeat"] == 3
    assert found["wall_mean"] == pytest.approx(found["wall"] / 3, rel=0.3)
    assert found["wall_deviation"] >= 0
    assert found["minor_faults_mean"] == pytest.approx(found["minor_faults"] / 3)
    assert ran.document["target"]["kind"] == "statement"
    if found["task_clock"] is not None:
        assert found["task_clock_mean"] == pytest.approx(found["task_clock"] / 3)


def test_a_cell_several_times(shell: Shell) -> None:
    shell.run("count = 0")
    ran = shell.run("%%profile counters -r 4 --events cs\nfor i in range(10):\n    count += 1")
    assert shell.ns["count"] == 40
    assert totals(ran)["repeat"] == 4
    assert ran.document["files"][0]["source"] == ["for i in range(10):", "    count += 1"]


def test_a_statement_that_fails_in_its_second_run(shell: Shell) -> None:
    shell.run("left = [1]")
    ran = shell.run("%profile counters -r 3 left.pop()")
    assert ran.document["status"] == "error"
    assert isinstance(ran.error, IndexError)
    assert totals(ran)["repeat"] == 2


# Programs in the place of perf --------------------------------------------------------

PROTOCOL = """\
import os, signal, sys
if "--version" in sys.argv:
    print("perf version 9.9.fake")
    sys.exit()
given = dict(a.partition("=")[::2] for a in sys.argv if a.startswith("--"))
control, answers = map(int, given["--control"].removeprefix("fd:").split(","))
def told():
    line = b""
    while not line.endswith(b"\\n"):
        one = os.read(control, 1)
        if not one:
            sys.exit(3)
        line += one
    return line.decode().strip()
def answer():
    os.write(answers, b"ack\\n\\0")
"""
COUNTS = """\
def end(*_):
    sys.stderr.write(open({path!r}).read())
    sys.stderr.flush()
    os._exit(0)
signal.signal(signal.SIGINT, end)
while True:
    told()
    answer()
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a Python program in the place of perf."""

    def put(program: str) -> None:
        path = tmp_path / "bin" / "perf"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!{sys.executable}\n{program}")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)
        counter_perf.version_of.cache_clear()

    return put


@LINUX
class TestFakes:
    def test_one_that_takes_turns(self, shell: Shell, fake: Callable[[str], None]) -> None:
        fake(PROTOCOL + COUNTS.format(path=str(RAW / "multiplexed.txt")))
        ran = profile(shell, "1")
        assert totals(ran)["instructions"] == 11_863_689_459
        assert items(ran)["cycles"]["help"].startswith("Estimated")
        assert ran.notes[0].startswith("Estimated: cycles")
        assert ran.document["profilers"][0]["toolVersion"] == "9.9.fake"

    def test_one_that_refuses(self, shell: Shell, fake: Callable[[str], None]) -> None:
        text = (RAW / "paranoid.txt").read_text()
        fake(f"import sys\nsys.stderr.write({text!r})\nsys.exit(255)")
        ran = profile(shell, "kept = b'x' * 30_000_000")
        assert "perf_event_paranoid" in ran.notes[0]
        found = items(ran)
        assert not found["cycles"]["supported"]
        assert "perf_event_paranoid" in found["cycles"]["help"]
        assert found["minor_faults"]["value"] > 5_000
        assert ran.document["profilers"][0]["tool"] == "getrusage"
        assert ran.document["profilers"][0]["toolVersion"] == ""

    def test_one_that_dies(self, shell: Shell, fake: Callable[[str], None]) -> None:
        fake(PROTOCOL + "print('Events disabled', flush=True)\ntold(); answer(); told(); answer()")
        ran = profile(shell, "x = 1\ny = 2\nz = 3")
        assert shell.ns["z"] == 3
        assert "perf ended while the cell ran" in ran.notes[0]
        assert not items(ran)["task_clock"]["supported"]

    def test_one_that_is_killed_at_the_end(self, shell: Shell, fake: Callable[[str], None]) -> None:
        fake(PROTOCOL + "while True:\n    told()\n    answer()")
        ran = profile(shell, "x = 1")
        # It wrote nothing when it was asked to end.
        assert not items(ran)["task_clock"]["supported"]
        assert items(ran)["wall"]["supported"]

    def test_one_that_does_not_answer(
        self, shell: Shell, fake: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counter_perf, "SECONDS_TO_ANSWER", 0.3)
        fake("import time\ntime.sleep(60)")
        begin = time.monotonic()
        ran = profile(shell, "x = 1")
        assert time.monotonic() - begin < 5
        assert "does not answer" in ran.notes[0]

    def test_one_that_does_not_end(
        self, shell: Shell, fake: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counter_perf, "SECONDS_TO_STOP", 0.3)
        fake(PROTOCOL + "signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + COUNTS.split("\n", 5)[5])
        ran = profile(shell, "x = 1")
        assert "did not stop" in ran.notes[0]

    def test_one_that_cannot_be_started(self, shell: Shell, fake: Callable[[str], None]) -> None:
        fake("")
        path = shutil.which("perf")
        assert path is not None
        Path(path).write_text("#!/nowhere/python\n")
        ran = profile(shell, "x = 1")
        assert "could not be started" in ran.notes[0]

    def test_one_that_is_not_there(
        self, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        ran = profile(shell, "x = 1")
        assert "not installed where this kernel runs" in ran.notes[0]
        assert "linux-perf" in items(ran)["cycles"]["help"]
        assert items(ran)["cpus_utilised"]["supported"]

    def test_an_answer_that_came_after_an_interrupt(
        self, shell: Shell, fake: Callable[[str], None]
    ) -> None:
        fake(PROTOCOL + COUNTS.format(path=str(RAW / "hardware.txt")))
        perf = counter_perf.Perf(str(shutil.which("perf")), ["cycles"])
        try:
            # As if an interrupt had come between the question and its answer.
            os.write(perf._write.number, b"enable\n")
            perf._due += 1
            perf.switch(on=False)
            assert perf._due == 0
            assert not os.get_blocking(perf._read.number) or perf.on is False
        finally:
            assert "instructions" in perf.stop()


def test_not_on_linux(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter_perf.sys, "platform", "darwin")
    assert "perf is a program of Linux" in str(counter_perf.impossible())
