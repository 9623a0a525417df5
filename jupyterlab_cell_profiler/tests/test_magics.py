"""The magics: the drop-ins against line_profiler's own, and ``%profile``."""

from __future__ import annotations

import builtins
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError

from jupyterlab_cell_profiler.document import MIME_TYPE, totals_of
from jupyterlab_cell_profiler.profilers import NAMES
from jupyterlab_cell_profiler.profilers.line_recording import import_tool
from jupyterlab_cell_profiler.tests.inprocess import (
    Ran,
    Shell,
    assert_hits,
    block,
    blocks,
    hits,
    new_shell,
    values,
)

DEFINITIONS = '''\
import textwrap
def f(n):
    """A docstring."""
    total = 0
    for i in range(n):
        # A comment.
        total += g(i)

    return total
def g(i):
    return i * 2
def unused():
    return 1
class A:
    def m(self, text="a"):
        return text * 2
a = A()'''


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        shell.load()
        shell.run(DEFINITIONS, "definitions")
        yield shell


# Reports -----------------------------------------------------------------------------------

Row = tuple[int, int | None, str]


def read_report(report: str) -> tuple[str, dict[str, list[Row]]]:
    """A text report without its times: the unit, and rows of (line, hits, contents) of each
    function."""
    unit, *parts = re.split(r"^Total time: [\d.e+-]+ s$", report, flags=re.MULTILINE)
    functions: dict[str, list[Row]] = {}
    for part in parts:
        named = re.search(r"^File: (.+)\nFunction: (.+) at line (\d+)$", part, re.MULTILINE)
        assert named is not None, part
        title, ruler, *rows = part[named.end() :].strip("\n").split("\n")
        assert title.split() == (
            ["Line", "#", "Hits", "Time", "Per", "Hit", "%", "Time", "Line", "Contents"]
        ), title
        assert set(ruler) == {"="}
        start = title.index("Line Contents")
        functions[named[2]] = []
        for row in rows:
            number, *numbers = row[:start].split()
            hits = int(numbers[0]) if numbers else None
            assert len(numbers) in (0, 4), row
            functions[named[2]].append((int(number), hits, row[start:].rstrip()))
    return unit.strip(), functions


