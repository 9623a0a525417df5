"""A shell inside the test's own process, where a cell runs in milliseconds.

``tests/live.py`` drives real kernels over the protocol; what is tested here needs none.
"""

from __future__ import annotations

import ast
import atexit
import ctypes
import gc
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import IPython
from ipykernel.compiler import XCachingCompiler
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from jupyterlab_cell_profiler.document import MIME_TYPE
from jupyterlab_cell_profiler.kernel import CellProfiler, Request, attached, detach
from jupyterlab_cell_profiler.profilers import OptionError, Target, stacks

# By function name (None: the top level), then by line number.
Hits = dict[str | None, dict[int, int]]


@dataclass
class Ran:
    """What one cell did."""

    result: Any
    outputs: list[dict[str, Any]]
    """MIME bundles that were published while it ran."""

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [data[MIME_TYPE] for data in self.outputs if MIME_TYPE in data]

    @property
    def document(self) -> dict[str, Any]:
        """The one document that was published."""
        assert len(self.documents) == 1, f"{len(self.documents)} documents"
        return self.documents[0]

    @property
    def bundle(self) -> dict[str, Any]:
        """The one MIME bundle with a document."""
        (bundle,) = (data for data in self.outputs if MIME_TYPE in data)
        return bundle

    @property
    def notes(self) -> list[str]:
        return [note for run in self.document["profilers"] for note in run["notes"]]

    @property
    def error(self) -> BaseException | None:
        return self.result.error_before_exec or self.result.error_in_exec


class Shell:
    """An IPython shell with Cell Profiler attached."""

    def __init__(self, ip: InteractiveShell) -> None:
        self.ip = ip
        self.ns: dict[str, Any] = ip.user_ns
        self.tracebacks: list[str] = []
        ip.display_pub = CapturingDisplayPublisher(shell=ip)
        # What a person would see of an error; nothing of it belongs in pytest's output.
        ip._showtraceback = lambda kind, value, lines: self.tracebacks.append("\n".join(lines))

    @property
    def profiler(self) -> CellProfiler:
        return attached(self.ip)

    def run(self, code: str, cell_id: str | None = None, **how: Any) -> Ran:
        """Run a cell plainly (or as its first line says)."""
        publisher = self.ip.display_pub
        before = len(publisher.outputs)
        result = self.ip.run_cell(code, **{"store_history": True, "cell_id": cell_id, **how})
        return Ran(result, [output["data"] for output in publisher.outputs[before:]])

    def profile(self, code: str, cell_id: str = "cell", **options: Any) -> Ran:
        """Run a cell under ``lines``, as the button does it."""
        reason = self.profiler.arm(cell_id, Request(["lines"], {"lines": options}))
        assert reason is None, reason
        return self.run(code, cell_id)

    def load(self) -> None:
        """``%load_ext jupyterlab_cell_profiler``."""
        self.ip.extension_manager.load_extension("jupyterlab_cell_profiler")


@contextmanager
def new_shell() -> Iterator[Shell]:
    """A fresh shell; everything that it put into the process is taken out again."""
    main, displayhook = sys.modules["__main__"], sys.displayhook
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor" if IPython.version_info >= (9,) else "NoColor"
    ip = InteractiveShell.instance(config=config)
    # Cells get the file names that they have in a notebook.
    ip.compile = XCachingCompiler()
    try:
        shell = Shell(ip)
        attached(ip)
        yield shell
    finally:
        detach(ip)
        InteractiveShell.clear_instance()
        # At the end of the process each shell would empty itself and collect garbage, among all
        # that the others keep: hundreds of them took ten minutes.
        atexit.unregister(ip.atexit_operations)
        sys.modules["__main__"], sys.displayhook = main, displayhook


def give_memory_back() -> None:
    """Let the C library give back what it keeps of freed memory (malloc_trim(3)): what a cell
    takes is new to the process then, whatever tests before it left."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def py_spy_refusal() -> str | None:
    """Why py-spy cannot look into this process, in the words of the profiler; None when it
    can."""
    reason = stacks.unavailable()
    if reason is not None:
        return reason
    try:
        with stacks.capture(Target(), {}) as recording:
            return None if recording.used == ("py-spy",) else recording.notes[0]
    except OptionError as error:
        return str(error)


def blocks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The ``lines`` sections."""
    return [section for section in document["sections"] if section["kind"] == "lines"]


def block(document: dict[str, Any], name: str | None) -> dict[str, Any]:
    """The one ``lines`` section of that name."""
    found = [section for section in blocks(document) if section.get("name") == name]
    assert len(found) == 1, (
        f"{len(found)} sections {name}: {[b.get('name') for b in blocks(document)]}"
    )
    return found[0]


def values(section: dict[str, Any], column: str) -> dict[int, Any]:
    """A column of a section by line number."""
    (found,) = (c["values"] for c in section["columns"] if c["name"] == column)
    return dict(zip(section["lines"], found, strict=True))


def hits(document: dict[str, Any]) -> Hits:
    """Hits of every block; blocks of one name are taken together, as long as they are
    different functions (a property's getter and setter)."""
    result: Hits = {}
    for section in blocks(document):
        name = section.get("name")
        found = values(section, "hits")
        known = result.setdefault(name, {})
        assert not set(known) & set(found), f"two blocks {name} share lines"
        known.update(found)
    return result


COUNT = re.compile(r"(?:([\w.<>]+):)?(\d+|\*)(?= |$)")


def assert_hits(document: dict[str, Any], source: str) -> None:
    """Check hits against the comments at the ends of the lines of a cell.

    ``# 3``: 3 hits in the function whose body the line belongs to (or at the top level);
    ``# 1 f:3``: besides, 3 hits in function ``f``, for a function on one line; ``# *``:
    run, but Pythons differ in how often. A line without a number was not run.
    """
    found = hits(document)
    owner: dict[int, str | None] = {}
    _owners(ast.parse(source), "", owner)
    expected: Hits = {}
    for number, line in enumerate(source.split("\n"), start=1):
        _, mark, comment = line.rpartition("  # ")
        for named, count in COUNT.findall(comment) if mark else ():
            name = named or owner.get(number)
            if count == "*":
                at_least = found.get(name, {}).get(number, 0)
                assert at_least >= 1, f"line {number} of {name} was not counted"
                expected.setdefault(name, {})[number] = at_least
            elif int(count):
                expected.setdefault(name, {})[number] = int(count)
    assert found == expected


def _owners(node: ast.AST, prefix: str, owner: dict[int, str | None]) -> None:
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            body = child.body[0]
            first = min([body.lineno, *(d.lineno for d in getattr(body, "decorator_list", []))])
            if first > child.lineno:
                for number in range(first, (child.end_lineno or first) + 1):
                    owner[number] = prefix + child.name
            inner = f"{prefix}{child.name}.<locals>."
        elif isinstance(child, ast.ClassDef):
            inner = f"{prefix}{child.name}."
        _owners(child, inner, owner)
