"""Hits of ``lines``: against counts written beside each line, and against line_profiler."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest

from jupyterlab_cell_profiler.profilers.line_recording import import_tool
from jupyterlab_cell_profiler.tests.counted_cells import CELLS
from jupyterlab_cell_profiler.tests.inprocess import (
    Shell,
    assert_hits,
    block,
    blocks,
    hits,
    new_shell,
    values,
)


@pytest.fixture
def shell() -> Iterator[Shell]:
    with new_shell() as shell:
        yield shell


@pytest.mark.parametrize("name", CELLS)
def test_hits_by_reasoning(shell: Shell, name: str) -> None:
    source = dedent(CELLS[name]).strip("\n")
    assert_hits(shell.profile(source).document, source)


def folded_lines(source: str) -> set[int]:
    """Lines whose numbers are not line_profiler's own: several code objects share them."""
    kinds = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    lines: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, kinds):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


# The original cannot run these: a top-level await; an error, after which there is no
# report; and its wrapper of a generator does not pass ``throw`` on.
NOT_BY_ORIGINAL = {name for name, text in CELLS.items() if "await " in text} | {
    "exception out of the cell",
    "exception through frames",
    "send and throw",
}


@pytest.mark.parametrize("name", [name for name in CELLS if name not in NOT_BY_ORIGINAL])
def test_hits_are_those_of_lprun_all(
    shell: Shell, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = dedent(CELLS[name]).strip("\n")
    ours: dict[int, int] = {}
    for section in blocks(shell.profile(source).document):
        if "name" in section:
            ours.update(values(section, "hits"))

    import_tool()
    from line_profiler import ipython_extension

    monkeypatch.setattr(ipython_extension, "page", lambda text: None)
    magics = ipython_extension.LineProfilerMagics(shell.ip)
    for key in [key for key in shell.ns if not key.startswith("_")]:
        if key not in shell.ip.user_ns_hidden:
            del shell.ns[key]
    theirs: dict[int, int] = {}
    for (_, _, function), lines in magics.lprun_all("-r", source).get_stats().timings.items():
        if function != ipython_extension._LPRUN_ALL_CODE_OBJ_NAME:
            theirs.update({line: count for line, count, _ in lines})
    for line in folded_lines(source):
        ours.pop(line, None)
        theirs.pop(line, None)
    assert ours == theirs


FUNCTIONS = {
    "collatz": """
        def main(n):
            longest = 0
            for start in range(1, n):
                steps = length(start)
                if steps > longest:
                    longest = steps
            return longest
        def length(k):
            steps = 1
            while k != 1:
                k = 3 * k + 1 if k % 2 else k // 2
                steps += 1
            return steps
    """,
    "sieve": """
        def main(n):
            prime = [True] * n
            for i in range(2, n):
                if not prime[i]:
                    continue
                for j in range(i * i, n, i):
                    prime[j] = False
            return sum(prime)
    """,
    "queens": """
        def main(n):
            return place(n % 6 + 4, 0, (), (), ())
        def place(n, row, columns, left, right):
            if row == n:
                return 1
            found = 0
            for column in range(n):
                if column in columns or row + column in left or row - column in right:
                    continue
                found += place(
                    n,
                    row + 1,
                    (*columns, column),
                    (*left, row + column),
                    (*right, row - column),
                )
            return found
    """,
    "generators and exceptions": """
        def main(n):
            total = 0
            for value in numbers(n):
                try:
                    total += 10 / (value % 3)
                except ZeroDivisionError as error:
                    total -= 1
                finally:
                    total += 1
            return total
        def numbers(n):
            for i in range(n):
                yield i
                if i % 5 == 0:
                    yield -i
    """,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hits_are_those_of_line_profiler(shell: Shell, name: str) -> None:
    source = dedent(FUNCTIONS[name]).strip("\n")
    found = hits(shell.profile(f"{source}\nresult = main(50)").document)

    namespace: dict[str, Any] = {}
    exec(compile(source, "<plain>", "exec"), namespace)
    functions = {key: value for key, value in namespace.items() if key != "__builtins__"}
    plain = import_tool().LineProfiler(*functions.values())
    result = plain.runcall(namespace["main"], 50)

    assert shell.ns["result"] == result
    for (_, _, function), lines in plain.get_stats().timings.items():
        assert found[function] == {line: count for line, count, _ in lines}
    assert set(found) == {None, *functions}
    assert sum(map(len, found.values())) > len(source.split("\n")) / 2


COMPREHENSIONS = {
    "list": "x = [i * 2 for i in range(5)]",
    "set": "x = {i * 2 for i in range(5)}",
    "dict": "x = {i: i * 2 for i in range(5)}",
    "generator": "x = sum(i * 2 for i in range(5))",
    "map of a lambda": "x = list(map(lambda i: i * 2, range(6)))",
}


@pytest.mark.parametrize("kind", COMPREHENSIONS)
def test_comprehension_on_one_line_counts_its_rounds(shell: Shell, kind: str) -> None:
    # CPython announces the line once for each round, and once more when it ends.
    document = shell.profile(f"before = 1\n{COMPREHENSIONS[kind]}\nafter = 1").document
    assert hits(document) == {None: {1: 1, 2: 6, 3: 1}}


@pytest.mark.parametrize("kind", list(COMPREHENSIONS)[:4])
def test_comprehension_in_a_function_is_part_of_it(shell: Shell, kind: str) -> None:
    body = COMPREHENSIONS[kind]
    document = shell.profile(
        f"def f():\n    {body}\n    return x\nfor _ in range(3):\n    f()"
    ).document
    assert hits(document) == {None: {1: 1, 4: 4, 5: 3}, "f": {2: 18, 3: 3}}


def test_nested_comprehension_over_several_lines(shell: Shell) -> None:
    document = shell.profile(
        "x = [\n    i * j\n    for i in range(3)\n    for j in range(4)\n    if j > 0\n]"
    ).document
    found = hits(document)[None]
    # Pythons announce the lines of a comprehension more or less often between these.
    assert found[2] >= 9, "the element is computed for each pair that passes"
    assert found[5] >= 12, "the condition is asked for each pair"
    assert found[3] >= 3
    assert max(found.values()) <= 2 * 12 + 1


def test_lambda_belongs_to_the_function_that_holds_it(shell: Shell) -> None:
    document = shell.profile(
        "def f(items):\n"
        "    return sorted(\n"
        "        items,\n"
        "        key=lambda item: -item,\n"
        "    )\n"
        "f([3, 1, 2])\n"
        "double = lambda n: (\n"
        "    n * 2\n"
        ")\n"
        "double(1), double(2), double(3), double(4)"
    ).document
    found = hits(document)
    assert set(found) == {None, "f"}
    assert found["f"][4] == 3
    assert found[None][8] == 4


def test_multi_line_call_and_statement(shell: Shell) -> None:
    source = (
        "def add(a, b):\n"
        "    return a + b\n"
        "for i in range(3):\n"
        "    r = add(\n"
        "        i,\n"
        "        add(\n"
        "            i,\n"
        "            1,\n"
        "        ),\n"
        "    )\n"
    )
    found = hits(shell.profile(source).document)
    assert found["add"] == {2: 6}
    top = found[None]
    assert (top[1], top[3]) == (1, 4)
    assert top[5] == top[7] == 3, "each argument once a round"
    assert set(top) <= set(range(1, 10))


def test_the_same_cell_twice(shell: Shell) -> None:
    source = "def f(n):\n    return n + 1\nfor i in range(4):\n    f(i)"
    first = shell.profile(source).document
    second = shell.profile(source).document
    assert hits(first) == hits(second) == {None: {1: 1, 3: 5, 4: 4}, "f": {2: 4}}
    assert first["id"] != second["id"]
    assert first["target"]["sourceHash"] == second["target"]["sourceHash"]
    assert (first["target"]["executionCount"], second["target"]["executionCount"]) == (1, 2)


def test_the_same_cell_plainly_and_profiled_in_turn(shell: Shell) -> None:
    source = "def f(n):\n    return n + 1\nfor i in range(4):\n    f(i)"
    for _ in range(3):
        assert shell.run(source, "cell").documents == []
        assert hits(shell.profile(source).document)["f"] == {2: 4}


def test_an_object_of_an_earlier_version_of_the_class(shell: Shell) -> None:
    shell.profile("class A:\n    def m(self):\n        return 1\na = A()\na.m()")
    document = shell.profile(
        "class A:\n    def m(self):\n        return 2\nb = A()\na.m(), b.m(), b.m()"
    ).document
    (mine,) = (s for s in blocks(document) if s.get("name") == "A.m" and s["file"] == 0)
    assert values(mine, "hits") == {3: 2}


# Functions from elsewhere ------------------------------------------------------------


def file_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    entry: dict[str, Any] = document["files"][block(document, name)["file"]]
    return entry


def test_functions_of_earlier_cells_when_they_are_called(shell: Shell) -> None:
    shell.run(
        "import functools\n\n\ndef f(n):\n    return n * 2\n\ndef unused():\n    pass", "first"
    )
    shell.run("@functools.lru_cache\ndef cached(n):\n    return f(n)", "second")
    document = shell.profile("for i in (1, 2, 1):\n    cached(i)\nf(3)").document
    assert hits(document) == {None: {1: 4, 2: 3, 3: 1}, "cached": {3: 2}, "f": {5: 3}}
    assert file_of(document, "f") == {
        "path": "In [1]",
        "cellId": "first",
        "firstLine": 4,
        "source": ["def f(n):", "    return n * 2"],
    }
    assert file_of(document, "cached")["cellId"] == "second"
    assert file_of(document, "cached")["path"] == "In [2]"


@pytest.mark.parametrize(
    ("definition", "call"),
    [
        ("class A:\n    def f(self):\n        return 1\na = A()", "a.f()"),
        ("class A:\n    @staticmethod\n    def f():\n        return 1", "A.f()"),
        ("class A:\n    @classmethod\n    def f(cls):\n        return 1", "A.f()"),
        ("class A:\n    @property\n    def f(self):\n        return 1\na = A()", "a.f"),
        ("class A:\n    class B:\n        def f(self):\n            return 1\nb = A.B()", "b.f()"),
        ("class A:\n    def f(self):\n        return 1\nm = A().f\ndel A", "m()"),
        ("def f():\n    return 1\nimport functools\np = functools.partial(f)\ndel f", "p()"),
        ("def make():\n    def f():\n        return 1\n    return f\ng = make()", "g()"),
        ("def f():\n    return 1\ndef caller():\n    return f()", "caller()"),
        (
            "import functools\ndef deco(f):\n    @functools.wraps(f)\n    def wrapper():\n"
            "        return f()\n    return wrapper\n@deco\ndef f():\n    return 1",
            "f()",
        ),
        ("def deco(f):\n    return lambda: f()\n@deco\ndef f():\n    return 1", "f()"),
    ],
    ids=[
        "method",
        "staticmethod",
        "classmethod",
        "property",
        "nested class",
        "bound method",
        "partial",
        "closure",
        "by way of another function",
        "wraps",
        "decorator without wraps",
    ],
)
def test_every_kind_of_function_of_an_earlier_cell(
    shell: Shell, definition: str, call: str
) -> None:
    shell.run(definition, "first")
    document = shell.profile(f"for i in range(3):\n    {call}").document
    line = next(n for n, text in enumerate(definition.split("\n"), 1) if "return 1" in text)
    found: dict[int, int] = defaultdict(int)
    for section in blocks(document):
        if "name" in section:
            found.update(values(section, "hits"))
    assert found[line] == 3


def test_nothing_automatic_from_libraries(shell: Shell) -> None:
    shell.run("import statistics, textwrap\nfrom textwrap import dedent", "first")
    document = shell.profile("dedent('  a')\nstatistics.mean([1, 2])").document
    assert hits(document) == {None: {1: 1, 2: 1}}


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("textwrap.dedent", "dedent"),
        ("textwrap.TextWrapper.fill", "TextWrapper.fill"),
        ("textwrap.TextWrapper().fill", "TextWrapper.fill"),
        ("textwrap.TextWrapper", "TextWrapper.fill"),
        ("functools.partial(textwrap.fill, width=5)", "fill"),
        ("fractions.Fraction.numerator", "Fraction.numerator"),
    ],
)
def test_named_function_of_a_library(shell: Shell, expression: str, name: str) -> None:
    shell.run("import functools, textwrap, fractions")
    document = shell.profile(
        "for i in range(3):\n"
        "    textwrap.dedent('  a')\n"
        "    textwrap.TextWrapper().fill('a b')\n"
        "    textwrap.fill('a b')\n"
        "    fractions.Fraction(1, 2).numerator",
        functions=[expression],
    ).document
    section = block(document, name)
    counts = values(section, "hits")
    assert min(counts.values()) >= 3
    entry = file_of(document, name)
    assert entry["path"].endswith((".py",))
    assert "ipykernel" not in entry["path"]
    assert entry["source"][0].strip().startswith(("def ", "@"))
    assert section["firstLine"] == entry["firstLine"]


