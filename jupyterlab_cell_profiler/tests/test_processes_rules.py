"""What is told of processes, from recorded pieces: no process is looked into here."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_cell_profiler.processes.asked import read_change, read_look
from jupyterlab_cell_profiler.processes.cells import Known, murmur2
from jupyterlab_cell_profiler.processes.deadlocks import deadlock_notes
from jupyterlab_cell_profiler.processes.errors import Refusal
from jupyterlab_cell_profiler.processes.listing import short_name
from jupyterlab_cell_profiler.processes.places import line_in, place_of
from jupyterlab_cell_profiler.processes.reading import read_dump
from jupyterlab_cell_profiler.processes.system_calls import kind_of
from jupyterlab_cell_profiler.processes.top import KEPT, ROWS, Top
from jupyterlab_cell_profiler.processes.versions import version_in
from jupyterlab_cell_profiler.processes.waits import waits_of
from jupyterlab_cell_profiler.sampling.counting import count
from jupyterlab_cell_profiler.sampling.own_stacks import start_of

CELL = "/tmp/ipykernel_7/123.py"
LAUNCH = ("<module>", "/x/ipykernel_launcher.py")
BOOT = ("Thread._bootstrap", "/x/threading.py")


@pytest.mark.parametrize(
    ("stack", "start"),
    [
        ([LAUNCH, ("run_cell", "/x/IPython/a.py"), ("f", CELL), ("g", "/x/lib.py")], 2),
        ([LAUNCH, ("select", "/x/selectors.py")], None),
        ([BOOT, ("Heartbeat.run", "/x/ipykernel/heartbeat.py")], None),
        ([BOOT, ("HistorySavingThread.run", "/x/IPython/core/history.py")], None),
        ([BOOT, ("run_closure", "/x/ipykernel/ipkernel.py"), ("mine", "/a.py")], 2),
        ([("clone3", "libc.so.6"), BOOT, ("run", "/x/debugpy/server.py")], None),
        ([BOOT, ("_worker", "/x/concurrent/futures/thread.py")], 1),
        ([BOOT, ("run_closure", "/x/ipykernel/ipkernel.py"), ("Thread.run", BOOT[1])], 2),
        ([("f", "/home/me/ipykernel_launcher/a.py"), ("zmq", "/x/zmq/sugar/socket.py")], 0),
    ],
)
def test_what_of_a_kernel_is_its_users(stack: list[tuple[str, str]], start: int | None) -> None:
    assert start_of(stack) == start


def thread(*frames: tuple[str, str, int], **more: Any) -> dict[str, Any]:
    return {
        "thread_name": "T",
        "os_thread_id": 9,
        "active": False,
        "owns_gil": False,
        "frames": [{"name": n, "filename": f, "line": line} for n, f, line in frames],
        **more,
    }


@pytest.mark.parametrize(
    ("said", "line", "call", "waits"),
    [
        (thread(("f", "/a.py", 1), owns_gil=True), "", "lock", None),
        (thread(("f", "/a.py", 1), active=True), "", None, None),
        (thread(("f", "/a.py", 1)), "", "sleep", "sleep"),
        (thread(("f", "/a.py", 1)), "x = d.get(1)", "timed", "other"),
        (thread(("f", "/a.py", 1)), "lock.acquire(timeout=9)", "timed", "lock"),
        (thread(("f", "/a.py", 1)), "with self.mutex, other:", None, "lock"),
        (thread(("f", "/a.py", 1)), "with self._a:", None, "lock"),
        (thread(("f", "/a.py", 1)), "time.sleep(3)", None, "sleep"),
        (thread(("f", "/a.py", 1)), "data = conn.recv(9)", None, "io"),
        (thread(("f", "/a.py", 1)), "asleep = 1", None, "other"),
        (thread(("Condition.wait", "/l/threading.py", 1)), "", "timed", "lock"),
        (thread(("EpollSelector.select", "/l/selectors.py", 1)), "", None, "io"),
        (thread(("clock_nanosleep", "libc.so.6", 0), ("f", "/a.py", 1)), "", None, "sleep"),
        (thread(("__futex_abstimed_wait", "libc.so.6", 0), ("f", "/a.py", 1)), "", None, "lock"),
        (thread(("f", "/a.py", 1)), "", None, "other"),
    ],
)
def test_waits(said: dict[str, Any], line: str, call: str | None, waits: str | None) -> None:
    assert waits_of(said, line, call) == waits


@pytest.mark.parametrize(
    ("text", "machine", "kind"),
    [
        ("202 0x7f 0x189 0x0 0x0 0x0 0xffffffff 0x7f 0x7f", "x86_64", "lock"),
        ("202 0x7f 0x189 0x0 0x7ffd 0x0 0xffffffff 0x7f 0x7f", "x86_64", "timed"),
        ("98 0x7f 0x189 0x0 0x0 0x0 0xffffffff 0x7f 0x7f", "aarch64", "lock"),
        ("230 0x1 0x1 0x7ffe 0x0 0x0 0x0 0x7f 0x7f", "x86_64", "sleep"),
        ("270 0x0 0x0 0x0 0x0 0x7f 0x0 0x7f 0x7f", "x86_64", "sleep"),
        ("270 0x4 0x7f 0x0 0x0 0x7f 0x0 0x7f 0x7f", "x86_64", "io"),
        ("232 0x3 0x7f 0x1 0xffffffff 0x0 0x8 0x7f 0x7f", "x86_64", "io"),
        ("219 0x0 0x0 0x0 0x0 0x0 0x0 0x7f 0x7f", "x86_64", None),
        ("running", "x86_64", None),
        ("", "x86_64", None),
        ("202 0x7f 0x189 0x0 0x0 0x0 0x0 0x7f 0x7f", "riscv64", None),
    ],
)
def test_system_calls(text: str, machine: str, kind: str | None) -> None:
    assert kind_of(text, machine) == kind


def process(*threads: dict[str, Any], pid: int = 5) -> dict[str, Any]:
    return {"pid": pid, "name": "python a.py", "parent": None, "threads": list(threads)}


def shown(
    id: int, waits: str | None, *frames: tuple[str, str], active: bool = False
) -> dict[str, Any]:
    places = [{"name": name, "file": file, "line": 7} for name, file in frames]
    return {"id": id, "name": f"T{id}", "active": active, "waits": waits, "frames": places}


STUCK = [shown(id, "lock", ("f", "/a.py")) for id in (1, 2)]
LINES = {1: "with a:\n", 2: "    b.acquire()"}


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([], True),
        ([shown(3, "lock", ("Thread.join", "/l/threading.py"))], True),
        ([shown(3, "lock", ("Condition.wait", "/l/threading.py"), ("Q.get", "/l/queue.py"))], True),
        ([shown(3, "lock", ("_worker", "/l/concurrent/futures/thread.py"))], True),
        ([shown(3, "io", ("s", "/l/selectors.py"), ("_run_once", "/l/base_events.py"))], True),
        ([shown(3, "io")], True),
        ([shown(3, None, ("g", "/a.py"), active=True)], False),
        ([shown(3, "sleep", ("g", "/a.py"))], False),
        ([shown(3, "io", ("recv", "/l/socket.py"), ("g", "/a.py"))], False),
    ],
)
def test_a_deadlock_is_told_when_nobody_can_end_it(
    others: list[dict[str, Any]], told: bool
) -> None:
    notes = deadlock_notes([process(*STUCK, *others)], LINES)
    assert bool(notes) == told
    if told:
        assert notes[0].startswith("T1 and T2 both wait for a lock")


@pytest.mark.parametrize(
    "threads",
    [
        [shown(id, "lock", ("_worker", "/l/concurrent/futures/thread.py")) for id in (1, 2)],
        [
            shown(
                id,
                "lock",
                ("SemLock.__enter__", "/l/multiprocessing/synchronize.py"),
                ("SimpleQueue.get", "/l/multiprocessing/queues.py"),
                ("worker", "/l/multiprocessing/pool.py"),
            )
            for id in (1, 2)
        ],
        [shown(id, "lock", ("Event.wait", "/l/threading.py"), ("f", "/a.py")) for id in (1, 2)],
        [shown(1, "lock", ("f", "/a.py"))],
    ],
)
def test_who_waits_for_work_or_news_is_no_deadlock(threads: list[dict[str, Any]]) -> None:
    lines = {1: "item = work_queue.get(block=True)", 2: "item = work_queue.get(block=True)"}
    assert deadlock_notes([process(*threads)], lines) == []


def test_processes_that_wait_for_each_other() -> None:
    stuck = [
        process(shown(pid, "lock", ("SemLock.__enter__", "/l/synchronize.py")), pid=pid)
        for pid in (6, 7)
    ]
    (note,) = deadlock_notes([process(), *stuck], {})
    assert note.startswith("process 6: T6 and process 7: T7 both wait")


def test_the_lines_of_cells_are_known() -> None:
    cells = {"123": Known("c", 2, "\n\nimport a\nwith a:\n    pass")}
    assert line_in(CELL, 2, cells) == "with a:"
    assert line_in(CELL, 99, cells) == ""
    assert line_in("/a.py", 1, cells) is None
    assert place_of(CELL, 2, cells) == {"file": "a cell", "line": 4, "cellId": "c"}
    assert place_of("/tmp/ipykernel_7/9.py", 2, cells) == {"file": "a cell", "line": 2}
    assert place_of("libc.so.6", 0, cells)["native"] is True
    assert len(place_of("/" + "x" * 5000, 1, cells)["file"]) == 1000


def test_an_ordinary_program_is_shown_whole() -> None:
    said = [thread(("poll", "/x/zmq/poll.py", 3), ("f", "/x/ipykernel/connect.py", 4))]
    found = read_dump(said, 5, {}, name_of=lambda pid: ("python", None))
    assert [f["line"] for f in found["processes"][0]["threads"][0]["frames"]] == [3, 4]
    found = read_dump(said, 5, {}, name_of=lambda pid: ("python", None), kernel=True)
    assert found["processes"][0]["threads"] == []


PROFILE = {
    "shared": {
        "frames": [
            {"name": "<module>", "file": "/a.py", "line": 9},
            {"name": "f", "file": "/a.py", "line": 3},
            {"name": "f", "file": "/a.py", "line": 2},
            {"name": 'process 5:"x"', "file": "", "line": 0},
        ]
    },
    "profiles": [
        {"name": "T", "samples": [[3, 0, 1, 1], [0, 1, 2], [0]]},
        {"name": "U", "samples": [[], [0, 2]]},
    ],
}


def test_counting() -> None:
    found = count(PROFILE, 2, kernel=False)
    assert found["samples"] == 8
    assert found["functions"] == [["<module>", "/a.py", 9, 2, 8], ["f", "/a.py", 2, 6, 6]]
    assert sorted(found["lines"]) == [
        ["<module>", "/a.py", 9, 2, 8],
        ["f", "/a.py", 2, 4, 4],
        ["f", "/a.py", 3, 2, 4],
    ]


def counts(samples: int, *rows: tuple[str, int, int]) -> dict[str, Any]:
    table = [[name, "/a.py", 1, own, total] for name, own, total in rows]
    return {"samples": samples, "functions": table, "lines": table}


def test_a_top_forgets_what_is_not_now() -> None:
    top = Top({})
    top.add(counts(10, ("f", 10, 10)), 0.0)
    top.add(counts(10, ("g", 10, 10)), 5.0)
    first, second = top.rows(5.0)["functions"]
    assert (first["name"], first["own"], first["ownNow"]) == ("g", 0.5, 1.0)
    assert (second["name"], second["own"], second["ownNow"]) == ("f", 0.5, 0.0)
    top.quiet()
    assert [row["ownNow"] for row in top.rows(5.0)["functions"]] == [0.0, 0.0]
    top.reset()
    assert top.rows(5.0) == {"functions": [], "lines": []}


def test_a_top_is_bounded() -> None:
    top = Top({})
    for at in range(60):
        rows = [(f"f{at}-{i}", 1, 1) for i in range(399)]
        top.add(counts(400, ("often", 1, 400), *rows), at / 10)
    found = top.rows(6.0)["functions"]
    assert len(found) == ROWS
    assert (found[0]["name"], found[0]["total"]) == ("often", 1.0)
    assert len(top._tables["functions"]._all) <= KEPT


def test_versions() -> None:
    assert version_in(["/usr/bin/python3.12"]) == "3.12"
    assert version_in(["/x/app", "/x/libpython3.10.so.1.0"]) == "3.10"
    assert version_in(["/x/app", "/x/libc.so.6"]) is None


def test_titles_that_programs_give_themselves_hold_no_arguments() -> None:
    assert short_name(["celery worker --broker=redis://:secret@host/0"]) == "celery"
    assert short_name(["gunicorn: master [app]"]) == "gunicorn"


def test_requests() -> None:
    look = read_look({"kind": "record", "pid": 5, "seconds": 2.5, "cells": [["c", "x"]]})
    assert look.options == {
        "rate": 100,
        "idle": True,
        "native": False,
        "gil": False,
        "subprocesses": False,
    }
    assert look.cells == {str(murmur2(b"x")): Known("c", 0, "x")}
    assert read_look({"kind": "watch", "pid": 5}).options["idle"] is False
    change = read_change({"paused": True})
    assert (change.paused, change.reset, change.rate) == (True, False, None)
    for wrong in ({"paused": 1}, {"rate": 1001}, {"rate": True}, {"reset": "yes"}):
        with pytest.raises(Refusal):
            read_change(wrong)
