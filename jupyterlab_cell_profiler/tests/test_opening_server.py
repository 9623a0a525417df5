"""``POST open`` of a real server, and the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.history_server import Answer, Server, serving
from jupyterlab_cell_profiler.tests.opening_programs import COUNTED
from jupyterlab_cell_profiler.tests.record_opening import FOLDER, RECORDINGS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as started:
        served = started.folder / "served"
        (served / "sub").mkdir()
        for name in RECORDINGS:
            shutil.copy(FOLDER / name, served / "sub" / name)
        (served / "sub" / "counted.py").write_text(COUNTED)
        yield started


def ask(server: Server, path: Any, **options: Any) -> Answer:
    return server.ask("POST", "open", json.dumps({"path": path}).encode(), **options)


@pytest.mark.parametrize("name", RECORDINGS)
def test_files_are_opened(server: Server, name: str) -> None:
    answer = ask(server, f"sub/{name}")
    assert answer.status == 200, answer.data
    document = answer.json
    check(document)
    assert document["target"]["kind"] == "script"
    assert document["target"]["path"] == f"sub/{name}"
    assert document["title"].startswith(name)
    # The history takes it, once.
    assert server.post(document).status == 201
    assert server.post(ask(server, f"/sub/{name}").json).status == 200


def test_sources_lie_beside_the_profile(server: Server) -> None:
    document = ask(server, "sub/counted.lprof").json
    assert document["files"][0]["path"] == "counted.py"
    assert "\n".join(document["files"][0]["source"]) == COUNTED


def test_what_cannot_be_opened(server: Server) -> None:
    served = server.folder / "served"
    (served / "broken.prof").write_bytes(b"no profile")
    (served / "some.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    (served / ".hidden.prof").write_bytes((FOLDER / "work.prof").read_bytes())
    outside = server.folder / "outside.prof"
    outside.write_bytes((FOLDER / "work.prof").read_bytes())
    with (served / "huge.prof").open("wb") as file:
        file.truncate(200_000_001)
    for path, status, words in (
        ("broken.prof", 422, "pstats"),
        ("sub", 422, "folder"),
        ("some.ipynb", 422, "notebook"),
        ("missing.prof", 404, "missing.prof"),
        ("huge.prof", 413, "200 MB"),
        (".hidden.prof", 404, ""),
        ("../outside.prof", 404, ""),
        (str(outside), 404, ""),
        ("", 400, "body"),
        (5, 400, "body"),
        (None, 400, "body"),
    ):
        answer = ask(server, path)
        assert answer.status == status, (path, answer.data)
        assert words in answer.message
    for body in (b"", b"[]", b"{", b"5", b"[" * 50_000):
        assert server.ask("POST", "open", body).status == 400
    assert server.ask("POST", "open", b" " * 70_000).status == 413
    assert server.ask("GET", "open").status == 405
    assert ask(server, "sub/work.prof", token=False).status == 403


AUTHORIZER = """
import json
from pathlib import Path
from jupyter_server.auth import Authorizer

class AllowList(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        allowed = json.loads(Path(__file__).with_name("allowed.json").read_text())
        return f"{action} {resource}" in allowed

c.ServerApp.authorizer_class = AllowList
"""


def test_who_may_not_read_files_may_not_open_them(tmp_path: Path) -> None:
    config, allowed = tmp_path / "config.py", tmp_path / "allowed.json"
    config.write_text(AUTHORIZER)
    allowed.write_text("[]")
    (tmp_path / "served").mkdir()
    shutil.copy(FOLDER / "work.prof", tmp_path / "served")
    with serving(tmp_path, f"--config={config}", left=()) as server:
        for rights, status in (
            ([], 403),
            (["write cell-profiler"], 403),
            (["read contents"], 403),
            (["write cell-profiler", "read contents"], 200),
        ):
            allowed.write_text(json.dumps(["read api", *rights]))
            assert ask(server, "work.prof").status == status


def children(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def slow(server: Server) -> None:
    """Three million lines, which take seconds."""
    lines = b"".join(b"a;b%d;c 1\n" % n for n in range(3_000_000))
    (server.folder / "served" / "slow.folded").write_bytes(lines)


def begin(server: Server) -> subprocess.Popen[bytes]:
    """Ask for the slow file in another process, and wait until it is read."""
    code = (
        "import http.client, sys\n"
        f"c = http.client.HTTPConnection('127.0.0.1', {server.port}, timeout=60)\n"
        f"place = '{server.base}cell-profiler/api/open'\n"
        f"headers = {{'Authorization': 'token {server.token}'}}\n"
        "c.request('POST', place, b'{\"path\": \"slow.folded\"}', headers)\n"
        "c.getresponse().read()"
    )
    client = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    for _ in range(600):
        if children(server):
            return client
        assert client.poll() is None
        time.sleep(0.02)
    raise TimeoutError


def test_a_page_that_goes_away_ends_the_reading(server: Server) -> None:
    slow(server)
    client = begin(server)
    reading = children(server)
    client.kill()
    client.wait()
    _, alive = psutil.wait_procs(reading, 5)
    assert not alive
    assert ask(server, "sub/work.prof").status == 200


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_nothing_outlives_the_server(tmp_path: Path, how: str) -> None:
    if how == "kill" and not sys.platform.startswith("linux"):
        pytest.skip("Linux ends it with its parent")
    server = Server(tmp_path)
    try:
        slow(server)
        client = begin(server)
        reading = children(server)
        time.sleep(0.5)
        if how == "kill":
            server.kill()
        else:
            server.process.terminate()
            server.process.wait(30)
        _, alive = psutil.wait_procs(reading, 10)
        assert not alive
        client.wait(30)
    finally:
        if server.process.poll() is None:
            server.kill()


# -- the command line -------------------------------------------------------------------------


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab_cell_profiler", "open", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "counted.lprof", tmp_path)
    (tmp_path / "counted.py").write_text(COUNTED)
    os.utime(tmp_path / "counted.py", (0, 0))
    output = tmp_path / "out.cellprofile.json"
    done = command(str(tmp_path / "counted.lprof"), "-o", str(output))
    assert done.returncode == 0, done.stderr
    assert "self.total += value" in done.stdout
    assert "changed after" not in done.stdout
    document = json.loads(output.read_text())
    check(document)
    assert document["target"]["path"] == str(tmp_path / "counted.lprof")
    assert command(str(tmp_path / "counted.lprof"), "-q").stdout == ""


def test_the_command_says_what_it_cannot(tmp_path: Path) -> None:
    path = tmp_path / "x.prof"
    path.write_bytes(b"no profile")
    done = command(str(path))
    assert done.returncode == 2
    assert done.stderr.startswith("Cell Profiler: x.prof is no whole profile of pstats")
    assert command(str(tmp_path / "missing")).returncode == 2
    done = command(str(FOLDER / "work.prof"), "-o", str(tmp_path / "no" / "x.json"))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
