"""Cell Profiler: see where time and memory go, in the notebook where you work.

``%load_ext jupyterlab_cell_profiler`` brings the magics. The front end uses
:func:`attach` and :func:`arm`, which answer in JSON.
"""

from __future__ import annotations

from typing import Any

from ._info import DISTRIBUTION, __version__

__all__ = [
    "__version__",
    "arm",
    "attach",
    "load_ipython_extension",
    "profile_script",
    "record",
    "unload_ipython_extension",
    "where",
]


class _Json(str):
    """JSON that is displayed as it is: the reply to a user expression is its ``repr``."""

    def __repr__(self) -> str:
        return str(self)


def attach(cells: str = "[]") -> _Json:
    """Get a kernel ready, once; tells what it can do.

    Parameters
    ----------
    cells : JSON, ``[[id, source], …]`` of the notebook's code cells, so that functions
        from cells that ran already are found in their cells.

    Returns
    -------
    JSON, ``{"version", "python", "executable", "profilers": {name: reason or null}}``.

    Raises
    ------
    RuntimeError
        Outside of IPython.
    """
    import json
    import platform
    import sys

    from . import profilers
    from .kernel import attached

    profiler = attached(_shell())
    known = json.loads(cells)
    profiler.cells.introduce([(str(id), str(source)) for id, source in known])
    return _Json(
        json.dumps(
            {
                "version": __version__,
                "python": platform.python_version(),
                "executable": sys.executable,
                "profilers": {n: profilers.get(n).unavailable() for n in profilers.NAMES},
            }
        )
    )


def arm(request: str) -> _Json:
    """Profile the next cell that runs, if it is the one that the request names.

    Parameters
    ----------
    request : JSON, ``{"cellId", "profilers", "options"?, "path"?}``

    Returns
    -------
    JSON, ``{"armed": true}`` or ``{"armed": false, "reason": "…"}``.
    """
    import json

    from .kernel import attached
    from .requests import request_of

    value = json.loads(request)
    parsed = request_of(value)
    if parsed is None:
        reason: str | None = "The request names no profilers."
    else:
        reason = attached(_shell()).arm(str(value.get("cellId")), parsed)
    return _Json(
        json.dumps({"armed": True} if reason is None else {"armed": False, "reason": reason})
    )


def record(request: str) -> _Json:
    """Leave a light record of each run that is not profiled, or do so no more.

    Parameters
    ----------
    request : JSON, ``{"on": true or false, "path"?: of the notebook}``

    Returns
    -------
    JSON, ``{"recording": true or false}``.
    """
    import json

    from .kernel import attached
    from .records import Recorder

    value = json.loads(request)
    path = value.get("path")
    profiler = attached(_shell())
    if value.get("on") is True:
        profiler.recorder = Recorder(profiler.shell, path if isinstance(path, str) else None)
    else:
        profiler.recorder = None
    return _Json(json.dumps({"recording": profiler.recorder is not None}))


def profile_script(request: str) -> None:
    """Run a script under profilers, in a process of its own; shows its output and profile.

    Parameters
    ----------
    request : JSON, ``{"path", "serverPath"?, "arguments"? or "argumentLine"?, "directory"?,
        "profilers"?, "options"?, "stdin"?}``; docs/scripts.md says what each means.

    Raises
    ------
    IPython.core.error.UsageError
        When it cannot be run at all, with a sentence.
    """
    from .magic_scripts import profile_script

    profile_script(_shell(), request)


def where(request: str = "{}") -> _Json:
    """Where this kernel is now; for a subshell, while a cell runs in the main thread.

    Parameters
    ----------
    request : JSON, ``{"native"?, "locals"?, "subprocesses"?: true or false, "cells"?:
        [[id, source], …]}``

    Returns
    -------
    JSON, a dump as docs/processes.md has it, or ``{"problem": a sentence, "status": as HTTP
    has them}``.
    """
    import json

    from .awaiting import loop_of
    from .kernel import attached
    from .still_busy import say_again
    from .whereabouts import answer

    shell = _shell()
    said = _Json(json.dumps(answer(request, attached(shell).cells, loop_of(shell))))
    say_again(shell)
    return said


def detach() -> None:
    """Take the hooks out of this kernel again."""
    from .kernel import detach

    detach(_shell())


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("Cell Profiler works inside IPython, for example in a notebook.")
    return shell


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext jupyterlab_cell_profiler``."""
    from .magic import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """``%unload_ext jupyterlab_cell_profiler``."""
    from .magic import unload

    unload(ipython)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": DISTRIBUTION}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    # Only a server asks, and only a server has what this imports.
    from .history.app import CellProfilerApp

    return [{"module": "jupyterlab_cell_profiler", "app": CellProfilerApp}]
