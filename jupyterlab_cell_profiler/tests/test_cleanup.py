"""Nothing of the profiler stays behind, and a cell never loses what it gives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest
from ipykernel.compiler import XCachingCompiler

from jupyterlab_cell_profiler import html, kernel, text, trim
from jupyterlab_cell_profiler.profilers import line_recording, lines
from jupyterlab_cell_profiler.profilers.line_recording import LineRecording
from jupyterlab_cell_profiler.tests.inprocess import (
    Ran,
    Shell,
    blocks,
    hits,
    new_shell,
    values,
)


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        yield shell


def assert_clean(shell: Shell) -> None:
    """No hook, no tracer, no run under way."""
    assert "run_code" not in vars(shell.ip)
    assert "showtraceback" not in vars(shell.ip)
    assert not {"start_displayhook", "finish_displayhook"} & set(vars(shell.ip.displayhook))
    assert type(shell.ip.compile) is XCachingCompiler
    assert sys.gettrace() is None
    assert threading.gettrace() is None
    assert not shell.profiler.busy
    assert "LINE_PROFILER_CORE" not in os.environ
    if sys.version_info >= (3, 12):
        assert sys.monitoring.get_tool(sys.monitoring.PROFILER_ID) is None
    # Traces of a run would show in the next plain cell.
    ran = shell.run("import sys\nseen_by_plain_cell = sys.gettrace()")
    assert ran.outputs == []
    assert shell.ns["seen_by_plain_cell"] is None


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def shape(code: CodeType) -> list[tuple[str, int, bytes]]:
    return [(c.co_name, c.co_firstlineno, c.co_code) for c in codes(code)]


def assert_unmarked(function: FunctionType, source: str) -> None:
    """A function has the byte code that the compiler gives it, and so has what is in it."""
    pure = next(
        c
        for c in codes(compile(source, "<pure>", "exec"))
        if (c.co_name, c.co_firstlineno)
        == (function.__code__.co_name, function.__code__.co_firstlineno)
    )
    assert shape(function.__code__) == shape(pure)


ENDINGS = {
    "ok": ("x = 1\nx + 1", "ok"),
    "error": ("x = 1\n1 / 0", "error"),
    "error in a function": ("def f():\n    return 1 / 0\nf()", "error"),
    "interrupt": ("x = 1\nraise KeyboardInterrupt", "interrupted"),
    "SystemExit": ("x = 1\nraise SystemExit(0)", "error"),
    "another BaseException": ("class E(BaseException):\n    pass\nraise E", "error"),
    "line magic": ("%config", "ok"),
    "unknown line magic": ("%no_such_magic", "error"),
    "cell magic": ("%%time\nx = 1", "ok"),
    "error in a cell magic": ("%%time\n1 / 0", "error"),
    "unknown cell magic": ("%%no_such_magic\nx = 1", "error"),
    "help": ("len?", "ok"),
    "shell command": ("!true", "ok"),
    "syntax error": ("x = (", "error"),
    "indentation error": ("  x = 1\n y = 2", "error"),
    "comment": ("# nothing", "ok"),
    "await": ("import asyncio\nawait asyncio.sleep(0)", "ok"),
    "error after await": ("import asyncio\nawait asyncio.sleep(0)\n1 / 0", "error"),
    "cancelled": ("import asyncio\nraise asyncio.CancelledError", "interrupted"),
    "error that cannot be printed": (
        "class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E",
        "error",
    ),
}


@pytest.mark.filterwarnings("ignore:To exit")
@pytest.mark.parametrize("how", ENDINGS)
def test_clean_after(shell: Shell, how: str) -> None:
    code, status = ENDINGS[how]
    ran = shell.profile(code)
    if how == "error in a cell magic" and ran.error is None:
        status = "ok"  # %%time of IPython 8 prints an error and goes on.
    assert ran.document["status"] == status
    assert ("error" in ran.document) == (ran.error is not None)
    if ran.error is not None:
        assert ran.document["error"]["name"] == type(ran.error).__name__
    assert_clean(shell)


@pytest.mark.parametrize("code", ["", "\n\n", "   "])
def test_clean_after_an_empty_cell(shell: Shell, code: str) -> None:
    ran = shell.profile(code)
    assert ran.error is None
    assert len(ran.documents) <= 1
    assert_clean(shell)


def test_plain_cell_after_a_profiled_one_is_plain(shell: Shell) -> None:
    assert shell.profile("x = 1").documents
    assert shell.run("x = 2", "cell").documents == []


def test_error_stands_where_it_stood(shell: Shell) -> None:
    code = "def f():\n    x = 1\n    return x / 0\n\nf()"
    shell.run(code)
    plain = shell.tracebacks.pop()
    shell.profile(code)
    assert shell.tracebacks.pop().replace("In[2]", "In[1]").replace("In [2]", "In [1]") == plain


def test_numbers_up_to_the_error(shell: Shell) -> None:
    document = shell.profile("x = 1\nfor i in range(3):\n    1 / (1 - i)\ny = 1").document
    assert hits(document) == {None: {1: 1, 2: 2, 3: 2}}
    assert document["error"] == {"name": "ZeroDivisionError", "value": "division by zero"}


def test_syntax_error_has_no_numbers(shell: Shell) -> None:
    ran = shell.profile("x = 1\nx = = 1")
    assert ran.document["sections"] == []
    assert ran.document["error"]["name"] == "SyntaxError"
    assert "did not run" in ran.bundle["text/plain"]


# Functions -------------------------------------------------------------------------------

EARLIER = """\
import functools
def f(n):
    def inner(k):
        return [k for _ in range(n)]
    return inner(n)
