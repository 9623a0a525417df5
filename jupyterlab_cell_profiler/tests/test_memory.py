"""``memory``: the peak and the timeline of one run, in this very process."""

from __future__ import annotations

import json
import os
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

from jupyterlab_cell_profiler import profilers
from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import OptionError, Target, memory, memory_peak
from jupyterlab_cell_profiler.sampling import starting
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, give_memory_back, new_shell

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))
LINUX = pytest.mark.skipif(
    not memory_peak._set_back(), reason="this system does not set back its high-water mark"
)
MB = 1_000_000


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    children = set(psutil.Process().children(recursive=True))
    with new_shell() as shell:
        give_memory_back()
        yield shell
    assert set(psutil.Process().children(recursive=True)) == children
    assert not [name for name in os.listdir(tmp_path) if name.startswith("cell-profiler")]


def profile(shell: Shell, code: str, *names: str, **options: Any) -> Ran:
    request = Request(list(names or ("memory",)), {"memory": options})
    assert shell.profiler.arm("cell", request) is None
    ran = shell.run(textwrap.dedent(code).strip("\n"), "cell")
    jsonschema.validate(ran.document, SCHEMA)
    return ran


def totals(ran: Ran) -> dict[str, Any]:
    return {
        item["name"]: item["value"]
        for section in ran.document["sections"]
        if section["kind"] == "totals"
        for item in section["items"]
    }


def series(ran: Ran) -> dict[str, dict[str, Any]]:
    return {s["name"]: s for s in ran.document["sections"] if s["kind"] == "series"}


def own_series(ran: Ran) -> set[str]:
    """Names without those of child processes: kernels of other tests are children, too."""
    return {name for name in series(ran) if not name.startswith("child")}


@LINUX
@pytest.mark.parametrize(
    ("code", "megabytes"),
    [
        ('len(b"x" * 200_000_000)', 200),
        ("def f():\n    block = b'x' * 80_000_000\n    return len(block)\nf()", 80),
        # Freed before the end, in one of many rounds.
        ("for i in range(20):\n    block = b'x' * (60_000_000 if i == 7 else 10)\ndel block", 60),
        ("a = b'x' * 40_000_000\nb = b'x' * 40_000_000", 80),
        ("np.ones(5_000_000)\na = np.ones(5_000_000)\n(a + 1).sum()", 80),
    ],
)
def test_the_peak_is_exact(shell: Shell, code: str, megabytes: int) -> None:
    shell.run("import numpy as np\nnp.ones(1000) + 1")
    found = totals(profile(shell, code))
    assert found["increment"] == pytest.approx(megabytes * MB, rel=0.01, abs=600_000)
    assert found["peak_rss"] == found["baseline_rss"] + found["increment"]


def test_the_timeline_has_the_lines(shell: Shell) -> None:
    ran = profile(
        shell,
        """
        import time
        a = b"x" * 50_000_000
        time.sleep(0.1)
        del a
        time.sleep(0.1)
        """,
    )
    assert own_series(ran) == {"rss"}
    rss = series(ran)["rss"]
    marks = {mark["label"]: mark["t"] for mark in rss["marks"]}
    assert list(marks) == [f"line {n}" for n in range(1, 6)]
    at = dict(zip(rss["t"], rss["values"], strict=True))
    assert at[marks["line 3"]] - at[marks["line 2"]] == pytest.approx(50 * MB, rel=0.02)
    assert at[marks["line 5"]] - at[marks["line 4"]] == pytest.approx(-50 * MB, rel=0.02)
    assert ran.document["title"] == "Memory"
    assert ran.document["profilers"][0]["tool"] == "psutil"


def test_children_and_the_largest_of_them(shell: Shell) -> None:
    ran = profile(
        shell,
        """
        import subprocess, sys
        code = "x = b'x' * {}; import time; time.sleep(0.8)"
        both = [
            subprocess.Popen([sys.executable, "-c", code.format(n * 10**6)]) for n in (30, 60)
        ]
        pids = [p.pid for p in both]
        [p.wait() for p in both]
        """,
    )
    first, second = shell.ns["pids"]
    found = series(ran)
    each = {name: max(s["values"]) for name, s in found.items() if name.startswith("child ")}
    assert each[f"child {second}"] - each[f"child {first}"] == pytest.approx(30 * MB, rel=0.1)
    together = found["children"]["values"]
    assert max(together) - together[0] >= 90 * MB
    assert together[-1] == pytest.approx(together[0], abs=5 * MB), "they are gone at the end"
    without = profile(shell, "[p.poll() for p in both]", children=False)
    assert "children" not in series(without)