class Original:
    """line_profiler's own magics in the same shell."""

    def __init__(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        import_tool()
        from line_profiler import ipython_extension

        self.pages: list[str] = []
        monkeypatch.setattr(ipython_extension, "page", self.pages.append)
        self.magics = ipython_extension.LineProfilerMagics(shell.ip)

    def lprun(self, line: str) -> str:
        self.magics.lprun(line)
        return self.pages.pop()

    def lprun_all(self, line: str, cell: str) -> str:
        self.magics.lprun_all(line, cell)
        return self.pages.pop()


@pytest.fixture
def original(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Original:
    return Original(shell, monkeypatch)


LPRUN = {
    "one function": "-f f f(10)",
    "value joined": "-ff f(10)",
    "two functions": "-f f -f g f(10)",
    "a function that is not called": "-f f -f unused f(10)",
    "-z": "-z -f f -f unused f(10)",
    "-s": "-s -f f -f unused f(10)",
    "-u": "-u 1e-3 -f f f(10)",
    "-u of one second": "-u 1 -f f f(10)",
    "flags joined": "-zr -f f f(10)",
    "method": "-f A.m a.m()",
    "bound method": "-f a.m a.m()",
    "library": "-f textwrap.dedent textwrap.dedent('  a')",
    "module": "-z -m textwrap textwrap.indent('a', 'b')",
    "statement": "-f f x = f(3); y = f(4)",
    "string in the statement": '-f A.m a.m("a  b")',
    "nothing named": "f(10)",
    "no statement": "-f f",
    "nothing at all": "",
    "loop": "-f g for i in range(3): g(i)",
    "error exits": "-f f f(3); raise SystemExit(3)",
    "interrupt": "-f f f(3); raise KeyboardInterrupt",
}


@pytest.mark.parametrize("line", LPRUN.values(), ids=LPRUN.keys())
def test_lprun_reports_what_the_original_reports(
    shell: Shell, original: Original, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    ran = shell.run(f"ours = get_ipython().run_line_magic('lprun', {line!r})")
    assert ran.error is None
    said = capsys.readouterr().out
    theirs = original.lprun(line)
    assert read_report(ran.bundle["text/plain"]) == read_report(theirs)
    assert said == capsys.readouterr().out


def test_report_on_a_file_keeps_the_sources_of_cells(shell: Shell) -> None:
    # The original throws them away while it prints, so that cells show no lines.
    ran = shell.run("%lprun -m textwrap -f f f(3); textwrap.indent('a', 'b')")
    functions = read_report(ran.bundle["text/plain"])[1]
    assert (7, 3, "        total += g(i)") in functions["f"]
    assert functions["indent"]
    assert inspect.getsource(shell.ns["g"]) == "def g(i):\n    return i * 2\n"


def test_lprun_as_it_is_typed(shell: Shell) -> None:
    ran = shell.run("%lprun -f f f(10)")
    document = ran.document
    assert hits(document)["f"] == {4: 1, 5: 11, 7: 10, 9: 1}
    assert document["target"]["kind"] == "statement"
    assert document["target"]["source"] == "f(10)"
    assert document["files"][0] == {"path": "statement", "source": ["f(10)"]}
    assert document["files"][block(document, "f")["file"]]["cellId"] == "definitions"
    assert document["title"] == "Lines of f"
    assert ran.result.result is None
    assert set(ran.bundle) == {MIME_TYPE, "text/html", "text/plain"}


def test_lprun_assigns_in_the_namespace(shell: Shell) -> None:
    shell.run("%lprun -f f result = f(4)")
    assert shell.ns["result"] == 12


def test_lprun_only_counts_what_was_named(shell: Shell) -> None:
    assert set(hits(shell.run("%lprun -f g f(10)").document)) == {"g"}


@pytest.mark.parametrize("flags", ["-r", "-rz"])
def test_lprun_returns_the_profiler(shell: Shell, flags: str) -> None:
    profiler = shell.run(f"%lprun {flags} -f f f(10)").result.result
    from line_profiler import LineProfiler

    assert isinstance(profiler, LineProfiler)
    (timings,) = profiler.get_stats().timings.values()
    assert [(line, count) for line, count, _ in timings] == [(4, 1), (5, 11), (7, 10), (9, 1)]


def test_lprun_writes_files(
    shell: Shell, original: Original, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from line_profiler import load_stats

    line = f"-D {tmp_path / 'a.lprof'} -T {tmp_path / 'a.txt'} -f f f(10)"
    capsys.readouterr()
    ran = shell.run(f"%lprun {line}")
    said = capsys.readouterr().out
    ours = load_stats(str(tmp_path / "a.lprof")).timings
    report = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert report.rstrip() == ran.bundle["text/plain"]

    original.lprun(line)
    assert capsys.readouterr().out == said
    theirs = load_stats(str(tmp_path / "a.lprof")).timings
    assert {key[1:]: [t[:2] for t in value] for key, value in ours.items()} == {
        key[1:]: [t[:2] for t in value] for key, value in theirs.items()
    }
    assert read_report((tmp_path / "a.txt").read_text("utf-8")) == read_report(report)


@pytest.mark.parametrize(
    "line",
    ["-f nowhere f(1)", "-f a.nothing f(1)", "-f 1/0 f(1)", "-m no_such_module f(1)"],
)
def test_lprun_refuses_in_the_words_of_the_original(
    shell: Shell, original: Original, line: str
) -> None:
    with pytest.raises(UsageError) as theirs:
        original.lprun(line)
    with pytest.raises(UsageError) as ours:
        shell.ip.run_line_magic("lprun", line)
    assert str(ours.value) == str(theirs.value)


def test_lprun_refuses_a_unit_that_is_no_number(shell: Shell) -> None:
    with pytest.raises(UsageError, match=r"^Timer unit setting must be a float\.$"):
        shell.ip.run_line_magic("lprun", "-u fast -f f f(1)")


def test_lprun_shows_the_profile_of_a_statement_that_fails(shell: Shell) -> None:
    ran = shell.run("%lprun -f f f(2); 1 / 0")
    assert isinstance(ran.error, ZeroDivisionError)
    assert ran.document["status"] == "error"
    assert hits(ran.document)["f"][5] == 3


def test_lprun_gives_the_builtin_profile(shell: Shell) -> None:
    before = getattr(builtins, "profile", None)
    shell.run("%lprun -f f seen = profile")
    from line_profiler import LineProfiler

    assert isinstance(shell.ns["seen"], LineProfiler)
    assert getattr(builtins, "profile", None) is before


def test_lprun_leaves_functions_as_they_were(shell: Shell) -> None:
    code = shell.ns["f"].__code__
    shell.run("%lprun -f f f(3)")
    assert shell.ns["f"].__code__ is code


# %%lprun_all ---------------------------------------------------------------------------------

CELL = """\
def h(n):
    return n

def k(n):
    for i in range(n):
        h(i)
    if n < 0:
        return None
x = [h(i) for i in range(3)]
for i in range(4):
    h(i)
    k(2)

class B:
    def m(self):
        return 1
b = B()
r = b.m()"""


def shifted(functions: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Rows with line numbers of the cell without its first line."""
    return {
        name: [(line - 1, count, text) for line, count, text in rows if line > 1]
        for name, rows in functions.items()
    }


@pytest.mark.parametrize("flags", ["", "-p", "-z", "-u 1e-3", "-z -u 1", "-pz"])
def test_lprun_all_reports_what_the_original_reports(
    shell: Shell, original: Original, flags: str
) -> None:
    ran = shell.run(f"%%lprun_all {flags}\n{CELL}")
    unit, functions = read_report(ran.bundle["text/plain"])
    their_unit, theirs = read_report(original.lprun_all(flags, CELL + "\n"))
    assert unit == their_unit
    assert functions["<lprof_cell>"][0] == (1, None, f"%%lprun_all {flags}".strip())
    assert shifted(functions) == theirs


def test_lprun_all_of_a_decorated_function(shell: Shell, original: Original) -> None:
    cell = "import functools\n@functools.lru_cache\ndef h(n):\n    return n\nx = h(1), h(2), h(1)\n"
    ran = shell.run(f"%%lprun_all\n{cell}")
    ours = shifted(read_report(ran.bundle["text/plain"])[1])
    theirs = read_report(original.lprun_all("", cell))[1]
    assert ours["h"] == theirs["h"]


def test_lprun_all_writes_files_and_returns(
    shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from line_profiler import LineProfiler, load_stats

    pickle, report = tmp_path / "b.lprof", tmp_path / "b.txt"
    ran = shell.run(f"%%lprun_all -r -t -D {pickle} -T {report}\n{CELL}")
    out = capsys.readouterr().out
    assert f"*** Profile stats pickled to file {str(pickle)!r}." in out
    assert f"*** Profile printout saved to text file {str(report)!r}." in out
    assert report.read_text("utf-8").rstrip() == ran.bundle["text/plain"]
    assert {name for _, _, name in load_stats(str(pickle)).timings} >= {"<lprof_cell>", "h", "k"}
    assert isinstance(shell.ns["_"], LineProfiler)
    wall = next(i for i in ran.document["sections"][0]["items"] if i["name"] == "wall")["value"]
    assert shell.ns["_total_time_taken"] == pytest.approx(wall, abs=1e-6)


def test_lprun_all_gives_the_last_value(shell: Shell) -> None:
    # The original swallows it.
    ran = shell.run("%%lprun_all\nx = 20\nx + 1")
    assert ran.result.result == 21
    assert shell.ns["_"] == 21


def test_lprun_all_with_await(shell: Shell) -> None:
    # The original: SyntaxError, 'await' outside function.
    ran = shell.run("%%lprun_all\nimport asyncio\nawait asyncio.sleep(0)\nx = 1\nx")
    assert ran.error is None
    assert hits(ran.document) == {None: {2: 1, 3: 1, 4: 1, 5: 1}}
    assert "await asyncio.sleep(0)" in ran.bundle["text/plain"]


def test_lprun_all_leaves_the_functions_of_the_cell_plain(shell: Shell) -> None:
    # The original leaves them wrapped.
    shell.run("%%lprun_all\ndef h(n):\n    return n\nh(1)")
    h = shell.ns["h"]
    assert type(h) is type(test_lprun_as_it_is_typed)
    assert not hasattr(h, "__wrapped__")
    assert h.__code__.co_code == compile("def h(n):\n    return n", "", "exec").co_consts[0].co_code


def test_lprun_all_does_not_look_at_earlier_cells(shell: Shell) -> None:
    assert set(hits(shell.run("%%lprun_all\nf(3)").document)) == {None}


def test_lprun_all_of_a_cell_that_fails(shell: Shell) -> None:
    ran = shell.run("%%lprun_all\nx = 1\n1 / 0\nx = 2")
    assert isinstance(ran.error, ZeroDivisionError)
    assert hits(ran.document) == {None: {2: 1, 3: 1}}
    assert "1 / 0" in ran.bundle["text/plain"]


def test_lprun_all_does_not_dedent(shell: Shell) -> None:
    ran = shell.run('%%lprun_all\ntext = """\n    a\n"""\nn = len(text)')
    assert shell.ns["text"] == "\n    a\n"
    assert ran.error is None


def test_multi_line_strings_are_not_changed(shell: Shell) -> None:
    shell.run('%%profile\ntext = """a\n\n  b\n%%time\n"""')
    assert shell.ns["text"] == "a\n\n  b\n%%time\n"


# %profile and %%profile ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["f(4)", "lines f(4)", "lines -f f f(4)", "-f f f(4)", "lines -m textwrap f(4)"]
)
def test_profile_of_an_expression_gives_its_value(shell: Shell, line: str) -> None:
    ran = shell.run(f"%profile lines {line}")
    assert ran.result.result == 12
    assert shell.ns["_"] == 12
    assert hits(ran.document)["f"] == {4: 1, 5: 5, 7: 4, 9: 1}
    assert ran.document["target"]["source"] == "f(4)"
    assert [p["name"] for p in ran.document["profilers"]] == ["lines"]


def test_profile_of_a_statement(shell: Shell) -> None:
    ran = shell.run("%profile lines x = f(4); y = x + 1")
    assert ran.result.result is None
    assert (shell.ns["x"], shell.ns["y"]) == (12, 13)
    assert hits(ran.document)["f"][5] == 5


def test_profile_as_an_expression_of_a_cell(shell: Shell) -> None:
    ran = shell.run("value = %profile f(4)\nvalue + 1")
    assert ran.result.result == 13
    assert len(ran.documents) == 1


def test_profile_of_a_statement_that_fails(shell: Shell) -> None:
    ran = shell.run("%profile lines f(4) / 0")
    assert isinstance(ran.error, ZeroDivisionError)
    assert ran.document["status"] == "error"
    assert ran.document["error"]["name"] == "ZeroDivisionError"
    assert hits(ran.document)["f"][5] == 5


def test_profile_of_a_statement_with_a_magic_or_shell_line(shell: Shell) -> None:
    ran = shell.run("%profile %config")
    assert ran.error is None
    assert ran.document["target"]["source"] == "%config"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Give a statement"),
        ("lines", "Give a statement"),
        (
            "linez f(3)",
            f"there is no profiler 'linez'. Choose from: {', '.join(NAMES)}",
        ),
        ("-f nowhere f(3)", "Could not find function nowhere"),
        ("-x f(3)", "There is no option -x"),
        ("-f", "Option -f needs a value"),
    ],
)
def test_profile_refuses_with_a_sentence(shell: Shell, line: str, message: str) -> None:
    calls = len(shell.ip.display_pub.outputs)
    with pytest.raises(UsageError, match=re.escape(message)):
        shell.ip.run_line_magic("profile", line)
    assert len(shell.ip.display_pub.outputs) == calls


def test_profile_cell_alone_is_the_default(shell: Shell) -> None:
    source = "%%profile\nx = f(2)  # 1\nfor i in range(3):  # 4\n    g(i)  # 3"
    ran = shell.run(source)
    assert [p["name"] for p in ran.document["profilers"]] == ["overview"]
    assert "x" in shell.ns
    assert {"wall", "peak_rss"} <= set(totals_of(ran.document))
    assert ran.document["target"]["kind"] == "cell"


@pytest.mark.parametrize(
    ("first", "options"),
    [
        ("%%profile lines", {}),
        ("%%profile  lines ", {}),
        ("%%profile -f textwrap.dedent", {"functions": ["textwrap.dedent"]}),
        ("%%profile lines -m textwrap", {"modules": ["textwrap"]}),
    ],
)
def test_profile_cell_takes_options(shell: Shell, first: str, options: dict[str, Any]) -> None:
    document = shell.run(f"{first}\ntextwrap.dedent(' a')").document
    assert document["profilers"][0]["options"] == options
    assert ("dedent" in hits(document)) == bool(options)


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (
            "%%profile linez",
            f"There is no profiler 'linez'. Choose from: {', '.join(NAMES)}.",
        ),
        ("%%profile lines nothing", "There is no profiler 'nothing'"),
        ("%%profile -x", "There is no option -x."),
        ("%%profile -f", "Option -f needs a value."),
        ("%%lprun_all -x", "There is no option -x."),
        ("%%lprun_all f(3)", "%%lprun_all takes options only, not 'f(3)'."),
        ("%%lprun_all -u fast", "Timer unit setting must be a float."),
    ],
)
def test_first_line_that_is_wrong_runs_nothing(shell: Shell, first: str, message: str) -> None:
    ran = shell.run(f"{first}\nran = True")
    assert isinstance(ran.error, UsageError)
    assert message in str(ran.error)
    assert "ran" not in shell.ns
    assert ran.documents == []


@pytest.mark.parametrize("name", ["%%profile", "%profile", "%lprun", "%%lprun_all"])
def test_help(shell: Shell, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.core.page.page", lambda data, *a, **k: shown.append(data))
    ran = shell.run(f"{name}?")
    assert ran.error is None
    (data,) = shown
    help_text = data["text/plain"] if isinstance(data, dict) else data
    assert "rofile" in help_text
    assert "-f FUNCTION" in help_text or name == "%%lprun_all"


def test_profile_inside_a_profiled_cell(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    ran = shell.run("%%profile lines\nx = 1\nvalue = %profile f(4)\ny = 2")
    assert ran.error is None
    assert shell.ns["value"] == 12
    assert len(ran.documents) == 1
    found = hits(ran.document)
    assert found[None] == {2: 1, 3: 1, 4: 1}
    assert found["f"][5] == 5
    assert "already" in capsys.readouterr().err


def test_profile_below_another_cell_magic(shell: Shell) -> None:
    ran = shell.run("%%time\n%%profile lines\nx = 1\ny = f(2)", "cell")
    found = hits(ran.document)
    assert found["f"][5] == 3
    assert found[None][3] == 1
    assert found[None][4] == 1
    assert shell.ns["x"] == 1


def test_profile_below_capture(shell: Shell) -> None:
    ran = shell.run("%%capture out\n%%profile lines\nx = 1\nprint('kept')")
    documents = [*ran.documents, *(o.data[MIME_TYPE] for o in shell.ns["out"].outputs)]
    (document,) = documents
    assert hits(document)[None][3] == 1
    assert shell.ns["out"].stdout == "kept\n"


def test_words_that_only_begin_like_ours_are_left_alone(shell: Shell) -> None:
    seen: list[tuple[str, str]] = []

    def profiles(line: str, cell: str) -> None:
        seen.append((line, cell))

    shell.ip.register_magic_function(profiles, "cell", "profiles")
    shell.run("%%profiles lines\nx = 1")
    assert seen == [("lines", "x = 1\n")]


def test_is_complete_and_transform_do_not_run_anything(shell: Shell) -> None:
    cell = "%%profile\nimport asyncio\nawait asyncio.sleep(0)"
    assert shell.ip.transform_cell(cell) == "\nimport asyncio\nawait asyncio.sleep(0)\n"
    assert shell.ip.transform_cell(cell) == shell.ip.transform_cell(cell)
    assert shell.ip.should_run_async(cell, transformed_cell=shell.ip.transform_cell(cell))
    assert shell.run("x = 1").documents == []


# Loading ------------------------------------------------------------------------------------


def magic_of(shell: Shell, kind: str, name: str) -> Callable[..., Any] | None:
    found: Callable[..., Any] | None = shell.ip.magics_manager.magics[kind].get(name)
    return found


def test_loading_twice_is_harmless(shell: Shell) -> None:
    shell.ip.run_line_magic("load_ext", "jupyterlab_cell_profiler")
    shell.ip.run_line_magic("reload_ext", "jupyterlab_cell_profiler")
    document = shell.run("%%profile lines\nx = 1").document
    assert_hits(document, "\nx = 1  # 1")


def test_unloading_takes_everything_away() -> None:
    with new_shell() as shell:
        from jupyterlab_cell_profiler.kernel import detach

        detach(shell.ip)
        callbacks = {name: list(found) for name, found in shell.ip.events.callbacks.items()}
        cleanup = list(shell.ip.input_transformers_cleanup)
        magics = {kind: set(found) for kind, found in shell.ip.magics_manager.magics.items()}
        shell.load()
        assert magic_of(shell, "cell", "profile") is not None
        shell.ip.run_line_magic("unload_ext", "jupyterlab_cell_profiler")
        assert shell.ip.events.callbacks == callbacks
        assert shell.ip.input_transformers_cleanup == cleanup
        left = {kind: set(found) for kind, found in shell.ip.magics_manager.magics.items()}
        assert left == magics


def test_unloading_gives_back_the_magics_of_line_profiler() -> None:
    import_tool()
    with new_shell() as shell:
        shell.ip.run_line_magic("load_ext", "line_profiler")
        before = magic_of(shell, "line", "lprun"), magic_of(shell, "cell", "lprun_all")
        assert None not in before
        shell.load()
        ours = magic_of(shell, "line", "lprun"), magic_of(shell, "cell", "lprun_all")
        assert ours[0] != before[0]
        assert ours[1] != before[1]
        shell.ip.run_line_magic("unload_ext", "jupyterlab_cell_profiler")
        after = magic_of(shell, "line", "lprun"), magic_of(shell, "cell", "lprun_all")
        assert after == before
        assert shell.run("x = 1\nx").result.result == 1


def test_profiled_cell_that_unloads(shell: Shell) -> None:
    ran = shell.run("%%profile\n%unload_ext jupyterlab_cell_profiler\nx = 1")
    assert ran.error is None
    assert shell.ns["x"] == 1
    assert "run_code" not in vars(shell.ip)


def test_the_button_registers_no_magics() -> None:
    with new_shell() as shell:
        shell.profile("x = 1")
        assert magic_of(shell, "line", "lprun") is None
        assert magic_of(shell, "line", "profile") is None


def read(ran: Ran) -> list[str]:
    return [str(section.get("name")) for section in blocks(ran.document)]


def test_methods_of_a_class_by_name(shell: Shell) -> None:
    ran = shell.run("%lprun -f A a.m()")
    assert read(ran) == ["A.m"]
    assert values(block(ran.document, "A.m"), "hits") == {16: 1}
