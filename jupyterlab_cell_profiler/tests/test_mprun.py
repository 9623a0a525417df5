"""``%mprun`` and ``%%mprun`` against memory_profiler's own, and memory_profiler as a stand-in."""

from __future__ import annotations

import builtins
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError

from jupyterlab_cell_profiler import profilers
from jupyterlab_cell_profiler.arguments import ArgumentError, parse_profile
from jupyterlab_cell_profiler.drop_in_arguments import parse_mprun
from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, block, blocks, new_shell, values

memray = pytest.importorskip("memray")
memory_profiler = pytest.importorskip("memory_profiler")

FUNCTION = (
    "def my_func(n):\n"
    "    a = bytearray(n)\n"
    "    b = bytearray(2 * n)\n"
    "    del b\n"
    "    return len(a)\n"
)
# From 32 MiB on glibc always asks the system for memory: nothing that was freed before is taken.
N = 40 * 1024 * 1024
ROW = re.compile(r"^ +(\d+) +(?:([\d.]+) MiB +([\d.-]+) MiB +(\d+))? *(\S.*)?$", re.M)


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.run(FUNCTION, "definitions")
        shell.load()
        yield shell


def report(ran: Ran) -> str:
    text: str = ran.bundle["text/plain"]
    return text


def rows(text: str) -> dict[int, tuple[str, str]]:
    """Usage and increment by line."""
    return {int(line): (usage, inc) for line, usage, inc, *_ in ROW.findall(text)}


