"""``%profile_process``: what it understands, prints, records and refuses."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.arguments import ArgumentError
from jupyterlab_cell_profiler.completions import options_after
from jupyterlab_cell_profiler.document import MIME_TYPE
from jupyterlab_cell_profiler.process_arguments import OPTIONS, parse_process
from jupyterlab_cell_profiler.processes import listing
from jupyterlab_cell_profiler.processes.text import SECRETS, text_of
from jupyterlab_cell_profiler.sampling import spy

from .documents import check
from .inprocess import Shell, new_shell, py_spy_refusal
from .live import LiveKernel, Run
from .looked_at import refusing, until

BUSY = """\
def work(n, secret):
    total = 0
    for i in range(n):
        total += i
    return total

print("begun", flush=True)
while True:
    work(100_000, "hunter2")
"""


@pytest.fixture(scope="module")
def rights() -> None:
    reason = py_spy_refusal()
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def busy(tmp_path: Path, rights: None) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works, in a script of its own."""
    script = tmp_path / "busy.py"
    script.write_text(BUSY)
    process = subprocess.Popen(
        [sys.executable, str(script), "--password=hunter3"], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    assert process.poll() is None, "it is never ended"
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.load()
        yield shell
        shell.ip.run_line_magic("unload_ext", "jupyterlab_cell_profiler")


def document(run: Run) -> dict[str, Any]:
    """The profile in which a recording ends; it takes the place of its progress."""
    found = [message.content["data"] for message in run.messages if "data" in message.content]
    (data,) = (one for one in found if MIME_TYPE in one)
    assert data is found[-1]
    assert "text/html" in data
    profile: dict[str, Any] = data[MIME_TYPE]
    return profile


def below(kernel: LiveKernel) -> list[psutil.Process]:
    pid = kernel.evaluate("__import__('os').getpid()")
    return list(psutil.Process(pid).children(recursive=True))


# What is understood -----------------------------------------------------------------------


def test_arguments() -> None:
    given = parse_process("")
    assert (given.pid, given.seconds, given.options) == (None, None, {})
    given = parse_process("--dump --locals --native 12")
    assert (given.pid, given.seconds) == (12, None)
    assert given.options == {"locals": True, "native": True}
    given = parse_process("12 --seconds=2.5 --rate 50 --no-idle --gil --subprocesses")
    assert (given.pid, given.seconds) == (12, 2.5)
    assert given.options == {"rate": 50, "idle": False, "gil": True, "subprocesses": True}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--bogus", "no option --bogus. Choose from: --dump, --seconds"),
        ("-s 3", "no option -s"),
        ("--native=1", "no option --native=1"),
        ("abc", "'abc' is no process number"),
        ("0", "'0' is no process number"),
        ("99999999999", "no process number"),
        ("1 2", "one at a time"),
        ("--seconds", "--seconds needs a number of seconds"),
        ("--seconds -1", "above 0"),
        ("--seconds 4000", "3600 seconds at most"),
        ("--seconds 1 --rate x", "--rate needs a whole number"),
        ("--dump --seconds 1", "Choose one of --dump"),
        ("--seconds 1 --locals", "--locals goes with --dump"),
        ("--rate 10", "--rate is one of a recording: add --seconds S"),
        ("--gil 12", "--gil is one of a recording"),
    ],
)
def test_arguments_that_cannot_be_meant(line: str, sentence: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_process(line)
    assert sentence in str(refused.value)


def test_every_option_that_is_offered_is_read() -> None:
    for option in OPTIONS:
        value = {"--seconds": " 1", "--rate": " 10"}.get(option, "")
        alone = option in ("--dump", "--seconds", "--locals", "--native", "--subprocesses")
        parse_process(f"{option}{value}" + ("" if alone else " --seconds 1"))
    assert options_after("%profile_process --dump --", OPTIONS) == list(OPTIONS[1:])


def test_ipython_offers_them(shell: Shell) -> None:
    assert "--subprocesses" in shell.ip.complete("", "%profile_process --", 18)[1]


# A dump as text -----------------------------------------------------------------------------


def frame(name: str, file: str, line: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "file": file, "line": line, **more}


def thread(name: str, waits: str | None, *frames: dict[str, Any], gil: bool = False) -> Any:
    return {
        "id": 7, "name": name, "gil": gil, "active": waits is None, "waits": waits,
        "frames": list(frames),
    }  # fmt: skip


def test_text_of_a_dump() -> None:
    secret = {"name": "x", "value": "'a\n b'", "argument": True}
    text = text_of(
        {
            "pid": 5,
            "python": "3.11",
            "notes": ["A and B both wait for a lock, which may be a deadlock."],
            "processes": [
                {
                    "pid": 5,
                    "name": "python a.py",
                    "parent": 1,
                    "threads": [
                        thread("MainThread", None, frame("f", "In [3]", 7), gil=True),
                        thread("", None, frame("g", "~/a.py", 1, locals=[secret])),
                        thread("A", "lock"),
                        thread("B", "sleep"),
                        thread("C", "io"),
                    ],
                },
                {"pid": 6, "name": "python", "parent": 5, "threads": []},
            ],
        }
    )
    assert text == (
        "A and B both wait for a lock, which may be a deadlock.\n\n"
        f"{SECRETS}\n\n"
        "python a.py (PID 5), Python 3.11\n\n"
        "  MainThread, runs and holds the interpreter lock (GIL)\n"
        "    f   In [3], line 7\n\n"
        "  Thread 7, runs\n"
        "    g   ~/a.py, line 1\n"
        "        x = 'a b'\n\n"
        "  A, waits for a lock\n\n"
        "  B, sleeps\n\n"
        "  C, waits for input or output\n\n"
        "python (PID 6), started by PID 5\n"
        "  No thread runs code of yours.\n"
    )


# At work, in a real kernel --------------------------------------------------------------


def test_a_look_at_another_process(magic_kernel: LiveKernel, busy: subprocess.Popen[bytes]) -> None:
    magic_kernel.run("'before'")
    before = magic_kernel.inside("state()")
    run = magic_kernel.run(f"%profile_process {busy.pid}", store_history=False)
    text = run.text()
    assert f"busy.py (PID {busy.pid})" in text
    assert "holds the interpreter lock" in text
    assert "busy.py, line 9" in text
    assert "hunter" not in text
    assert run.documents == []
    assert magic_kernel.inside("state()") == before


def test_values_of_variables_come_with_a_word(
    magic_kernel: LiveKernel, busy: subprocess.Popen[bytes]
) -> None:
    for _ in range(20):
        text = magic_kernel.run(f"%profile_process --locals {busy.pid}").text()
        if "work" in text:
            break
    assert text.startswith(SECRETS)
    assert 'secret = "hunter2"' in text


def test_a_look_at_this_kernel(magic_kernel: LiveKernel, rights: None) -> None:
    code = (
        "import threading\nend = threading.Event()\n"
        "def work():\n    end.wait()\n"
        "thread = threading.Thread(target=work, name='mine')\nthread.start()"
    )
    magic_kernel.run(code)
    text = magic_kernel.run("%profile_process --dump").text()
    own = ("Heartbeat", "IOPub", "Control", "IPythonHistorySavingThread")
    assert not [name for name in own if name in text], "the kernel's own threads"
    assert "The thread that asks is left out." in text
    assert "  mine, waits for a lock" in text
    assert "    work   In [1], line 4" in text
    assert "MainThread" not in text
    magic_kernel.run("end.set()\nthread.join()")


def test_a_look_from_a_subshell(magic_kernel: LiveKernel, tmp_path: Path, rights: None) -> None:
    subshell = magic_kernel.create_subshell()
    if subshell is None:
        pytest.skip("this ipykernel has no subshells")
    file = tmp_path / "end"
    run = magic_kernel.send(
        f"import os\nprint('go')\nwhile not os.path.exists({str(file)!r}):\n    pass"
    )
    try:
        magic_kernel.wait_until(lambda: "go" in run.text())
        looked = magic_kernel.run("%profile_process", subshell=subshell, cell_id="other")
    finally:
        file.touch()
    assert "MainThread, runs" in looked.text()
    assert "    <module>   In [1], line" in looked.text()
    magic_kernel.wait([run])
    assert run.reply["status"] == "ok"
    magic_kernel.delete_subshell(subshell)


def test_a_recording(magic_kernel: LiveKernel, busy: subprocess.Popen[bytes]) -> None:
    run = magic_kernel.run(f"%profile_process --seconds 1.2 --rate 50 {busy.pid}")
    profile = document(run)
    check(profile)
    assert profile["status"] == "ok"
    assert profile["target"] == {"kind": "process", "pid": busy.pid}
    (recorded,) = profile["profilers"]
    assert recorded["name"] == "stacks"
    assert recorded["options"]["rate"] == 50
    (stacks,) = (one for one in profile["sections"] if one["kind"] == "stacks")
    assert "work" in stacks["frames"]["name"]
    assert "hunter3" not in str(profile), "it is in the command line only"
    shown = [m.content["data"].get("text/plain", "") for m in run.of_type("display_data")]
    assert f"recording process {busy.pid}, 0 of 1.2 s." in shown[0]
    assert below(magic_kernel) == []


def test_an_interrupt_ends_a_recording_and_shows_it(
    magic_kernel: LiveKernel, busy: subprocess.Popen[bytes]
) -> None:
    run = magic_kernel.send(f"%profile_process --seconds 600 {busy.pid}")
    magic_kernel.wait_until(lambda: len(run.of_type("update_display_data")) >= 1)
    magic_kernel.interrupt()
    magic_kernel.wait([run])
    profile = document(run)
    check(profile)
    assert run.reply["status"] == "ok"
    assert profile["status"] == "interrupted"
    assert any(section["kind"] == "stacks" for section in profile["sections"])
    assert below(magic_kernel) == []


def test_a_process_that_ends_is_shown_until_then(
    magic_kernel: LiveKernel, tmp_path: Path, rights: None
) -> None:
    short = tmp_path / "short.py"
    short.write_text("import time\nend = time.time() + 2\nwhile time.time() < end:\n    sum([1])\n")
    process = subprocess.Popen([sys.executable, str(short)])
    began = time.monotonic()
    run = magic_kernel.send(f"%profile_process --seconds 60 {process.pid}")
    process.wait()
    magic_kernel.wait([run])
    assert time.monotonic() - began < 30
    profile = document(run)
    assert any("ended meanwhile" in note for note in profile["profilers"][0]["notes"])
    assert below(magic_kernel) == []


def test_a_kernel_that_ends_while_it_records(tmp_path: Path, busy: subprocess.Popen[bytes]) -> None:
    (tmp_path / "kernel").mkdir()
    kernel = LiveKernel(tmp_path / "kernel")
    try:
        kernel.run("%load_ext jupyterlab_cell_profiler")
        pid = kernel.evaluate("__import__('os').getpid()")
        run = kernel.send(f"%profile_process --seconds 600 {busy.pid}")
        kernel.wait_until(lambda: bool(run.of_type("display_data")))
        left = psutil.Process(pid).children(recursive=True)
        assert any("py-spy" in one.name() for one in left)
    finally:
        kernel.stop()
    assert until(lambda: not any(one.is_running() for one in left), 10)
    assert until(lambda: psutil.Process(busy.pid).status() != psutil.STATUS_STOPPED, 2)


# Refusals ------------------------------------------------------------------------------------


def refused(shell: Shell, line: str) -> str:
    """The sentence that a person reads."""
    ran = shell.run(f"%profile_process {line}")
    assert type(ran.error).__name__ == "UsageError", ran.error
    assert ran.outputs == []
    return str(ran.error)


@pytest.mark.parametrize("action", ["", "--seconds 1"])
def test_a_process_that_is_gone(shell: Shell, action: str) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert refused(shell, f"{action} {gone.pid}") == listing.GONE


@pytest.mark.parametrize("action", ["", "--seconds 1"])
def test_another_users_process(shell: Shell, action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "is_own", lambda process: False)
    assert refused(shell, f"{action} {os.getppid()}") == listing.NOT_YOURS


@pytest.mark.parametrize("action", ["", "--seconds 1"])
def test_what_is_not_python(shell: Shell, action: str, rights: None) -> None:
    process = subprocess.Popen(["sleep", "60"])
    try:
        assert until(lambda: psutil.Process(process.pid).name() == "sleep")
        assert "is not Python" in refused(shell, f"{action} {process.pid}")
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(os.name != "posix", reason="stand-ins are scripts")
@pytest.mark.parametrize("action", ["", "--seconds 1"])
def test_missing_rights(
    shell: Shell, action: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = "Error: Permission Denied: Try running again with elevated permissions"
    monkeypatch.setattr(spy, "executable", lambda: refusing(tmp_path, said))
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        sentence = refused(shell, f"{action} {other.pid}")
    finally:
        other.communicate()
    assert f'sudo env "PATH=$PATH" py-spy dump --pid {other.pid}' in sentence


def test_a_rate_that_cannot_be(shell: Shell) -> None:
    assert "from 1 to 1000" in refused(shell, f"--seconds 1 --rate 0 {os.getpid()}")
