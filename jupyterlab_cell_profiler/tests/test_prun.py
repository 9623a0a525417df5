"""``%prun`` and ``%%prun`` against IPython's own."""

from __future__ import annotations

import pstats
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.error import UsageError

from jupyterlab_cell_profiler.arguments import ArgumentError
from jupyterlab_cell_profiler.drop_in_arguments import parse_prun
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, new_shell

DEFINITIONS = (
    "def f(n):\n    return n if n < 2 else f(n - 1) + len('a') + g()\ndef g():\n    return 0"
)
OWN = re.compile(r"builtins.exec|_lsprof.Profiler")
"""What the original counts of itself."""
ROW = re.compile(r"^ *(\d+(?:/\d+)?) +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ (.*)$", re.M)


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.run(DEFINITIONS, "definitions")
        yield shell


def rows(report: str) -> set[tuple[str, str]]:
    """Calls and function of each row; names of cells' files aside, as theirs are made up."""
    found = {
        (calls, re.sub(r"^(?:\d+\.py|In \[\d+\])", "cell", name))
        for calls, name in ROW.findall(report)
    }
    return {row for row in found if not OWN.search(row[1])}


def original(shell: Shell, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What IPython's own magic says."""
    shell.ip.run_line_magic("prun", line)
    return capsys.readouterr().out


def report(ran: Ran) -> str:
    text: str = ran.bundle["text/plain"]
    return text


@pytest.mark.parametrize("flags", ["", "-s cumulative", "-s calls -l 2", "-l g", "-l 0.5"])
def test_the_report_is_the_originals(
    shell: Shell, flags: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = original(shell, f"{flags} f(6)", capsys)
    shell.load()
    got = report(shell.run(f"%prun {flags} f(6)"))
    if "0.5" not in flags and "2" not in flags:  # Limits of lines count theirs of exec, too.
        assert rows(got) == rows(expected)
    ordered = re.search("Ordered by: .*", expected)
    assert ordered is not None
    assert ordered[0] in got


def test_calls_are_two_less_than_the_originals(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = re.compile(r"(\d+) function calls")
    expected = numbers.search(original(shell, "f(6)", capsys))
    shell.load()
    got = numbers.search(report(shell.run("%prun f(6)")))
    assert got is not None
    assert expected is not None
    assert int(got[1]) == int(expected[1]) - 2, "the original's own exec and disable"


def test_files(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell.load()
    dump, text = tmp_path / "a.prof", tmp_path / "a.txt"
    ran = shell.run(f"%prun -D {dump} -T {text} f(3)")
    assert text.read_text(encoding="utf-8") == report(ran)
    assert "marshalled to file" in capsys.readouterr().out
    stats = pstats.Stats(str(dump)).stats  # type: ignore[attr-defined]
    calls = {name: entry[1] for (_, _, name), entry in stats.items()}
    assert (calls["f"], calls["g"]) == (3, 2)
    callers = next(entry[4] for (_, _, name), entry in stats.items() if name == "g")
    assert {name for _, _, name in callers} == {"f"}


def test_return_and_quiet(shell: Shell) -> None:
    shell.load()
    ran = shell.run("stats = %prun -q -r f(3)\nstats")
    assert ran.documents == []
    assert isinstance(ran.result.result, pstats.Stats)


def test_cell_keeps_its_last_value(shell: Shell) -> None:
    shell.load()
    ran = shell.run("%%prun -s ncalls\nimport asyncio\nawait asyncio.sleep(0)\nf(4)", "cell")
    assert ran.result.result == 1 + 3
    assert "Ordered by: call count" in report(ran)
    assert ran.document["target"]["cellId"] == "cell"


def test_statement_on_the_first_line_of_a_cell(shell: Shell) -> None:
    shell.load()
    ran = shell.run("%%prun f(1)\ng()")
    calls = {name: count for count, name in rows(report(ran))}
    assert calls["cell:1(f)"] == "1"
    assert calls["cell:3(g)"] == "1"


def test_quiet_cell(shell: Shell) -> None:
    shell.load()
    ran = shell.run("%%prun -q -r\ng()", "cell")
    assert ran.documents == []
    assert isinstance(shell.ns["_"], pstats.Stats)


def test_exception_goes_on(shell: Shell) -> None:
    shell.load()
    ran = shell.run("%prun 1 / 0")
    assert isinstance(ran.error, ZeroDivisionError)
    assert ran.document["status"] == "error"


def test_system_exit_is_caught_as_the_original_does(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.load()
    ran = shell.run("%prun import sys; sys.exit()")
    assert ran.error is None
    assert "*** SystemExit exception caught" in capsys.readouterr().out


def test_bad_flags(shell: Shell) -> None:
    shell.load()
    assert isinstance(shell.run("%prun -s nosuch f(1)").error, UsageError)
    with pytest.raises(ArgumentError, match="There is no option -x"):
        parse_prun("-x f()")


def test_inside_a_profiled_cell_it_runs_plainly(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.load()
    ran = shell.run("%%profile functions\n%prun f(1)\ng()", "cell")
    assert len(ran.documents) == 1
    assert ran.result.result == 0
    assert "is being profiled already" in capsys.readouterr().err


def test_unload_brings_the_original_back(shell: Shell) -> None:
    shell.load()
    shell.ip.extension_manager.unload_extension("jupyterlab_cell_profiler")
    assert "IPython" in shell.ip.find_line_magic("prun").__module__
