"""The files of Linux and psutil say the same of a process and its children."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jupyterlab_cell_profiler.sampling import family as module
from jupyterlab_cell_profiler.sampling.family import ByFiles, ByPsutil, Gone, family

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="files of Linux")
PARENT = """
import subprocess, sys, threading
child = "import sys; print('up', flush=True); sys.stdin.read()"
def start():
    global other
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    other = subprocess.Popen([sys.executable, "-c", child], **pipes)
    other.stdout.readline()  # It grows no more.
    print(other.pid, flush=True)
    if threading.current_thread() is not threading.main_thread():
        wait.wait()
wait = threading.Event()
start()
held = other
threading.Thread(target=start).start()
sys.stdin.read()
wait.set()
"""


@pytest.fixture
def parent() -> Iterator[tuple[int, list[int]]]:
    """A process, and its two children: of its main thread, and of another one."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield process.pid, [int(process.stdout.readline()) for _ in range(2)]
    process.communicate("")


@LINUX
def test_children_of_all_threads(parent: tuple[int, list[int]]) -> None:
    pid, children = parent
    for way in (ByFiles(pid), ByPsutil(pid)):
        assert sorted(way.children(pid)) == sorted(children)
        assert way.children(children[0]) == []
        # Of itself all see them below.
        assert pid in way.children(os.getpid())


@LINUX
def test_resident_memory_is_what_psutil_says(parent: tuple[int, list[int]]) -> None:
    pid, children = parent
    way = ByFiles(pid)
    for one in (pid, *children):
        expected = psutil.Process(one).memory_info().rss
        assert way.rss(one) == pytest.approx(expected, rel=0.1)
        assert ByPsutil(pid).rss(one) == pytest.approx(expected, rel=0.1)


@LINUX
def test_a_child_that_the_system_leaves_out_is_there(
    parent: tuple[int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, children = parent
    way = ByFiles(pid)
    way.children(pid)
    whole = module._read

    def without_children(path: str) -> bytes:
        return b"" if path.endswith("/children") else whole(path)

    monkeypatch.setattr(module, "_read", without_children)
    assert way.children(pid) == sorted(children)
    psutil.Process(children[0]).kill()
    psutil.wait_procs([psutil.Process(children[0])], timeout=0.2)  # It is a zombie now.
    assert way.children(pid) == [children[1]]


@pytest.mark.parametrize("way", [pytest.param(ByFiles, marks=LINUX), ByPsutil])
def test_a_process_that_is_gone(way: type[ByFiles] | type[ByPsutil]) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    looks = ByFiles(process.pid) if way is ByFiles else ByPsutil(process.pid)
    assert looks.rss(process.pid) > 0
    process.communicate(b"\n")
    with pytest.raises(Gone):
        looks.rss(process.pid)
    with pytest.raises(Gone):
        looks.children(process.pid)
    assert isinstance(family(process.pid), ByPsutil)


@LINUX
def test_its_file_is_closed_with_it() -> None:
    before = set(os.listdir("/proc/self/fd"))
    looks = family(os.getpid())
    assert isinstance(looks, ByFiles)
    assert len(set(os.listdir("/proc/self/fd")) - before) == 1
    del looks
    assert not set(os.listdir("/proc/self/fd")) - before


def test_a_system_without_these_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "PROC", str(tmp_path))
    looks = family(os.getpid())
    assert isinstance(looks, ByPsutil)
    assert looks.rss(os.getpid()) > 1_000_000


def test_threads_end_while_they_are_asked() -> None:
    looks = family(os.getpid())
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            thread = threading.Thread(target=lambda: None)
            thread.start()
            thread.join()

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(200):
            looks.children(os.getpid())
    finally:
        stop.set()
        for thread in threads:
            thread.join()
