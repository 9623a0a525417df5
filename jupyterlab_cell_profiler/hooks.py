"""What is put on the shell for the time of one run, and taken off again.

Attributes are set on instances, never on classes, and only these:

- ``shell.run_code``: gives each code object of the cell to the session;
- ``shell.showtraceback``: IPython prints a traceback before ``run_code`` returns, which is
  not the cell's time;
- ``check_for_underscore``, ``quiet`` and ``finish_displayhook`` of ``shell.displayhook``, the
  first and the last things that it does: the display of the last value happens while its
  line runs, and is not the line's time;
- the class of ``shell.compile``: ``%time`` and ``%%time`` run code that they compile
  themselves.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from .cells import line_offset
from .clock import cpu_times
from .document import split_lines
from .session import Session

MISSING = object()


def patch(owner: Any, name: str, value: Any) -> Callable[[], None]:
    """Set an attribute of an instance; returns what undoes it."""
    before = vars(owner).get(name, MISSING)
    setattr(owner, name, value)

    def restore() -> None:
        if vars(owner).get(name) is not value:
            return  # Somebody wrapped it in the meantime: theirs stays.
        if before is MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, before)

    return restore


class RunHooks:
    """The hooks of one run.

    Parameters
    ----------
    shell : IPython's shell
    session : gets the code objects
    source : the cell as the person sees it, to find the place of code that ``%time``
        compiled
    """

    def __init__(self, shell: Any, session: Session, source: str) -> None:
        self.inside = 0
        """How many calls of ``run_code`` are under way: more than one in nested cells."""
        self.thread = threading.get_ident()
        self._shell = shell
        self._session = session
        self._source = source
        self._running: list[ExitStack] = []
        self._display: tuple[Any, int] | None = None
        self._since = (0.0, 0.0, 0.0)
        self._restore = ExitStack()

    def install(self) -> None:
        shell = self._shell
        for owner, name, wrap in (
            (shell, "run_code", self._run_code),
            (shell, "showtraceback", self._showtraceback),
            (shell.displayhook, "check_for_underscore", self._begin_display),
            (shell.displayhook, "quiet", self._end_display),
            (shell.displayhook, "finish_displayhook", self._end_display),
        ):
            self._restore.callback(patch(owner, name, wrap(getattr(owner, name))))
        self._watch_compiler()

    def remove(self) -> None:
        """Take everything off; safe to call again."""
        self._restore.close()

    def _is_ours(self) -> bool:
        return threading.get_ident() == self.thread

    def _run_code(self, original: Any) -> Any:
        async def run_code(code_obj: Any, result: Any = None, *, async_: bool = False) -> Any:
            if not self._is_ours():
                return await original(code_obj, result, async_=async_)
            self.inside += 1
            running = ExitStack()
            self._running.append(running)
            try:
                marked = self._session.mark(code_obj)
                with running:
                    running.enter_context(self._session.running())
                    return await original(marked, result, async_=async_)
            finally:
                self._running.pop()
                self.inside -= 1
                self._display = None

        return run_code

    def _showtraceback(self, original: Any) -> Any:
        def showtraceback(*args: Any, **kwargs: Any) -> Any:
            ends = kwargs.get("running_compiled_code") or kwargs.get("exception_only")
            if ends and self._running and self._is_ours():
                self._running[-1].close()
                if self.inside == 1:
                    self._session.pause()  # The error ends the cell: nothing goes on after it.
            return original(*args, **kwargs)

        return showtraceback

    def _begin_display(self, original: Any) -> Any:
        def check_for_underscore() -> Any:
            if self._is_ours() and self.inside:
                displayhook = sys._getframe(1)
                frame = displayhook.f_back
                if frame is not None:
                    self._display = (frame.f_code, frame.f_lineno)
                    self._since = (time.perf_counter(), *cpu_times())
                    if displayhook.f_locals.get("result") is not None:
                        self._session.pause()  # None is not shown, and has no last step.
            return original()

        return check_for_underscore

    def _end_display(self, original: Any) -> Any:
        """Around a step of the display: what passed since the one before is not the cell's."""

        def step(*args: Any, **kwargs: Any) -> Any:
            value = None
            try:
                value = original(*args, **kwargs)
                return value
            finally:
                if self._display is not None and self._is_ours():
                    before = self._since
                    self._since = now = (time.perf_counter(), *cpu_times())
                    wall, user, system = (b - a for a, b in zip(before, now, strict=True))
                    self._session.exclude(*self._display, wall, user, system)
                    if value or original.__name__ == "finish_displayhook":
                        self._session.resume()  # It was the last step; or quiet, and the only.

        return step

    def _watch_compiler(self) -> None:
        compiler = self._shell.compile
        plain = type(compiler)
        hooks = self

        class Watched(plain):  # type: ignore[misc, valid-type]
            def __call__(self, *args: Any, **kwargs: Any) -> Any:
                code = super().__call__(*args, **kwargs)
                file = getattr(code, "co_filename", "")
                if file.startswith("<timed ") and hooks.inside and hooks._is_ours():
                    return hooks._timed(code, file)
                return code

        def restore() -> None:
            if type(compiler) is Watched:
                compiler.__class__ = plain

        compiler.__class__ = Watched
        self._restore.callback(restore)

    def _timed(self, code: Any, file: str) -> Any:
        offset = timed_offset(self._source)
        if offset is None:
            return code
        self._session.target.own_files[file] = offset
        return self._session.mark(code)


def timed_offset(source: str) -> int | None:
    """Lines of the cell before the code that its ``%time`` or ``%%time`` compiles.

    None when there are several, since their code has one file name.
    """
    lines = split_lines(source)
    places = [i for i, line in enumerate(lines) if line.split(" ")[0].strip() == "%%time"]
    if len(places) == 1:
        start = places[0] + 1
        return start + line_offset("\n".join(lines[start:]))
    places = [i for i, line in enumerate(lines) if "%time " in line]
    return places[0] if len(places) == 1 else None
