"""The magics ``%%profile`` and ``%profile``; loads them and the drop-ins.

``%%profile`` and the drop-ins for a whole cell are not run by a magic (see ``first_line``):
the magic functions of these names are only reached when the line cannot be used as it is,
and say why.
"""

from __future__ import annotations

import ast
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import cell_magic, line_magic, magics_class

from . import profilers
from .arguments import ProfileArguments, parse_profile
from .completions import candidates, options_after
from .drop_ins import STATEMENT
from .first_line import request_of_first_line, transform
from .kernel import CellProfiler, attached, detach
from .magic_drop_ins import DropInMagics
from .magic_processes import ProcessMagics
from .magic_scripts import ScriptMagics
from .magic_statements import StatementMagics, checked, run_statement
from .process_arguments import OPTIONS as PROCESS_OPTIONS


@magics_class
class CellProfilerMagics(StatementMagics):
    """Magics of Cell Profiler itself."""

    @cell_magic("profile")
    def profile_cell(self, line: str, cell: str) -> None:
        """Profile this cell.

        ``%%profile [profiler…] [options]`` on the first line; the cell runs as it would
        without it. Profilers: ``lines`` (exact hits and time of each line), ``functions``
        (exact calls and times of each function, and who called it), ``memory`` (how much,
        and when), ``memory_lines`` (which lines hold the memory), ``objects`` (how large the
        variables are after it), ``counters`` (what the machine did). Options of ``lines``:
        ``-f FUNCTION`` and ``-m MODULE``, also profile these. Options of ``memory_lines``:
        ``-f FUNCTION``, ``--native`` (also functions of compiled libraries),
        ``--python-allocators`` (also each small object; about three times slower). Of
        ``objects``: ``--seconds S`` for measuring.
        Of ``counters``: ``--events NAME,…`` of ``perf list``. Of ``counters`` and ``memory``:
        ``-r N``, run it N times and show mean and deviation. ``scalene`` (processor, memory,
        copies and GPU of each line) runs the cell in a process of its own: ``--setup``, after
        the cells that ran in this session; ``--cpu-only``, ``--gpu``, ``--stacks``,
        ``--profile-only NAME,…``, ``--profile-exclude NAME,…``.
        """
        given = checked(lambda: parse_profile(line, statement=False))
        reason = profilers.problem(given.profilers)
        if reason is not None or given.repeat == 1:
            raise UsageError(reason or "%%profile must be the first line of a cell.")
        code = compile(self.shell.transform_cell(cell), STATEMENT, "exec")

        def run() -> None:
            exec(code, self.shell.user_global_ns, self.shell.user_ns)

        self.profile_statement(
            given.profilers, given.options, cell.rstrip("\n"), run, None, repeat=given.repeat
        )

    @line_magic("profile")
    def profile_line(self, line: str) -> Any:
        """Profile a statement: ``%profile [profiler…] [options] statement``.

        Gives the value of an expression. Functions that earlier cells defined are
        profiled when they are called; ``-f FUNCTION`` and ``-m MODULE`` add others.
        ``-r N`` of ``counters`` and ``memory`` runs it N times.
        """
        given = checked(lambda: parse_profile(line, statement=True))
        if not given.statement:
            raise UsageError("Give a statement to profile, or use %%profile for the whole cell.")
        code = self._compile(given)
        value: list[Any] = [None]

        def run() -> None:
            value[0] = run_statement(code, self.shell)

        self.profile_statement(
            given.profilers, given.options, given.statement, run, None, repeat=given.repeat
        )
        return value[0]

    def _compile(self, given: ProfileArguments) -> Any:
        reason = profilers.problem(given.profilers)
        if reason is not None:
            raise UsageError(reason)
        text = self.shell.transform_cell(given.statement)
        try:
            tree = ast.parse(text, STATEMENT)
        except SyntaxError as error:
            word = given.statement.split()[0]
            if word.isidentifier() and " " in given.statement:
                raise UsageError(
                    f"'{given.statement}' is no statement, and there is no profiler '{word}'. "
                    f"Choose from: {', '.join(profilers.NAMES)}."
                ) from error
            raise
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            return compile(ast.Expression(tree.body[0].value), STATEMENT, "eval")
        return compile(tree, STATEMENT, "exec")


PROCESS = "%profile_process"
COMPLETED = ("%profile", "%%profile", PROCESS)


def complete(shell: Any, event: Any) -> list[str]:
    """What IPython offers after our magics; see ``InteractiveShell.set_hook``."""
    if event.command == PROCESS:
        return options_after(event.text_until_cursor, PROCESS_OPTIONS)
    return candidates(event.text_until_cursor, profilers.event_names)


def _complete_no_more(shell: Any) -> None:
    known = shell.strdispatchers.get("complete_command")
    for name in COMPLETED:
        chain = known.strs.pop(name, None) if known is not None else None
        rest = [entry for entry in chain or () if entry[1].__func__ is not complete]
        for priority, hook in rest:  # Of somebody else.
            known.add_s(name, hook, priority)


_replaced: dict[int, dict[tuple[str, str], Any]] = {}


def load(shell: Any) -> None:
    """Register magics, the input transformer and the hooks."""
    if id(shell) in _replaced:
        return
    registered = shell.magics_manager.magics
    names = [("line", "profile"), ("cell", "profile"), ("line", "lprun"), ("cell", "lprun_all")]
    names += [("line", "profile_script"), ("line", "profile_process")]
    names += [(kind, name) for name in ("prun", "memit", "mprun") for kind in ("line", "cell")]
    names += [("line", "asizeof")]
    _replaced[id(shell)] = {(kind, name): registered[kind].get(name) for kind, name in names}
    profiler: CellProfiler = attached(shell)
    profiler.first_line = request_of_first_line
    shell.input_transformers_cleanup.append(transform)
    shell.register_magics(CellProfilerMagics, DropInMagics, ScriptMagics, ProcessMagics)
    for name in COMPLETED:
        shell.set_hook("complete_command", complete, str_key=name)


def unload(shell: Any) -> None:
    """Undo :func:`load`; magics that were there before are there again."""
    for (kind, name), before in _replaced.pop(id(shell), {}).items():
        if before is None:
            shell.magics_manager.magics[kind].pop(name, None)
        else:
            shell.magics_manager.magics[kind][name] = before
    if transform in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(transform)
    _complete_no_more(shell)
    detach(shell)