def test_named_module(shell: Shell) -> None:
    shell.run("import textwrap")
    document = shell.profile(
        "for i in range(2):\n    textwrap.indent('a', ' ')\n    textwrap.fill('a b')",
        modules=["textwrap"],
    ).document
    found = hits(document)
    assert {"indent", "fill", "TextWrapper.fill", "TextWrapper.wrap"} <= set(found)
    assert max(found["TextWrapper.fill"].values()) == 2


def test_named_function_that_the_cell_defines(shell: Shell) -> None:
    document = shell.profile("def f():\n    return 1\nf()", functions=["f"]).document
    assert hits(document)["f"] == {2: 1}
    assert document["title"] == "Lines of f"


def test_named_function_that_never_comes(shell: Shell) -> None:
    ran = shell.profile("x = 1", functions=["nowhere"])
    assert any("Could not find function nowhere" in note for note in ran.notes)
    assert hits(ran.document) == {None: {1: 1}}


def test_named_function_of_c_is_refused_but_the_cell_runs(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = shell.profile("x = 1", functions=["len"])
    assert ran.documents == []
    assert shell.ns["x"] == 1
    assert "no Python function" in capsys.readouterr().err


# Line numbers -------------------------------------------------------------------------


@pytest.mark.parametrize("lead", ["", "\n", "\n\n\n", "   \n\t\n"])
def test_empty_lines_at_the_start(shell: Shell, lead: str) -> None:
    cell = f"{lead}def f():\n    return 1\n\nf()\nf()"
    document = shell.profile(cell).document
    k = lead.count("\n")
    assert hits(document) == {None: {1 + k: 1, 4 + k: 1, 5 + k: 1}, "f": {2 + k: 2}}
    assert document["files"][0]["source"] == cell.split("\n")
    assert block(document, "f")["firstLine"] == 1 + k


@pytest.mark.parametrize("first", ["%%profile lines", "%%lprun_all", "\n\n%%profile lines"])
def test_first_line_that_asks_keeps_line_numbers(shell: Shell, first: str) -> None:
    shell.load()
    cell = f"{first}\ndef f():\n    return 1\n\nf()\nf()"
    document = shell.run(cell, "cell").document
    k = first.count("\n")
    assert hits(document) == {None: {2 + k: 1, 5 + k: 1, 6 + k: 1}, "f": {3 + k: 2}}
    assert document["files"][0]["source"] == cell.split("\n")


@pytest.mark.parametrize("first", ["%%time", "%%capture out"])
def test_lines_below_a_cell_magic(shell: Shell, first: str) -> None:
    document = shell.profile(f"{first}\nx = 0\nfor i in range(3):\n    x += i").document
    assert hits(document) == {None: {1: 1, 2: 1, 3: 4, 4: 3}}


def test_function_below_a_cell_magic(shell: Shell) -> None:
    document = shell.profile("%%time\ndef f():\n    return 1\nf(), f()").document
    assert hits(document) == {None: {1: 1, 2: 1, 4: 1}, "f": {3: 2}}
    assert block(document, "f")["file"] == 0


def test_body_that_a_magic_compiles_itself_is_not_counted_and_said(shell: Shell) -> None:
    shell.run("def f():\n    return 1", "first")
    ran = shell.profile("%%timeit -n 5 -r 2\nf()")
    found = hits(ran.document)
    assert found[None] == {1: 1}
    assert found["f"] == {2: 10}
    assert any("%%timeit" in note for note in ran.notes)


def test_lines_below_both(shell: Shell) -> None:
    shell.load()
    document = shell.run("%%profile lines\n%%time\nx = 0\nfor i in range(3):\n    x += i").document
    assert values(block(document, None), "hits")[5] == 3
    assert values(block(document, None), "hits")[4] == 4


def test_cell_magics_and_shell_escapes_between_lines(shell: Shell) -> None:
    document = shell.profile("a = 1\n%config\nb = 2\nfor i in range(2):\n    c = i").document
    assert hits(document) == {None: {1: 1, 2: 1, 3: 1, 4: 3, 5: 2}}


def test_function_of_an_earlier_cell_with_empty_lines_first(shell: Shell) -> None:
    shell.run("\n\ndef f():\n    return 1", "first")
    document = shell.profile("f()").document
    assert hits(document)["f"] == {4: 1}
    assert file_of(document, "f")["firstLine"] == 3


def test_long_loop_is_counted_exactly(shell: Shell) -> None:
    document = shell.profile("n = 0\nfor i in range(200_000):\n    n += 1").document
    assert hits(document) == {None: {1: 1, 2: 200_001, 3: 200_000}}


def test_deep_recursion_ends_as_it_does_plainly(shell: Shell) -> None:
    shell.run("%xmode Minimal")  # A traceback of a thousand frames takes seconds to draw.
    cell = "def f(n):\n    return 0 if n == 0 else f(n - 1)\nf(10 ** 6)"
    ran = shell.profile(cell)
    assert isinstance(ran.error, RecursionError)
    assert ran.document["status"] == "error"
    assert 100 < hits(ran.document)["f"][2] <= sys.getrecursionlimit() + 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
def test_core_on_sys_monitoring_when_it_was_imported_first() -> None:
    import subprocess

    # The core is chosen when line_profiler is imported, so this needs its own process.
    code = dedent(
        """
        import line_profiler, sys
        from line_profiler import _line_profiler
        assert not _line_profiler.USE_LEGACY_TRACE
        from jupyterlab_cell_profiler.tests.inprocess import new_shell, hits
        with new_shell() as shell:
            cell = 'def f():\\n    x = 1\\n    return x\\nfor i in range(3):\\n    f()'
            ran = shell.profile(cell)
            assert hits(ran.document) == {None: {1: 1, 4: 4, 5: 3}, 'f': {2: 3, 3: 3}}
            told = any('sys.monitoring' in note for note in ran.notes)
            assert told, ran.notes
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
