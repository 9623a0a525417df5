"""The history of runs on a real server: keep, list, search and open with 10 to 10,000 runs.

The file is filled first, in batches; then requests of each kind take turns on one connection
that stays open, as in a browser. Times are from the request to the whole answer. Beside it:
how long a server that starts looks at the file, and what old runs cost that go.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from kernel import save
from lab import free_port, serving

from jupyterlab_cell_profiler.document import ProfileDocument, new_id
from jupyterlab_cell_profiler.history import files, queries
from jupyterlab_cell_profiler.history.checks import started_at
from jupyterlab_cell_profiler.history.store import Store
from jupyterlab_cell_profiler.history.summary import measured
from jupyterlab_cell_profiler.history.thinning import Limits, thin

COUNTS = (10, 1_000, 10_000)
TURNS = 40
TOKEN = "bench"
DOCUMENTS = Path(__file__).parent.parent / "jupyterlab_cell_profiler" / "tests" / "data"
EXAMPLE = DOCUMENTS / "documents" / "memory-timeline.cellprofile.json"


def document(number: int) -> ProfileDocument:
    """One of a person who profiles 20 cells of each of 50 notebooks again and again."""
    made: ProfileDocument = json.loads(EXAMPLE.read_text("utf-8"))
    made["id"] = new_id()
    made["title"] = f"Cell {number % 20} of notebook {number % 50}"
    day, minute = divmod(number, 1440)
    made["started"] = (
        f"2026-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}T{minute // 60:02}:{minute % 60:02}:00Z"
    )
    made["target"]["path"] = f"work/project {number % 50}/notebook.ipynb"
    made["target"]["cellId"] = f"cell-{number % 20}"
    return made


def fill(store: Store, count: int) -> float:
    """Keep many runs; seconds for one without the transaction and the network."""
    begin = time.perf_counter()
    for first in range(0, count, 500):
        runs = []
        for number in range(first, min(first + 500, count)):
            made = document(number)
            text = json.dumps(made).encode()
            began = started_at(made["started"]) or 0
            runs.append(queries.Incoming(measured(made), began, "", zlib.compress(text), len(text)))
        store.write(lambda connection, runs=runs: [queries.add(connection, run) for run in runs])
    return (time.perf_counter() - begin) / count


class Client:
    """One connection to the server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, method: str, url: str, data: bytes | None = None) -> Any:
        headers = {"Authorization": f"token {TOKEN}"}
        where = url if url.startswith("/") else f"/cell-profiler/api/{url}"
        self._connection.request(method, where, data, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status}: {text[:200]!r}")
        return json.loads(text) if text.startswith(b"{") else text


def timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def requests(client: Client, count: int) -> dict[str, Callable[[int], Any]]:
    ids = [run["id"] for run in client.ask("GET", "runs?limit=1000")["runs"]]

    def listed(**query: Any) -> Callable[[int], Any]:
        return lambda turn: client.ask("GET", f"runs?{urlencode(query)}")

    bodies = [json.dumps(document(count + turn)).encode() for turn in range(TURNS)]
    return {
        "insert": lambda turn: client.ask("POST", "runs", bodies[turn]),
        "list_first_100": listed(limit=100),
        "list_last_100": listed(limit=100, offset=max(0, count - 100)),
        "list_of_a_notebook": listed(path="work/project 7/notebook.ipynb", limit=100),
        "search_found": listed(q="cell 7 notebook", limit=100),
        "search_not_found": listed(q="nothing like it", limit=100),
        "open": lambda turn: client.ask("GET", f"runs/{ids[turn % len(ids)]}"),
        # What a request costs in which hardly anything is done.
        "floor": lambda turn: client.ask("GET", "/api/me"),
    }


def measure(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cell-profiler-bench-") as folder:
        path = Path(folder) / "data" / "cell-profiler" / "history.sqlite"
        store = Store(path)
        per_run = fill(store, count)
        store.close()
        look = median(timed(lambda: files.prepare(path)) for _ in range(5))
        port = free_port()
        command = [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={TOKEN}",
            "--CellProfilerApp.history_runs=100000",
        ]
        env = {f"JUPYTER_{n}_DIR": f"{folder}/{n.lower()}" for n in ("CONFIG", "DATA", "RUNTIME")}
        times: dict[str, list[float]] = {}
        with serving(command, f"http://127.0.0.1:{port}/api", env=env):
            asked = requests(Client(port), count)
            for turn in range(TURNS):
                for name, ask in asked.items():
                    times.setdefault(name, []).append(timed(partial(ask, turn)))
        size = path.stat().st_size
        store = Store(path)
        seconds = timed(lambda: thin(store, Limits(runs=count // 2)))
        store.close()
    return {
        "median_ms": {name: round(median(values) * 1000, 2) for name, values in times.items()},
        "one_in_20_takes_ms": {
            name: round(sorted(values)[-len(values) // 20] * 1000, 2)
            for name, values in times.items()
        },
        "filled_ms_a_run": round(per_run * 1000, 3),
        "check_at_start_ms": round(look * 1000, 1),
        "thin_half_ms": round(seconds * 1000, 1),
        "file_bytes": size,
        "file_bytes_a_run": round(size / (count + TURNS)),
    }


def main() -> None:
    save(
        "history",
        {
            "turns": TURNS,
            "document_bytes": len(json.dumps(document(0))),
            "runs": {str(count): measure(count) for count in COUNTS},
        },
    )


if __name__ == "__main__":
    main()
