"""The kernel's end of the tests: looks at a shell and resets it, from inside.

Imported in the kernel that is tested, before the product is, so nothing of the product is
imported here.
"""

from __future__ import annotations

import asyncio
import builtins
import dis
import json
import logging
import os
import re
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import psutil
from IPython.core.getipython import get_ipython

PACKAGE = "jupyterlab_cell_profiler"
PREFIX = "cell-profiler-"
EVENTS = ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell")
SETTINGS = ("ast_node_interactivity", "custom_exceptions", "call_pdb", "cache_size")
THREAD_NUMBER = re.compile(r"-\d+")
SIGNALS = ("SIGALRM", "SIGUSR1")


class Json(str):
    """JSON whose ``repr`` is itself, for user expressions."""

    def __repr__(self) -> str:
        return str(self)


def as_json(value: Any) -> Json:
    return Json(json.dumps(value))


# What the kernel was like ------------------------------------------------------------

_kept: dict[str, Any] = {}


def keep() -> Json:
    """Remember the state to which :func:`reset` goes back."""
    shell = get_ipython()
    _kept.update(
        shell={name: getattr(shell, name) for name in SETTINGS},
        attributes=set(vars(shell)),
        events={name: list(shell.events.callbacks[name]) for name in EVENTS},
        transformers=list(shell.input_transformers_cleanup),
        extensions=set(shell.extension_manager.loaded),
        streams=(sys.stdout, sys.stderr),
        environment=dict(os.environ),
        directory=os.getcwd(),
        filters=list(warnings.filters),
        builtins=dict(vars(builtins)),
        recursion=sys.getrecursionlimit(),
        signals={n: signal.getsignal(getattr(signal, n)) for n in SIGNALS if hasattr(signal, n)},
        handlers=list(logging.getLogger().handlers),
        level=logging.getLogger().level,
        compiler=type(shell.compile),
        tools=_monitoring_tools(),
        float_format=shell.display_formatter.formatters["text/plain"].float_format,
    )
    return as_json(True)


def reset() -> Json:
    """Bring the shell back to where :func:`keep` was called, whatever a cell did."""
    shell = get_ipython()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    sys.setprofile(None)
    for name, value in _kept["builtins"].items():
        setattr(builtins, name, value)
    for name in set(vars(builtins)) - set(_kept["builtins"]):
        delattr(builtins, name)
    sys.stdout, sys.stderr = _kept["streams"]
    os.chdir(_kept["directory"])
    for name in set(os.environ) - set(_kept["environment"]):
        del os.environ[name]
    os.environ.update(_kept["environment"])
    warnings.filters[:] = _kept["filters"]  # type: ignore[index]
    warnings._filters_mutated()  # type: ignore[attr-defined]
    sys.setrecursionlimit(_kept["recursion"])
    for name, handler in _kept["signals"].items():
        signal.signal(getattr(signal, name), handler)
    logging.getLogger().handlers[:] = _kept["handlers"]
    logging.getLogger().setLevel(_kept["level"])
    for name, value in _kept["shell"].items():
        setattr(shell, name, value)
    for name, callbacks in _kept["events"].items():
        shell.events.callbacks[name][:] = callbacks
    for name in set(vars(shell)) - _kept["attributes"]:
        delattr(shell, name)
    shell.extension_manager.loaded.intersection_update(_kept["extensions"])
    shell.display_formatter.formatters["text/plain"].float_format = _kept["float_format"]
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    for task in _tasks_of_user():
        task.cancel()
    for folder in (Path(_kept["directory"]), Path(tempfile.gettempdir())):
        for path in _files(folder):
            path.unlink()
    shell.reset(new_session=True, aggressive=False)
    history = shell.history_manager
    history._i00 = history._i = history._ii = history._iii = ""
    return as_json(True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _tasks_of_user() -> list[Any]:
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:
        return []
    return [
        task
        for task in tasks
        if getattr(task.get_coro(), "cr_code", None) is not None
        and "ipykernel_" in task.get_coro().cr_code.co_filename  # type: ignore[union-attr]
    ]


# What a cell left that a person sees ---------------------------------------------------


def state() -> Json:
    """What a person can see of the shell between two cells."""
    shell = get_ipython()
    namespace = shell.user_ns
    cleanup = [path.name for path in _files(Path(tempfile.gettempdir()))]
    return as_json(
        {
            "Out": {str(k): _shown(v) for k, v in namespace["_oh"].items()},
            "last values": [_shown(namespace.get(name)) for name in ("_", "__", "___")],
            "In": list(namespace["_ih"]),
            "raw inputs": [namespace.get(name) for name in ("_i", "_ii", "_iii")],
            "execution count": shell.execution_count,
            "names": {name: type(value).__name__ for name, value in namespace.items()},
            "functions": {
                name: _described(value.__code__)
                for name, value in namespace.items()
                if type(value) is FunctionType
            },
            "last error": type(getattr(sys, "last_value", None)).__name__,
            "exit code": namespace.get("_exit_code"),
            "environment": sorted(set(os.environ) ^ set(_kept["environment"])),
            "directory": os.path.relpath(os.getcwd(), _kept["directory"]),
            "tracers": [
                sys.gettrace() is None,
                threading.gettrace() is None if hasattr(threading, "gettrace") else True,
                sys.getprofile() is None,
            ],
            "streams": [type(sys.stdout).__name__, type(sys.stderr).__name__],
            "files": [path.name for path in _files(Path(_kept["directory"]))],
            "temporary files": cleanup,
            "warning filters": len(warnings.filters),
            "builtins": sorted(set(vars(builtins)) ^ set(_kept["builtins"])),
            "shell": sorted(set(vars(shell)) ^ _kept["attributes"]),
            "threads": sorted(
                THREAD_NUMBER.sub("", thread.name)
                for thread in threading.enumerate()
                # The transport starts one for its first large message, whatever is in it.
                if type(thread).__module__ != "zmq.utils.garbage"
            ),
            "children": sorted(child.name() for child in psutil.Process().children()),
            "recursion limit": sys.getrecursionlimit(),
        }
    )


def _shown(value: Any) -> list[str]:
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(error).__name__}>"
    return [type(value).__name__, text[:2000]]


