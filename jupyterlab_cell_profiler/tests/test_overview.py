"""``overview``: time and memory of one run from outside, in this very process."""

from __future__ import annotations

import json
import os
import platform
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
from jupyterlab_cell_profiler.profilers import (
    OptionError,
    Target,
    memory_peak,
    overview,
    overview_recording,
    stack_inside,
)
from jupyterlab_cell_profiler.sampling import spy, starting
from jupyterlab_cell_profiler.tests.inprocess import (
    Ran,
    Shell,
    give_memory_back,
    new_shell,
    py_spy_refusal,
)

pytestmark = pytest.mark.alone


ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))
LINUX = pytest.mark.skipif(
    not memory_peak._set_back(), reason="this system does not set back its high-water mark"
)


@pytest.fixture(scope="module")
def rights() -> None:
    reason = py_spy_refusal()
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    children = set(psutil.Process().children(recursive=True))
    with new_shell() as shell:
        give_memory_back()
        yield shell
    assert set(psutil.Process().children(recursive=True)) == children
    assert not [name for name in os.listdir(tmp_path) if name.startswith("cell-profiler")]


def profile(shell: Shell, code: str, **options: Any) -> Ran:
    assert shell.profiler.arm("cell", Request(["overview"], {"overview": options})) is None
    ran = shell.run(textwrap.dedent(code).strip("\n"), "cell")
    jsonschema.validate(ran.document, SCHEMA)
    return ran


def items(ran: Ran) -> list[dict[str, Any]]:
    return [
        item
        for section in ran.document["sections"]
        if section["kind"] == "totals"
        for item in section["items"]
    ]


def totals(ran: Ran) -> dict[str, Any]:
    return {item["name"]: item["value"] for item in items(ran)}


COMPRESSING = """
import time, zlib
data = bytes(range(256)) * 4_000
end = time.perf_counter() + {seconds}
while time.perf_counter() < end:
    zlib.compress(data, 9)
"""


def series(ran: Ran, name: str = "rss") -> dict[str, Any]:
    (found,) = (s for s in ran.document["sections"] if s["kind"] == "series" and s["name"] == name)
    return found


def kinds(ran: Ran) -> set[str]:
    return {section["kind"] for section in ran.document["sections"]}


MEGABYTE = 1_000_000

STEPS = """\
import time
kept = b"x" * 60_000_000
time.sleep(0.15)
del kept
time.sleep(0.15)
passing = len(b"x" * 200_000_000)
time.sleep(0.1)
"""


