"""Files that are broken, huge or made to do harm: a sentence each, and nothing is left."""

from __future__ import annotations

import gzip
import json
import marshal
import os
import pickle
import struct
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.opening import apart
from jupyterlab_cell_profiler.opening.apart import open_bytes, open_file
from jupyterlab_cell_profiler.opening.errors import CannotOpen, TooLarge
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
