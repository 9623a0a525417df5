"""``functions``: counts against cProfile run by hand, and nothing of IPython in them."""

from __future__ import annotations

import cProfile
import gc
import json
import pstats
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jupyterlab_cell_profiler.kernel import Request
from jupyterlab_cell_profiler.profilers import Target
from jupyterlab_cell_profiler.profilers.function_graph import Call, Entry, graph_of
from jupyterlab_cell_profiler.profilers.function_sections import ALWAYS, calls_section, fold
from jupyterlab_cell_profiler.tests.inprocess import Ran, Shell, new_shell

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "document.schema.json").read_text(encoding="utf-8"))

Counts = dict[str, tuple[int, int]]


@pytest.fixture
def shell() -> Iterator[Shell]:
    before = sys.getprofile()
    # What other tests left would be collected at any moment, and its finalizers be counted.
    gc.collect()
    gc.disable()
    try:
        with new_shell() as shell:
            yield shell
    finally:
        gc.enable()
    assert sys.getprofile() is before, "a profile function was left behind"
    assert "enable" not in vars(cProfile.Profile)
    monitoring = getattr(sys, "monitoring", None)
    assert monitoring is None or monitoring.get_tool(monitoring.PROFILER_ID) is None


def profile(shell: Shell, code: str) -> Ran:
    assert shell.profiler.arm("cell", Request(["functions"])) is None
    ran = shell.run(textwrap.dedent(code).strip("\n"), "cell")
    jsonschema.validate(ran.document, SCHEMA)
    return ran


def calls_of(ran: Ran) -> dict[str, Any]:
    (section,) = (s for s in ran.document["sections"] if s["kind"] == "calls")
    return section


def plain(name: str) -> str:
    return name if name.startswith("<") else name.rpartition(".")[2]


def counts(ran: Ran) -> Counts:
    """Calls and primitive calls by the name that cProfile has for a function."""
    table = calls_of(ran)["functions"]
    found: Counts = {}
    for name, calls, primitive in zip(
        table["name"], table["calls"], table["primitive_calls"], strict=True
    ):
        key = plain(re.sub(r"^.*\.(<\w+>)$", r"\1", name))
        before = found.get(key, (0, 0))
        found[key] = (before[0] + calls, before[1] + primitive)
    return found


def by_hand(code: str) -> Counts:
    """What cProfile counts of the same code in ``exec``."""
    profiler = cProfile.Profile()
    compiled = compile(textwrap.dedent(code).strip("\n"), "cell.py", "exec")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    profiler.enable()
    exec(compiled, namespace)
    profiler.disable()
    found: Counts = {}
    for (_, _, name), (primitive, calls, *_) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        before = found.get(name, (0, 0))
        found[name] = (before[0] + calls, before[1] + primitive)
    found.pop("<built-in method builtins.exec>", None)
    found.pop("<method 'disable' of '_lsprof.Profiler' objects>", None)
    return found


CELLS = {
    "recursion": "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(12)",
    "mutual": (
        "def a(n):\n    return n and b(n - 1)\ndef b(n):\n    return n and a(n - 1)\nx = a(9)"
    ),
    "methods": (
        "class A:\n    def __init__(self):\n        self.n = 0\n"
        "    def add(self):\n        self.n += len('ab')\n        return self\n"
        "for i in range(7):\n    A().add().add()"
    ),
    "generator": "def g(n):\n    yield from range(n)\ntotal = sum(g(5)) + sum(x * 2 for x in g(3))",
    "lambda": "y = sorted(range(20), key=lambda v: -v)",
    "library": "import textwrap\nz = textwrap.dedent('  a\\n  b')\nw = textwrap.dedent('  c')",
    "deep": (
        "import sys\nsys.setrecursionlimit(5000)\ndef d(n):\n    return n and d(n - 1)\nq = d(900)"
    ),
    "caught": "def f(n):\n    if n % 2:\n        raise ValueError\nfor i in range(6):\n"
    "    try:\n        f(i)\n    except ValueError:\n        pass",
}


@pytest.mark.parametrize("name", CELLS)
def test_counts_are_those_of_cprofile(shell: Shell, name: str) -> None:
    by_hand(CELLS[name])  # Imports and caches are warm for both.
    expected = by_hand(CELLS[name])
    assert counts(profile(shell, CELLS[name])) == expected


