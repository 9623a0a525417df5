"""Magics that run a statement under profilers: what ``%profile`` and the drop-ins do alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics

from . import profilers
from .arguments import ArgumentError
from .document import TargetData, source_hash
from .drop_ins import STATEMENT, builtin_profile
from .flood import Flood
from .kernel import attached, publish, say
from .outputs import Progress
from .profilers import OptionError, Target
from .requests import error_of, status_of
from .session import Session


class StatementMagics(Magics):
    """The part that runs and publishes."""

    def profile_statement(
        self,
        names: list[str],
        options: dict[str, dict[str, Any]],
        statement: str,
        run: Callable[[], None],
        after: Callable[[Session], str | None] | None,
        quiet: bool = False,
        repeat: int = 1,
        begun: Callable[[Session], None] = lambda session: None,
        code: Any = None,
    ) -> None:
        """Run a statement under profilers and publish; its exceptions go on.

        ``code`` is what ``run`` runs, for profilers that want to see it before.
        """
        shell = self.shell
        if attached(shell).busy:
            say("the cell is being profiled already; this statement runs plainly in it.")
            for _ in range(repeat):
                run()
            return
        reason = profilers.problem(names)
        if reason is None and any(map(profilers.is_apart, names)):
            reason = (
                f"{names[0]} runs whole cells, in a process of its own: write "
                f"'%%profile {names[0]}' on the first line of a cell."
            )
        if reason is not None:
            raise UsageError(reason)
        progress = Progress(shell)
        target = Target(
            shell.user_ns,
            attached(shell).cells,
            {STATEMENT: 0},
            directory=os.getcwd(),
            tell=(lambda sentence: None) if quiet else progress.tell,
        )
        target.files.add("statement", statement.split("\n"))
        data: TargetData = {
            "kind": "statement",
            "source": statement,
            "sourceHash": source_hash(statement),
        }
        session = Session(names, options, target, data)
        try:
            session.start()
        except OptionError as error:
            raise UsageError(str(error)) from error
        begun(session)
        flood = Flood(shell)
        flood.install()
        status, failure = "ok", None
        try:
            if code is not None:
                session.mark(code)
            with builtin_profile(session):
                for _ in range(repeat):
                    with session.running():
                        run()
        except BaseException as error:
            status, failure = status_of(error), error_of(error)
            raise
        finally:
            document = session.finish(status, failure)  # type: ignore[arg-type]
            plain = after(session) if after else None
            flood.uninstall()
            if not quiet:
                flood.settle()
                publish(progress, document, plain)


def run_statement(code: Any, shell: Any) -> Any:
    """Run it in the person's namespace; the value of an expression."""
    return eval(code, shell.user_global_ns, shell.user_ns)


def checked(parse: Callable[[], Any]) -> Any:
    """Arguments, or the sentence that says what is wrong with them.

    Raises
    ------
    UsageError
        When they cannot be used.
    """
    try:
        return parse()
    except ArgumentError as error:
        raise UsageError(str(error)) from error
