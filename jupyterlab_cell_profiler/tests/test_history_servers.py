"""Servers that are set up in other ways, several of them, and their end."""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_cell_profiler.tests.history import profile, record
from jupyterlab_cell_profiler.tests.history_server import Server, browser, serving


def ids(server: Server, query: str = "kind=all&limit=1000") -> list[str]:
    answer = server.ask("GET", f"runs?{query}")
    assert answer.status == 200
    return [run["id"] for run in answer.json["runs"]]


def test_a_server_without_a_token(tmp_path: Path) -> None:
    """Nobody need log in; still no page of another origin gets in."""
    with serving(tmp_path, token="") as server:
        cookies = server.cookies()
        headers = browser(cookies, **{"X-XSRFToken": cookies["_xsrf"]})
        document = profile()
        assert server.ask("GET", "runs").status == 200
        assert server.post(document).status == 403
        assert server.post(document, headers=headers).status == 201
        for method, url, data in (
            ("GET", "runs", None),
            ("POST", "runs", b"{}"),
            ("GET", f"runs/{document['id']}", None),
            ("DELETE", f"runs/{document['id']}", None),
        ):
            answer = server.ask(method, url, data, headers | {"Origin": "http://evil.example"})
            assert answer.status in (403, 404)
        assert ids(server) == [document["id"]]


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


def test_an_authorizer_that_allows_some(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.py").write_text(
        AUTHORIZER.replace("__file__", repr(str(config / "jupyter_server_config.py")))
    )

    def allow(*what: str) -> None:
        (config / "allowed.json").write_text(json.dumps(what))

    allow()
    document = profile(id="a")
    with serving(tmp_path) as server:
        reads = [("GET", "runs", None), ("GET", "runs/a", None), ("GET", "export", None)]
        writes = [
            ("POST", "runs", json.dumps(document).encode()),
            ("PATCH", "runs/a", b'{"pinned": true}'),
            ("DELETE", "runs/a", None),
            ("POST", "runs/a/restore", None),
        ]

        def statuses(requests: list[tuple[str, str, bytes | None]]) -> list[int]:
            return [server.ask(*request).status for request in requests]

        assert statuses(reads + writes) == [403] * 7
        message = server.ask(*writes[0]).message
        assert message == "User is not authorized to write on resource: cell-profiler."
        allow("write contents", "read contents")
        assert statuses(reads + writes) == [403] * 7
        allow("write cell-profiler")
        assert statuses(writes) == [201, 200, 204, 200]
        assert statuses(reads) == [403] * 3
        allow("read cell-profiler")
        assert statuses(reads) == [200] * 3
        assert statuses(writes) == [403] * 4


def test_settings(tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "runs.db"
    options = [
        f"--CellProfilerApp.history_file={place}",
        "--CellProfilerApp.history_runs=3",
        "--CellProfilerApp.history_records=2",
    ]
    with serving(tmp_path, *options) as server:
        for number in range(6):
            assert server.post(profile(id=f"p{number}")).status == 201
            assert server.post(record(id=f"r{number}")).status == 201
        assert not server.history.exists()
        assert place.stat().st_size > 0
    # What is beyond the limits goes when a server starts, too.
    with serving(tmp_path, *options) as server:
        kept = {"p3", "p4", "p5", "r4", "r5"}
        deadline = time.monotonic() + 30
        while set(ids(server)) != kept and time.monotonic() < deadline:
            time.sleep(0.05)
        assert set(ids(server)) == kept
    assert os.listdir(place.parent) == [place.name]


def test_it_is_switched_off_as_any_extension(tmp_path: Path) -> None:
    off = '{"ServerApp": {"jpserver_extensions": {"jupyterlab_cell_profiler": false}}}'
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text(off)
    with serving(tmp_path) as server:
        assert server.ask("GET", "runs").status == 404
        assert not server.history.exists()


def test_two_servers_and_ten_tabs(tmp_path: Path) -> None:
    answers: list[Any] = []
    # The one that ends last tidies up.
    with serving(tmp_path) as one, serving(tmp_path, left=("history.sqlite",)) as two:

        def tab(number: int) -> None:
            server = (one, two)[number % 2]
            for turn in range(15):
                id = f"{number}-{turn}"
                answers.append((id, server.post(profile(id=id)).status))
                # The notebook is open in another tab, too.
                answers.append((f"all-{turn}", server.post(profile(id=f"all-{turn}")).status))
                server.ask("PATCH", f"runs/{id}", b'{"pinned": true}')
                assert server.ask("GET", "runs").status == 200

        tabs = [threading.Thread(target=tab, args=(number,)) for number in range(10)]
        for thread in tabs:
            thread.start()
        for thread in tabs:
            thread.join()
        assert len(answers) == 10 * 15 * 2
        assert {status for _, status in answers} == {200, 201}
        new = [id for id, status in answers if status == 201]
        assert len(new) == len(set(new)), "each is new once"
        assert sorted(ids(one)) == sorted(ids(two)) == sorted(set(new))
        assert len(new) == 10 * 15 + 15


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_a_server_that_is_killed(tmp_path: Path) -> None:
    killed = Server(tmp_path)
    acknowledged: list[str] = []

    def tab(number: int) -> None:
        for turn in range(10_000):
            try:
                answer = killed.post(profile(id=f"{number}-{turn}"))
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 201:
                acknowledged.append(answer.json["id"])
            if len(acknowledged) >= 150:
                killed.kill()

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(4)]
    for thread in tabs:
        thread.start()
    for thread in tabs:
        thread.join()
    assert len(acknowledged) >= 150
    with serving(tmp_path) as server:
        assert set(acknowledged) <= set(ids(server))
        state = server.ask("GET", "runs?limit=0").json["store"]
        assert state == {"state": "ok", "message": None}


def test_a_damaged_file_is_said_and_new_runs_are_kept(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.post(profile(id="a"))
        history = server.history
    history.write_bytes(b"damaged" * 1000)
    with serving(tmp_path, left=(history.name,)) as server:
        store = server.ask("GET", "runs").json["store"]
        assert store["state"] == "set-aside"
        (aside,) = [name for name in os.listdir(history.parent) if "damaged" in name]
        assert aside in store["message"]
        assert server.post(profile(id="b")).status == 201
        assert ids(server) == ["b"]


def test_a_newer_file_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.post(profile(id="a"))
        history = server.history
    connection = sqlite3.connect(history)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with serving(tmp_path) as server:
        answer = server.ask("GET", "runs").json
        assert (answer["runs"], answer["total"]) == ([], 0)
        assert answer["store"]["state"] == "unavailable"
        assert "newer Cell Profiler" in answer["store"]["message"]
        for method, url, data in (
            ("POST", "runs", json.dumps(profile()).encode()),
            ("GET", "runs/a", None),
            ("DELETE", "runs/a", None),
            ("GET", "export", None),
        ):
            refused = server.ask(method, url, data)
            assert refused.status == 503
            assert "newer Cell Profiler" in refused.message


def test_an_export_that_breaks_off_does_not_look_whole(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        for number in range(40):
            document = profile(id=str(number))
            document["files"][0]["source"] = [str(uuid.uuid4()) for _ in range(20_000)]
            assert server.post(document).status == 201
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": f"token {server.token}"}
        client.request("GET", f"{server.base}cell-profiler/api/export", headers=headers)
        answer = client.getresponse()
        assert answer.status == 200
        connection = sqlite3.connect(server.history)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
        client.close()
