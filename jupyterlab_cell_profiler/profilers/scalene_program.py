"""The program that Scalene is given: it runs a script, or cells, as they would run plainly.

Run as a file by Scalene's own main, in the user's environment and directory: it imports
nothing of ours, and is never imported. What it is to do stands in a file (``plan``), how it
went it writes into another (``outcome``):
``{"status": "ok" | "error" | "interrupted", "stage": "setup" | "code", "index", "error":
{"name", "value"}, "traceback", "wall", "user", "sys"}``.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import importlib
import inspect
import io
import json
import os
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Iterator
from typing import Any

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
NOTHING = object()


class Program:
    """What runs, in a module of its own that is ``__main__``."""

    def __init__(self, plan: dict[str, Any], here: str) -> None:
        self.plan = plan
        self.here = here
        self.labels = {cell["file"]: cell["label"] for cell in plan.get("cells", [])}
        self.outcome: dict[str, Any] = {"status": "ok", "stage": "setup", "index": 0}
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        self.names["__builtins__"] = builtins
        self.foreign = (here, os.path.join(os.path.dirname(of_scalene().__file__), ""))
        self.loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> int:
        """Run it; gives the exit status."""
        sys.modules["__main__"] = self.module
        # The temporary folder was another one only for what Scalene puts there.
        os.environ.pop("TMPDIR", None)
        if self.plan["temporary"] is not None:
            os.environ["TMPDIR"] = self.plan["temporary"]
        tempfile.tempdir = None
        sys.stdout, sys.stderr = (by_lines(one) for one in (sys.stdout, sys.stderr))
        try:
            status = self.script() if self.plan["kind"] == "script" else self.cells()
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
            self.report()
            # What Scalene says at its end is not what the program says.
            sys.stdout, sys.stderr = Without(sys.stdout), Without(sys.stderr)
        return status

    def report(self) -> None:
        part = self.plan["outcome"] + ".part"
        with contextlib.suppress(OSError):
            with open(part, "w", encoding="utf-8") as file:
                json.dump(self.outcome, file)
            os.replace(part, self.plan["outcome"])

    # A script -----------------------------------------------------------------------

    def script(self) -> int:
        path = self.plan["program"]
        sys.argv[:] = [path, *self.plan["arguments"]]
        mine = os.path.dirname(self.here)
        sys.path[:] = [os.path.dirname(path), *(one for one in sys.path if one != mine)]
        self.names.update(__file__=path, __spec__=None, __package__=None, __cached__=None)
        self.outcome["stage"] = "code"
        with open(path, "rb") as file:
            source = file.read()
        try:
            code = compile(source, path, "exec", dont_inherit=True)
            with self.measured():
                exec(code, self.names)
        except SystemExit as error:
            return self.exited(error)
        except KeyboardInterrupt as error:
            self.failed(error)
            sys.stderr.write(self.outcome["traceback"])
            return 130
        except BaseException as error:
            self.failed(error)
            sys.stderr.write(self.outcome["traceback"])
            return 1
        return 0

    def exited(self, error: SystemExit) -> int:
        """As the interpreter has it: a number, nothing, or a text for the error output."""
        if error.code is None or isinstance(error.code, int):
            return int(error.code or 0) & 0xFF
        sys.stderr.write(f"{error.code}\n")
        return 1

    # Cells --------------------------------------------------------------------------

    def cells(self) -> int:
        sys.argv[:] = [""]
        sys.path[:] = self.plan["path"]
        self.names.update(get_ipython=lambda: self.shell(), display=display)
        *before, last = self.plan["cells"]
        try:
            with silence():
                for index, cell in enumerate(before):
                    self.outcome["index"] = index
                    self.show(self.execute(cell, compile_cell(cell)), shown=False)
            self.outcome["stage"] = "code"
            compiled = compile_cell(last)
            value = NOTHING
            profiler = of_scalene() if before else None
            if profiler is not None:
                forget_copies(profiler.Scalene)
                profiler.start()
            try:
                with self.measured():
                    value = self.execute(last, compiled)
            finally:
                if profiler is not None:
                    profiler.stop()
            self.show(value, shown=not last["code"].rstrip().endswith(";"))
        except BaseException as error:
            self.failed(error)
            return 1
        return 0

    def execute(self, cell: dict[str, Any], compiled: list[Any]) -> Any:
        """Run a cell; the value of its last line if that is an expression."""
        value = NOTHING
        for code in compiled:
            value = eval(code, self.names)
            if code.co_flags & inspect.CO_COROUTINE:
                value = self.wait(value)
        return value if len(compiled) == 2 else NOTHING

    def wait(self, coroutine: Any) -> Any:
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop.run_until_complete(coroutine)

    def show(self, value: Any, *, shown: bool) -> None:
        if value is NOTHING or value is None:
            return
        self.names["_"] = value
        if shown:
            print(repr(value))

    def shell(self) -> Any:
        return Commands(self.names)

    # How it went --------------------------------------------------------------------

    @contextlib.contextmanager
    def measured(self) -> Iterator[None]:
        cpu, wall = os.times(), time.perf_counter()
        try:
            yield
        finally:
            passed, now = time.perf_counter() - wall, os.times()
            self.outcome.update(wall=passed, user=now.user - cpu.user, sys=now.system - cpu.system)

    def failed(self, error: BaseException) -> None:
        try:
            value = str(error)
        except Exception:
            value = "<exception str() failed>"
        interrupted = isinstance(error, KeyboardInterrupt | asyncio.CancelledError)
        self.outcome.update(
            status="interrupted" if interrupted else "error",
            error={"name": type(error).__name__, "value": value[:100_000]},
            traceback=self.traceback_of(error)[:1_000_000],
        )

    def traceback_of(self, error: BaseException) -> str:
        """The traceback without frames of ours and of Scalene, cells by their names."""
        whole = traceback.TracebackException.from_exception(error)
        todo: list[traceback.TracebackException | None] = [whole]
        seen = set()
        while todo:
            one = todo.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            todo += [one.__cause__, one.__context__]
            frames = list(one.stack)
            while frames and frames[0].filename != self.here:
                frames.pop(0)  # Those of Scalene, which called us.
            kept = [f for f in frames or one.stack if not f.filename.startswith(self.foreign)]
            one.stack = traceback.StackSummary.from_list(
                [
                    traceback.FrameSummary(
                        self.labels.get(frame.filename, frame.filename),
                        frame.lineno,
                        frame.name,
                        lookup_line=False,
                        line=frame.line or "",
                    )
                    for frame in kept
                ]
            )
            file = getattr(one, "filename", None)
            if file in self.labels:
                one.filename = self.labels[file]
        return "".join(whole.format())


def by_lines(stream: Any) -> Any:
    """A stream whose lines are seen at once, although it goes into a pipe; through a buffer in
    any case, since what is written without one is lost in part when a signal comes."""
    raw = getattr(stream, "buffer", None)
    if raw is None:
        return stream
    buffer = io.BufferedWriter(raw) if isinstance(raw, io.RawIOBase) else raw
    with contextlib.suppress(OSError, ValueError):
        stream.flush()
    return io.TextIOWrapper(
        buffer, encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


def compile_cell(cell: dict[str, Any]) -> list[Any]:
    """Code objects of a cell: its statements, and its last line where that has a value."""
    file = cell["file"]
    tree = compile(cell["code"], file, "exec", ast.PyCF_ONLY_AST | AWAIT, dont_inherit=True)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return [compile(tree, file, "exec", AWAIT, dont_inherit=True)]
    tree.body.pop()
    return [
        compile(tree, file, "exec", AWAIT, dont_inherit=True),
        compile(ast.Expression(last.value), file, "eval", AWAIT, dont_inherit=True),
    ]


def of_scalene() -> Any:
    """The module with ``start`` and ``stop``."""
    # Whoever runs this program has it.
    return importlib.import_module("scalene.scalene_profiler")


def forget_copies(scalene: Any) -> None:
    """Leave out what was copied until now: Scalene counts that also while it is off. Its inner
    names are used; where they are others, those copies are counted, too."""
    with contextlib.suppress(Exception):
        scalene._memcpy_sigqueue_processor(0, None)
        stats = scalene._Scalene__stats
        getattr(stats, "memory_stats", stats).memcpy_samples.clear()


def display(*values: Any, **options: Any) -> None:
    """What a notebook shows is shown as text: there is nobody else who could see it."""
    for value in values:
        print(repr(value))


class Commands:
    """In the place of IPython: its commands do nothing here, but for ``%time``."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def run_line_magic(self, name: str, line: str, *_: Any, **__: Any) -> Any:
        if name != "time" or not line.strip():
            return None
        tree = ast.parse(line, "<time>")
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            return eval(compile(ast.Expression(tree.body[0].value), "<time>", "eval"), self._names)
        exec(compile(tree, "<time>", "exec"), self._names)
        return None

    def getoutput(self, *_: Any, **__: Any) -> list[str]:
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


class Without:
    """A stream without what Scalene itself writes to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if str(caller).partition(".")[0] == "scalene":
            return len(text)
        return int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Nothing is shown: not what is printed, and not what other programs and compiled code
    write."""
    sys.stdout.flush()
    sys.stderr.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    kept = [os.dup(number) for number in (1, 2)]
    try:
        for number in (1, 2):
            os.dup2(null, number)
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)
        os.close(null)


def main() -> int:
    with open(sys.argv[-1], encoding="utf-8") as file:
        plan = json.load(file)
    return Program(plan, os.path.abspath(plan["here"])).run()


if __name__ == "__main__":
    sys.exit(main())