class TestMemory:
    @LINUX
    def test_a_transient_that_no_sample_sees_is_in_the_peak(self, shell: Shell) -> None:
        # 200 MB of untouched zeros would not be resident.
        ran = profile(shell, 'len(b"x" * 200_000_000)')
        found = totals(ran)
        assert found["increment"] == pytest.approx(200 * MEGABYTE, rel=0.01)
        assert found["peak_rss"] == found["baseline_rss"] + found["increment"]

    @LINUX
    def test_an_earlier_peak_is_not_that_of_the_run(self, shell: Shell) -> None:
        shell.run('len(b"x" * 300_000_000)')
        assert totals(profile(shell, "1 + 1"))["increment"] < 20 * MEGABYTE

    @LINUX
    def test_the_display_of_the_last_value_does_not_count(self, shell: Shell) -> None:
        shell.run(
            "class Fat:\n    def __repr__(self):\n        return str(len(b'x' * 200_000_000))"
        )
        assert totals(profile(shell, "Fat()"))["increment"] < 20 * MEGABYTE

    def test_each_step_is_at_the_line_that_made_it(self, shell: Shell) -> None:
        rss = series(profile(shell, STEPS))
        marks = {int(mark["label"].removeprefix("line ")): mark["t"] for mark in rss["marks"]}
        assert set(marks) == {1, 2, 3, 4, 5, 6, 7}
        assert marks[5] - marks[4] < 0.1
        assert marks[6] - marks[5] == pytest.approx(0.15, abs=0.08)

        def most(first: float, last: float) -> int:
            points = list(zip(rss["t"], rss["values"], strict=True))
            # A flat stretch has its ends only: what was there before holds.
            before = [v for t, v in points if t <= first][-1:]
            return max(before + [v for t, v in points if first < t < last])

        base = rss["values"][0]
        assert most(marks[3], marks[4]) - base == pytest.approx(60 * MEGABYTE, rel=0.05)
        assert most(marks[5] + 0.03, marks[6]) - base < 20 * MEGABYTE

    def test_what_a_short_statement_added_is_its_own(self, shell: Shell) -> None:
        ran = profile(shell, 'a = b"x" * 50_000_000\nb = 1\ndel a\nc = 1')
        rss = series(ran)
        at = dict(zip(rss["t"], rss["values"], strict=True))
        marks = {mark["label"]: at[mark["t"]] for mark in rss["marks"]}
        assert marks["line 2"] - marks["line 1"] == pytest.approx(50 * MEGABYTE, rel=0.02)
        assert marks["line 4"] - marks["line 3"] == pytest.approx(-50 * MEGABYTE, rel=0.02)

    def test_the_series_begins_and_ends_with_the_run(self, shell: Shell) -> None:
        ran = profile(shell, "import time\ntime.sleep(0.2)")
        rss = series(ran)
        assert rss["t"][0] == 0
        assert rss["t"] == sorted(rss["t"])
        assert rss["t"][-1] == pytest.approx(totals(ran)["wall"], abs=0.02)
        assert rss["values"][0] == totals(ran)["baseline_rss"]
        assert max(rss["values"]) <= totals(ran)["peak_rss"] + MEGABYTE

    def test_children_have_a_series_of_their_own(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import subprocess, sys
            subprocess.run([sys.executable, "-c",
                "import time; x = b'x' * 80_000_000; time.sleep(0.5)"])
            """,
        )
        assert max(series(ran, "children")["values"]) > 70 * MEGABYTE
        assert totals(ran)["wait"] > 0.3

    def test_the_helper_is_no_child_of_the_cell(self, shell: Shell) -> None:
        # Other tests may have left a kernel running.
        others = sum(child.memory_info().rss for child in psutil.Process().children(recursive=True))
        ran = profile(shell, "import time\ntime.sleep(0.3)")
        found = [s for s in ran.document["sections"] if s.get("name") == "children"]
        # The helper alone has more than that.
        assert max((v for s in found for v in s["values"]), default=0) < others + 5 * MEGABYTE
        assert bool(found) <= bool(others)

    def test_a_long_flat_stretch_takes_no_room(self, shell: Shell) -> None:
        ran = profile(shell, "import time\ntime.sleep(0.6)")
        assert len(series(ran)["t"]) < 30


class TestTime:
    def test_stacks_lines_and_memory_in_one_run(self, rights: None, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import time
            def work(seconds):
                end = time.perf_counter() + seconds
                while time.perf_counter() < end:
                    pass
            work(0.6)
            """,
        )
        assert kinds(ran) == {"totals", "lines", "stacks", "series"}
        (stack,) = (s for s in ran.document["sections"] if s["kind"] == "stacks")
        assert "work" in stack["frames"]["name"]
        assert sum(stack["nodes"]["self"]) == pytest.approx(0.6, abs=0.2)
        (run,) = ran.document["profilers"]
        assert (run["name"], run["tool"]) == ("overview", "py-spy + psutil")
        assert len(run["toolVersion"].split(" + ")) == 2
        assert len(json.dumps(ran.document)) < 20_000

    @pytest.mark.skipif(
        platform.machine() not in ("x86_64", "AMD64"), reason="py-spy unwinds native code on x86_64"
    )
    def test_native_code_is_told_from_python(self, rights: None, shell: Shell) -> None:
        ran = profile(shell, COMPRESSING.format(seconds=1))
        assert totals(ran)["native_percent"] > 60
        (text,) = (item["help"] for item in items(ran) if item["name"] == "native_percent")
        assert "(95 % confidence, " in text
        ran = profile(shell, "x = sum(i * i for i in range(15_000_000))")
        assert totals(ran)["native_percent"] < 20

    @pytest.mark.skipif(
        platform.machine() not in ("x86_64", "AMD64"), reason="py-spy unwinds native code on x86_64"
    )
    def test_native_code_is_told_by_line(
        self, rights: None, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(overview_recording, "NATIVE_TIMES", (0.3, 1.5, 4.0))
        ran = profile(shell, COMPRESSING.format(seconds=4))
        assert totals(ran)["native_percent"] > 60
        (block,) = (s for s in ran.document["sections"] if s["kind"] == "lines")
        columns = {
            c["name"]: dict(zip(block["lines"], c["values"], strict=True)) for c in block["columns"]
        }
        assert columns["native_time"][5] == pytest.approx(columns["self_time"][5], rel=0.4)
        assert columns["self_time"][5] == pytest.approx(4, abs=0.9)

    def test_without_native(self, rights: None, shell: Shell) -> None:
        ran = profile(shell, "x = sum(i * i for i in range(20_000_000))", native=False)
        assert "native_percent" not in totals(ran)

    def test_counts_of_the_system(self, shell: Shell) -> None:
        if totals(profile(shell, "1"))["minor_faults"] is None:
            pytest.skip("this system does not count")
        ran = profile(
            shell,
            'import time\nlen(b"x" * 50_000_000)\nfor _ in range(30): time.sleep(0.001)',
        )
        assert totals(ran)["voluntary_switches"] >= 30
        assert totals(ran)["minor_faults"] > 0


class TestTheRunIsSacred:
    def test_an_error_keeps_what_was_seen(self, shell: Shell) -> None:
        ran = profile(shell, "import time\ntime.sleep(0.2)\n1 / 0")
        assert isinstance(ran.error, ZeroDivisionError)
        assert ran.document["status"] == "error"
        assert [m["label"] for m in series(ran)["marks"]] == ["line 1", "line 2", "line 3"]

    def test_an_interrupt_keeps_what_was_seen(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import os, signal, threading
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
            while True:
                pass
            """,
        )
        assert ran.document["status"] == "interrupted"
        assert series(ran)["t"][-1] > 0.2

    def test_a_short_cell(self, shell: Shell) -> None:
        ran = profile(shell, "1 + 1")
        assert ran.result.result == 2
        assert totals(ran)["peak_rss"] > MEGABYTE

    def test_a_syntax_error(self, shell: Shell) -> None:
        ran = profile(shell, "1 +")
        assert isinstance(ran.error, SyntaxError)
        assert kinds(ran) == set()

    def test_await(self, shell: Shell) -> None:
        ran = profile(shell, "import asyncio\nawait asyncio.sleep(0.2)\n'done'")
        assert ran.result.result == "done"
        assert totals(ran)["wait"] == pytest.approx(0.2, abs=0.1)
        assert "line 2" in [m["label"] for m in series(ran)["marks"]]


@pytest.mark.usefixtures("no_pyinstrument")
class TestWhatIsRefused:
    @pytest.fixture
    def no_pyinstrument(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What takes over where there is one is of ``test_stacks_inside.py``."""
        monkeypatch.setattr(stack_inside, "find_spec", lambda name: None)

    def test_without_py_spy_there_is_memory(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spy, "executable", lambda: None)
        assert overview.unavailable() is None
        ran = profile(shell, STEPS)
        assert kinds(ran) == {"totals", "series"}
        (note,) = ran.notes
        assert "-m pip install py-spy" in note
        assert overview_recording.WITHOUT in note
        assert note.endswith("-m pip install pyinstrument")
        assert ran.document["profilers"][0]["tool"] == "psutil"
        assert [m["label"] for m in series(ran)["marks"]][1] == "line 2"

    def test_without_rights_there_is_memory(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        program = tmp_path / "py-spy"
        program.write_text("#!/bin/sh\necho 'Error: Permission denied (os error 13)'\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setattr(spy, "executable", lambda: str(program))
        ran = profile(shell, STEPS)
        assert kinds(ran) == {"totals", "series"}
        assert "SYS_PTRACE" in ran.notes[0] or "ptrace_scope" in ran.notes[0]

    def test_without_a_helper_there_are_totals(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(starting, "PROGRAM", "raise SystemExit('no')")
        ran = profile(shell, STEPS)
        assert kinds(ran) == {"totals"}
        assert overview_recording.NO_TIMELINE in ran.notes[0]
        assert overview_recording.WITHOUT in ran.notes[0]
        assert totals(ran)["peak_rss"] > MEGABYTE

    def test_a_helper_that_dies_loses_samples_only(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import psutil
            helper = [c for c in psutil.Process().children() if "watch(task)" in str(c.cmdline())]
            assert len(helper) == 1
            helper[0].kill()
            helper[0].wait()
            'here'
            """,
        )
        assert ran.result.result == "here"
        assert any("Samples are lost" in note for note in ran.notes)
        assert totals(ran)["peak_rss"] > MEGABYTE

    def test_without_a_high_water_mark_samples_tell(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shell.run('len(b"x" * 300_000_000)')
        monkeypatch.setattr(memory_peak, "_set_back", lambda: False)
        ran = profile(shell, "import time\nx = b'x' * 90_000_000\ntime.sleep(0.1)\ndel x")
        assert totals(ran)["increment"] == pytest.approx(90 * MEGABYTE, rel=0.1)
        (item,) = (
            item
            for section in ran.document["sections"]
            if section["kind"] == "totals"
            for item in section["items"]
            if item["name"] == "peak_rss"
        )
        assert item["help"].startswith("The highest of the samples")

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"rate": 0}, "whole number from 1 to 1000"),
            ({"rate": 2.5}, "whole number"),
            ({"rate": True}, "whole number"),
            ({"native": 1}, "on or off, not 1"),
        ],
    )
    def test_options(self, options: dict[str, Any], sentence: str) -> None:
        with pytest.raises(OptionError, match=sentence), overview.capture(Target(), options):
            pass

    def test_not_together_with_stacks(self) -> None:
        reason = profilers.problem(["overview", "stacks"])
        assert reason is not None
        assert "samples the stacks already" in reason
        assert profilers.problem(["overview", "functions"]) is None


def test_nothing_from_nothing() -> None:
    assert overview.convert({}, Target()) == []
