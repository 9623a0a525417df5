"""Files that are broken, huge or made to do harm: a sentence each, and nothing is left."""

from __future__ import annotations

import gzip
import json
import marshal
import os
import pickle
import struct
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
from jupyterlab_cell_profiler.opening.apart import open_bytes, open_file, read_apart
from jupyterlab_cell_profiler.opening.check import check_sections
from jupyterlab_cell_profiler.opening.errors import CannotOpen, TooLarge
from jupyterlab_cell_profiler.tests.documents import GOLDEN, golden
from jupyterlab_cell_profiler.tests.record_opening import FOLDER, RECORDINGS


def refusal(data: bytes, name: str) -> str:
    """Why a file is not opened; no process is left."""
    with pytest.raises(CannotOpen) as reason:
        open_bytes(data, name=name, path=name, modified=None)
    text = str(reason.value)
    assert text.endswith(".")
    assert len(text) < 600
    assert "Traceback" not in text
    left = [child for child in psutil.Process().children(recursive=True) if child.is_running()]
    assert not [child for child in left if "opening.child" in " ".join(child.cmdline())]
    return text


def outcome(data: bytes, name: str) -> str:
    """The sentence, or that it was opened."""
    try:
        open_bytes(data, name=name, path=name, modified=None)
    except CannotOpen as reason:
        return str(reason)
    return "opened"


