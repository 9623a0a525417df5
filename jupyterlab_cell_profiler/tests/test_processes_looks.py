"""Looks into processes by way of a server: a live top, recordings, and their end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.processes.asked import KINDS, read_look
from jupyterlab_cell_profiler.processes.errors import Refusal
from jupyterlab_cell_profiler.processes.listing import Processes
from jupyterlab_cell_profiler.processes.looks import MOST, Looks
from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.tests import programs
from jupyterlab_cell_profiler.tests.history_server import Server, serving
from jupyterlab_cell_profiler.tests.programs import goes_on, running
from jupyterlab_cell_profiler.tests.watching import left_behind, watchers

pytestmark = pytest.mark.skipif(spy.impossible() is not None, reason=str(spy.impossible()))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with running(programs.BUSY, tmp_path) as child:
        yield child
        assert left_behind(child.pid) == []


def post(server: Server, path: str, value: Any, status: int = 200) -> Any:
    answer = server.ask("POST", path, json.dumps(value).encode())
    assert answer.status == status, answer.data
    return answer.json


def get(server: Server, look: str) -> Any:
    answer = server.ask("GET", f"looks/{look}")
    assert answer.status == 200, answer.data
    return answer.json


def until(ask: Callable[[], Any], good: Callable[[Any], bool], seconds: float = 15) -> Any:
    end = time.monotonic() + seconds
    while not good(found := ask()):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def row(look: Any, name: str, table: str = "functions") -> Any:
    return next(row for row in look["rows"][table] if row["name"] == name)


def test_a_watch(server: Server, busy: subprocess.Popen[bytes]) -> None:
    look = post(server, "looks", {"pid": busy.pid, "kind": "watch"}, 201)
    id = look["id"]
    assert look["status"] == "running"
    assert look["wanted"] is None
    assert look["gil"] is None
    found = until(lambda: get(server, id), lambda one: one["samples"] > 100)
    inner, outer = row(found, "inner"), row(found, "outer")
    assert inner["own"] > 0.8
    assert inner["ownNow"] > 0.8
    assert outer["total"] == 1
    assert outer["totalNow"] == 1
    assert outer["own"] < 0.2
    assert inner["file"].endswith("program.py")
    assert inner["line"] == 2
    assert row(found, "outer", "lines")["line"] == 5
    assert found["rows"]["functions"][0]["name"] in ("inner", "inner.<locals>.<genexpr>")

    paused = post(server, f"looks/{id}", {"paused": True})
    assert paused["paused"]
    assert paused["rows"]["functions"]
    assert left_behind(busy.pid) == [], "a pause costs the process nothing"
    samples = get(server, id)["samples"]
    assert row(get(server, id), "inner")["ownNow"] == 0
    time.sleep(0.8)
    assert get(server, id)["samples"] == samples

    reset = post(server, f"looks/{id}", {"reset": True, "paused": False, "rate": 50})
    assert reset["samples"] == 0
    assert reset["rate"] == 50
    assert not reset["paused"]
    found = until(lambda: get(server, id), lambda one: one["samples"] > 20)
    assert found["seconds"] < 10
    assert any("--rate=50" in process.cmdline() for process in watchers(busy.pid))

    assert post(server, f"looks/{id}/stop", {})["status"] == "done"
    assert get(server, id)["rows"]["functions"], "what was counted stays"
    assert server.ask("DELETE", f"looks/{id}").status == 204
    assert server.ask("GET", f"looks/{id}").status == 404
    assert goes_on(busy)


def test_the_share_of_the_interpreter_lock(server: Server, busy: subprocess.Popen[bytes]) -> None:
    look = post(server, "looks", {"pid": busy.pid, "kind": "watch", "gil": True}, 201)
    found = until(lambda: get(server, look["id"]), lambda one: one["samples"] > 100)
    assert 0.3 < found["gil"] <= 1
    server.ask("DELETE", f"looks/{look['id']}")


def test_native_frames(server: Server, busy: subprocess.Popen[bytes]) -> None:
    look = post(server, "looks", {"pid": busy.pid, "kind": "watch", "native": True}, 201)
    found = until(lambda: get(server, look["id"]), lambda one: one["samples"] > 50)
    assert row(found, "outer")["total"] > 0.9
    server.ask("DELETE", f"looks/{look['id']}")


def test_a_recording_of_some_seconds(server: Server, busy: subprocess.Popen[bytes]) -> None:
    asked = {"pid": busy.pid, "kind": "record", "seconds": 1, "path": "a.ipynb"}
    look = post(server, "looks", asked, 201)
    assert look["status"] == "running"
    assert look["wanted"] == 1
    assert "document" not in look
    found = until(lambda: get(server, look["id"]), lambda one: one["status"] == "done")
    document = found["document"]
    assert document["target"] == {"kind": "process", "pid": busy.pid, "path": "a.ipynb"}
    assert found["samples"] > 30
    assert 1 <= found["seconds"] < 4
    # The history takes it as any other profile.
    assert server.post(document).status == 201
    assert server.ask("DELETE", f"runs/{document['id']}").status == 204
    assert left_behind(busy.pid) == []
    assert post(server, f"looks/{look['id']}", {"paused": True}, 400)["message"]
    server.ask("DELETE", f"looks/{look['id']}")


def test_a_recording_until_it_is_stopped(server: Server, busy: subprocess.Popen[bytes]) -> None:
    look = post(server, "looks", {"pid": busy.pid, "kind": "record"}, 201)
    time.sleep(0.5)
    assert post(server, f"looks/{look['id']}/stop", {})["status"] in ("stopping", "done")
    found = until(lambda: get(server, look["id"]), lambda one: one["status"] == "done")
    assert found["document"]["status"] == "ok"
    server.ask("DELETE", f"looks/{look['id']}")


def test_the_end_of_the_process(server: Server, tmp_path: Path) -> None:
    with running(programs.BUSY, tmp_path) as child:
        watch = post(server, "looks", {"pid": child.pid, "kind": "watch"}, 201)
        record = post(server, "looks", {"pid": child.pid, "kind": "record"}, 201)
        until(lambda: get(server, watch["id"]), lambda one: one["samples"] > 50)
        child.kill()
        child.wait()
        found = until(lambda: get(server, watch["id"]), lambda one: one["status"] == "done")
        assert found["problem"] == "The process has ended."
        assert found["rows"]["functions"]
        found = until(lambda: get(server, record["id"]), lambda one: one["status"] == "done")
        assert "ended meanwhile" in found["notes"][0]
        assert found["document"]["sections"]
        assert left_behind(child.pid) == []
        assert post(server, f"looks/{watch['id']}", {"paused": True}, 409)["message"]
        for look in (watch, record):
            server.ask("DELETE", f"looks/{look['id']}")


def test_many_looks(server: Server, tmp_path: Path) -> None:
    with running(programs.SLEEP, tmp_path) as child:
        asked = {"pid": child.pid, "kind": "watch", "rate": 5}
        found = [post(server, "looks", asked, 201)["id"] for _ in range(MOST)]
        assert "already" in post(server, "looks", asked, 429)["message"]
        for id in found:
            assert server.ask("DELETE", f"looks/{id}").status == 204
        assert left_behind(child.pid) == []
        assert goes_on(child)


def test_a_look_that_nobody_asks_for_ends(busy: subprocess.Popen[bytes]) -> None:
    looks = Looks(Processes(), lease=1.0, kept=1.5)
    try:
        watch = looks.create(busy.pid, read_look({"pid": busy.pid, "kind": "watch"}))
        record = looks.create(busy.pid, read_look({"pid": busy.pid, "kind": "record"}))
        for _ in range(8):
            time.sleep(0.25)
            assert looks.get(watch["id"])["status"] == "running"
            assert looks.get(record["id"])["status"] == "running"
        time.sleep(1.8)
        assert left_behind(busy.pid) == []
        # What was recorded waits for a page that is slow.
        found = looks.get(record["id"])
        assert found["status"] == "done"
        assert found["document"]
        time.sleep(2.2)
        for look in (watch, record):
            with pytest.raises(Refusal) as refused:
                looks.get(look["id"])
            assert refused.value.status == 404
        assert looks._keeper is None, "its thread ends, too"
    finally:
        looks.close()
    with pytest.raises(Refusal, match="about to end"):
        looks.create(busy.pid, read_look({"pid": busy.pid, "kind": "watch"}))


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_no_helper_outlives_its_server(
    tmp_path: Path, busy: subprocess.Popen[bytes], end: str
) -> None:
    server = Server(tmp_path / "server")
    try:
        for kind in ("watch", "record"):
            post(server, "looks", {"pid": busy.pid, "kind": kind}, 201)
        time.sleep(0.7)
        assert len(watchers(busy.pid)) >= 4
        getattr(server, end)()
        assert left_behind(busy.pid, 5) == []
        assert goes_on(busy)
    finally:
        if server.process.poll() is None:
            server.kill()


def test_a_kernel_of_the_server(server: Server) -> None:
    started = server.ask("POST", f"{server.base}api/kernels", b"{}")
    assert started.status == 201, started.data
    kernel = started.json["id"]
    try:
        listed = server.ask("GET", "processes").json
        (shown,) = (one for one in listed["kernels"] if one["kernelId"] == kernel)
        pid = shown["pid"]
        assert shown["displayName"]
        assert shown["paths"] == []
        assert shown["rss"] > 0
        assert pid not in [one["pid"] for one in listed["processes"]]
        dump = until(
            lambda: server.ask("POST", f"kernels/{kernel}/dump", b"{}"),
            lambda answer: answer.status == 200,
        ).json
        assert dump["notes"] == ["The kernel is idle: no cell runs."]
        look = post(server, "looks", {"kernelId": kernel, "kind": "watch", "idle": True}, 201)
        assert look["pid"] == pid
        time.sleep(1.5)
        assert get(server, look["id"])["rows"]["functions"] == []
    finally:
        server.ask("DELETE", f"{server.base}api/kernels/{kernel}")
    found = until(lambda: get(server, look["id"]), lambda one: one["status"] == "done")
    assert found["problem"] == "The process has ended."
    server.ask("DELETE", f"looks/{look['id']}")
    assert left_behind(pid) == []


ROUTES = (
    ("GET", "processes"),
    ("GET", "processes/1/command"),
    ("POST", "processes/1/dump"),
    ("POST", "kernels/x/dump"),
    ("POST", "looks"),
    ("GET", f"looks/{'0' * 32}"),
    ("POST", f"looks/{'0' * 32}"),
    ("DELETE", f"looks/{'0' * 32}"),
    ("POST", f"looks/{'0' * 32}/stop"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_without_authentication(server: Server, method: str, path: str) -> None:
    body = b"{}" if method == "POST" else None
    assert server.ask(method, path, body, token=False).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "watch"},
        {"kind": "watch", "pid": "1"},
        {"kind": "watch", "pid": True},
        {"kind": "watch", "pid": 0},
        {"kind": "watch", "pid": 1, "kernelId": "x"},
        {"kind": "watch", "kernelId": 5},
        {"kind": "peek", "pid": 1},
        {"kind": "watch", "pid": 1, "seconds": 5},
        {"kind": "record", "pid": 1, "seconds": 3601},
        {"kind": "record", "pid": 1, "seconds": 0},
        {"kind": "record", "pid": 1, "path": 5},
        {"kind": "record", "pid": 1, "path": "x" * 5000},
        {"kind": "watch", "pid": 1, "rate": 0},
        {"kind": "watch", "pid": 1, "rate": 1.5},
        {"kind": "watch", "pid": 1, "native": "yes"},
        {"kind": "watch", "pid": 1, "cells": [["a"]]},
        {"kind": "watch", "pid": 1, "cells": {}},
    ],
)
def test_wrong_requests(server: Server, wrong: Any) -> None:
    assert post(server, "looks", wrong, 400)["message"]


def test_what_cannot_be(server: Server) -> None:
    unknown = f"looks/{'0' * 32}"
    assert post(server, unknown, {"paused": True}, 404)["message"]
    assert post(server, f"{unknown}/stop", {}, 404)["message"]
    assert server.ask("DELETE", unknown).status == 404
    assert post(server, "looks", {"kind": "watch", "pid": 999_999_999}, 404)["message"]
    assert post(server, "looks", {"kind": "watch", "pid": 10**30}, 404)["message"]
    assert post(server, "looks", {"kind": "watch", "kernelId": "none"}, 404)["message"]
    assert server.ask("POST", "looks", b"no json").status == 400
    assert server.ask("POST", "looks", b"[" * 100_000).status == 400
    assert server.ask("POST", "looks", b" " * 8_000_001).status == 413


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be another user")
def test_the_process_of_another_user(server: Server) -> None:
    child = subprocess.Popen(["sleep", "60"], user=12345)
    try:
        for kind in ("watch", "record"):
            answer = post(server, "looks", {"kind": kind, "pid": child.pid}, 403)
            assert "another user" in answer["message"]
        assert server.ask("POST", f"processes/{child.pid}/dump", b"{}").status == 403
        assert server.ask("GET", f"processes/{child.pid}/command").status == 403
        listed = server.ask("GET", "processes").json["processes"]
        assert child.pid not in [one["pid"] for one in listed]
    finally:
        child.kill()
        child.wait()


def test_the_rights_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, busy: subprocess.Popen[bytes]
) -> None:
    program = tmp_path / "py-spy"
    program.write_text("#!/bin/sh\necho 'Error: Permission denied (os error 13)'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(spy, "executable", lambda: str(program))
    monkeypatch.setattr(spy, "yama_scope", lambda: 1)
    looks = Looks(Processes())
    try:
        for kind in KINDS:
            with pytest.raises(Refusal, match="%profile_process") as refused:
                looks.create(busy.pid, read_look({"pid": busy.pid, "kind": kind}))
            assert refused.value.status == 409
        assert left_behind(busy.pid) == []
    finally:
        looks.close()


def test_a_process_that_its_user_stopped_stays_so(
    server: Server, busy: subprocess.Popen[bytes]
) -> None:
    look = post(server, "looks", {"pid": busy.pid, "kind": "watch"}, 201)
    until(lambda: get(server, look["id"]), lambda one: one["samples"])
    os.kill(busy.pid, signal.SIGSTOP)
    time.sleep(1.5)
    assert get(server, look["id"])["status"] == "running"
    server.ask("DELETE", f"looks/{look['id']}")
    assert left_behind(busy.pid) == []
    assert psutil.Process(busy.pid).status() == psutil.STATUS_STOPPED
    for path, asked in (
        (f"processes/{busy.pid}/dump", {}),
        ("looks", {"pid": busy.pid, "kind": "watch"}),
    ):
        assert f"kill -CONT {busy.pid}" in post(server, path, asked, 409)["message"]
    os.kill(busy.pid, signal.SIGCONT)


def test_deep_stacks_are_looked_at_more_seldom(server: Server, tmp_path: Path) -> None:
    source = (
        "import sys\nsys.setrecursionlimit(20000)\nprint('go', flush=True)\n"
        "def deep(n):\n    if n: return deep(n - 1)\n    while True: pass\ndeep(2500)\n"
    )
    with running(source, tmp_path) as child:
        asked = {"pid": child.pid, "kind": "watch", "rate": 200}
        look = post(server, "looks", asked, 201)
        found = until(lambda: get(server, look["id"]), lambda one: one["notes"], 25)
        assert "times a second" in found["notes"][0]
        assert found["rate"] == 200
        server.ask("DELETE", f"looks/{look['id']}")
        assert left_behind(child.pid) == []
        assert goes_on(child)


def test_c_code_that_holds_the_interpreter_is_watched(server: Server, tmp_path: Path) -> None:
    with running(programs.HOLDS, tmp_path) as child:
        look = post(server, "looks", {"pid": child.pid, "kind": "watch", "idle": True}, 201)
        found = until(lambda: get(server, look["id"]), lambda one: one["samples"] > 50)
        assert row(found, "held")["own"] > 0.9
        server.ask("DELETE", f"looks/{look['id']}")


def test_the_helper_is_gone(server: Server, busy: subprocess.Popen[bytes]) -> None:
    ids = [
        post(server, "looks", {"pid": busy.pid, "kind": kind}, 201)["id"]
        for kind in ("watch", "record")
    ]
    listed = server.ask("GET", "processes").json["processes"]
    found = watchers(busy.pid)
    assert not {process.pid for process in found} & {one["pid"] for one in listed}
    for process in found:
        if "python" in process.name():
            process.kill()
    for id in ids:
        ended = until(lambda id=id: get(server, id), lambda one: one["status"] == "failed")
        assert ended["problem"]
        server.ask("DELETE", f"looks/{id}")
    assert left_behind(busy.pid) == []
