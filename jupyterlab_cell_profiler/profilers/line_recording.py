"""Counting lines of one run: what line_profiler is told, and how that is undone.

line_profiler marks code by giving it a code object of its own, so every code object of
the cell is replaced just before it runs, and those of functions that exist already for
the time of the run.
"""

from __future__ import annotations

import gc
import linecache
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from inspect import CO_COROUTINE
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any, cast

from ..blocks import Block, block_of_function, is_function, mentioned_names, nested_scope
from ..namespace import functions_at, functions_in, functions_of
from .base import OptionError, Target
from .line_cost import seconds_per_line
from .line_threads import ThreadTracing

SUSPENDED = (
    "Time while a coroutine is suspended in an await is not part of its line's time; "
    "the summary has it as waiting."
)
OWN_TRACER = (
    "The cell set a trace function of its own (sys.settrace, a debugger): lines that ran "
    "after that are not counted."
)
OWN_THREAD_TRACER = (
    "A trace function for threads is installed (threading.settrace): lines that run in "
    "threads which the cell starts are not counted."
)
MONITORING = (
    "line_profiler had been imported before Cell Profiler, so its sys.monitoring core is "
    "in use: it counts loops and functions that are written on one line once or not at "
    "all. Restart the kernel and import line_profiler after the first profile."
)

NOTABLE = 0.1
"""Seconds from which on it is said what the counting itself cost."""


def import_tool() -> Any:
    """Import line_profiler with its trace-function core.

    The core on ``sys.monitoring`` (the default from CPython 3.12 on) records nothing for
    functions written on one line on 3.13, and is slower. The choice is made at import
    and from the environment only; the variable must not leak to the user's subprocesses.
    """
    name = "LINE_PROFILER_CORE"
    if name in os.environ:
        return import_module("line_profiler")
    os.environ[name] = "legacy"
    try:
        return import_module("line_profiler")
    finally:
        os.environ.pop(name, None)


