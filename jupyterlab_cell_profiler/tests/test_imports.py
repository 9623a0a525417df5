"""Who may import whom (docs/architecture.md), read from the sources; and what a plain import
of the package costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyterlab_cell_profiler

ROOT = Path(jupyterlab_cell_profiler.__file__).parent
FOLDERS = (
    "",
    "profilers/",
    "sampling/",
    "children/",
    "scripts/",
    "history/",
    "headless/",
    "opening/",
    "processes/",
)
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in FOLDERS
    for path in ROOT.glob(f"{folder}*.py")
    if path.name != "_version.py"
}
PROFILERS = (
    "overview",
    "functions",
    "lines",
    "stacks",
    "memory",
    "memory_lines",
    "objects",
    "counters",
    "scalene",
)
"""One module each; modules whose names begin with a profiler's singular are its parts."""
COMBINED = {
    "overview": ("stack", "memory", "counter"),
    "memory_lines": ("stack", "memory"),
    "counters": ("memory",),
    "scalene": ("stack",),
}
"""Whose parts a profiler may use that does in one run what others do, too, or draws the same:
stacks of bytes are merged as stacks of samples, and the peak is a counter of the kernel's."""

PURE = {"document", "figures", "_info", "blocks", "namespace", "clock"}
SAMPLING = {"sampling"} | {
    f"sampling.{path.stem}" for path in ROOT.glob("sampling/*.py") if path.stem != "__init__"
}
"""The helper process; it knows nothing of profilers and documents."""
CHILDREN = {"children", "children.keeper", "children.following"}
"""Programs in processes of their own; they know nothing of profilers and documents."""
SCRIPTS = {"scripts"} | {
    f"scripts.{path.stem}" for path in ROOT.glob("scripts/*.py") if path.stem != "__init__"
}
"""Scripts under profilers: they know the parts of those that look from outside."""
HISTORY = {"history"} | {
    f"history.{path.stem}" for path in ROOT.glob("history/*.py") if path.stem != "__init__"
}
"""The server extension; it knows documents and nothing of how they are made."""
OPENING = {"opening"} | {
    f"opening.{path.stem}" for path in ROOT.glob("opening/*.py") if path.stem != "__init__"
}
"""Other tools' files: they become documents by the profilers' pure parts, and are checked as the
history checks documents."""
OPENING_USES = ("checks", "incoming", "errors")
PROCESSES = {"processes"} | {
    f"processes.{path.stem}" for path in ROOT.glob("processes/*.py") if path.stem != "__init__"
}
"""Looking into what already runs; only its handlers know the server."""
LOOK_HERE = {"whereabouts", "magic_processes"}
"""The kernel's side of that."""
RECORDING = {"processes.recording", "processes.seen"}
HANDLERS = {"opening.handlers", "processes.handlers", "processes.look_handlers"}
SERVER = {"jupyter_core", "jupyter_server", "tornado", "traitlets"}
"""What there is where a server runs, and need not be where a kernel does."""

# A module may import those of its own layer that stand before it, and all layers above.
LAYERS = [
    PURE,
    {"profilers", "profilers.base", "trim", "digest", "digest_lines"},
    {
        "text",
        "html",
        "arguments",
        "completions",
        "drop_in_arguments",
        "process_arguments",
        "reports",
        "cells",
    },
    {
        "session",
        "requests",
        "call_reports",
        "memit_reports",
        "memory_reports",
        "object_reports",
        "drop_ins",
        "apart_cells",
    },
    {"hooks", "sends", "outputs", "flood", "live", "records"},
    {"apart"},
    {"kernel", "first_line"},
    {"awaiting", "still_busy", "whereabouts"},
    SCRIPTS,
    {"magic_statements", "magic_scripts", "magic_processes"},
    {"magic_drop_ins"},
    {"magic"},
    {"headless", "headless.report"},
    {"headless.budgets", "headless.page", "headless.notebook"},
    OPENING,
    {"headless.script", "headless.foreign"},
    {"headless.cli"},
    {"__main__"},
]
MAGICS = {"magic", "magic_drop_ins", "magic_processes", "magic_scripts", "magic_statements"}
NO_IPYTHON = set(MODULES) - {"kernel"} - MAGICS


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """``(module, whether at the top level)`` for each import; ours without the package."""
    package = list(path.relative_to(ROOT).parts[:-1])
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, top
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                yield node.module or "", top
                continue
            base = package[: len(package) - (node.level - 1)]
            stem = [*base, *(node.module.split(".") if node.module else [])]
            for alias in node.names:
                whole = ".".join([*stem, alias.name])
                known = whole in MODULES or f"{whole}.__init__" in MODULES
                yield "./" + (whole if known else ".".join(stem)), top


def ours(path: Path) -> set[str]:
    found = {name[2:] or "__init__" for name, _ in imports(path) if name.startswith("./")}
    return found - {"_version"}