def test_the_report_is_the_originals(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "function_for_mprun.py"
    path.write_text(FUNCTION)
    shell.run(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    shell.run("from function_for_mprun import my_func as f; sys.path.pop(0)")
    profiler = memory_profiler.LineProfiler(backend="psutil")
    profiler(shell.ns["f"])
    profiler.runctx(f"f({N})", shell.ns, shell.ns)
    stream = io.StringIO()
    memory_profiler.show_results(profiler, stream)
    expected = stream.getvalue()
    got = report(shell.run(f"%mprun -f f f({N})"))
    head = expected.splitlines()
    assert head[1:4] == got.splitlines()[1:4], "heading and rule"
    assert head[0].split(": ")[1].endswith(got.splitlines()[0].split("/")[-1])
    sources = [source.strip() for *_, source in ROW.findall(expected)]
    assert sources == [source.strip() for *_, source in ROW.findall(got)]
    theirs, ours = rows(expected), rows(got)
    for line, size in ((2, 40.0), (3, 80.0)):
        assert float(ours[line][1]) == pytest.approx(size, rel=0.03)
        assert float(theirs[line][1]) == pytest.approx(size, rel=0.05)
        assert float(ours[line][0]) == pytest.approx(float(theirs[line][0]), rel=0.25)


def test_functions_of_cells(shell: Shell) -> None:
    ran = shell.run(f"%mprun -f my_func my_func({N})")
    assert report(ran).startswith("Filename: In [1]\n")
    assert float(rows(report(ran))[3][1]) == pytest.approx(80, rel=0.03)
    assert "Made by memray" in report(ran)
    assert values(block(ran.document, "my_func"), "memory_peak")[3] == pytest.approx(
        2 * N, rel=0.03
    )
    assert ran.document["title"] == "Memory by line of my_func"
    assert ran.document["target"]["kind"] == "statement"


def test_a_cell(shell: Shell) -> None:
    ran = shell.run(f"%%mprun -f g\ndef g(n):\n    return bytearray(n)\nx = g({N})\nlen(x)")
    assert ran.result.result == N
    assert rows(report(ran))[3][1] == "40.0"
    assert block(ran.document, "g")["lines"] == [3]


def test_a_statement_behind_the_cell_magic_runs_first(shell: Shell) -> None:
    ran = shell.run(f"%%mprun -f my_func z = my_func({N})\ny = z")
    assert ran.error is None
    assert shell.ns["y"] == N


def test_flags(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "report.txt"
    ran = shell.run(f"stats = %mprun -r -c -T {text} -f my_func my_func({N})")
    assert ran.error is None
    assert f"saved to text file {text}" in capsys.readouterr().out
    assert text.read_text().startswith("Filename: In [1]")
    assert "child processes (-c) is not counted" in report(ran)
    stream = io.StringIO()
    ((name, lines),) = shell.ns["stats"].code_map.items()
    assert name == "In [1]"
    assert dict(lines)[2][0] == pytest.approx(40, rel=0.03)
    del stream


def test_profile_is_a_builtin_meanwhile(shell: Shell) -> None:
    shell.run(
        "def make():\n    @profile\n    def inner():\n"
        "        return bytearray(10**7)\n    return inner()"
    )
    ran = shell.run("%mprun x = make()")
    assert ran.error is None
    assert "return bytearray(10**7)" in report(ran)
    assert not hasattr(builtins, "profile")


@pytest.mark.parametrize("line", ["%mprun -f nowhere 1", "%mprun -x 1", "%mprun -f"])
def test_what_cannot_be_used(shell: Shell, line: str) -> None:
    with pytest.raises(UsageError):
        shell.ip.run_line_magic(*line[1:].split(" ", 1))


def test_an_exception_goes_on_and_an_exit_does_not(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = shell.run("%mprun -f my_func 1 / 0")
    assert isinstance(ran.error, ZeroDivisionError)
    ran = shell.run("%mprun -f my_func raise SystemExit")
    assert ran.error is None
    assert "SystemExit exception caught" in capsys.readouterr().out


def test_arguments() -> None:
    given = parse_mprun("-f a.b -fc -r -T out.txt g(1)  # -f")
    assert given.functions == ["a.b", "c"]
    assert (given.text_file, given.return_profiler, given.children) == ("out.txt", True, False)
    assert given.statement == "g(1)  # -f"
    given2 = parse_profile("memory_lines --native -f g --python-allocators", statement=False)
    assert given2.options == {
        "memory_lines": {"functions": ["g"], "native": True, "python_allocators": True}
    }
    with pytest.raises(ArgumentError, match="one of memory_lines"):
        parse_profile("stacks --python-allocators", statement=False)
    with pytest.raises(ArgumentError, match="no option -m"):
        parse_profile("memory_lines -m json", statement=False)
    with pytest.raises(ArgumentError, match="one of stacks"):
        parse_profile("memory_lines --rate 5", statement=False)


# Without memray ------------------------------------------------------------------------


@pytest.fixture
def without_memray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "memray", None)


def test_memory_profiler_takes_over(shell: Shell, without_memray: None) -> None:
    assert shell.profiler.arm("cell", Request(["memory_lines"])) is None
    ran = shell.run(
        "def late(n):\n    x = bytearray(b'1') * n\n    y = [x]\n    return y\n"
        f"y = late({5 * N})\n"
        f"z = my_func({N})",
        "cell",
    )
    (run,) = ran.document["profilers"]
    assert (run["tool"], run["toolVersion"]) == ("memory_profiler", "0.61.0")
    assert any("several hundred times" in note for note in run["notes"])
    late = block(ran.document, "late")
    assert max(v or 0 for v in values(late, "memory_increment").values()) == pytest.approx(
        5 * N, rel=0.1
    )
    assert values(late, "hits")[2] == 1
    assert values(late, "memory_increment")[1] is None, "what was there before is no increment"
    assert {b.get("name") for b in blocks(ran.document)} == {"late", "my_func"}
    assert sys.gettrace() is None


def test_mprun_without_memray(shell: Shell, without_memray: None) -> None:
    ran = shell.run(f"%mprun -f my_func my_func({N})")
    assert report(ran).startswith("Filename: In [1]\n")
    assert "Made by memray" not in report(ran)
    assert rows(report(ran))[2][0] != ""


def test_neither_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterlab_cell_profiler.profilers import memory_lines

    def nothing(name: str) -> Any:
        return None

    monkeypatch.setattr(memory_lines, "find_spec", nothing)
    reason = profilers.problem(["memory_lines"])
    assert reason is not None
    assert "-m pip install memray" in reason
