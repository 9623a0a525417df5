"""Whose code a process runs, from its registers: Python, or which library."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.profilers.overview_libraries import Times, looks_by_owner, text_of
from jupyterlab_cell_profiler.sampling import libraries, registers
from jupyterlab_cell_profiler.sampling.libraries import Libraries
from jupyterlab_cell_profiler.sampling.mappings import (
    GENERATED,
    PYTHON,
    SYSTEM,
    Mappings,
    owner_of,
    parse,
)
from jupyterlab_cell_profiler.sampling.registers import Registers

from .inprocess import py_spy_refusal
from .looked_at import until

pytestmark = pytest.mark.alone


# Pure ---------------------------------------------------------------------------------

SITE = "/env/lib/python3.12/site-packages"


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/usr/bin/python3.11", PYTHON),
        ("/opt/my interpreter", PYTHON),
        ("/usr/lib/libpython3.11.so.1.0", PYTHON),
        ("/usr/lib/libpython3.13t.so.1.0", PYTHON),
        ("/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", PYTHON),
        ("/lib/x86_64-linux-gnu/libc.so.6", SYSTEM),
        ("/lib/libc-2.31.so", SYSTEM),
        ("/lib/ld-musl-x86_64.so.1", SYSTEM),
        ("/usr/lib/libstdc++.so.6.0.30", SYSTEM),
        ("[vdso]", SYSTEM),
        ("", GENERATED),
        ("/memfd:numba (deleted)", GENERATED),
        (f"{SITE}/numpy/_core/_multiarray_umath.cpython-312-x86_64-linux-gnu.so",
         "numpy/_multiarray_umath"),
        (f"{SITE}/numpy.libs/libscipy_openblas64_-32a4b2a6.so", "numpy/libscipy_openblas64_"),
        (f"{SITE}/torch/lib/libtorch_cpu.so", "torch/libtorch_cpu"),
        (f"{SITE}/_single.abi3.so", "_single"),
        ("/usr/lib/libopenblas.so.0", "libopenblas"),
        ("/usr/lib/libcrypto.so.3 (deleted)", "libcrypto"),
        ("/home/a/" + "x" * 300 + ".so", "x" * 60),
    ],
)  # fmt: skip
def test_whose_code_a_file_has(path: str, owner: str) -> None:
    assert owner_of(path, "/opt/my interpreter") == owner


MAPS = """\
00400000-00500000 r-xp 00000000 08:01 1    /usr/bin/python3.11
00600000-00700000 rw-p 00000000 08:01 1    /usr/bin/python3.11
7f0000000000-7f0000010000 r-xp 00000000 08:01 2    /lib/libc.so.6
7f0000020000-7f0000030000 r-xp 00000000 08:01 3    /usr/lib/lib with spaces.so
7f0000040000-7f0000050000 r-xp 00000000 00:00 0
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0    [vsyscall]
"""


def test_who_works() -> None:
    maps = parse(MAPS, "/usr/bin/python3.11")
    python, libc, library, made = 0x400010, 0x7F0000000010, 0x7F0000020010, 0x7F0000040010
    assert maps.who_works(python, (library,)) == PYTHON
    assert maps.who_works(library, ()) == "lib with spaces"
    assert maps.who_works(made, ()) == GENERATED
    assert maps.who_works(libc, (0, libc, 0x600010, library, python)) == "lib with spaces"
    assert maps.who_works(libc, (1, 2)) is None
    assert maps.who_works(0x7F0000010000, ()) is None, "its end is no more part of it"
    assert Mappings((), (), ()).who_works(1, (2,)) is None
    assert parse("", "") == Mappings((), (), ())


def test_looks_count_while_code_of_the_user_runs() -> None:
    seen = {
        "names": ["a", PYTHON],
        "looks": [[0.5, 1], [1.0, 0], [1.5, 1], [2.5, 0], [3.5, 1], [9.0, 1]],
    }
    assert looks_by_owner(seen, [[1.0, 2.0], [3.0, 4.0]]) == {"a": 1, PYTHON: 2}
    assert looks_by_owner(seen, []) == {}
    assert looks_by_owner(seen, [[0.0, float("inf")]]) == {"a": 2, PYTHON: 4}


def test_when_code_of_the_user_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    times = Times()
    for at, on in ((1.0, True), (1.5, True), (2.0, False), (2.0005, True), (3.0, False),
                   (5.0, True)):  # fmt: skip
        now[0] = at
        times.set(on)
    assert times.data() == [[1.0, 3.0], [5.0, float("inf")]]


def test_the_text_names_the_largest() -> None:
    text = text_of(Counter({PYTHON: 40, "numpy/x": 30, "b": 20, "c": 6, "d": 4}))
    assert "(95 % confidence, 100 looks): numpy/x 30 %, b 20 %, c 6 %. What" in text
    assert "looks). What" in text_of(Counter({PYTHON: 40}))


# Live ---------------------------------------------------------------------------------

WORK = {
    "python": "x = 0\nwhile True:\n    x += 1",
    "zlib": "import zlib\ndata = bytes(range(256)) * 4000\nwhile True: zlib.compress(data, 9)",
    "copies": "import numpy\na = numpy.ones(4_000_000)\nwhile True: b = a.copy()",
    "sleep": "import time\ntime.sleep(60)",
}


@pytest.fixture
def start() -> Iterator[Any]:
    if not registers.supported():
        pytest.skip(libraries.UNSUPPORTED)
    reason = py_spy_refusal()
    if reason is not None:
        pytest.skip(reason)
    started: list[subprocess.Popen[str]] = []

    def begin(code: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-c", f"print('go', flush=True)\n{code}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        return process.pid

    begin.processes = started  # type: ignore[attr-defined]
    yield begin
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def seen(looks: Libraries, seconds: float) -> Counter[str]:
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        if now >= looks.due:
            looks.look()
        time.sleep(max(0.0, min(looks.due, end) - time.monotonic()))
    return looks_by_owner(looks.data(), [[0.0, float("inf")]])


def owners(pid: int, seconds: float = 1.0) -> Counter[str]:
    looks = Libraries(pid)
    try:
        return seen(looks, seconds)
    finally:
        looks.close()


def test_python_is_python(start: Any) -> None:
    found = owners(start(WORK["python"]))
    assert found[PYTHON] >= 15
    assert found[PYTHON] >= 0.9 * sum(found.values())


def test_a_library_is_named(start: Any) -> None:
    pid = start(WORK["zlib"])
    found = owners(pid)
    # Where CPython brought its own zlib along, it is Python.
    shared = any("libz" in one.path for one in psutil.Process(pid).memory_maps())
    name = "libz" if shared else PYTHON
    assert found[name] >= 0.8 * sum(found.values()) >= 12


def test_the_c_library_works_for_who_called_it(start: Any) -> None:
    pytest.importorskip("numpy")
    pid = start(WORK["copies"])
    time.sleep(1.0)  # It loads.
    found = owners(pid)
    numpy = sum(count for name, count in found.items() if name.startswith("numpy/"))
    assert numpy >= 0.7 * sum(found.values()) >= 10


def test_who_sleeps_is_left_alone(start: Any) -> None:
    pid = start(WORK["sleep"])
    assert until(lambda: psutil.Process(pid).status() == psutil.STATUS_SLEEPING)
    time.sleep(0.5)  # Before, it may have waited for something else.
    assert not owners(pid)


def test_a_signal_that_comes_while_it_is_held_is_not_lost(start: Any) -> None:
    pid = start(
        "import os, signal, time\ncount = [0]\n"
        # In one piece: another signal may come while it is written.
        "def handle(*_):\n    count[0] += 1\n    os.write(1, b'%d\\n' % count[0])\n"
        "signal.signal(signal.SIGUSR1, handle)\n"
        "end = time.time() + 60\nwhile time.time() < end: pass"
    )
    place = Registers(pid)
    sent = 0
    stop = threading.Event()

    def send() -> None:
        nonlocal sent
        while not stop.is_set():
            os.kill(pid, signal.SIGUSR1)
            sent += 1
            time.sleep(0.004)

    process = start.processes[-1]
    time.sleep(0.3)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        looked = 0
        for _ in range(1000):
            looked += place.look(pid) is not None
            time.sleep(0.001)  # It has to run in between.
    finally:
        stop.set()
        sender.join()
        place.close()
    assert looked > 500
    time.sleep(0.3)
    process.kill()
    assert process.stdout is not None
    numbers = process.stdout.read().split()
    # Two that come before the first one is handled count once.
    assert 0.8 * sent <= int(numbers[-1]) <= sent


def test_who_stops_late_is_let_go(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "PATIENCE", -1.0)
    pid = start(WORK["python"])
    process = psutil.Process(pid)
    looks = Libraries(pid)
    begin = process.cpu_times().user
    time.sleep(1.0)
    middle = process.cpu_times().user
    seen(looks, 1.0)
    looks.close()
    # Other processes may want the processor, too.
    assert process.cpu_times().user - middle > 0.5 * (middle - begin) > 0
    before = process.cpu_times().user
    assert until(lambda: process.cpu_times().user > before + 0.05)


def test_who_was_killed_while_it_held_leaves_it_running(start: Any) -> None:
    pid = start(WORK["python"])
    code = (
        "import sys\nfrom jupyterlab_cell_profiler.sampling.registers import Registers\n"
        "place = Registers(int(sys.argv[1]))\nprint('looks', flush=True)\n"
        "while True: place.look(int(sys.argv[1]))"
    )
    looker = subprocess.Popen(
        [sys.executable, "-c", code, str(pid)], stdout=subprocess.PIPE, text=True
    )
    assert looker.stdout is not None
    looker.stdout.readline()
    time.sleep(0.2)
    looker.kill()
    looker.wait()
    looker.stdout.close()
    process = psutil.Process(pid)
    before = process.cpu_times().user
    assert until(lambda: process.cpu_times().user > before + 0.05)


def test_a_process_that_ends_meanwhile(start: Any) -> None:
    pid = start("import time\nend = time.time() + 0.4\nwhile time.time() < end: pass")
    found = owners(pid, 1.0)
    assert 5 <= sum(found.values()) <= 40


def test_its_looks_are_bounded(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "MOST", 20)
    monkeypatch.setattr(libraries, "RATE", 200)
    looks = Libraries(start(WORK["python"]))
    found = seen(looks, 1.0)
    looks.close()
    assert 8 <= sum(found.values()) <= 20


# Refused ------------------------------------------------------------------------------


def test_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "supported", lambda: False)
    looks = Libraries(os.getpid())
    assert looks.due == float("inf")
    assert looks.data() == {"names": [], "looks": [], "problem": libraries.UNSUPPORTED}
    looks.close()


def test_nobody_may_look(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = start(WORK["python"])

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Registers, "look", refuse)
    monkeypatch.setattr(libraries, "REFUSED_FOR", 0.2)
    looks = Libraries(pid)
    assert not seen(looks, 0.5)
    assert looks.problem == libraries.REFUSED
    monkeypatch.setattr(Registers, "__init__", refuse)
    assert Libraries(pid).problem == libraries.REFUSED