def test_times_add_up(shell: Shell) -> None:
    section = calls_of(profile(shell, CELLS["methods"]))
    table, edges = section["functions"], section["edges"]
    top = table["name"].index("<module>")
    assert sum(table["self_time"]) == pytest.approx(table["total_time"][top], rel=1e-3, abs=2e-7)
    for callee, name in enumerate(table["name"]):
        incoming = [i for i, c in enumerate(edges["callee"]) if c == callee]
        if name != "<module>":
            assert sum(edges["calls"][i] for i in incoming) == table["calls"][callee]
            assert sum(edges["self_time"][i] for i in incoming) == pytest.approx(
                table["self_time"][callee], abs=1e-8
            )
    assert all(
        own <= total for own, total in zip(table["self_time"], table["total_time"], strict=True)
    )


SHOWN = "class R:\n    def __repr__(self):\n        return str(sorted([2, 1]))\nR()"


def test_display_of_the_last_value_is_not_in_it(shell: Shell) -> None:
    ran = profile(shell, SHOWN)
    assert set(counts(ran)) == {"<module>", "R", "<built-in method builtins.__build_class__>"}
    assert all("IPython" not in file["path"] for file in ran.document["files"])


def test_traceback_printing_is_not_in_it(shell: Shell) -> None:
    ran = profile(shell, "def f():\n    return 1 / 0\nf()")
    assert counts(ran) == {"<module>": (1, 1), "f": (1, 1)}
    assert ran.document["status"] == "error"
    assert isinstance(ran.error, ZeroDivisionError)


def test_exec_in_a_cell_does_not_call_the_cell(shell: Shell) -> None:
    """IPython runs a cell with ``exec``, which cProfile knows by its name only."""
    ran = profile(shell, "def f():\n    return 1\nexec('y = f()')")
    section = calls_of(ran)
    table, edges = section["functions"], section["edges"]
    (top,) = (i for i, f in enumerate(table["file"]) if f == 0 and table["name"][i] == "<module>")
    assert top not in edges["callee"]
    execs = table["name"].index("<built-in method builtins.exec>")
    assert table["calls"][execs] == 1
    assert table["total_time"][execs] < table["total_time"][top]


def test_every_shown_value_is_skipped_and_counting_goes_on(shell: Shell) -> None:
    shell.ip.ast_node_interactivity = "all"
    ran = profile(shell, "def f():\n    return 1\nfor i in range(3):\n    f()\nf()")
    assert counts(ran) == {"<module>": (1, 1), "f": (4, 4)}


def test_functions_of_other_cells_have_their_place(shell: Shell) -> None:
    shell.run("\ndef old(n):\n    return n", "other")
    document = profile(shell, "def new():\n    return old(1)\nnew()").document
    (table,) = (s["functions"] for s in document["sections"] if s["kind"] == "calls")
    place = {
        name: (document["files"][file].get("cellId"), line)
        for name, file, line in zip(table["name"], table["file"], table["line"], strict=True)
    }
    assert place == {"<module>": ("cell", 1), "new": ("cell", 1), "old": ("other", 2)}
    assert not re.search(r"ipykernel_\d", json.dumps(document))


def test_await(shell: Shell) -> None:
    ran = profile(
        shell,
        """
        import asyncio
        async def work(n):
            await asyncio.sleep(0.001)
            return helper(n)
        def helper(n):
            return n * 2
        await asyncio.gather(work(1), work(2))
        """,
    )
    found = counts(ran)
    assert found["helper"] == (2, 2)
    assert found["work"] == (4, 4), "a coroutine counts once for each time it is resumed"
    assert ran.result.result == [2, 4]
    assert any("resumed" in note for note in ran.notes)
    assert not any("select" in name or "run_code" in name for name in found)


def test_threads_are_said(shell: Shell) -> None:
    ran = profile(shell, "import threading\nt = threading.Thread(target=int)\nt.start(); t.join()")
    assert any("threads" in note for note in ran.notes)


def test_a_profile_function_of_the_person_stays(shell: Shell) -> None:
    mine = lambda *_: None  # noqa: E731
    shell.ns["mine"] = mine
    try:
        ran = profile(shell, "import sys\nsys.setprofile(mine)\n1")
        assert sys.getprofile() is mine
        if sys.version_info < (3, 12):
            assert any("profiler of its own" in note for note in ran.notes)
            again = profile(shell, "len('a')")
            assert any("Another profiler" in note for note in again.notes)
            assert sys.getprofile() is mine
    finally:
        sys.setprofile(None)


def test_a_cprofile_of_the_cell_works(shell: Shell) -> None:
    ran = profile(
        shell,
        """
        import cProfile, pstats
        def f():
            return len("a")
        f()
        own = cProfile.Profile()
        own.runcall(f)
        sorted(name for _, _, name in pstats.Stats(own).stats)
        """,
    )
    assert ran.error is None
    assert {"f", "<built-in method builtins.len>"} <= set(ran.result.result)
    assert counts(ran)["f"] == (1, 1), "what ran before the cell's own"
    assert any("profiler of its own" in note for note in ran.notes)


