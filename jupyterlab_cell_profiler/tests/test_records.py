"""Records of ordinary runs, in a real kernel over the real protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Kernels
from .documents import check
from .live import MIME_TYPE, LiveKernel, Run
from .live import PACKAGE as US

MB = 1_000_000
RECORD = "cell-profiler-record-"


def switch(kernel: LiveKernel, **request: Any) -> Any:
    run = kernel.silently(f"__import__('{US}').record({json.dumps(request)!r})")
    kernel.wait([run])
    return run.value("value")


def records(run: Run) -> list[dict[str, Any]]:
    return [
        message.content["data"][MIME_TYPE]
        for message in run.of_type("update_display_data")
        if str(message.content["transient"]["display_id"]).startswith(RECORD)
    ]


def totals(document: dict[str, Any]) -> dict[str, float]:
    return {
        item["name"]: item["value"] for section in document["sections"] for item in section["items"]
    }


@pytest.fixture
def recorded(kernels: Kernels) -> Iterator[LiveKernel]:
    kernel = kernels.get("button")
    assert switch(kernel, on=True, path="folder/a.ipynb") == {"recording": True}
    yield kernel
    assert switch(kernel, on=False) == {"recording": False}
    assert kernel.inside("residue()") == []


def test_nothing_is_recorded_unless_asked_for(kernel: LiveKernel) -> None:
    assert records(kernel.run("1 + 1", cell_id="a")) == []


def test_each_run_leaves_one_record(recorded: LiveKernel) -> None:
    run = recorded.run("import time\ntime.sleep(0.2)\nkept = bytearray(80_000_000)\n7", cell_id="a")
    (document,) = records(run)
    check(document)
    assert document["profilers"] == []
    assert document["status"] == "ok"
    target = document["target"]
    assert (target["kind"], target["cellId"], target["path"]) == ("cell", "a", "folder/a.ipynb")
    assert document["files"][0]["source"][1] == "time.sleep(0.2)"
    found = totals(document)
    assert found["wall"] == pytest.approx(0.2, abs=0.15)
    assert found["increment"] == pytest.approx(80 * MB, rel=0.1)
    assert found["user"] + found["sys"] < found["wall"]
    assert run.documents == [], "nothing of it is an output"
    assert [m.type for m in run.messages if m.type == "execute_result"] == ["execute_result"]
    recorded.run("del kept")


def test_a_transient_is_seen(recorded: LiveKernel) -> None:
    (document,) = records(recorded.run("len(bytearray(200_000_000))"))
    assert totals(document)["increment"] == pytest.approx(200 * MB, rel=0.05)


def test_errors_and_interrupts_are_recorded(recorded: LiveKernel) -> None:
    (failed,) = records(recorded.run("1 / 0", cell_id="a"))
    check(failed)
    assert (failed["status"], failed["error"]["name"]) == ("error", "ZeroDivisionError")
    run = recorded.run("import time\nprint('go', flush=True)\ntime.sleep(20)", interrupt="output")
    (stopped,) = records(run)
    assert stopped["status"] == "interrupted"
    assert totals(stopped)["wall"] < 10


@pytest.mark.parametrize(
    "source",
    [
        "get_ipython().run_cell('inner = 1');",
        "%%time\nx = 1",
        "%%capture\nprint('hidden')",
        "import asyncio\nawait asyncio.sleep(0.01)",
        "def broken(:",
        "",
        "from IPython.display import clear_output\nprint('a')\nclear_output()",
    ],
)
def test_at_most_one_record_whatever_runs(recorded: LiveKernel, source: str) -> None:
    run = recorded.run(source, cell_id="a")
    assert len(records(run)) == (1 if source else 0)
    assert len(records(recorded.run("2", cell_id="b"))) == 1, "the next one is counted again"


def test_a_profiled_run_has_its_profile_and_no_record(recorded: LiveKernel) -> None:
    run = recorded.profile("sum(range(1000))", "lines", cell_id="a")
    assert len(run.documents) == 1
    assert records(run) == []
    assert len(records(recorded.run("1", cell_id="a"))) == 1


def test_long_sources_are_not_carried_along(recorded: LiveKernel) -> None:
    source = "\n# first\n" + "x = 1\n" * 5000
    (document,) = records(recorded.run(source))
    assert document["files"][0]["source"] == ["# first"]
    assert len(json.dumps(document)) < 5000


def test_outputs_are_those_of_a_plain_run(recorded: LiveKernel) -> None:
    source = "print('a')\nimport sys\nprint('b', file=sys.stderr)\n[1, 2]"
    with_record = recorded.run(source)
    switch(recorded, on=False)
    plain = recorded.run(source)

    def shape(run: Run) -> list[tuple[str, Any]]:
        return [
            (m.type, m.content.get("text", m.content.get("data")))
            for m in run.messages
            if m.type in ("stream", "execute_result", "display_data", "error")
        ]

    assert shape(with_record) == shape(plain)
    assert with_record.reply["status"] == plain.reply["status"] == "ok"
