"""Cells that run in a process of their own: what runs of them, and what before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_cell_profiler import profilers
from jupyterlab_cell_profiler.apart import Output, exception_of
from jupyterlab_cell_profiler.apart_cells import (
    MOST_CELLS,
    apart_cell,
    session_cells,
    too_many,
)
from jupyterlab_cell_profiler.arguments import ArgumentError, parse_profile
from jupyterlab_cell_profiler.profilers import ApartCell, ApartFailure
from jupyterlab_cell_profiler.profilers.scalene_recording import failure_of, notes_of
from jupyterlab_cell_profiler.requests import outcome
from jupyterlab_cell_profiler.tests.inprocess import Shell, new_shell


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        yield shell


@pytest.mark.parametrize(
    ("source", "code", "left"),
    [
        ("x = 1", "x = 1", ()),
        ("\n\nx = 1", "\n\nx = 1", ()),
        ("%%profile scalene --setup\nx = 1", "\nx = 1", ()),
        ("%%time\nx = 1", "\nx = 1", ()),
        ("await f()", "await f()", ()),
        ("%%bash\nls", "", ("%%bash",)),
        # It is Python: nothing is touched.
        ("x = '''\n%time not\n!ls\n'''", "x = '''\n%time not\n!ls\n'''", ()),
    ],
)
def test_what_runs_of_a_cell(shell: Shell, source: str, code: str, left: Any) -> None:
    cell = apart_cell(source, "In [1]", shell.ip.transform_cell)
    assert (cell.code, cell.left_out, cell.source) == (code, left, source)


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%matplotlib inline\nx = 1", ("%matplotlib inline",)),
        ("files = !ls\nx = 1", ("files = !ls",)),
        ("x = 1\nif x:\n    !echo a", ("    !echo a",)),
        ("%time y = 2\nx = 1", ()),
        ("print?\nx = 1", ("print?",)),
        ("s = '''\n%a\n'''\n%cd /\nx = 1", ("%cd /",)),
    ],
)
def test_commands_of_ipython_are_named_and_lines_stay(shell: Shell, source: str, left: Any) -> None:
    cell = apart_cell(f"\n{source}", "In [1]", shell.ip.transform_cell)
    assert cell.left_out == left
    lines = cell.code.split("\n")
    wanted = source.split("\n")
    assert lines[1 + wanted.index("x = 1")] == "x = 1"


def test_a_cell_with_an_error_is_left_to_say_so_itself(shell: Shell) -> None:
    cell = apart_cell("x = = 1", "In [1]", shell.ip.transform_cell)
    assert cell.code == "x = = 1"


def test_cells_of_the_session(shell: Shell) -> None:
    history = ["", "a = 1", "1 / 0", " ", "%%profile scalene\na", "b = 2", "now"]
    found = session_cells(history, 6, {2, 4}, shell.ip.transform_cell)
    assert [(cell.label, cell.code) for cell in found] == [("In [1]", "a = 1"), ("In [5]", "b = 2")]


def test_too_many_cells() -> None:
    cell = ApartCell("In [1]", "x", "x")
    assert too_many([cell] * MOST_CELLS) is None
    assert "too many" in str(too_many([cell] * (MOST_CELLS + 1)))
    big = ApartCell("In [1]", "x" * 30_000_000, "x")
    assert "too many" in str(too_many([big]))


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("scalene", {}),
        ("scalene --setup", {"setup": True}),
        ("scalene --cpu-only --setup", {"cpu_only": True, "setup": True}),
        ("scalene --gpu --no-stacks", {"gpu": True, "stacks": False}),
        ("scalene --no-gpu --stacks", {"gpu": False, "stacks": True}),
        (
            "scalene --profile-only=a,b --profile-only c --profile-exclude 'd'",
            {"profile_only": ["a", "b", "c"], "profile_exclude": ["d"]},
        ),
    ],
)
def test_arguments(line: str, options: Any) -> None:
    given = parse_profile(line, statement=False)
    assert given.profilers == ["scalene"]
    assert given.options == ({"scalene": options} if options else {})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("scalene --rate 5", "scalene has no option --rate. Choose from: --setup"),
        ("scalene --profile-only", "needs parts of file names"),
        ("scalene --profile-only --setup", "needs parts of file names"),
        ("scalene --cpu-only --gpu", "Choose one of"),
        ("scalene linez", "There is no profiler 'linez'"),
    ],
)
def test_wrong_arguments(line: str, sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        parse_profile(line, statement=False)


def test_it_is_chosen_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterlab_cell_profiler.profilers import scalene

    monkeypatch.setattr(scalene, "unavailable", lambda: None)
    assert profilers.problem(["scalene"]) is None
    assert "choose it alone" in str(profilers.problem(["scalene", "memory"]))
    assert "choose it alone" in str(profilers.problem(["lines", "scalene"]))


def test_why_it_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from jupyterlab_cell_profiler.profilers import scalene

    monkeypatch.setattr(scalene, "find_spec", lambda name: None)
    sentence = str(scalene.unavailable())
    if sys.platform != "win32":
        assert f'"{sys.executable}" -m pip install scalene' in sentence
    monkeypatch.setattr(scalene, "find_spec", lambda name: object())
    monkeypatch.setattr(scalene, "installed", lambda: (1, 3, 2))
    if sys.platform != "win32":
        assert "--upgrade scalene" in str(scalene.unavailable())
    monkeypatch.setattr(sys, "platform", "win32")
    assert "Windows" in str(scalene.unavailable())


# What comes of it ------------------------------------------------------------------


def test_an_exception_of_another_process() -> None:
    error = exception_of(ApartFailure("ValueError", "no", "Traceback\n  x\nValueError: no\n"))
    assert (type(error).__name__, str(error)) == ("ValueError", "no")
    assert error._render_traceback_() == ["Traceback", "  x", "ValueError: no"]  # type: ignore[attr-defined]
    assert not isinstance(error, ValueError)

    class Result:
        error_before_exec = None
        error_in_exec: Any = None

    Result.error_in_exec = exception_of(ApartFailure("KeyboardInterrupt", "", "", True))
    assert outcome(Result)[0] == "interrupted"
    Result.error_in_exec = error
    assert outcome(Result) == ("error", {"name": "ValueError", "value": "no"})


RUN = {"status": "ok", "stage": "code", "index": 0, "wall": 1.0, "user": 0.5, "sys": 0.1}
ENDED = {"run": RUN, "exit": 0, "cancelled": False, "problem": None}
CELL = ApartCell("In [3]", "x", "x")
EARLIER = ApartCell("In [1]", "y", "y", None, ("%cd /",))
OPTIONS = {"cpu_only": True, "gpu": False}


@pytest.mark.parametrize(
    ("more", "failure"),
    [
        ({}, None),
        ({"exit": 3}, ("ProcessEnded", "the process ended with status 3")),
        ({"exit": -11, "run": {}}, ("ProcessEnded", "the process was ended by signal 11")),
        ({"exit": None, "run": {}, "problem": "gone"}, ("ProcessEnded", "gone")),
        ({"cancelled": True, "exit": -9, "run": {}}, ("KeyboardInterrupt", "")),
        ({"run": {**RUN, "status": "interrupted"}}, ("KeyboardInterrupt", "")),
        (
            {"exit": 1, "run": {**RUN, "status": "error", "error": {"name": "E", "value": "v"}}},
            ("E", "v"),
        ),
    ],
)
def test_how_it_failed(more: Any, failure: Any) -> None:
    found = failure_of({**ENDED, **more})
    assert (found and (found.name, found.value)) == failure


def test_notes_say_what_it_was() -> None:
    alone = notes_of(ENDED, CELL, [], OPTIONS)
    assert alone == [
        "Ran alone in a process of its own, without the cells before it; the kernel's variables "
        "are unchanged."
    ]
    after, left = notes_of(ENDED, CELL, [EARLIER] * 7, OPTIONS)
    assert "after 7 earlier cells" in after
    assert left.count("%cd / (In [1])") == 5
    assert left.endswith("and 2 more.")
    failed = {"run": {"stage": "setup", "index": 0, "status": "error", "error": {"name": "E"}}}
    assert any(
        "In [1], which runs before it, ended with E" in note
        for note in notes_of({**ENDED, **failed}, CELL, [EARLIER], OPTIONS)
    )
    missing = {"run": {**RUN, "status": "error", "error": {"name": "NameError", "value": "x"}}}
    assert any("--setup" in note for note in notes_of({**ENDED, **missing}, CELL, [], OPTIONS))


def test_output_is_text_of_whole_characters(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    for byte in "ü→".encode():
        output.write("stdout", bytes([byte]))
    output.write("stderr", b"\xff\xc3")
    output.close()
    captured = capsys.readouterr()
    assert captured.out == "ü→"
    assert captured.err == "\ufffd\ufffd"