def g(n):
    return sum(x for x in range(n))
class A:
    def m(self):
        return 1
    @property
    def p(self):
        return 2
    @staticmethod
    def s():
        return 3
    @classmethod
    def c(cls):
        return 4
def make(n):
    def add(k):
        return n + k
    return add
add = make(1)
@functools.lru_cache
def cached(n):
    return n
a = A()
"""
USE = "f(2), g(2), a.m(), a.p, A.s(), A.c(), add(1), make(2)(3), cached(1)"


def functions_of(ns: dict[str, Any]) -> list[FunctionType]:
    a = ns["A"].__dict__
    return [
        ns["f"],
        ns["g"],
        ns["make"],
        ns["add"],
        ns["cached"].__wrapped__,
        a["m"],
        a["p"].fget,
        a["s"].__func__,
        a["c"].__func__,
    ]


def test_functions_of_an_earlier_cell_are_as_before(shell: Shell) -> None:
    shell.run(EARLIER, "first")
    before = [function.__code__ for function in functions_of(shell.ns)]
    shell.profile(USE)
    after = [function.__code__ for function in functions_of(shell.ns)]
    assert all(new is old for new, old in zip(after, before, strict=True))
    for function in functions_of(shell.ns):
        assert_unmarked(function, EARLIER)


@pytest.mark.parametrize("ending", ["", "\n1 / 0", "\nraise KeyboardInterrupt"])
def test_functions_of_the_profiled_cell_are_plain(shell: Shell, ending: str) -> None:
    cell = EARLIER + USE + ending
    shell.profile(cell)
    for function in functions_of(shell.ns):
        assert_unmarked(function, cell)


def test_functions_that_only_a_container_holds_are_plain(shell: Shell) -> None:
    cell = (
        "def make(n):\n    def add(k):\n        return n + k\n    return add\n"
        "adders = [make(1), make(2)]\n"
        "table = {'a': lambda n: n + 1}\n"
        "class Box:\n    pass\n"
        "box = Box()\n"
        "box.call = make(3)\n"
        "adders[0](1)"
    )
    shell.profile(cell)
    for function in (*shell.ns["adders"], shell.ns["table"]["a"], shell.ns["box"].call):
        assert_unmarked(function, cell)


def test_library_functions_are_as_before(shell: Shell) -> None:
    import textwrap

    before = textwrap.TextWrapper.fill.__code__, textwrap.dedent.__code__
    shell.run("import textwrap")
    ran = shell.profile(
        "textwrap.dedent(' a'); textwrap.fill('a')",
        functions=["textwrap.dedent", "textwrap.TextWrapper"],
    )
    assert {"dedent", "TextWrapper.fill"} <= set(hits(ran.document))
    assert textwrap.TextWrapper.fill.__code__ is before[0]
    assert textwrap.dedent.__code__ is before[1]


def test_module_is_as_before(shell: Shell) -> None:
    import textwrap

    before = {k: v.__code__ for k, v in vars(textwrap).items() if isinstance(v, FunctionType)}
    shell.profile("import textwrap; textwrap.indent('a', 'b')", modules=["textwrap"])
    after = {k: v.__code__ for k, v in vars(textwrap).items() if isinstance(v, FunctionType)}
    assert all(after[name] is code for name, code in before.items())


def test_function_that_the_cell_gives_other_code_keeps_it(shell: Shell) -> None:
    shell.run("def f():\n    return 1\ndef g():\n    return 2", "first")
    code = shell.ns["g"].__code__
    shell.profile("h = lambda: 3\nf.__code__ = g.__code__\nf()")
    assert shell.ns["f"]() == 2
    assert shell.ns["g"].__code__ is code
    assert shell.ns["f"].__code__.co_code == code.co_code


def test_function_that_the_cell_deletes(shell: Shell) -> None:
    shell.run("def f():\n    return 1\nkept = f", "first")
    document = shell.profile("f()\ndel f").document
    assert hits(document)["f"] == {2: 1}
    assert "f" not in shell.ns
    assert_unmarked(shell.ns["kept"], "def f():\n    return 1")


def test_objects_of_the_namespace_are_not_touched(shell: Shell) -> None:
    shell.run(
        "asked = []\n"
        "class Lazy:\n"
        "    def __getattribute__(self, name):\n"
        "        asked.append(name)\n"
        "        raise RuntimeError(name)\n"
        "lazy = Lazy()"
    )
    ran = shell.profile("x = 1")
    assert ran.document["status"] == "ok"
    assert shell.ns["asked"] == []


# The environment -------------------------------------------------------------------------


def python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


SHELL = "from jupyterlab_cell_profiler.tests.inprocess import new_shell\n"


def test_choice_of_the_core_does_not_leak() -> None:
    out = python(
        SHELL + "import os, sys\n"
        "with new_shell() as shell:\n"
        "    shell.profile('import os\\ninside = os.environ.get(\"LINE_PROFILER_CORE\")')\n"
        "    print(shell.ns['inside'], 'LINE_PROFILER_CORE' in os.environ)\n"
        "print(sys.modules['line_profiler._line_profiler'].USE_LEGACY_TRACE)\n"
    )
    assert out.split() == ["None", "False", "True"]


def test_choice_of_the_core_by_the_person_stays() -> None:
    out = python(
        SHELL + "import os\n"
        "with new_shell() as shell:\n"
        "    shell.profile('x = 1')\n"
        "    print(os.environ['LINE_PROFILER_CORE'])\n",
        LINE_PROFILER_CORE="legacy",
    )
    assert out.split() == ["legacy"]


# Trace functions -------------------------------------------------------------------------


def test_tracer_that_was_there_goes_on_seeing(shell: Shell) -> None:
    seen: list[tuple[str, str, int]] = []

    def tracer(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code.co_name in ("f", "<module>", "<cell line: 1>"):
            seen.append((frame.f_code.co_name, event, frame.f_lineno))
        return tracer

    shell.run("def f():\n    x = 1\n    return x", "first")
    sys.settrace(tracer)
    try:
        document = shell.profile("f()\nf()").document
        after = sys.gettrace()
    finally:
        sys.settrace(None)
    assert after is tracer
    assert [(e, n) for name, e, n in seen if name == "f"] == [
        ("call", 1),
        ("line", 2),
        ("line", 3),
        ("return", 3),
    ] * 2
    assert hits(document)["f"] == {2: 2, 3: 2}


def test_tracer_that_the_cell_installs_stays(shell: Shell) -> None:
    ran = shell.profile("import sys\ndef t(*a):\n    return None\nsys.settrace(t)\nx = 1")
    found = sys.gettrace()
    sys.settrace(None)
    assert found is shell.ns["t"]
    assert any("trace function" in note for note in ran.notes)
    assert_clean(shell)


def test_tracer_that_the_cell_installs_and_removes(shell: Shell) -> None:
    shell.profile(
        "import sys\nevents = []\ndef t(frame, event, arg):\n    events.append(event)\n"
        "    return t\ndef f():\n    return 1\nsys.settrace(t)\nf()\nsys.settrace(None)\nx = 1"
    )
    assert sys.gettrace() is None
    assert shell.ns["events"][0] == "call"
    assert "return" in shell.ns["events"]
    assert_clean(shell)


def test_profile_function_of_the_user_stays(shell: Shell) -> None:
    events: list[str] = []
    shell.run("def f():\n    return 1", "first")
    sys.setprofile(lambda frame, event, arg: events.append(frame.f_code.co_name))
    try:
        document = shell.profile("f()").document
    finally:
        sys.setprofile(None)
    assert "f" in events
    assert hits(document)["f"] == {2: 1}


# Failures of our own ---------------------------------------------------------------------


def broken(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("broken on purpose")


def assert_cell_is_whole(shell: Shell, ran: Ran) -> None:
    assert ran.result.error_before_exec is None
    assert ran.result.error_in_exec is None
    assert ran.result.result == 42
    assert shell.ns["x"] == 41
    assert shell.ns["_"] == 42
    assert_unmarked(shell.ns["f"], CELL)
    assert_clean(shell)


CELL = "def f():\n    return 41\nx = f()\nx + 1"


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (LineRecording, "mark"),
        (LineRecording, "start"),
        (LineRecording, "running"),
        (LineRecording, "collect"),
        (LineRecording, "add_functions"),
        (lines, "capture"),
        (lines, "convert"),
        (lines, "tool_version"),
        (line_recording, "import_tool"),
        (trim, "fit"),
        (text, "render"),
        (html, "render"),
        (kernel, "publish"),
        (kernel, "source_hash"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_failure_in_the_profiler_does_not_touch_the_cell(
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: Any,
    name: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(where, name, broken)
        ran = shell.profile(CELL)
        assert_cell_is_whole(shell, ran)
    told = capsys.readouterr()
    assert "Error in callback" not in told.out + told.err
    assert shell.tracebacks == []
    # And the next one works.
    assert hits(shell.profile(CELL).document)["f"] == {2: 1}
    assert_clean(shell)


@pytest.mark.parametrize("name", ["mark", "running", "collect", "convert"])
def test_failure_is_said_in_the_profile(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(lines if name == "convert" else LineRecording, name, broken)
    ran = shell.profile(CELL)
    assert any("broken on purpose" in note for note in ran.notes)
    assert "broken on purpose" in ran.bundle["text/plain"]


@pytest.mark.parametrize("name", ["add_functions", "start"])
def test_failure_at_the_start_is_said(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr(LineRecording, name, broken)
    ran = shell.profile(CELL)
    assert "broken on purpose" in capsys.readouterr().err
    assert_cell_is_whole(shell, ran)


def test_tool_that_is_missing_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        lines, "version", lambda name: (_ for _ in ()).throw(lines.PackageNotFoundError(name))
    )
    from jupyterlab_cell_profiler.kernel import Request

    reason = shell.profiler.arm("cell", Request(["lines"]))
    assert reason is not None
    assert "not installed" in reason
    assert f'"{sys.executable}" -m pip install' in reason
    ran = shell.run(CELL, "cell")
    assert ran.documents == []
    assert_cell_is_whole(shell, ran)


def test_tool_that_is_too_old_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "version", lambda name: "4.2.0")
    reason = lines.unavailable()
    assert reason is not None
    assert "4.2.0" in reason
    assert "5.1" in reason


# Nested and odd runs ---------------------------------------------------------------------


def test_run_cell_inside_a_profiled_cell(shell: Shell) -> None:
    ran = shell.profile(
        "from IPython.core.getipython import get_ipython\n"
        "r = get_ipython().run_cell('inner = 1\\ninner + 1')\n"
        "x = r.result"
    )
    assert shell.ns["x"] == 2
    assert ran.document["status"] == "ok"
    own, inner = blocks(ran.document)
    if own["file"] != 0:
        own, inner = inner, own
    assert values(own, "hits") == {1: 1, 2: 1, 3: 1}
    assert values(inner, "hits") == {1: 1, 2: 1}
    entry = ran.document["files"][inner["file"]]
    assert entry["source"] == ["inner = 1", "inner + 1"]
    assert entry["path"].startswith("In [")
    assert_clean(shell)


def test_error_in_a_run_cell_inside_a_profiled_cell(shell: Shell) -> None:
    ran = shell.profile(
        "from IPython.core.getipython import get_ipython\n"
        "r = get_ipython().run_cell('1 / 0')\n"
        "x = 1"
    )
    assert ran.document["status"] == "ok"
    assert hits(ran.document)[None][3] == 1
    assert_clean(shell)


def test_detach_in_a_profiled_cell(shell: Shell) -> None:
    ran = shell.profile("import jupyterlab_cell_profiler as p\np.detach()\nx = 41\nx + 1")
    assert ran.result.result == 42
    assert "run_code" not in vars(shell.ip)
    assert sys.gettrace() is None
    shell.run("y = 1")
    assert shell.ns["y"] == 1


def test_attach_again_in_a_profiled_cell(shell: Shell) -> None:
    ran = shell.profile("import jupyterlab_cell_profiler as p\np.attach()\nx = 1")
    assert hits(ran.document) == {None: {1: 1, 2: 1, 3: 1}}
    assert_clean(shell)


def test_run_code_that_someone_else_wrapped_stays(shell: Shell) -> None:
    calls: list[str] = []
    original = shell.ip.run_code

    async def wrapper(code: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(code.co_name)
        return await original(code, *args, **kwargs)

    shell.ip.run_code = wrapper
    document = shell.profile("x = 1\ny = 2").document
    assert shell.ip.run_code is wrapper
    assert len(calls) >= 1
    assert hits(document) == {None: {1: 1, 2: 1}}
    del shell.ip.run_code


def test_profiled_cell_that_never_ends_is_taken_down_by_the_next(shell: Shell) -> None:
    # ``post_run_cell`` does not come when another hook before the run fails hard.
    shell.profiler.arm("cell", kernel.Request(["lines"]))

    class Info:
        raw_cell, store_history, silent, cell_id = "x = 1", True, False, "cell"
        transformed_cell, cell_meta, shell_futures, should_run_async = "x = 1", None, True, False

    shell.profiler.pre_run_cell(Info())
    assert "run_code" in vars(shell.ip)
    ran = shell.run("y = 1")
    assert ran.documents == []
    assert_clean(shell)