class System:
    """What a pickle that runs a program looks like."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_runs_a_program_does_not(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "executed"
    data = pickle.dumps(System(f"touch {mark}"), protocol)
    text = refusal(data, "x.lprof")
    assert "system, which is no data" in text
    assert not mark.exists()


def test_a_pickle_that_runs_a_program_inside_of_good_data(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    good = (FOLDER / "counted.lprof").read_bytes()
    evil = pickle.dumps(System(f"touch {mark}"), 4)[2:-1]
    refusal(good[:-1] + evil + b".", "x.lprof")
    assert not mark.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b".",
        b"}",
        b"N.",
        b"(((((.",
        b"t.",
        b"]" + b"2" * 1000 + b"e.",
        b"\x8d" + struct.pack("<Q", 2**60) + b"x.",
        b"\x8b" + struct.pack("<I", 2**30) + b"\xff.",
        b"}(]K\x01u.",
        b"]\x94h\x05.",
        b"cbuiltins\neval\n.",
        b"cline_profiler.line_profiler\nLineStats\n)\x81}b.",
    ],
)
def test_pickles_of_every_kind_of_nonsense(body: bytes) -> None:
    assert "x.lprof" in refusal(b"\x80\x04" + body, "x.lprof")


def test_a_pickle_of_laughter() -> None:
    """Each list has the one before twice: small in a file, and endless to walk."""
    body = b"]\x94" + b"".join(
        b"](" + 2 * (b"j" + struct.pack("<I", n)) + b"e\x94" for n in range(60)
    )
    refusal(b"\x80\x04" + body + b".", "x.lprof")
    # The same of tuples, as a key.
    body = b")\x94" + b"".join(2 * (b"j" + struct.pack("<I", n)) + b"\x86\x94" for n in range(60))
    began = time.monotonic()
    refusal(b"\x80\x04}" + body + b"Ns.", "x.lprof")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("name", RECORDINGS)
def test_truncated_files(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    for share in (0.3, 0.9):
        part = data[: int(len(data) * share)]
        # Lines that are whole are a profile, too.
        assert outcome(part, name).endswith(".") or name.endswith((".dat", ".collapsed"))


@pytest.mark.parametrize("name", RECORDINGS)
def test_files_with_flipped_bytes(name: str) -> None:
    """Whatever comes of them, it is a document or a sentence."""
    data = bytearray((FOLDER / name).read_bytes())
    step = max(7, len(data) // 6)
    for place in range(1, len(data), step):
        broken = bytearray(data)
        broken[place : place + 4] = bytes(byte ^ 0xFF for byte in broken[place : place + 4])
        assert outcome(bytes(broken), name).endswith(("opened", "."))


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "x.prof", "is empty"),
        (b"\0" * 1000, "x.xyz", "no profile that can be opened"),
        (b"hello world", "x.txt", "no profile that can be opened"),
        (b"\x89PNG\r\n\x1a\n", "x.json", "no profile that can be opened"),
        (b'{"a": 1}', "x.json", "no profile that can be opened"),
        (b"[1, 2, 3]", "x.json", "no profile that can be opened"),
        (b'{"a": ', "x.json", "line 1"),
        (b"[" * 200_000, "x.json", "nested too deeply"),
        (b'{"a":' * 100_000, "x.speedscope.json", "nested too deeply"),
        (b'{"frame_records": ' + b"9" * 5000 + b"}", "x.json", "too large"),
        (b'{"version": 1, "producer": "x", "sections": []}', "x.json", "already"),
        (b"{\xff\xfe}", "x.json", "UTF-8"),
        (b"{(" + b"\xff" * 100, "x.prof", "pstats"),
        (b"garbage", "x.prof", "pstats"),
        (b"garbage", "x.lprof", "line_profiler"),
        (b"garbage", "mprofile_1.dat", "MEM"),
        (b"MEM nan 1.0\n", "mprofile_1.dat", "finite"),
        (b"MEM -5 1.0\n", "mprofile_1.dat", "below zero"),
        (b"MEM 1 1e999\n", "mprofile_1.dat", "finite"),
        (b"CMDLINE x\n", "mprofile_1.dat", "no line MEM"),
        (b"memray\0" + b"\xff" * 200, "x.bin", "memray"),
        (b"\x04\x22\x4d\x18" + b"\xff" * 200, "x.bin", "memray"),
        (b"a;b " + b"9" * 300 + b"\n", "x.folded", "number"),
        (b";".join([b"a"] * 30_000) + b" 1\n", "x.folded", "too deep"),
    ],
)
def test_what_is_no_profile(data: bytes, name: str, words: str) -> None:
    if name.endswith(".bin"):
        pytest.importorskip("memray")
    assert words in refusal(data, name)


NAN = float("nan")


@pytest.mark.parametrize(
    "entry",
    [
        (1, 1, NAN, 0.0, {}),
        (1, 1, float("inf"), 0.0, {}),
        (1, 1, -1.0, 0.0, {}),
        (-1, 1, 0.0, 0.0, {}),
        (1, 10**400, 0.0, 0.0, {}),
        (1, 1, "x", 0.0, {}),
        (1, 1, 0.0, 0.0, {("x", 1, "g"): (1, 1, NAN, 0.0)}),
        (1, 1, 0.0, 0.0, {("x", 1): 1}),
        (True, 1, 0.0, 0.0, {}),
    ],
)
def test_statistics_that_cannot_be(entry: Any) -> None:
    refusal(marshal.dumps({("x.py", 1, "f"): entry}), "x.prof")


def test_large_counts_are_kept() -> None:
    data = marshal.dumps({("x.py", 1, "f"): (10**9, 10**9, 1.0, 1.0, {})})
    document: Any = open_bytes(data, name="x.prof", path="x.prof", modified=None)
    calls = next(one for one in document["sections"] if one["kind"] == "calls")
    assert calls["functions"]["calls"] == [10**9]


def test_huge_names_are_cut() -> None:
    data = marshal.dumps({("x" * 10**6, 1, "\ud800" + "f" * 10**6): (1, 1, 1.0, 1.0, {})})
    document = open_bytes(data, name="x.prof", path="x.prof", modified=None)
    assert len(json.dumps(document)) < 20_000


@pytest.mark.parametrize(
    "change",
    [
        {"profiles": [{"type": "sampled", "unit": "seconds", "samples": [[9]], "weights": [1]}]},
        {"profiles": [{"type": "sampled", "unit": "seconds", "samples": [[-1]], "weights": [1]}]},
        {"profiles": [{"type": "sampled", "unit": "seconds", "samples": [[0]], "weights": []}]},
        {"profiles": [{"type": "sampled", "unit": "years", "samples": [], "weights": []}]},
        {"profiles": [{"type": "sampled", "unit": "seconds", "samples": [[0]], "weights": [-1]}]},
        {"profiles": [{"type": "sampled", "unit": "none", "samples": [[0]], "weights": [1e300]}]},
        {
            "profiles": [
                {"type": "sampled", "unit": "none", "samples": [[0]] * 3, "weights": [9e15] * 3}
            ]
        },
        {"profiles": [{"type": "other", "unit": "none"}]},
        {
            "profiles": [
                {"type": "evented", "unit": "none", "events": [{"type": "C", "at": 0, "frame": 0}]}
            ]
        },
        {
            "profiles": [
                {
                    "type": "evented",
                    "unit": "none",
                    "events": [
                        {"type": "O", "at": 5, "frame": 0},
                        {"type": "C", "at": 1, "frame": 0},
                    ],
                }
            ]
        },
        {"profiles": []},
        {"profiles": "x"},
        {"shared": {"frames": [{"name": 5}]}},
        {"shared": None},
    ],
)
def test_speedscope_that_cannot_be(change: dict[str, Any]) -> None:
    good = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "shared": {"frames": [{"name": "f"}]},
        "profiles": [
            {"type": "sampled", "name": "t", "unit": "none", "samples": [[0]], "weights": [1]}
        ],
    }
    refusal(json.dumps({**good, **change}).encode(), "x.speedscope.json")


@pytest.mark.parametrize(
    "nodes",
    [[], [{"id": 1, "children": [1]}], [{"id": 1, "children": [2]}, {"id": 2, "children": [1]}]],
)
def test_a_cpuprofile_that_is_no_tree(nodes: list[Any]) -> None:
    frame = {"functionName": "f", "url": "", "lineNumber": 0}
    file = {
        "nodes": [{**node, "callFrame": frame, "hitCount": 1} for node in nodes],
        "startTime": 0,
        "endTime": 5,
        "samples": [1],
        "timeDeltas": [1],
    }
    refusal(json.dumps(file).encode(), "x.cpuprofile")


def test_a_bomb_of_gzip() -> None:
    data = gzip.compress(b"a;b 1\n" * 40_000_000, 9)
    assert len(data) < 1_000_000
    with pytest.raises(CannotOpen, match="larger than 200 MB"):
        open_bytes(data, name="x.folded.gz", path="x", modified=None)
    assert "packed" in refusal(gzip.compress(b"a;b 1\n" * 1000)[:-20], "x.folded.gz")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.prof"
    with path.open("wb") as file:
        file.truncate(apart.MOST + 1)  # Sparse: no byte of it is written.
    began = time.monotonic()
    with pytest.raises(TooLarge, match="200 MB are opened"):
        open_file(str(path))
    assert time.monotonic() - began < 5


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="There is no file"):
        open_file(str(tmp_path / "missing.prof"))
    with pytest.raises(CannotOpen, match="no file"):
        open_file(str(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.prof")
        with pytest.raises(CannotOpen, match="no file"):
            open_file(str(tmp_path / "pipe.prof"))


# -- readers that die -------------------------------------------------------------------------


def reading(monkeypatch: pytest.MonkeyPatch, program: str, seconds: float = 60.0) -> str:
    """What is said when the process does this instead of reading."""
    monkeypatch.setattr(apart, "PROGRAM", program)
    with (FOLDER / "work.prof").open("rb") as file, pytest.raises(CannotOpen) as reason:
        read_apart(file, name="x.prof", path="x.prof", modified=None, seconds=seconds)
    assert not psutil.Process().children()
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
    gone = threading.Event()
    threading.Timer(0.5, gone.set).start()
    with pytest.raises(CannotOpen, match="was stopped"):
        open_bytes(data, name="x.folded", path="x", modified=None, stopped=gone.is_set)
    assert not psutil.Process().children()


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
