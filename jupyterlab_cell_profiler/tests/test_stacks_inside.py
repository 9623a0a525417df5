"""``stacks`` and ``overview`` where py-spy may not look: pyinstrument looks from inside."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import stack_inside
from jupyterlab_cell_profiler.profilers.stack_inside import (
    OTHER_PROFILER,
    OWN_PROFILER,
    TOOK_OVER,
    Inside,
    missing,
)
from jupyterlab_cell_profiler.profilers.stack_recording import NO_OPTIONS
from jupyterlab_cell_profiler.sampling import spy, starting
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, block, new_shell, values

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))
REFUSAL = "Nobody may look into this process."
MISSING = stack_inside.missing()

pytestmark = [pytest.mark.alone, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

BUSY = """
import time
took = []
def work(seconds):
    begin = time.perf_counter()
    while time.perf_counter() < begin + seconds:
        pass
    took.append(time.perf_counter() - begin)
"""
INTERVAL = 0.03
"""Of two looks, generously: where what is measured begins and ends."""


def threads() -> int:
    """All threads of this process, those that Python does not know, too."""
    return psutil.Process().num_threads()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A shell in a process that py-spy may not look into; nothing may be left in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(spy, "platform_refusal", lambda platform, user: REFUSAL)
    getprofile, setprofile, before = sys.getprofile, sys.setprofile, threads()
    children = set(psutil.Process().children(recursive=True))
    assert getprofile() is None
    with new_shell() as shell:
        shell.run(BUSY, "earlier")
        yield shell
    assert sys.getprofile is getprofile
    assert sys.setprofile is setprofile
    assert getprofile() is None
    assert threads() <= before, "a thread was left behind"
    assert set(psutil.Process().children(recursive=True)) == children


def profile(shell: Shell, code: str, name: str = "stacks", **options: Any) -> Ran:
    assert shell.profiler.arm("cell", Request([name], {name: options})) is None
    ran = shell.run(textwrap.dedent(code).strip("\n"), "cell")
    jsonschema.validate(ran.document, SCHEMA)
    return ran


def section(ran: Ran) -> dict[str, Any]:
    (found,) = (s for s in ran.document["sections"] if s["kind"] == "stacks")
    return dict(found)


def names(ran: Ran) -> list[str]:
    found = section(ran)
    return [found["frames"]["name"][frame] for frame in found["nodes"]["frame"]]


def sampled(ran: Ran) -> float:
    """Seconds of all samples."""
    return float(sum(section(ran)["nodes"]["self"]))


def wall(ran: Ran) -> float:
    (seconds,) = (
        item["value"]
        for s in ran.document["sections"]
        if s["kind"] == "totals"
        for item in s["items"]
        if item["name"] == "wall"
    )
    return float(seconds)


def worked(shell: Shell) -> float:
    """How long the calls of ``work`` took since the last question: a busy machine takes its
    time."""
    seconds = float(sum(shell.ns["took"]))
    shell.ns["took"].clear()
    return seconds


def has(ran: Ran, sentence: str) -> bool:
    return any(sentence in note for note in ran.notes)


class TestItTakesOver:
    def test_a_cell(self, shell: Shell) -> None:
        ran = profile(shell, "work(0.3)\ntime.sleep(0.2)\n'value'")
        assert ran.result.result == "value"
        (run,) = ran.document["profilers"]
        assert (run["name"], run["tool"]) == ("stacks", "pyinstrument")
        assert run["toolVersion"][0].isdigit()
        assert run["notes"][0] == f"{REFUSAL} {TOOK_OVER} {NO_OPTIONS}"
        assert names(ran)[0] == "<module>"
        assert {"work", "sleep"} <= set(names(ran))
        assert sampled(ran) == pytest.approx(wall(ran), abs=0.03)
        top = block(ran.document, None)
        seconds = worked(shell)
        assert values(top, "self_time")[2] == pytest.approx(wall(ran) - seconds, abs=INTERVAL)
        assert values(top, "total_time")[1] == pytest.approx(seconds, abs=INTERVAL)
        inner = block(ran.document, "work")
        assert ran.document["files"][inner["file"]]["cellId"] == "earlier"
        assert sum(values(inner, "self_time").values()) == pytest.approx(seconds, abs=INTERVAL)

    def test_no_frame_of_the_kernel_is_in_it_and_no_built_in_has_a_file(self, shell: Shell) -> None:
        ran = profile(shell, "work(0.1)\ntime.sleep(0.05)")
        paths = {file["path"] for file in ran.document["files"]}
        assert paths == {f"In [{ran.result.execution_count}]", "In [1]"}
        frames = section(ran)["frames"]
        assert frames["file"][frames["name"].index("sleep")] == -1

    def test_samples_are_looks_and_times_are_measured(self, shell: Shell) -> None:
        ran = profile(shell, "time.sleep(0.4)\nwork(0.1)")
        top = block(ran.document, None)
        assert values(top, "samples")[1] == 1
        seconds = wall(ran) - worked(shell)
        assert values(top, "self_time")[1] == pytest.approx(seconds, abs=INTERVAL)
        assert section(ran)["samples"] == sum(values(top, "samples").values())

    def test_many_short_statements_are_seen_as_one_long(self, shell: Shell) -> None:
        ran = profile(shell, "\n".join(["work(0.004)"] * 100))
        # The clock of the sampler may be as coarse as an interval.
        assert 12 <= section(ran)["samples"] <= 100 * wall(ran) + 2
        assert sampled(ran) == pytest.approx(wall(ran), abs=0.04)

    def test_the_rate(self, shell: Shell) -> None:
        for rate, least in ((1000, 15), (20, 1)):
            ran = profile(shell, "work(0.4)", rate=rate)
            assert least <= section(ran)["samples"] <= rate * wall(ran) + 2
            assert ran.document["profilers"][0]["options"]["rate"] == rate

    @pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ("echo 'Permission Denied: Try running again with sudo'; exit 1", "SYS_PTRACE"),
            ("exit 3", "it ended with status 3"),
        ],
    )
    def test_a_py_spy_that_is_refused(
        self,
        shell: Shell,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        body: str,
        sentence: str,
    ) -> None:
        program = tmp_path / "py-spy"
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setattr(spy, "platform_refusal", lambda platform, user: None)
        monkeypatch.setattr(spy, "yama_scope", lambda: None)
        monkeypatch.setattr(spy, "executable", lambda: str(program))
        for name in ("stacks", "overview"):
            ran = profile(shell, "work(0.1)", name)
            assert sentence in ran.notes[0]
            assert TOOK_OVER in ran.notes[0]
            assert "work" in names(ran)

    def test_without_the_program(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spy, "executable", lambda: None)
        ran = profile(shell, "work(0.1)")
        assert f'"{sys.executable}" -m pip install py-spy' in ran.notes[0]
        assert "work" in names(ran)

    def test_without_a_helper(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spy, "platform_refusal", lambda platform, user: None)
        monkeypatch.setattr(spy, "executable", lambda: sys.executable)
        monkeypatch.setattr(starting, "PROGRAM", "raise SystemExit('no')")
        for name in ("stacks", "overview"):
            ran = profile(shell, "work(0.1)", name)
            assert "The helper process ended with status" in ran.notes[0]
            assert ran.document["profilers"][0]["tool"] == "pyinstrument"
            assert "work" in names(ran)

    def test_neither(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(stack_inside, "find_spec", lambda name: None)
        reason = shell.profiler.arm("cell", Request(["stacks"]))
        assert reason is not None
        assert reason.startswith(REFUSAL)
        assert f'"{sys.executable}" -m pip install pyinstrument' in reason

    def test_a_broken_pyinstrument(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setitem(sys.modules, "pyinstrument.low_level.stat_profile", None)
        assert shell.profiler.arm("cell", Request(["stacks"])) is None
        ran = shell.run("6 * 7", "cell")
        assert (ran.result.result, ran.documents) == (42, [])
        said = capsys.readouterr().err
        assert REFUSAL in said
        assert "does not work here (ModuleNotFoundError" in said


class TestOverview:
    def test_it_has_stacks_lines_and_memory(self, shell: Shell) -> None:
        ran = profile(shell, "kept = b'x' * 50_000_000\nwork(0.3)\ndel kept", "overview")
        assert {s["kind"] for s in ran.document["sections"]} == {
            "totals", "lines", "stacks", "series",
        }  # fmt: skip
        (run,) = ran.document["profilers"]
        assert run["tool"] == "pyinstrument + psutil"
        assert len(run["toolVersion"].split(" + ")) == 2
        assert run["notes"][0] == f"{REFUSAL} {TOOK_OVER}"
        assert sampled(ran) == pytest.approx(wall(ran), abs=0.06)
        (rss,) = (s for s in ran.document["sections"] if s.get("name") == "rss")
        assert max(rss["values"]) - rss["values"][0] > 45_000_000
        assert [mark["label"] for mark in rss["marks"]][:2] == ["line 1", "line 2"]

    def test_with_functions_the_exact_one_goes_first(self, shell: Shell) -> None:
        assert shell.profiler.arm("cell", Request(["overview", "functions"])) is None
        ran = shell.run("work(0.1)\n'value'", "cell")
        assert ran.result.result == "value"
        (calls,) = (s for s in ran.document["sections"] if s["kind"] == "calls")
        assert "work" in calls["functions"]["name"]
        if sys.version_info < (3, 12):  # From then on they have each their own place.
            assert has(ran, OWN_PROFILER)

    def test_memory_does_not_grow_with_looks(self, shell: Shell) -> None:
        deep = """
            def down(n):
                return down(n - 1) if n else work(0.5)
            down(500)
            """
        assert shell.profiler.arm("cell", Request(["stacks"], {"stacks": {"rate": 1000}})) is None
        held = []
        add = stack_inside.Looks.add

        def watched(looks: Any, stack: Any, seconds: float) -> None:
            add(looks, stack, seconds)
            held.append(len(looks._nodes))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stack_inside.Looks, "add", watched)
            shell.run(textwrap.dedent(deep), "cell")
        assert len(held) > 100
        assert held[-1] < 700


class TestTheRunIsSacred:
    def test_an_error(self, shell: Shell) -> None:
        ran = profile(shell, "work(0.2)\n1 / 0")
        assert isinstance(ran.error, ZeroDivisionError)
        assert ran.document["status"] == "error"
        assert "pyinstrument" not in "".join(shell.tracebacks)
        assert sampled(ran) == pytest.approx(worked(shell), abs=INTERVAL)

    @pytest.mark.parametrize("line", ["pass", "work(0.01)", "time.sleep(5)"])
    def test_an_interrupt(self, shell: Shell, line: str) -> None:
        ran = profile(
            shell,
            f"""
            import os, signal, threading
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
            while True:
                {line}
            """,
        )
        assert ran.document["status"] == "interrupted"
        assert 0.15 < sampled(ran) <= wall(ran) + INTERVAL
        assert values(block(ran.document, None), "total_time")

    def test_a_short_cell(self, shell: Shell) -> None:
        ran = profile(shell, "1 + 1")
        assert ran.result.result == 2
        assert has(ran, "No sample fell into the cell")
        ran = profile(shell, "time.sleep(0.005)", rate=400)
        assert has(ran, "Only 1 sample")
        assert sampled(ran) == pytest.approx(wall(ran), abs=0.004)

    def test_a_loop_without_calls_says_so(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            def loop():
                for i in range(8_000_000):
                    i * i
                return i
            loop()
            """,
        )
        assert has(ran, "the cell calls functions so seldom")
        assert sampled(ran) == pytest.approx(wall(ran), abs=0.03)
        assert list(values(block(ran.document, "loop"), "self_time")) == [4]

    def test_the_display_of_the_last_value(self, shell: Shell) -> None:
        shell.run(
            "class Slow:\n"
            "    def __repr__(self):\n"
            "        work(0.2)\n"
            "        return 'slow'\n"
            "class Bad(Exception):\n"
            "    def __str__(self):\n"
            "        work(0.2)\n"
            "        return 'bad'"
        )
        for code in ("work(0.1)\nSlow()", "work(0.1)\nraise Bad"):
            worked(shell)
            ran = profile(shell, code)
            assert not {"Slow.__repr__", "__repr__", "Bad.__str__", "__str__"} & set(names(ran))
            assert sampled(ran) == pytest.approx(shell.ns["took"][0], abs=INTERVAL)

    def test_await(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import asyncio
            async def one(n):
                await asyncio.sleep(0.2)
                work(0.1)
                return n
            await asyncio.gather(one(1), one(2))
            """,
        )
        assert ran.result.result == [1, 2]
        found = section(ran)
        seconds = dict(zip(names(ran), found["nodes"]["total"], strict=True))
        own = worked(shell)
        assert seconds["one"] == pytest.approx(own, abs=INTERVAL)
        assert seconds["(awaiting)"] == pytest.approx(wall(ran) - own, abs=2 * INTERVAL)
        line = values(block(ran.document, "one"), "total_time")[4]
        assert line == pytest.approx(own, abs=INTERVAL)

    def test_a_deep_recursion(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import sys
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(4000)
            def down(n):
                if n:
                    return down(n - 1)
                work(0.2)
                return 'there'
            found = down(900)
            sys.setrecursionlimit(limit)
            found
            """,
        )
        assert ran.result.result == "there"
        assert names(ran).count("down") == 901
        down = block(ran.document, "down")
        seconds = max(values(down, "total_time").values())
        assert seconds == pytest.approx(worked(shell), abs=INTERVAL)

    def test_a_recursion_at_its_limit(self, shell: Shell) -> None:
        shell.run(
            "def deep(n=0):\n"
            "    try:\n"
            "        return deep(n + 1)\n"
            "    except RecursionError as error:\n"
            "        return n, error.__traceback__\n"
            "plain, _ = deep()\n"
            "found = []"
        )
        ran = profile(shell, "\n".join(["found.append(deep())"] * 300), rate=1000)
        assert ran.error is None
        assert section(ran)["samples"] > 50
        # Frames of ours on the stack, and one more while it looks (docs/differences.md).
        assert {shell.ns["plain"] - depth for depth, _ in shell.ns["found"]} <= {1, 2, 3, 4}
        files = set()
        for _, traceback in shell.ns["found"]:
            while traceback is not None:
                files.add(traceback.tb_frame.f_code.co_filename)
                traceback = traceback.tb_next
        assert len(files) == 1

    def test_threads(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import threading
            workers = [threading.Thread(target=work, args=(0.2,)) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            """,
        )
        assert section(ran)["threads"] == ["the cell"]
        assert sampled(ran) == pytest.approx(wall(ran), abs=0.04)
        top = block(ran.document, None)
        assert values(top, "total_time")[6] > 0.1

    def test_its_import_changes_no_warnings(self) -> None:
        code = (
            "import warnings\n"
            "from jupyterlab_cell_profiler.profilers.stack_inside import Inside\n"
            "before = list(warnings.filters)\n"
            "def warn():\n"
            "    warnings.warn('once', UserWarning)\n"
            "warn()\n"
            "Inside(100).start()\n"
            "warn()\n"
            "import sys\n"
            "assert 'pyinstrument' in sys.modules\n"
            "assert warnings.filters == before, warnings.filters"
        )
        done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr
        # From 3.13 on the line of the source is shown, too.
        assert done.stderr.count(": UserWarning: once") == 1, "Python forgot what it had shown"

    def test_another_thread_may_stop_it(self, shell: Shell) -> None:
        inside = Inside(1000)
        inside.start()
        inside.begin()
        stopper = threading.Thread(target=inside.stop)
        stopper.start()
        stopper.join()
        shell.ns["work"](0.05)  # It takes itself off at its next look.
        assert sys.getprofile() is None


class TestOtherProfileFunctions:
    def test_one_of_before_stays_and_nothing_is_sampled(self, shell: Shell) -> None:
        seen: list[str] = []

        def theirs(frame: Any, event: str, arg: Any) -> None:
            if frame.f_code.co_name == "work":
                seen.append(event)

        sys.setprofile(theirs)
        try:
            ran = profile(shell, "work(0.05)\nimport sys\nsys.getprofile()")
            after = sys.getprofile()
        finally:
            sys.setprofile(None)
        assert after is theirs
        assert ran.result.result is theirs
        assert "call" in seen
        assert has(ran, OTHER_PROFILER)
        assert not [s for s in ran.document["sections"] if s["kind"] == "stacks"]

    def test_one_that_the_cell_sets_stays(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import sys
            seen = []
            def theirs(frame, event, arg):
                seen.append((frame.f_code.co_name, event))
            work(0.1)
            before = sys.getprofile()
            sys.setprofile(theirs)
            work(0.001)
            """,
        )
        theirs = sys.getprofile()
        sys.setprofile(None)
        assert ran.error is None
        assert theirs is shell.ns["theirs"]
        assert shell.ns["before"] is None
        assert ("work", "call") in shell.ns["seen"]
        assert has(ran, OWN_PROFILER)
        assert sampled(ran) == pytest.approx(shell.ns["took"][0], abs=INTERVAL)

    def test_one_that_the_cell_puts_back(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import sys
            def quiet():
                before = sys.getprofile()
                sys.setprofile(lambda *event: None)
                try:
                    work(0.05)
                finally:
                    sys.setprofile(before)
                work(0.01)
                return 'well'
            work(0.1)
            said = quiet()
            work(0.1)
            said
            """,
        )
        assert ran.result.result == "well"
        assert has(ran, OWN_PROFILER)
        top = values(block(ran.document, None), "total_time")
        first, _, _, last = shell.ns["took"]
        assert top[11] == pytest.approx(first, abs=INTERVAL)
        assert top[13] == pytest.approx(last, abs=INTERVAL), "it goes on with the next statement"
        assert top.get(12, 0.0) < INTERVAL

    @pytest.mark.parametrize("mode", ["enabled", "disabled", "strict"])
    def test_a_pyinstrument_of_the_cell(self, shell: Shell, mode: str) -> None:
        ran = profile(
            shell,
            f"""
            from pyinstrument import Profiler
            with Profiler(async_mode={mode!r}) as theirs:
                work(0.1)
            work(0.1)
            theirs.last_session.duration, theirs.last_session.sample_count
            """,
        )
        assert ran.error is None
        seconds, count = ran.result.result
        first, last = shell.ns["took"]
        assert seconds > first - INTERVAL
        assert count > 5
        assert has(ran, OWN_PROFILER)
        assert values(block(ran.document, None), "total_time")[4] == pytest.approx(
            last, abs=INTERVAL
        )

    def test_a_pyinstrument_that_runs_already(self, shell: Shell) -> None:
        shell.run("from pyinstrument import Profiler\ntheirs = Profiler()\ntheirs.start()")
        try:
            ran = profile(shell, "work(0.1)\n'value'")
            assert ran.result.result == "value"
            assert has(ran, OTHER_PROFILER)
        finally:
            ended = shell.run("session = theirs.stop()")
        assert ended.error is None
        assert shell.ns["session"].sample_count > 5

    def test_a_cell_of_its_magic(self, shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
        shell.run("%load_ext pyinstrument")
        assert shell.profiler.arm("cell", Request(["stacks"])) is None
        ran = shell.run("%%pyinstrument\nwork(0.1)", "cell")
        assert ran.error is None
        assert len(ran.documents) == 1
        assert any("text/html" in data for data in ran.outputs if data is not ran.bundle)

    def test_a_cprofile_of_the_cell(self, shell: Shell) -> None:
        ran = profile(
            shell,
            """
            import cProfile
            theirs = cProfile.Profile()
            theirs.enable()
            work(0.05)
            theirs.disable()
            [entry.code.co_name for entry in theirs.getstats() if not isinstance(entry.code, str)]
            """,
        )
        assert ran.error is None
        assert "work" in ran.result.result
        if sys.version_info < (3, 12):
            assert has(ran, OWN_PROFILER)


def test_looking_takes_a_part_of_the_time_only() -> None:
    """Where a look takes longer than from one sample to the next."""
    if missing() is not None:
        pytest.skip(str(missing()))
    inside, looked = Inside(1000), []

    def slow(stack: object, seconds: float) -> None:
        looked.append(seconds)
        time.sleep(0.004)

    inside.looks.add = slow  # type: ignore[method-assign]
    inside.start()
    begin = time.perf_counter()
    inside.begin()
    while time.perf_counter() - begin < 0.5:
        len("")
    inside.end()
    inside.stop()
    seconds = time.perf_counter() - begin
    assert 5 < len(looked) * 0.004 / seconds * 100 < 60, "percent"
    assert sum(looked) == pytest.approx(seconds, abs=0.2), "no time is lost"