def _described(code: CodeType) -> list[Any]:
    """A code object as a person may read it; the bytecode itself is no less public."""
    return [
        code.co_name,
        code.co_firstlineno,
        code.co_code.hex(),
        list(code.co_varnames),
        [_described(c) for c in code.co_consts if isinstance(c, CodeType)],
    ]


# What the product left -------------------------------------------------------------------


def residue() -> Json:
    """Sentences about everything of ours that is still in the shell after a cell."""
    return as_json(list(_residue()))


def _residue() -> Iterator[str]:
    shell = get_ipython()
    publisher = shell.display_pub
    owners = {
        "the shell": shell,
        "the display hook": shell.displayhook,
        "the display publisher": publisher,
        "the session": getattr(publisher, "session", None),
        "the compiler": shell.compile,
        "sys": sys,
        "threading": threading,
        "builtins": builtins,
    }
    for what, owner in owners.items():
        if owner is None:
            continue
        for name, value in list(vars(owner).items()):
            if _is_ours(value) and not (owner is sys and name in ("modules", "path")):
                yield f"{what} has {name} of ours"
        if what != "the compiler" and _module(type(owner)).startswith(PACKAGE):
            yield f"{what} has a class of ours"
    if _kept and type(shell.compile) is not _kept["compiler"]:
        yield "the compiler has another class"
    for hook in getattr(publisher, "_hooks", []):
        if _is_ours(hook):
            yield "the display publisher has a hook of ours"
    for name, function in (
        ("sys.settrace", sys.gettrace()),
        ("threading.settrace", getattr(threading, "_trace_hook", None)),
        ("sys.setprofile", sys.getprofile()),
        ("threading.setprofile", getattr(threading, "_profile_hook", None)),
        ("sys.displayhook", sys.displayhook),
        ("sys.excepthook", sys.excepthook),
    ):
        if function is not None and _is_ours(function):
            yield f"{name} has a function of ours"
    for name in EVENTS:
        ours = [c for c in shell.events.callbacks[name] if _is_ours(c)]
        allowed = _kept.get("events", {}).get(name, [])
        for callback in ours:
            if callback not in allowed:
                yield f"{name} has a callback of ours that was not there"
    for transformer in shell.input_transformers_cleanup:
        if _is_ours(transformer) and transformer not in _kept.get("transformers", []):
            yield "an input transformer of ours was not there"
    if hasattr(builtins, "profile"):
        yield "builtins has profile"
    if _kept and _monitoring_tools() != _kept["tools"]:
        yield f"sys.monitoring has {_monitoring_tools()}"
    yield from _active_line_profilers()
    if "LINE_PROFILER_CORE" in os.environ and "LINE_PROFILER_CORE" not in _kept["environment"]:
        yield "LINE_PROFILER_CORE is in the environment"
    if _is_told_of_signals():
        yield "a pipe of ours is told of signals"
    for name, function in _functions(shell.user_ns):
        if _is_padded(function.__code__):
            yield f"the code of {name} is line_profiler's"


def _module(value: Any) -> str:
    return str(getattr(value, "__module__", None) or "")


def _is_ours(value: Any) -> bool:
    value = getattr(value, "__func__", value)
    module = _module(value) if isinstance(value, type | FunctionType) else _module(type(value))
    return module.startswith((PACKAGE, "line_profiler")) and not module.startswith(
        f"{PACKAGE}.tests"
    )


def _is_told_of_signals() -> bool:
    found = signal.set_wakeup_fd(-1)
    if found == -1:
        return False
    signal.set_wakeup_fd(found)
    return PREFIX in os.path.realpath(f"/proc/self/fd/{found}")


def _monitoring_tools() -> list[str | None]:
    monitoring = getattr(sys, "monitoring", None)
    return [monitoring.get_tool(i) for i in range(6)] if monitoring else []


def _active_line_profilers() -> Iterator[str]:
    core = sys.modules.get("line_profiler._line_profiler")
    managers = getattr(getattr(core, "LineProfiler", None), "_managers", {})
    for manager in list(managers.values()):
        if getattr(manager, "active_instances", None):
            yield "a LineProfiler is enabled"


def _functions(namespace: dict[str, Any]) -> Iterator[tuple[str, FunctionType]]:
    for name, value in list(namespace.items()):
        if type(value) is FunctionType:
            yield name, value
        elif isinstance(value, type) and _module(value) == "__main__":
            for key, member in list(vars(value).items()):
                function = getattr(member, "__func__", member)
                if type(function) is FunctionType:
                    yield f"{name}.{key}", function


def _is_padded(code: CodeType) -> bool:
    """Whether line_profiler made this code object: it appends NOPs to tell code apart."""
    if code.co_code[-2] == dis.opmap["NOP"]:
        return True
    return any(_is_padded(c) for c in code.co_consts if isinstance(c, CodeType))