def foreign(path: Path) -> set[tuple[str, bool]]:
    return {(name.split(".")[0], top) for name, top in imports(path) if not name.startswith("./")}


def name_of(module: str) -> str:
    return module.removesuffix(".__init__")


def is_part_of(module: str, profiler: str) -> bool:
    stem = module.removeprefix("profilers.")
    name = profiler.removesuffix("s")
    if stem.startswith("memory_line") and profiler != "memory_lines":
        return False  # The longer name has it.
    return module.startswith("profilers.") and (stem == profiler or stem.startswith(f"{name}_"))


def test_the_list_of_profilers_is_right() -> None:
    from jupyterlab_cell_profiler import profilers

    assert profilers.NAMES == PROFILERS


def test_every_module_has_a_place() -> None:
    placed = {name for layer in LAYERS for name in layer} | {"__init__"} | SAMPLING | HISTORY
    placed |= CHILDREN | PROCESSES
    for module in map(name_of, MODULES):
        assert module in placed or any(is_part_of(module, p) for p in PROFILERS), module


@pytest.mark.parametrize("module", MODULES)
def test_layers(module: str) -> None:
    name = name_of(module)
    if name == "__init__":
        return
    if any(is_part_of(name, p) for p in PROFILERS):
        allowed = (
            PURE
            | {"profilers.base"}
            | {
                f"sampling.{name}"
                for name in (
                    "spy",
                    "sampler",
                    "series",
                    "starting",
                    "runs",
                    "mappings",
                    "registers",
                )
            }
            | (CHILDREN if "scalene" in name else set())
        )
        allowed |= {name_of(m) for m in MODULES for p in PROFILERS if is_part_of(name_of(m), p)}
    elif name in SAMPLING:
        allowed = SAMPLING
    elif name in CHILDREN:
        allowed = CHILDREN
    elif name in HISTORY:
        allowed = HISTORY | {"document"}
        if name == "history.app":
            allowed |= HANDLERS | {"processes.listing", "processes.looks"}
    elif name in PROCESSES:
        allowed = PROCESSES | SAMPLING | {"document"}
        if name in HANDLERS:
            allowed |= {"history.base"}
        elif name in RECORDING:
            # What a sampler saw of a process is told as the profilers of cells tell it.
            allowed |= PURE | {"trim", "session", "profilers", "profilers.base"}
            allowed |= {"profilers.stacks", "profilers.stack_recording"}
    elif name in OPENING:
        # Scalene's files are what its profiler reads after a run.
        allowed = OPENING | PURE | {"profilers.scalene"}
        allowed |= {"trim", "profilers.base", "sampling.series", "sampling.starting"}
        allowed |= {f"history.{part}" for part in OPENING_USES}
        parts = ("function_", "line_", "stack_", "memory_line_")
        allowed |= {m for m in MODULES if m.startswith(tuple(f"profilers.{p}" for p in parts))}
    else:
        level = next(i for i, layer in enumerate(LAYERS) if name in layer)
        allowed = {other for layer in LAYERS[: level + 1] for other in layer}
        if name == "records":
            # The mark of the kernel's memory is read as `memory` does, without its helper.
            allowed |= {"profilers.memory_peak", "profilers.memory_sections"}
        if name in LOOK_HERE:
            allowed |= PROCESSES | {"sampling.spy"}
        if name in SCRIPTS:
            # What looks from outside is told as the profilers of cells tell it.
            allowed |= CHILDREN | SCRIPTS | {"sampling.spy", "sampling.sampler"}
            allowed |= {name_of(m) for m in MODULES if m.startswith("profilers.")}
    assert ours(MODULES[module]) - {name} <= allowed


def test_document_imports_none_of_us() -> None:
    assert ours(MODULES["document"]) == set()


@pytest.mark.parametrize("module", ["trim", "digest", "text", "html"])
def test_what_reads_documents_knows_nothing_else(module: str) -> None:
    assert ours(MODULES[module]) <= {"document", "digest", "digest_lines", "figures"}


def test_session_knows_no_display() -> None:
    assert not ours(MODULES["session"]) & {"text", "html", "kernel", "magic", "hooks", "outputs"}


def test_kernel_does_not_know_the_magics() -> None:
    for module in set(map(name_of, MODULES)) - {"magic", "__init__"}:
        path = MODULES.get(module) or MODULES[f"{module}.__init__"]
        assert "magic" not in ours(path), module


def test_no_cycles() -> None:
    edges = {
        name_of(module): {
            name.removeprefix("./") for name, top in imports(path) if top and name.startswith("./")
        }
        for module, path in MODULES.items()
        if module != "__init__"
    }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join([*above, name])
        if name not in done:
            for other in edges.get(name, ()):
                if other != name:
                    visit(other, (*above, name))
            done.add(name)

    for module in edges:
        visit(module, ())