def test_interrupted(shell: Shell) -> None:
    ran = profile(shell, "def f():\n    raise KeyboardInterrupt\nlen('a')\nf()")
    assert ran.document["status"] == "interrupted"
    assert counts(ran)["f"] == (1, 1)


def test_fallbacks_have_the_functions(shell: Shell) -> None:
    bundle = profile(shell, CELLS["recursion"]).bundle
    assert re.search(r"465/1 .* fib \(In \[1\]:1\)", bundle["text/plain"])
    assert "465/1" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_an_import_stays_small(shell: Shell) -> None:
    ran = profile(
        shell, "import sys\nsys.modules.pop('sympy', None)\nimport json.tool, pydoc, difflib"
    )
    assert len(json.dumps(ran.document)) < 60_000


def test_the_step_to_the_lines_of_a_library_function(shell: Shell) -> None:
    cell = "import textwrap\nx = textwrap.indent('a\\nb', '  ')"
    document = profile(shell, cell).document
    (table,) = (s["functions"] for s in document["sections"] if s["kind"] == "calls")
    at = table["name"].index("indent")
    path = document["files"][table["file"][at]]["path"]
    place = {"path": path, "line": table["line"][at], "name": "indent"}
    gone = {"path": path, "line": 99_999, "name": "gone"}
    ran = shell.profile(cell, places=[place, gone, "x", {"path": 1}])
    (lines,) = (
        s for s in ran.document["sections"] if s["kind"] == "lines" and s.get("name") == "indent"
    )
    assert lines["lines"][0] > place["line"]
    assert ran.document["title"] == "Lines of indent, gone"
    assert f"gone ({path}:99999) is not loaded in this kernel: no lines of it." in ran.notes
    import textwrap

    assert textwrap.indent.__code__.co_firstlineno == place["line"]


# Pure -----------------------------------------------------------------------------------------


def code(name: str, file: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(f"def {name}():\n    pass", file, "exec"), namespace)
    return namespace[name].__code__


def test_what_others_called_is_subtracted() -> None:
    cell, f, loop, lib = (
        code(n, p) for n, p in (("cell", "c"), ("f", "c"), ("loop", "l"), ("lib", "l"))
    )
    graph = graph_of(
        [
            Entry(cell, 1, 0, 1.0, 3.0, [Call(lib, 2, 0, 2.0, 2.0)]),
            Entry(f, 1, 0, 0.5, 0.5, []),
            Entry(loop, 1, 0, 9.0, 20.0, [Call(lib, 5, 0, 6.0, 6.0), Call(f, 1, 0, 0.5, 0.5)]),
            Entry(lib, 8, 0, 9.0, 9.0, []),
        ],
        {id(cell)},
        lambda code: code.co_filename == "c",
        lambda code: False,
    )
    assert {row[2]: row[3:] for row in graph["functions"]} == {
        "<module>": [1, 1, 1.0, 3.0],
        "f": [1, 1, 0.5, 0.5],
        "lib": [2, 2, 2.0, 2.0],
    }
    assert [row[2:] for row in graph["edges"]] == [[2, 2, 2.0, 2.0]]


def test_folding_keeps_sums() -> None:
    count = 500
    functions = [["lib.py", n + 1, f"f{n}", n + 1, 1, n / 1e6, n / 1e5] for n in range(count)]
    functions.append(["cell.py", 1, "<module>", 1, 1, 0.0, 100.0])
    edges = [[count, n, n + 1, 1, n / 1e6, n / 1e5] for n in range(count)]
    rows, kept = fold(functions, edges)
    assert len(rows) == ALWAYS // 2 + 2, "the hottest by both orders, the top level and the rest"
    assert rows[-1][2] == f"({count + 1 - len(rows) + 1} other functions)"
    assert sum(row[3] for row in rows) == sum(row[3] for row in functions)
    assert sum(row[5] for row in rows) == pytest.approx(sum(row[5] for row in functions))
    assert sum(edge[2] for edge in kept) == sum(edge[2] for edge in edges)


def test_a_small_graph_is_not_folded() -> None:
    functions = [["~", 0, f"<b{n}>", 1, 1, 0.0, 0.0] for n in range(10)]
    assert fold(functions, []) == (functions, [])


def test_no_code_ran() -> None:
    assert calls_section({"functions": [], "edges": []}, Target())["functions"]["name"] == []
