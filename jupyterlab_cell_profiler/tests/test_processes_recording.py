"""Recordings of other processes: the document, and nothing that is left behind."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import jupyterlab_cell_profiler
from jupyterlab_cell_profiler import html, text
from jupyterlab_cell_profiler.document import ProfileDocument, totals_of
from jupyterlab_cell_profiler.processes.cells import by_hash
from jupyterlab_cell_profiler.processes.errors import Refusal
from jupyterlab_cell_profiler.processes.recording import ENDED, Recording
from jupyterlab_cell_profiler.processes.seen import cells_in, without_own
from jupyterlab_cell_profiler.profilers import OptionError, Target
from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.tests import programs
from jupyterlab_cell_profiler.tests.live import LiveKernel
from jupyterlab_cell_profiler.tests.programs import goes_on, running
from jupyterlab_cell_profiler.tests.watching import left_behind

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(spy.impossible() is not None, reason=str(spy.impossible())),
]
SCHEMA = json.loads(
    (Path(jupyterlab_cell_profiler.__file__).parent / "document.schema.json").read_text("utf-8")
)


def checked(document: ProfileDocument) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document))
    jsonschema.validate(found, SCHEMA)
    assert text.render(document)
    assert html.render(document)
    return found


def names(document: dict[str, Any]) -> set[str]:
    (section,) = (s for s in document["sections"] if s["kind"] == "stacks")
    return set(section["frames"]["name"])


def test_a_program_is_recorded_whole(tmp_path: Path) -> None:
    with running(programs.BUSY, tmp_path) as child:
        recording = Recording(child.pid, {"rate": 50}, what="this", target=Target(), path="a.ipynb")
        recording.start()
        time.sleep(1)
        document = checked(recording.stop())
        assert goes_on(child)
        assert left_behind(child.pid) == []
    assert document["title"] == "Stacks"
    assert document["target"] == {"kind": "process", "pid": child.pid, "path": "a.ipynb"}
    assert document["status"] == "ok"
    assert document["environment"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert names(document) >= {"<module>", "outer", "inner"}
    totals = totals_of(document)  # type: ignore[arg-type]
    assert 0.8 < (totals["wall"]["value"] or 0) < 3
    assert (totals["user"]["value"] or 0) > 0.2
    (run,) = document["profilers"]
    assert (run["name"], run["tool"], run["options"]["rate"]) == ("stacks", "py-spy", 50)
    words = json.dumps([run["notes"], document["sections"][0]])
    assert "cell" not in words
    assert "kernel" not in words
    blocks = [s for s in document["sections"] if s["kind"] == "lines"]
    assert {document["files"][s["file"]]["path"].rpartition("/")[2] for s in blocks} == {
        "program.py"
    }


def test_what_was_seen_of_a_process_that_ends_is_kept(tmp_path: Path) -> None:
    with running(programs.BUSY, tmp_path) as child:
        recording = Recording(child.pid, {}, what="this")
        recording.start()
        time.sleep(0.7)
        child.kill()
        child.wait()
        time.sleep(1.5)
        document = checked(recording.stop(interrupted=True))
        assert left_behind(child.pid) == []
    assert document["status"] == "interrupted"
    assert ENDED in document["profilers"][0]["notes"]
    assert "inner" in names(document)
    assert (totals_of(document)["wall"]["value"] or 9) < 1.6  # type: ignore[arg-type]


def test_a_kernel_is_recorded_without_its_own_stacks(kernel: LiveKernel) -> None:
    pid = kernel.evaluate("__import__('os').getpid()")
    source = (
        "\nimport time\ndef spin(until):\n    while time.time() < until:\n        sum(range(999))\n"
        "spin(time.time() + 2)"
    )
    run = kernel.send(source)
    time.sleep(0.3)
    recording = Recording(pid, {}, what="this", kernel=True, posted=by_hash([("cell-1", source)]))
    recording.start()
    time.sleep(1)
    document = checked(recording.stop())
    kernel.wait([run])
    assert run.reply["status"] == "ok"
    assert left_behind(pid) == []
    assert names(document) == {"<module>", "spin"}
    # One excerpt for each function.
    assert {(file["path"], file["cellId"]) for file in document["files"]} == {("a cell", "cell-1")}
    blocks = [s for s in document["sections"] if s["kind"] == "lines"]
    assert {s.get("name") for s in blocks} == {None, "spin"}
    assert "ipykernel" not in json.dumps([document["files"], document["sections"]])


def test_a_cell_that_nobody_knows_has_no_file_name(kernel: LiveKernel) -> None:
    pid = kernel.evaluate("__import__('os').getpid()")
    run = kernel.send("import time\ntime.sleep(1)")
    time.sleep(0.2)
    recording = Recording(pid, {}, what="this", kernel=True)
    recording.start()
    time.sleep(0.4)
    document = checked(recording.stop())
    kernel.wait([run])
    assert document["files"] == [{"path": "a cell"}]
    assert any("cells" in note for note in document["profilers"][0]["notes"])
    assert "ipykernel" not in json.dumps([document["files"], document["sections"]])


def test_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError):
        Recording(1, {"rate": 0}, what="this")
    with pytest.raises(Refusal):
        Recording(1, {}, what="this").stop()
    program = tmp_path / "py-spy"
    program.write_text("#!/bin/sh\necho 'Error: Permission denied (os error 13)'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(spy, "executable", lambda: str(program))
    with running(programs.SLEEP, tmp_path) as child:
        recording = Recording(child.pid, {}, what=f"process {child.pid}")
        with pytest.raises(Refusal, match="sudo") as refused:
            recording.start()
        assert refused.value.status == 409
        assert left_behind(child.pid) == []


def test_a_process_that_is_gone() -> None:
    with pytest.raises(Refusal, match="gone") as refused:
        Recording(999_999_999, {}, what="this").start()
    assert refused.value.status == 404


def test_own_stacks_of_a_kernel_are_emptied() -> None:
    samples = {
        "frames": [
            ["<module>", "/x/ipykernel_launcher.py", 1],
            ["run_cell", "/x/IPython/core/interactiveshell.py", 2],
            ["f", "/tmp/ipykernel_7/123.py", 3],
            ["Thread.run", "/x/threading.py", 4],
            ["Heartbeat.run", "/x/ipykernel/heartbeat.py", 5],
            ["run_closure", "/x/ipykernel/ipkernel.py", 6],
            ["mine", "/home/me/work.py", 7],
        ],
        "nodes": {"parent": [-1, 0, 1, -1, 3, 3, 5], "frame": [0, 1, 2, 3, 4, 5, 6]},
        "threads": [
            {"name": "main", "looks": 2, "runs": [[0, 1, 1], [1, 1, 2]]},
            {"name": "others", "looks": 2, "runs": [[0, 1, 4], [1, 1, 6]]},
        ],
    }
    main, others = without_own(samples)["threads"]
    assert main["runs"] == [[0, 1, -1], [1, 1, 2]]
    assert others["runs"] == [[0, 1, -1], [1, 1, 6]]


def test_cells_that_a_page_does_not_know_are_told_apart() -> None:
    files = ["/tmp/ipykernel_7/1.py", "/a.py", "/tmp/ipykernel_7/2.py"]
    assert [cell.label for cell in cells_in(files, {}, {}).values()] == ["a cell", "a cell (2)"]