@pytest.mark.parametrize("module", sorted(NO_IPYTHON))
def test_only_kernel_and_magic_import_ipython(module: str) -> None:
    for name, top in foreign(MODULES[module]):
        if module == "__init__":
            assert name not in ("IPython", "ipykernel") or not top
        else:
            assert name not in ("IPython", "ipykernel"), module


@pytest.mark.parametrize("module", MODULES)
def test_only_the_history_knows_the_server(module: str) -> None:
    if name_of(module) not in HISTORY:
        if module not in HANDLERS:
            assert not {name for name, _ in foreign(MODULES[module])} & SERVER
        known = (
            {f"history.{part}" for part in OPENING_USES} if name_of(module) in OPENING else set()
        )
        known |= {"history.base"} if module in HANDLERS & PROCESSES else set()
        # The package's own file leads to it when a server asks.
        assert not ours(MODULES[module]) & HISTORY - known or module == "__init__"


def test_most_of_the_history_needs_no_server() -> None:
    allowed = {"history.app", "history.base", "history.handlers"} | HANDLERS
    found = {m for m in MODULES if {name for name, _ in foreign(MODULES[m])} & SERVER}
    assert found == allowed


@pytest.mark.parametrize("module", MODULES)
def test_tools_are_imported_inside_functions(module: str) -> None:
    tools = {"line_profiler", "psutil", "memray", "memory_profiler", "scalene"}
    tools |= {"pyinstrument", "pympler", "pynvml", "nbclient", "nbformat"}
    for name, top in foreign(MODULES[module]):
        assert name not in tools or not top


@pytest.mark.parametrize("module", MODULES)
def test_only_the_standard_library_and_dependencies(module: str) -> None:
    allowed = {*sys.stdlib_module_names, "__future__", "IPython", "line_profiler", "psutil"}
    allowed |= {"memray", "memory_profiler", "pyinstrument", "pynvml"}
    if module == "headless.notebook":
        allowed |= {"nbclient", "nbformat"}
    allowed |= SERVER if name_of(module) in HISTORY or module in HANDLERS else set()
    if module == "scripts.runner":
        allowed |= {"jupyterlab_cell_profiler"}  # Run as a file, it has no package.
    assert {name for name, _ in foreign(MODULES[module])} <= allowed


def may_use(profiler: str, other: str) -> bool:
    """Parts, never the profiler itself."""
    names = tuple(f"profilers.{name}_" for name in COMBINED.get(profiler, ()))
    return other.startswith(names) if names else False


def test_a_profiler_does_not_import_another() -> None:
    for profiler in PROFILERS:
        for module in MODULES:
            if is_part_of(name_of(module), profiler):
                others = {
                    other
                    for other in ours(MODULES[module])
                    for p in PROFILERS
                    if p != profiler and is_part_of(other, p) and not may_use(profiler, other)
                }
                assert others == set()


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        cwd=ROOT.parent,
        check=True,
    )
    return set(done.stdout.split())


def test_import_of_the_package_pulls_in_nothing() -> None:
    loaded = modules_after("import jupyterlab_cell_profiler")
    assert not {"IPython", "line_profiler", "ipykernel", "jupyterlab", *SERVER} & loaded
    assert {m for m in loaded if m.startswith("jupyterlab_cell_profiler.")} <= {
        "jupyterlab_cell_profiler._info",
        "jupyterlab_cell_profiler._version",
    }


def test_reading_documents_pulls_in_no_tool() -> None:
    loaded = modules_after("from jupyterlab_cell_profiler import text, html, trim, session")
    assert not {"IPython", "line_profiler", "pyinstrument", "ipykernel"} & loaded


def test_the_history_pulls_in_no_kernel_and_no_tool() -> None:
    loaded = modules_after(
        "import jupyterlab_cell_profiler as p\np._jupyter_server_extension_points()"
    )
    assert "jupyterlab_cell_profiler.history.app" in loaded
    assert not {"IPython", "ipykernel", "psutil", "line_profiler", "memray"} & loaded
    ours = {m for m in loaded if m.startswith("jupyterlab_cell_profiler.")}
    # What reads files of other tools is loaded in the process that does.
    light = ("", ".handlers", ".apart", ".check", ".errors", ".limits", ".sources", ".values")
    others = {m for m in ours if not {"history", "processes", "sampling"} & set(m.split("."))}
    assert not others - {
        f"jupyterlab_cell_profiler.{name}"
        for name in ("_info", "_version", "document", "trim", *(f"opening{one}" for one in light))
    }


def test_attach_pulls_in_no_tool() -> None:
    code = (
        "from jupyterlab_cell_profiler.tests.inprocess import new_shell\n"
        "import jupyterlab_cell_profiler as p\n"
        "with new_shell() as shell:\n"
        "    p.attach()\n"
        "    shell.run('x = 1')"
    )
    assert not {"line_profiler", "pyinstrument"} & modules_after(code)
