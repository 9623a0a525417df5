"""Processes that already run: what is read of a dump, and the server's answers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from jupyterlab_cell_profiler.processes.cells import Known, by_hash, murmur2
from jupyterlab_cell_profiler.processes.listing import short_name
from jupyterlab_cell_profiler.processes.reading import read_dump
from jupyterlab_cell_profiler.processes.refusals import refusal
from jupyterlab_cell_profiler.tests.history_server import serving


def test_the_hash_is_that_of_ipykernel() -> None:
    from ipykernel.compiler import get_tmp_hash_seed, murmur2_x86

    for text in ("", "a", "ab", "abc", "abcd", "x = 'ä'\n" * 30):
        assert murmur2(text.encode()) == murmur2_x86(text, get_tmp_hash_seed())
    assert set(by_hash([("c", "\n\nx = 1")]).values()) == {Known("c", 2, "\n\nx = 1")}


def test_names_hold_no_arguments() -> None:
    assert short_name(["/usr/bin/python3", "-u", "/a/train.py", "--key=x"]) == "python3 train.py"
    assert short_name(["python", "-m", "http.server", "80"]) == "python -m http.server"
    assert short_name(["python", "-c", "secret"]) == "python -c"


def test_two_threads_that_wait_for_locks_are_told() -> None:
    said = [
        {"thread_name": name, "os_thread_id": n, "active": False, "owns_gil": False}
        | {"frames": [{"name": "Lock.acquire", "filename": "/l/threading.py", "line": 1}]}
        for n, name in enumerate(("MainThread", "Worker"), 1)
    ]
    for thread in said:
        thread["frames"].append({"name": "f", "filename": "/a/b.py", "line": 7})  # type: ignore[attr-defined]
    found = read_dump(said, 5, {}, name_of=lambda pid: ("python b.py", None))
    assert found["notes"][0].startswith("MainThread and Worker both wait for a lock")
    assert "line 7" in found["notes"][0]


def test_refusals_are_sentences() -> None:
    assert refusal("Error: Failed to find python version from target process", 1, 5).status == 409
    assert refusal("No such process", 1, 5).status == 404
    assert 'sudo env "PATH=$PATH"' in str(refusal("Permission denied (os error 13)", 1, 5))


def test_a_server_lists_and_looks(tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text("import time\nwhile True:\n    time.sleep(0.2)\n")
    busy = subprocess.Popen([sys.executable, str(script), "--secret"])
    try:
        with serving(tmp_path / "server") as server:
            assert server.ask("GET", "processes", token=False).status == 403
            listed = server.ask("GET", "processes").json
            (row,) = (p for p in listed["processes"] if p["pid"] == busy.pid)
            assert row["name"].endswith("busy.py")
            assert "--secret" not in json.dumps(listed)
            command = server.ask("GET", f"processes/{busy.pid}/command").json["command"]
            assert command[-1] == "--secret"
            for _ in range(50):
                answer = server.ask("POST", f"processes/{busy.pid}/dump", b"{}")
                if answer.status == 200:
                    break
                time.sleep(0.1)
            assert answer.status == 200, answer.data
            (thread,) = answer.json["processes"][0]["threads"]
            assert thread["frames"][0]["line"] in (2, 3)
            assert server.ask("POST", "processes/999999999/dump", b"{}").status == 404
            assert server.ask("POST", f"processes/{busy.pid}/dump", b"[]").status == 400
            assert server.ask("POST", "kernels/none/dump", b"{}").status == 404
        assert busy.poll() is None, "it is never killed"
    finally:
        busy.kill()
        busy.wait()