class LineRecording:
    """Registers code with one ``LineProfiler`` and remembers how to undo it."""

    def __init__(self, target: Target, options: Mapping[str, Any]) -> None:
        self.raw: dict[str, Any] = {}
        self.notes: list[str] = []
        self.named: set[tuple[str, int, str]] = set()
        """Labels of the functions that were asked for, without those nested in them."""
        line_profiler = import_tool().LineProfiler
        self._cost = seconds_per_line(line_profiler)
        self.profiler = line_profiler(wrap_trace=sys.gettrace() is not None)
        self._nested = bool(options.get("nested", True))
        self._target = target
        self._threads = ThreadTracing(self.profiler)
        self._depth = 0
        self._waited = 0.0
        self._tracer: Any = None
        # Keyed by id, since equal code objects may be different functions; the values
        # keep both code objects alive, so that no id is used twice.
        self._registered: dict[int, tuple[CodeType, CodeType]] = {}
        self._originals: dict[int, tuple[CodeType, CodeType]] = {}
        self._blocks: dict[tuple[str, int, str], Block] = {}
        # All statements of a cell have one label.
        self._codes: dict[tuple[str, int, str], list[CodeType]] = defaultdict(list)
        self._awaited: list[str] = []
        self._excluded: dict[tuple[tuple[str, int, str], int], float] = {}

    def add_functions(self, options: Mapping[str, Any]) -> None:
        """Register what ``-f`` and ``-m`` name and what earlier cells defined."""
        roots = []
        for name in options.get("functions", []):
            try:
                roots.append(_evaluate(name, self._target.namespace))
            except OptionError:
                if not self._target.may_define:
                    raise
                # The cell may define it, and what the cell defines is profiled anyway.
                self._awaited.append(name)
        for name in options.get("modules", []):
            roots.extend(_module_members(name))
        named = list(functions_of(roots))
        if roots and not named and options.get("functions"):
            raise OptionError(
                f"{', '.join(options['functions'])}: there is no Python function in it to profile."
            )
        placed, missing = functions_at(options.get("places"), self._target.path_of)
        self.notes.extend(
            f"{name} is not loaded in this kernel: no lines of it." for name in missing
        )
        for function in [*named, *placed]:
            self._add_function(function)
        if options.get("automatic", True):
            for function in functions_in(self._target.namespace):
                if function.__code__.co_filename in self._target.cells:
                    self._add_function(function)

    def decorate(self, function: Any) -> Any:
        """``@profile`` of a script: count the lines of what it marks, and change nothing else."""
        for found in functions_of([function]):
            self._add_function(found)
        return function

    def _add_function(self, function: FunctionType) -> None:
        original = function.__code__
        if id(original) in self._originals:
            return
        block = block_of_function(original, function.__qualname__)
        self.named.add(_label(original))
        function.__code__ = self._register(original, block, f"{function.__qualname__}.<locals>.")

    def _register(self, code: CodeType, block: Block, prefix: str) -> CodeType:
        """Register a code object and, from the inside out, those in its constants."""
        known = self._registered.get(id(code))
        if known is not None:
            return known[1]
        marked = code
        if self._nested:
            constants = tuple(
                self._register(c, *nested_scope(c, block, prefix)) if isinstance(c, CodeType) else c
                for c in code.co_consts
            )
            if any(new is not old for new, old in zip(constants, code.co_consts, strict=True)):
                marked = code.replace(co_consts=constants)
        # line_profiler takes anything with a ``__code__`` and puts its own code there.
        holder = SimpleNamespace(__code__=marked)
        self.profiler.add_function(holder)
        marked = cast(CodeType, holder.__code__)
        self._registered[id(code)] = (code, marked)
        self._originals[id(marked)] = (marked, code)
        label = _label(marked)
        self._blocks[label] = block
        self._codes[label].append(code)
        return marked

    def mark(self, code: CodeType) -> CodeType:
        """Register top-level code of the cell with everything nested in it."""
        # All statements of a file share this block; where it ends is seen afterwards.
        return self._register(code, Block(code.co_filename, None, 1, 1), "")

    def mark_only(self, code: CodeType, wanted: Callable[[str], bool]) -> CodeType:
        """Register only the functions in top-level code whose qualified names are wanted, with
        everything nested in them."""
        return self._mark_only(code, Block(code.co_filename, None, 1, 1), "", wanted)

    def _mark_only(
        self, code: CodeType, block: Block, prefix: str, wanted: Callable[[str], bool]
    ) -> CodeType:
        constants = []
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                scope = nested_scope(constant, block, prefix)
                if is_function(constant) and wanted(prefix + constant.co_name):
                    constant = self._register(constant, *scope)
                else:
                    constant = self._mark_only(constant, *scope, wanted)
            constants.append(constant)
        if all(new is old for new, old in zip(constants, code.co_consts, strict=True)):
            return code
        return code.replace(co_consts=tuple(constants))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Trace while code of the cell runs."""
        if self._tracer is not None and sys.gettrace() is self._tracer:
            yield  # The cell is traced by its own function since an earlier statement.
            return
        self._depth += 1
        begin = time.perf_counter() - time.thread_time()
        if self._depth == 1:
            self.profiler.enable()
        ours = sys.gettrace()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                theirs = sys.gettrace()
                self.profiler.disable()
                self._waited += time.perf_counter() - time.thread_time() - begin
                if theirs is not ours:
                    # The cell changed the trace function, which a plain run would keep.
                    self._tracer = theirs
                    sys.settrace(theirs)
                    if OWN_TRACER not in self.notes:
                        self.notes.append(OWN_TRACER)

    def pause(self) -> None:
        """Nothing: what is not traced costs nothing, and :meth:`exclude` takes its time off."""

    def resume(self) -> None:
        """Nothing to go on with, see :meth:`pause`."""

    def exclude(self, code: CodeType, line: int, seconds: float) -> None:
        """Take seconds off a line, for what IPython did while it ran."""
        if id(code) in self._originals:
            key = (_label(code), line)
            self._excluded[key] = self._excluded.get(key, 0.0) + seconds

    def is_function(self, label: tuple[str, int, str]) -> bool:
        """Whether a label of the statistics is that of a ``def``."""
        return any(is_function(code) for code in self._codes.get(label, ()))

    def start(self) -> None:
        if not self._threads.start():
            self.notes.append(OWN_THREAD_TRACER)

    def stop(self) -> None:
        """Take everything down; safe to call again."""
        while self._depth:
            self._depth -= 1
            self.profiler.disable()
        self._threads.stop()
        # Functions that the run made may be anywhere: in a list, in an attribute. The
        # garbage collector knows them all, and one pass over its objects finds them.
        marked = [pair[0] for pair in self._originals.values()]
        for function in gc.get_referrers(*marked) if marked else ():
            if type(function) is FunctionType:
                pair = self._originals.get(id(function.__code__))
                if pair is not None:
                    function.__code__ = pair[1]

    def stats(self) -> Any:
        """line_profiler's ``LineStats``, without what was excluded."""
        stats = self.profiler.get_stats()
        for (label, line), seconds in self._excluded.items():
            stats.timings[label] = [
                (n, hits, max(0, ticks - round(seconds / stats.unit)) if n == line else ticks)
                for n, hits, ticks in stats.timings.get(label, [])
            ]
        return stats

    def collect(self) -> None:
        """Fill ``raw`` from the statistics."""
        stats = self.stats()
        blocks: dict[Block, dict[str, Any]] = {}
        for label, timings in stats.timings.items():
            block = self._blocks.get(label)
            if block is None or not timings:
                continue
            entry = blocks.setdefault(
                block,
                {
                    "file": block.file,
                    "name": block.name,
                    "first": block.first,
                    "last": block.last,
                    "codes": [],
                    "mentions": defaultdict(set),
                },
            )
            entry["last"] = max(entry["last"], block.last, *(line for line, _, _ in timings))
            entry["codes"].append([list(timing) for timing in timings])
            for code in self._codes[label]:
                for line, name in mentioned_names(code):
                    entry["mentions"][line].add(name)
                if code.co_flags & CO_COROUTINE and SUSPENDED not in self.notes:
                    self.notes.append(SUSPENDED)
        for entry in blocks.values():
            entry["mentions"] = {
                str(line): sorted(names) for line, names in entry["mentions"].items()
            }
        self.raw = {
            "unit": stats.unit,
            "cost": self._cost,
            "waited": self._waited,
            "blocks": list(blocks.values()),
            "sources": {
                block.file: [line.rstrip("\r\n") for line in linecache.getlines(block.file)]
                for block in blocks
                if block.file not in self._target.cells
            },
        }
        hits = sum(hits for block in stats.timings.values() for _, hits, _ in block)
        if hits * self._cost >= NOTABLE:
            self.notes.append(
                f"About {hits * self._cost:.2g} s of the wall time went into counting "
                f"{hits:,} lines; a plain run is that much faster, at the least."
            )
        for name in self._awaited:
            try:
                _evaluate(name, self._target.namespace)
            except OptionError as error:
                self.notes.append(str(error).replace("\n", " "))
        core = sys.modules.get("line_profiler._line_profiler")
        if not getattr(core, "USE_LEGACY_TRACE", True):
            self.notes.append(MONITORING)


def _label(code: CodeType) -> tuple[str, int, str]:
    # As line_profiler labels its statistics: qualified names exist from 3.11 on.
    return (code.co_filename, code.co_firstlineno, getattr(code, "co_qualname", code.co_name))


def _evaluate(expression: str, namespace: dict[str, Any]) -> Any:
    try:
        return eval(expression, namespace)
    except Exception as error:
        raise OptionError(
            f"Could not find function {expression}.\n{type(error).__name__}: {error}"
        ) from error


def _module_members(name: str) -> list[Any]:
    try:
        module = import_module(name)
    except Exception as error:
        raise OptionError(
            f"Could not find module {name}.\n{type(error).__name__}: {error}"
        ) from error
    # What the module defines, not what it imports: as line_profiler's add_module does.
    return [
        value
        for value in vars(module).values()
        if getattr(value, "__module__", None) == module.__name__
    ]
