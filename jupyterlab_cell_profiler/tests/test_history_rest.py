"""The REST interface of a real server."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from jupyterlab_cell_profiler.tests.documents import GOLDEN
from jupyterlab_cell_profiler.tests.history import body, profile, record
from jupyterlab_cell_profiler.tests.history_server import Server, browser, serving
from jupyterlab_cell_profiler.tests.test_history_store import HOSTILE


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def path() -> str:
    """A notebook that no other test has."""
    return f"{uuid.uuid4()}.ipynb"


def listed(server: Server, **query: Any) -> Any:
    answer = server.ask("GET", f"runs?{urlencode(query)}")
    assert answer.status == 200
    assert set(answer.json) == {"runs", "total", "store"}
    return answer.json


def ids(server: Server, **query: Any) -> list[str]:
    return [run["id"] for run in listed(server, **query)["runs"]]


# -- keeping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - {"hostile"}))
def test_golden_documents_come_back_to_the_byte(server: Server, name: str) -> None:
    data = GOLDEN[name].read_bytes()
    first = server.post(data)
    assert first.status == 201
    id = json.loads(data)["id"]
    assert first.json["id"] == id
    assert first.json["size"] == len(data)
    found = server.ask("GET", f"runs/{id}")
    assert (found.status, found.data) == (200, data)
    assert found.headers["Content-Type"] == "application/json"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    again = server.post(data)
    assert (again.status, again.json) == (200, first.json)


def test_the_summary(server: Server, path: str) -> None:
    document = profile(target={"path": path})
    answer = server.post(document)
    (found,) = listed(server, path=path)["runs"]
    assert found == answer.json
    assert found.pop("received").endswith("Z")
    assert found == {
        "id": document["id"],
        "title": "Lines",
        "name": None,
        "started": "2026-11-22T21:00:00.000Z",
        "kind": "cell",
        "path": path,
        "cellId": "cell-1",
        "executionCount": 3,
        "sourceHash": None,
        "firstLine": "x = 1",
        "status": "ok",
        "profilers": ["lines"],
        "record": False,
        "wall": 1.5,
        "cpu": 1.25,
        "peak": None,
        "increment": None,
        "python": "3.11.9",
        "size": len(json.dumps(document)),
        "pinned": False,
    }


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "This is no profile document."),
        (b'{"version": 1}', "This is no profile document."),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[NaN]", "NaN"),
        (b"9" * 500_000, "too large"),
        (rb'{"version": 1, "producer": "\ud800", "sections": []}', "surrogate"),
        (body(profile(version=2)), "newer Cell Profiler"),
        (body(profile(live=True)), "still goes on"),
        (body(profile(id="../../x")), "id of the profile"),
        (body(profile(sections=3)), "breaks the format at sections"),
        (body(profile(target={"path": 3})), "breaks the format at target.path"),
    ],
)
def test_what_is_no_profile_is_refused(server: Server, data: bytes, sentence: str) -> None:
    answer = server.post(data)
    assert answer.status == 400
    assert sentence in answer.message


def large(size: int) -> bytes:
    document = profile()
    document["files"][0]["source"] = [""]
    missing = size - len(body(document))
    document["files"][0]["source"] = ["x" * missing]
    return body(document)


MOST = 8 * 1024 * 1024


def test_the_largest_document(server: Server, path: str) -> None:
    data = large(MOST)
    assert len(data) == MOST
    answer = server.post(data)
    assert answer.status == 201
    assert server.ask("GET", f"runs/{answer.json['id']}").data == data


@pytest.mark.parametrize("size", [MOST + 1, 40 * 1024 * 1024])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large(server: Server, size: int, chunked: bool) -> None:
    data = large(size)
    sent: Any = data
    if chunked:
        sent = (data[begin : begin + 100_000] for begin in range(0, size, 100_000))
    answer = server.post(sent) if not chunked else server.ask("POST", "runs", sent)
    assert answer.status == 413
    assert answer.message == "The body is larger than 8192 kB."


def test_a_body_that_ends_early(server: Server) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(
            f"POST {server.base}cell-profiler/api/runs HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: token {server.token}\r\nContent-Length: 1000\r\n\r\n{{".encode()
        )
    assert server.ask("GET", "runs").status == 200


# -- lists -----------------------------------------------------------------------------------


def test_pages_of_a_path(server: Server, path: str) -> None:
    for number in range(7):
        document = profile(target={"path": path}, started=f"2026-11-22T21:00:0{number}Z")
        document["id"] = f"{path[:8]}-{number}"
        assert server.post(document).status == 201
    expected = [f"{path[:8]}-{number}" for number in reversed(range(7))]
    assert ids(server, path=path) == expected
    assert ids(server, path=path, limit=3) == expected[:3]
    assert ids(server, path=path, limit=3, offset=3) == expected[3:6]
    assert ids(server, path=path, limit=3, offset=6) == expected[6:]
    assert ids(server, path=path, limit=0) == ids(server, path=path, offset=99) == []
    assert listed(server, path=path, limit=2)["total"] == 7
    assert listed(server, path=path, limit=0)["total"] == 7
    assert listed(server, path=path, limit=999_999)["total"] == 7
    assert listed(server, path=path)["store"] == {"state": "ok", "message": None}


def test_a_list_has_at_most_a_thousand(server: Server) -> None:
    path = "many.ipynb"
    for number in range(1001):
        document = record(id=f"many-{number}", target={"path": path})
        assert server.post(document).status == 201
    answer = listed(server, path=path, kind="record", limit=5000)
    assert len(answer["runs"]) == 1000
    assert answer["total"] == 1001
    assert len(listed(server, path=path, kind="record")["runs"]) == 100


@pytest.mark.parametrize(
    "query",
    [
        "limit=a",
        "limit=-1",
        "limit=1.5",
        "limit=1e3",
        "limit=%D9%A1",
        "limit=" + "9" * 30,
        "limit=1%00",
        "offset=-1",
        "offset=x",
        "kind=other",
        "kind=profile%27",
        "q=" + "+".join("abcdefghijklmnopqrstuvwxyz"),
        "path=%FF",
    ],
)
def test_bad_queries(server: Server, query: str) -> None:
    answer = server.ask("GET", f"runs?{query}")
    assert answer.status == 400
    assert answer.message


def test_kinds(server: Server, path: str) -> None:
    first, second = profile(target={"path": path}), record(target={"path": path})
    assert server.post(first).json["record"] is False
    assert server.post(second).json["record"] is True
    assert ids(server, path=path) == ids(server, path=path, kind="profile") == [first["id"]]
    assert ids(server, path=path, kind="record") == [second["id"]]
    assert set(ids(server, path=path, kind="all")) == {first["id"], second["id"]}


def test_search(server: Server, path: str) -> None:
    one = profile(target={"path": path}, title="Größe of things")
    other = profile(target={"path": path}, title="Other", status="error")
    for document in (one, other):
        server.post(document)
    server.ask("PATCH", f"runs/{other['id']}", b'{"name": "50% of it"}')
    assert ids(server, path=path, q="GRÖSSE") == [one["id"]]
    assert ids(server, path=path, q=" things   größe ") == [one["id"]]
    assert ids(server, path=path, q="50% ERROR") == [other["id"]]
    assert ids(server, path=path, q="things error") == []
    assert ids(server, path=path, q="%") == [other["id"]]
    assert set(ids(server, q=path[:20].upper())) == {one["id"], other["id"]}
    assert len(ids(server, path=path, q="")) == 2


# Tornado puts a space in place of other control characters of a query.
@pytest.mark.parametrize("text", [text for text in HOSTILE if "\0" not in text])
def test_sql_in_every_string(server: Server, path: str, text: str) -> None:
    plain = profile(target={"path": path})
    spoiled = profile(
        title=text,
        target={"path": path + text, "cellId": text, "source": text, "sourceHash": text},
        profilers=[{"name": text, "tool": text, "toolVersion": text, "options": {}, "notes": []}],
    )
    assert server.post(plain).status == server.post(body(spoiled)).status == 201
    assert ids(server, path=path + text) == [spoiled["id"]]
    assert ids(server, path=path) == [plain["id"]]
    assert ids(server, path=path + text, q=text) == [spoiled["id"]]
    assert ids(server, path=path, q=text) == []
    for method in ("GET", "PATCH", "DELETE"):
        data = b'{"pinned": true}' if method == "PATCH" else None
        answer = server.ask(method, f"runs/{quote(text, safe='')}", data)
        assert answer.status == 404
        assert answer.message == "There is no run with this id in the history."
    assert server.ask("POST", f"runs/{quote(text, safe='')}/restore").status == 404
    named = server.ask("PATCH", f"runs/{spoiled['id']}", body({"name": text}))
    assert named.status == 200
    assert named.json["name"] == " ".join(text.split())
    assert server.ask("GET", f"export?ids={quote(text)}").status == 404
    assert server.ask("GET", f"runs/{spoiled['id']}").json == spoiled
    assert server.ask("GET", f"export?ids={spoiled['id']}").status == 200


# -- one run ---------------------------------------------------------------------------------


def test_name_and_pin(server: Server, path: str) -> None:
    document = profile(target={"path": path})
    summary = server.post(document).json
    url = f"runs/{document['id']}"
    assert server.ask("PATCH", url, b'{"name": "A"}').json == {**summary, "name": "A"}
    pinned = {**summary, "name": "A", "pinned": True}
    assert server.ask("PATCH", url, b'{"pinned": true}').json == pinned
    assert listed(server, path=path)["runs"] == [pinned]
    assert server.ask("PATCH", url, b'{"title": "B"}').json == {**pinned, "name": "B"}
    assert server.ask("PATCH", url, b'{"name": null, "pinned": false}').json == summary
    assert server.ask("GET", url).json == document, "the document is as it came"
    for data in (b"", b"{", b"[]", b"{}", b'{"wall": 1}', b'{"pinned": 1}', b'{"name": "\xff"}'):
        answer = server.ask("PATCH", url, data)
        assert answer.status == 400
        assert answer.message
    assert server.ask("PATCH", url, b" " * 70_000).status == 413
    assert listed(server, path=path)["runs"] == [summary]


def test_delete_and_restore(server: Server, path: str) -> None:
    document = profile(target={"path": path})
    summary = server.post(document).json
    url = f"runs/{document['id']}"
    deleted = server.ask("DELETE", url)
    assert (deleted.status, deleted.data) == (204, b"")
    assert ids(server, path=path) == []
    for method in ("GET", "DELETE"):
        assert server.ask(method, url).status == 404
    again = server.post(document)
    assert (again.status, again.json) == (200, summary)
    assert ids(server, path=path) == []
    restored = server.ask("POST", f"{url}/restore")
    assert (restored.status, restored.json) == (200, summary)
    assert listed(server, path=path)["runs"] == [summary]
    assert server.ask("POST", f"{url}/restore", b"{}").status == 200


def test_unknown_runs(server: Server) -> None:
    for method, url in (
        ("GET", "runs/unknown"),
        ("PATCH", "runs/unknown"),
        ("DELETE", "runs/unknown"),
        ("POST", "runs/unknown/restore"),
        ("GET", "export?ids=unknown"),
        ("GET", "export?path=unknown"),
    ):
        answer = server.ask(method, url, b'{"pinned": true}' if method == "PATCH" else None)
        assert answer.status == 404
        assert answer.message == "There is no run with this id in the history."


@pytest.mark.parametrize(
    ("method", "url"),
    [("PUT", "runs"), ("DELETE", "runs"), ("POST", "runs/a"), ("GET", "runs/a/restore")],
)
def test_other_methods(server: Server, method: str, url: str) -> None:
    assert server.ask(method, url, b"{}" if method != "GET" else None).status == 405


# -- files -----------------------------------------------------------------------------------


def unpacked(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        return {name: json.loads(packed.read(name)) for name in packed.namelist()}


def test_export(server: Server, path: str) -> None:
    documents = [profile(target={"path": path}, title=title) for title in ("One", "Two", "Ü/")]
    light = record(target={"path": path})
    for document in (*documents, light):
        server.post(document)
    one, two, _ = documents
    answer = server.ask("GET", f"export?ids={one['id']},{two['id']},unknown")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert unpacked(answer.data) == {
        f"2026-11-22T21-00-00-One-{one['id'][:8]}.cellprofile.json": one,
        f"2026-11-22T21-00-00-Two-{two['id'][:8]}.cellprofile.json": two,
    }
    found = unpacked(server.ask("GET", f"export?path={path}").data)
    assert sorted(d["title"] for d in found.values()) == ["One", "Two", "Ü/"]
    found = unpacked(server.ask("GET", f"export?path={path}&kind=all").data)
    assert len(found) == 4
    found = unpacked(server.ask("GET", "export").data)
    assert len(found) == listed(server)["total"]


def test_somebody_who_stops_to_listen(server: Server, path: str) -> None:
    """The export ends; the server and its threads go on."""
    import socket

    for _ in range(20):
        document = profile(target={"path": path})
        document["files"][0]["source"] = [str(uuid.uuid4()) for _ in range(20_000)]
        assert server.post(document).status == 201
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(
            f"GET {server.base}cell-profiler/api/export?path={path} HTTP/1.1\r\n"
            f"Host: localhost\r\nAuthorization: token {server.token}\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert len(unpacked(server.ask("GET", f"export?path={path}").data)) == 20


# -- who may ---------------------------------------------------------------------------------

REQUESTS = [
    ("GET", "runs", None),
    ("POST", "runs", b"{}"),
    ("GET", "runs/x", None),
    ("PATCH", "runs/x", b"{}"),
    ("DELETE", "runs/x", None),
    ("POST", "runs/x/restore", None),
    ("GET", "export", None),
]


@pytest.mark.parametrize(("method", "url", "data"), REQUESTS)
def test_without_a_token(server: Server, method: str, url: str, data: bytes | None) -> None:
    for headers in ({}, {"Authorization": "token wrong"}):
        answer = server.ask(method, url, data, headers, token=False)
        assert answer.status == 403
        assert answer.message


def test_a_browser_may_ask_what_it_may_send(server: Server) -> None:
    answer = server.ask("OPTIONS", "runs", token=False)
    assert answer.status in (200, 204)
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(("method", "url", "data"), REQUESTS)
def test_a_page_of_another_origin(
    server: Server, method: str, url: str, data: bytes | None
) -> None:
    """With the cookies of a person who is logged in; the token would be known to nobody else."""
    cookies = server.cookies()
    headers = browser(cookies, Origin="http://evil.example")
    if "_xsrf" in cookies:
        headers["X-XSRFToken"] = cookies["_xsrf"]
    answer = server.ask(method, url, data, headers, token=False)
    assert answer.status in (403, 404)
    assert "no run with this id" not in answer.message


def test_a_page_of_jupyter(server: Server, path: str) -> None:
    cookies = server.cookies()
    own = f"http://127.0.0.1:{server.port}"
    plain = browser(cookies, Origin=own)
    document = profile(target={"path": path})
    assert server.post(document, headers=plain, token=False).status == 403, "no XSRF token"
    whole = plain | {"X-XSRFToken": cookies["_xsrf"]}
    assert server.post(document, headers=whole, token=False).status == 201
    assert ids(server, path=path) == [document["id"]]
    assert server.ask("GET", "runs", headers=whole, token=False).status == 200
    url = f"runs/{document['id']}"
    for method, data in (("PATCH", b'{"pinned": true}'), ("DELETE", None)):
        assert server.ask(method, url, data, plain, token=False).status == 403
        assert server.ask(method, url, data, whole, token=False).status < 300
    assert server.ask("POST", f"{url}/restore", None, plain, token=False).status == 403
    assert server.ask("POST", f"{url}/restore", None, whole, token=False).status == 200
