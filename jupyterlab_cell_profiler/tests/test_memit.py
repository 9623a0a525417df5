"""``%memit`` and ``%%memit`` with memory_profiler's flags and words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from IPython.core.error import UsageError

from jupyterlab_cell_profiler.arguments import ArgumentError
from jupyterlab_cell_profiler.drop_in_arguments import parse_memit
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, give_memory_back, new_shell
from jupyterlab_cell_profiler.tests.test_memory import LINUX, totals

REPORT = re.compile(r"^peak memory: (\d+\.\d\d) MiB, increment: (-?\d+\.\d\d) MiB$")
MIB = 2**20


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.load()
        give_memory_back()
        yield shell


def report(ran: Ran) -> tuple[float, float]:
    """Peak and increment of the text, in MiB."""
    found = REPORT.match(ran.bundle["text/plain"])
    assert found is not None, ran.bundle["text/plain"]
    return float(found[1]), float(found[2])


def test_the_words_are_the_originals(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = pytest.importorskip("memory_profiler")
    magics = module.MemoryProfilerMagics(shell.ip)
    # It lasts longer than the original's interval, so that both see the same.
    statement = "b = b'x' * 60_000_000; __import__('time').sleep(0.3); del b"
    magics.memit("-o -i 0.01 " + statement)
    expected = REPORT.match(capsys.readouterr().out.strip())
    assert expected is not None
    peak, increment = report(shell.run(f"%memit -i 0.01 {statement}"))
    assert increment == pytest.approx(float(expected[2]), rel=0.05)
    assert peak == pytest.approx(float(expected[1]), rel=0.05)


@LINUX
def test_a_transient_is_exact(shell: Shell) -> None:
    _, increment = report(shell.run("%memit len(b'x' * 200_000_000)"))
    assert increment == pytest.approx(200e6 / MIB, rel=0.01)


def test_runs_each_with_its_peak(shell: Shell) -> None:
    shell.run("sizes = iter([40, 80, 60])")
    ran = shell.run("%memit -r 3 len(b'x' * next(sizes) * 1_000_000)")
    found = totals(ran)
    assert found["repeat"] == 3
    base = found["baseline_rss"]
    each = [(found[f"peak_{n}"] - base) / 1e6 for n in (1, 2, 3)]
    assert each[1] == max(each)
    assert found["peak_spread"] == max(found[f"peak_{n}"] for n in (1, 2, 3)) - min(
        found[f"peak_{n}"] for n in (1, 2, 3)
    )
    assert report(ran)[1] == pytest.approx(80e6 / MIB, rel=0.05)


def test_the_result_has_the_originals_attributes(shell: Shell) -> None:
    shell.run("result = %memit -o -q -r 2 -i 0.05 -t 9 len(b'x' * 60_000_000)")
    result = shell.ns["result"]
    assert len(result.mem_usage) == result.repeat == 2
    assert result.timeout == 9
    assert result.interval == 0.05
    assert result.include_children is False
    assert max(result.mem_usage) - result.baseline == pytest.approx(60e6 / MIB, rel=0.1)
    assert REPORT.match(str(result))


def test_quiet_shows_nothing(shell: Shell) -> None:
    assert not shell.run("%memit -q x = 1").outputs
    assert not shell.run("%%memit -q\ny = 2").outputs
    assert (shell.ns["x"], shell.ns["y"]) == (1, 2)


def test_a_cell_runs_as_a_cell(shell: Shell) -> None:
    ran = shell.run(
        "%%memit\nimport asyncio\nawait asyncio.sleep(0)\nz = b'x' * 50_000_000\nlen(z)"
    )
    assert ran.error is None
    assert ran.result.result == 50_000_000
    assert report(ran)[1] == pytest.approx(50e6 / MIB, rel=0.05)
    (rss,) = (s for s in ran.document["sections"] if s.get("name") == "rss")
    assert [mark["label"] for mark in rss["marks"]] == ["line 2", "line 3", "line 4", "line 5"]


def test_the_result_of_a_cell_is_its_value(shell: Shell) -> None:
    shell.run("%%memit -o\nb'x' * 50_000_000;")
    assert REPORT.match(str(shell.ns["_"]))


def test_a_setup_is_run_and_not_measured(shell: Shell) -> None:
    ran = shell.run("%%memit big = b'x' * 80_000_000\nsmall = b'x' * 40_000_000")
    assert report(ran)[1] == pytest.approx(40e6 / MIB, rel=0.05)
    assert len(shell.ns["big"]) == 80_000_000


def test_a_cell_that_is_repeated(shell: Shell) -> None:
    ran = shell.run("%%memit -r 3\ncount = globals().get('count', 0) + 1")
    assert shell.ns["count"] == 3
    assert totals(ran)["repeat"] == 3


def test_children_are_added(shell: Shell) -> None:
    shell.run("import subprocess, sys")
    program = "x = b'x' * 80_000_000; import time; time.sleep(0.5)"
    shell.ns["command"] = [shell.ns["sys"].executable, "-c", program]
    without = report(shell.run("%memit subprocess.run(command)"))[1]
    increment = report(shell.run("%memit -c subprocess.run(command)"))[1]
    assert without < 20
    assert increment > 80e6 / MIB


def test_an_error_goes_on(shell: Shell) -> None:
    ran = shell.run("%memit 1 / 0")
    assert isinstance(ran.error, ZeroDivisionError)
    assert ran.document["status"] == "error"
    assert isinstance(shell.run("%memit -r 2 1 / 0").error, ZeroDivisionError)


@pytest.mark.parametrize("line", ["-x 1", "-r many 1", "-r"])
def test_arguments_that_cannot_be(shell: Shell, line: str) -> None:
    with pytest.raises(ArgumentError):
        parse_memit(line)
    assert isinstance(shell.run(f"%memit {line}").error, UsageError)


def test_the_originals_defaults() -> None:
    found = parse_memit("x = 1")
    assert (found.repeat, found.timeout, found.include_children) == (1, None, False)
    assert found.statement == "x = 1"
    assert parse_memit("-r3 -t5 -i.5 -coq y").statement == "y"
    assert parse_memit("-r3 -t5 -i.5 -coq y").interval == 0.5


def test_afterwards_the_original_is_there_again(shell: Shell) -> None:
    module = pytest.importorskip("memory_profiler")
    shell.ip.extension_manager.unload_extension("jupyterlab_cell_profiler")
    shell.ip.register_magics(module.MemoryProfilerMagics)
    before = shell.ip.magics_manager.magics["line"]["memit"]
    shell.load()
    assert shell.ip.magics_manager.magics["line"]["memit"] != before
    shell.ip.extension_manager.unload_extension("jupyterlab_cell_profiler")
    assert shell.ip.magics_manager.magics["line"]["memit"] == before
