"""``attach`` and ``arm``: what the front end sends, and what comes back."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import jupyterlab_cell_profiler as package
from jupyterlab_cell_profiler import requests
from jupyterlab_cell_profiler.profilers import NAMES, lines
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, hits, new_shell


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        yield shell


def arm(request: Any) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(repr(package.arm(json.dumps(request))))
    return reply


ASKED = {"cellId": "cell", "profilers": ["lines"]}


def profiled(ran: Ran) -> bool:
    return len(ran.documents) == 1


def test_attach_tells_what_it_can(shell: Shell) -> None:
    reply = package.attach()
    assert isinstance(reply, str)
    assert repr(reply) == str(reply), "the reply to a user expression is the repr"
    assert json.loads(reply) == {
        "version": package.__version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "profilers": dict.fromkeys(NAMES),
    }


def test_attach_says_what_is_missing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "version", lambda name: "3.0")
    reason = json.loads(package.attach())["profilers"]["lines"]
    assert "line_profiler 3.0 is too old" in reason
    assert arm(ASKED) == {"armed": False, "reason": reason}


def test_attach_twice_registers_once(shell: Shell) -> None:
    callbacks = {name: len(found) for name, found in shell.ip.events.callbacks.items()}
    for _ in range(3):
        package.attach()
    assert {name: len(found) for name, found in shell.ip.events.callbacks.items()} == callbacks
    arm(ASKED)
    assert profiled(shell.run("x = 1", "cell"))


def test_attach_changes_nothing_that_a_person_sees(shell: Shell) -> None:
    names, magics = set(shell.ns), {k: set(v) for k, v in shell.ip.magics_manager.magics.items()}
    package.attach()
    assert set(shell.ns) == names
    assert {k: set(v) for k, v in shell.ip.magics_manager.magics.items()} == magics


def test_attach_learns_the_cells_that_ran_before(shell: Shell) -> None:
    package.detach()
    shell.run("def f():\n    return 1")
    shell.run("\ndef g():\n    return 2")
    package.attach(
        json.dumps(
            [
                ["first", "def f():\n    return 1"],
                ["second", "\ndef g():\n    return 2"],
                ["third", "def never_ran():\n    pass"],
            ]
        )
    )
    document = shell.profile("f(), g()").document
    files = {file["path"]: file for file in document["files"]}
    assert files["In [1]"]["cellId"] == "first"
    assert files["In [2]"]["cellId"] == "second"
    assert hits(document)["g"] == {3: 1}


def test_cells_that_ran_before_and_were_edited_have_no_id(shell: Shell) -> None:
    package.detach()
    shell.run("def f():\n    return 1")
    package.attach(json.dumps([["first", "def f():\n    return 2  # edited"]]))
    document = shell.profile("f()").document
    (file,) = (file for file in document["files"] if file["path"] == "In [1]")
    assert "cellId" not in file
    assert file["source"] == ["def f():", "    return 1"]


@pytest.mark.parametrize(
    "cells", ["", "{", "null", "1", '["a"]', "[[1]]", "[[1, 2, 3]]", '{"a": 1}']
)
def test_attach_with_malformed_cells(shell: Shell, cells: str) -> None:
    # A front end that speaks otherwise gets an error or a reply, and nothing is broken.
    try:
        reply = json.loads(package.attach(cells))
    except (ValueError, TypeError):
        reply = None
    assert reply is None or reply["version"] == package.__version__
    arm(ASKED)
    assert profiled(shell.run("x = 1", "cell"))


def test_attach_outside_of_ipython_says_so() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.clear_instance()
    with pytest.raises(RuntimeError, match="works inside IPython"):
        package.attach()
    with pytest.raises(RuntimeError, match="works inside IPython"):
        package.arm(json.dumps(ASKED))


# arm --------------------------------------------------------------------------------------


def test_armed_cell_is_profiled_once(shell: Shell) -> None:
    assert arm(ASKED) == {"armed": True}
    assert profiled(shell.run("x = 1", "cell"))
    assert not shell.run("x = 1", "cell").documents


def test_arming_again_replaces(shell: Shell) -> None:
    arm({**ASKED, "path": "a.ipynb"})
    arm({**ASKED, "path": "b.ipynb"})
    assert shell.run("x = 1", "cell").document["target"]["path"] == "b.ipynb"
    assert not shell.run("x = 1", "cell").documents


def test_options_arrive(shell: Shell) -> None:
    shell.run("import textwrap")
    arm({**ASKED, "options": {"lines": {"functions": ["textwrap.dedent"]}}})
    document = shell.run("textwrap.dedent(' a')", "cell").document
    assert document["profilers"][0]["options"] == {"functions": ["textwrap.dedent"]}
    assert "dedent" in hits(document)


def test_another_cell_drops_it(shell: Shell) -> None:
    arm(ASKED)
    assert not shell.run("x = 1", "other").documents
    assert not shell.run("x = 1", "cell").documents


def test_cell_without_an_id_drops_it(shell: Shell) -> None:
    arm(ASKED)
    assert not shell.run("x = 1").documents
    assert not shell.run("x = 1", "cell").documents


def test_silent_request_in_between_keeps_it(shell: Shell) -> None:
    arm(ASKED)
    assert not shell.run("x = 1", silent=True, store_history=False).documents
    assert profiled(shell.run("x = 1", "cell"))


def test_it_does_not_wait_for_ever(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    arm(ASKED)
    monkeypatch.setattr(requests, "ARMED_SECONDS", 0.0)
    assert not shell.run("x = 1", "cell").documents


def test_first_line_goes_before(shell: Shell) -> None:
    shell.load()
    arm({**ASKED, "path": "a.ipynb"})
    document = shell.run("%%profile -f len\nx = 1", "cell").documents
    assert document == [], "what the cell says counts, even where it cannot be done"
    arm({**ASKED, "path": "a.ipynb"})
    assert profiled(shell.run("%%profile\nx = 1", "cell"))


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"cellId": "cell", "profilers": []}, "No profiler was named"),
        ({"cellId": "cell", "profilers": ["linez"]}, "There is no profiler 'linez'"),
        ({"cellId": "cell", "profilers": ["lines", "linez"]}, "There is no profiler 'linez'"),
        ({"cellId": "cell", "profilers": [None]}, "There is no profiler 'None'"),
        ({"cellId": "cell", "profilers": "lines"}, "names no profilers"),
        ({"cellId": "cell"}, "names no profilers"),
        ({}, "names no profilers"),
        ([], "names no profilers"),
        (None, "names no profilers"),
        ("lines", "names no profilers"),
    ],
)
def test_what_cannot_be_armed_is_said(shell: Shell, request_: Any, reason: str) -> None:
    reply = arm(request_)
    assert reply["armed"] is False
    assert reason in reply["reason"]
    assert not shell.run("x = 1", "cell").documents


def test_refused_request_drops_the_one_before(shell: Shell) -> None:
    arm(ASKED)
    arm({"cellId": "cell", "profilers": ["linez"]})
    assert not shell.run("x = 1", "cell").documents


@pytest.mark.parametrize("text", ["", "{", "nonsense", "\x00"])
def test_what_is_no_json_raises_and_breaks_nothing(shell: Shell, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        package.arm(text)
    arm(ASKED)
    assert profiled(shell.run("x = 1", "cell"))


@pytest.mark.parametrize(
    "more",
    [
        {"options": None},
        {"options": []},
        {"options": {"lines": None}},
        {"options": {"lines": []}},
        {"options": {"other": {"a": 1}}},
        {"path": 1},
        {"path": None},
        {"unknown": True},
    ],
)
def test_parts_that_are_malformed_are_ignored(shell: Shell, more: dict[str, Any]) -> None:
    assert arm({**ASKED, **more}) == {"armed": True}
    document = shell.run("x = 1", "cell").document
    assert hits(document) == {None: {1: 1}}
    assert "path" not in document["target"]


@pytest.mark.parametrize(
    "options",
    [
        {"functions": "f"},
        {"functions": [1]},
        {"functions": None},
        {"modules": [None]},
        {"automatic": "yes"},
        {"nested": 0},
        {"unknown": {}},
    ],
)
def test_strange_options_do_not_touch_the_cell(shell: Shell, options: dict[str, Any]) -> None:
    shell.run("def f():\n    return 1")
    arm({**ASKED, "options": {"lines": options}})
    ran = shell.run("x = f()\nx", "cell")
    assert ran.result.result == 1
    assert "run_code" not in vars(shell.ip)
    assert sys.gettrace() is None


# Metadata of the execute request -----------------------------------------------------------


def with_metadata(shell: Shell, metadata: Any, code: str = "x = 1") -> Ran:
    """Run a cell whose request has metadata, as ipykernel has it."""
    shell.ip.get_parent = lambda: {"metadata": metadata}
    try:
        return shell.run(code, "cell")
    finally:
        del shell.ip.get_parent


def test_metadata_asks(shell: Shell) -> None:
    asked = {"cellProfiler": {"profilers": ["lines"], "path": "a.ipynb"}}
    document = with_metadata(shell, asked).document
    assert document["target"]["path"] == "a.ipynb"
    assert document["target"]["cellId"] == "cell"
    assert not shell.run("x = 1", "cell").documents


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        {},
        {"cellProfiler": None},
        {"cellProfiler": []},
        {"cellProfiler": {}},
        {"cellProfiler": {"profilers": "lines"}},
    ],
)
def test_metadata_that_does_not_ask(shell: Shell, metadata: Any) -> None:
    assert not with_metadata(shell, metadata).documents
    assert shell.ns["x"] == 1


def test_metadata_that_asks_for_what_is_not_there(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = with_metadata(shell, {"cellProfiler": {"profilers": ["linez"]}})
    assert not ran.documents
    assert shell.ns["x"] == 1
    assert "There is no profiler 'linez'" in capsys.readouterr().err


def test_cell_id_from_metadata(shell: Shell) -> None:
    shell.ip.get_parent = lambda: {"metadata": {"cellId": "cell"}}
    try:
        arm(ASKED)
        ran = shell.run("x = 1")
    finally:
        del shell.ip.get_parent
    assert ran.document["target"]["cellId"] == "cell"


def test_detach_takes_the_hooks_out(shell: Shell) -> None:
    arm(ASKED)
    package.detach()
    assert not shell.run("x = 1", "cell").documents
    for callbacks in shell.ip.events.callbacks.values():
        assert not any("jupyterlab_cell_profiler" in str(f.__module__) for f in callbacks)
    package.detach()