def test_unique_memory(shell: Shell) -> None:
    ran = profile(shell, "import time\na = b'x' * 50_000_000\ntime.sleep(0.4)", unique="uss")
    uss = series(ran)["uss"]["values"]
    assert uss[-1] - uss[0] == pytest.approx(50 * MB, rel=0.2)
    assert max(uss) <= max(series(ran)["rss"]["values"])


def test_a_gpu_is_missed_only_when_asked_for(shell: Shell) -> None:
    assert not profile(shell, "1").notes
    notes = profile(shell, "1", gpu=True).notes
    assert not notes or "nvidia-ml-py" in notes[0]


def test_beside_functions(shell: Shell) -> None:
    ran = profile(shell, "def f():\n    return len(b'x' * 50_000_000)\nf()", "functions", "memory")
    kinds = {section["kind"] for section in ran.document["sections"]}
    assert kinds == {"totals", "calls", "series"}
    assert totals(ran)["increment"] > 45 * MB
    assert ran.document["title"] == "Functions + Memory"


def test_overview_has_it_already() -> None:
    assert "overview watches the memory already" in str(profilers.problem(["overview", "memory"]))


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("a = b'x' * 50_000_000\n1 / 0", "error"),
        ("a = b'x' * 50_000_000\nraise KeyboardInterrupt", "interrupted"),
    ],
)
def test_what_was_there_before_it_ended(shell: Shell, code: str, status: str) -> None:
    ran = profile(shell, code)
    assert ran.document["status"] == status
    assert totals(ran)["increment"] == pytest.approx(50 * MB, rel=0.05)
    assert series(ran)["rss"]["marks"][-1]["label"] == "line 2"


def test_await_and_the_last_value(shell: Shell) -> None:
    ran = profile(shell, "import asyncio\nawait asyncio.sleep(0.05)\nx = b'x' * 50_000_000\n7")
    assert shell.ns["_"] == 7
    assert totals(ran)["increment"] == pytest.approx(50 * MB, rel=0.05)


def test_without_a_helper_the_peak_is_known(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "PROGRAM", "raise SystemExit('no psutil here')")
    ran = profile(shell, "len(b'x' * 60_000_000)")
    assert "Memory by time is not known" in ran.notes[0]
    assert "no psutil here" in ran.notes[0]
    assert not series(ran)
    assert totals(ran)["increment"] >= 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"interval": 0}, r"interval of memory is 0\.001 to 60 seconds, not 0"),
        ({"interval": "fast"}, "not 'fast'"),
        ({"unique": "vms"}, "uss or pss, not 'vms'"),
        ({"children": 1}, "children of memory is on or off, not 1"),
        ({"gpu": "yes"}, "gpu of memory is on or off, not 'yes'"),
        ({"repeat": 0}, "once or more often, not 0 times"),
    ],
)
def test_options(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence), memory.capture(Target(), options):
        pass


def test_reports_while_it_runs() -> None:
    seen: list[Any] = []
    target = Target(own_files={"<cell>": 0}, live=seen.append)
    # The little that comes between two reports is a point of the second one; memory that
    # rests has none.
    source = (
        "import time\nkept = b'x' * 50_000_000\ntime.sleep(0.9)\n"
        "more = b'x' * 1_000_000\ntime.sleep(0.9)"
    )
    code = compile(source, "<cell>", "exec")
    with memory.capture(target, {}) as recording:
        recording.mark(code)
        with recording.running():
            exec(code, {})
    assert 2 <= len(seen) <= 4, "at most twice a second"
    first, last = seen[0], seen[-1]
    for sections in (first, last):
        # Kernels of other tests are children, and have a series of their own.
        kinds = [section["kind"] for section in sections if section.get("name") != "children"]
        assert kinds == ["totals", "totals", "series"]
    assert len(last[2]["t"]) > len(first[2]["t"])
    assert last[2]["t"][-1] > first[2]["t"][-1]
    assert last[2]["marks"] == [{"t": 0.0, "label": "line 1"}]
    items = {item["name"]: item["value"] for section in last[:2] for item in section["items"]}
    assert items["increment"] == pytest.approx(50 * MB, rel=0.05)
    assert 0 < items["memory_available"] <= items["memory_limit"]


def test_whoever_looks_on_cannot_end_the_run() -> None:
    def broken(_: Any) -> None:
        raise RuntimeError("nobody is there")

    with memory.capture(Target(live=broken), {}) as recording, recording.running():
        __import__("time").sleep(0.5)
    assert recording.raw["memory"]["samples"] > 10
