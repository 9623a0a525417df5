"""The magics: ``%%profile``, ``%profile``, and the drop-ins for other tools' magics.

A cell that begins with ``%%profile`` or with a drop-in for a whole cell is not run
by a magic. An input transformer blanks that line, so that line numbers and a top-level
``await`` stay right, and ``kernel`` reads the line when the cell runs; the magic functions of
these names are only reached when the line cannot be used as it is, and say why.
"""

from __future__ import annotations

import ast
import gc
import os
from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from . import profilers
from .arguments import (
    ArgumentError,
    MemitArguments,
    MprunArguments,
    ProfileArguments,
    parse_asizeof,
    parse_lprun,
    parse_memit,
    parse_mprun,
    parse_profile,
    parse_prun,
)
from .document import TargetData, source_hash, split_lines
from .drop_ins import (
    STATEMENT,
    builtin_profile,
    function_report,
    line_report,
    memit_of,
    memit_options,
    memit_report,
    memory_report,
    memory_statement_report,
    statement_report,
)
from .kernel import CellProfiler, attached, detach, publish, say
from .object_reports import size_report
from .outputs import Progress
from .profilers import OptionError, Target
from .reports import named_stats, print_line_stats, write_line_stats
from .requests import CELL_MAGICS, TRANSPARENT, Request, error_of, status_of
from .session import Session


def split_first_line(raw: str) -> tuple[str, str] | None:
    """Name and arguments of a first line that is ours, else None.

    A magic that runs the rest as a cell may stand above it: the order of the two is
    nothing that a person should have to think about.
    """
    for line in split_lines(raw):
        word, _, rest = line.strip().partition(" ")
        if line.startswith(CELL_MAGICS) and word in CELL_MAGICS:
            return word, rest.strip()
        if word and word not in TRANSPARENT:
            return None
    return None


def request_of_first_line(raw: str) -> Request | None:
    """The request that the first line of a cell makes; None when it makes none."""
    first = split_first_line(raw)
    if first is None:
        return None
    name, rest = first
    # With a cell magic right below, our line is dropped instead of blanked.
    dropped = 1 if _is_cell_magic_below(raw) else 0
    try:
        if name == "%%profile":
            given = parse_profile(rest, statement=False)
            if profilers.problem(given.profilers):
                return None
            return Request(given.profilers, given.options, lines_dropped=dropped)
        if name == "%%prun":
            asked = parse_prun(rest)
            if asked.statement and dropped:
                return None
            after = function_report(asked)
            return Request(["functions"], lines_dropped=dropped, after=after, quiet=asked.quiet)
        if name == "%%memit":
            wanted = parse_memit(rest)
            if wanted.repeat > 1 or wanted.statement:
                return None  # The magic runs it: several times, or after something else.
            return Request(
                ["memory"],
                {"memory": memit_options(wanted)},
                lines_dropped=dropped,
                after=memit_report(wanted),
                quiet=wanted.quiet,
            )
        if name == "%%mprun":
            return _memory_request(parse_mprun(rest), dropped)
        arguments = parse_lprun(rest, cell=True)
    except ArgumentError:
        return None
    options = {"lines": {"nested": not arguments.top_level_only, "automatic": False}}
    after = line_report(arguments, raw)
    return Request(["lines"], options, lines_dropped=dropped, after=after)


def _memory_request(asked: MprunArguments, dropped: int) -> Request | None:
    if (asked.statement and dropped) or profilers.problem(["memory_lines"]):
        return None
    options = {"memory_lines": {"functions": asked.functions}}
    return Request(["memory_lines"], options, lines_dropped=dropped, after=memory_report(asked))


def _is_cell_magic_below(raw: str) -> bool:
    first, *rest = [line for line in split_lines(raw) if line.strip()]
    return first.startswith(CELL_MAGICS) and bool(rest) and rest[0].startswith("%%")


def transform(lines: list[str]) -> list[str]:
    """Input transformer: blank the first line if it is ours and can be used.

    A statement behind ``%%prun`` or ``%%mprun`` runs first, as the originals have it: it
    takes the line.
    """
    if not lines or not lines[0].startswith(CELL_MAGICS):
        return lines
    raw = "".join(lines)
    if request_of_first_line(raw) is None:
        return lines
    rest = lines[1:]
    parsers: dict[str, Callable[[str], Any]] = {"%%prun": parse_prun, "%%mprun": parse_mprun}
    parse = parsers.get(lines[0].split()[0])
    if parse is not None:
        statement = parse(lines[0].partition(" ")[2]).statement
        if statement:
            return [statement + "\n", *rest]
    return rest if _is_cell_magic_below(raw) else ["\n", *rest]


@magics_class
class CellProfilerMagics(Magics):
    """Magics of Cell Profiler."""

    @cell_magic("profile")
    def profile_cell(self, line: str, cell: str) -> None:
        """Profile this cell.

        ``%%profile [profiler…] [options]`` on the first line; the cell runs as it would
        without it. Profilers: ``lines`` (exact hits and time of each line), ``functions``
        (exact calls and times of each function, and who called it), ``memory`` (how much,
        and when), ``memory_lines`` (which lines hold the memory), ``objects`` (how large the
        variables are after it). Options of ``lines``: ``-f FUNCTION`` and ``-m MODULE``, also
        profile these. Options of ``memory_lines``: ``-f FUNCTION``, ``--native`` (also functions
        of compiled libraries), ``--python-allocators`` (also each small object; about three
        times slower). Of ``objects``: ``--seconds S`` for measuring.
        """
        given = _checked(lambda: parse_profile(line, statement=False))
        reason = profilers.problem(given.profilers)
        raise UsageError(reason or "%%profile must be the first line of a cell.")

    @line_magic("profile")
    def profile_line(self, line: str) -> Any:
        """Profile a statement: ``%profile [profiler…] [options] statement``.

        Gives the value of an expression. Functions that earlier cells defined are
        profiled when they are called; ``-f FUNCTION`` and ``-m MODULE`` add others.
        """
        given = _checked(lambda: parse_profile(line, statement=True))
        if not given.statement:
            raise UsageError("Give a statement to profile, or use %%profile for the whole cell.")
        code = self._compile(given)
        value: list[Any] = [None]

        def run() -> None:
            value[0] = _run_statement(code, self.shell)

        self._profile(given.profilers, given.options, given.statement, run, None)
        return value[0]

    @line_magic("lprun")
    def lprun(self, line: str) -> Any:
        """``%lprun`` of line_profiler, with all its flags, shown as a profile.

        ``%lprun -f FUNCTION … -m MODULE … statement``. ``-D FILE`` dumps the statistics
        (pickle), ``-T FILE`` writes the report, ``-r`` returns the ``LineProfiler``,
        ``-s`` and ``-z`` strip functions that were not called, ``-u UNIT`` sets the
        report's unit in seconds.
        """
        given = _checked(lambda: parse_lprun(line, cell=False))
        options = {
            "lines": {
                "functions": given.functions,
                "modules": given.modules,
                "automatic": False,
            }
        }
        kept: list[Any] = []
        message: list[str] = []

        def run() -> None:
            try:
                exec(given.statement, self.shell.user_global_ns, self.shell.user_ns)
            except (SystemExit, KeyboardInterrupt) as error:
                # As the original: these two end the statement, not the report.
                message.append(f"{type(error).__name__} exception caught in code being profiled.")

        def after(session: Session) -> str:
            recording = session.recordings["lines"]
            kept.append(recording.profiler)  # type: ignore[attr-defined]
            stats = named_stats(recording)
            report = print_line_stats(stats, given.unit, given.strip_zeros, None)
            write_line_stats(stats, report, given.pickle_file, given.text_file)
            if message:
                print("\n*** " + message[0])
            return report

        self._profile(["lines"], options, given.statement, run, after)
        return kept[0] if given.return_profiler and kept else None

    @cell_magic("lprun_all")
    def lprun_all(self, line: str, cell: str) -> None:
        """``%%lprun_all`` of line_profiler: profile every line of this cell.

        Flags: ``-D FILE``, ``-T FILE``, ``-r``, ``-z``, ``-u UNIT`` as of ``%lprun``;
        ``-t`` stores the seconds as ``_total_time_taken``; ``-p`` leaves functions out.
        """
        _checked(lambda: parse_lprun(line, cell=True))
        raise UsageError("%%lprun_all must be the first line of a cell.")

    @line_magic("prun")
    def prun(self, line: str) -> Any:
        """``%prun`` of IPython, with all its flags, shown as a profile.

        ``%prun [-l LIMIT] [-s KEY] [-r] [-q] [-T FILE] [-D FILE] statement``. ``-D FILE``
        dumps the statistics for pstats and SnakeViz, ``-T FILE`` writes the report,
        ``-r`` returns the ``pstats.Stats``, ``-q`` shows nothing.
        """
        given = _checked(lambda: parse_prun(line))
        code = compile(self.shell.transform_cell(given.statement), STATEMENT, "exec")
        kept: list[Any] = []
        message: list[str] = []

        def run() -> None:
            try:
                exec(code, self.shell.user_global_ns, self.shell.user_ns)
            except SystemExit:
                message.append("*** SystemExit exception caught in code being profiled.")

        def after(session: Session) -> str:
            report, stats = statement_report(given, session)
            kept.append(stats)
            print("\n".join(message), end="\n" if message else "")
            return report

        self._profile(["functions"], {}, given.statement, run, after, quiet=given.quiet)
        return kept[0] if given.return_stats and kept else None

    @cell_magic("prun")
    def prun_cell(self, line: str, cell: str) -> None:
        """``%%prun`` of IPython: the functions of this cell; flags as of ``%prun``."""
        _checked(lambda: parse_prun(line))
        raise UsageError("%%prun must be the first line of a cell.")

    @line_magic("memit")
    def memit(self, line: str) -> Any:
        """``%memit`` of memory_profiler, with all its flags, shown as a profile.

        ``%memit [-r RUNS] [-i SECONDS] [-c] [-o] [-q] statement``. The peak is exact where
        the operating system tells it. ``-c`` adds child processes, ``-o`` returns the result,
        ``-q`` shows nothing.
        """
        given = _checked(lambda: parse_memit(line))
        return self._memit(given, given.statement)

    @cell_magic("memit")
    def memit_cell(self, line: str, cell: str) -> Any:
        """``%%memit`` of memory_profiler; flags as of ``%memit``.

        A statement on its first line runs before, and is not measured.
        """
        given = _checked(lambda: parse_memit(line))
        if given.repeat == 1 and not given.statement:
            raise UsageError("%%memit must be the first line of a cell.")
        exec(self.shell.transform_cell(given.statement), self.shell.user_ns)
        return self._memit(given, cell)

    def _memit(self, given: MemitArguments, source: str) -> Any:
        code = compile(self.shell.transform_cell(source), STATEMENT, "exec")
        kept: list[Any] = []

        def run() -> None:
            exec(code, self.shell.user_ns)

        def after(session: Session) -> str | None:
            found = memit_of(given, session)
            kept.append(found)
            return None if found is None else str(found)

        # As the original: what nobody needs any more would be noise.
        gc.collect()
        options = {"memory": memit_options(given)}
        self._profile(
            ["memory"], options, source, run, after, quiet=given.quiet, repeat=given.repeat
        )
        return kept[0] if given.return_result and kept else None

    @line_magic("asizeof")
    def asizeof(self, line: str) -> Any:
        """The size of an object with all that it refers to, as pympler's ``asizeof``.

        ``%asizeof [-d DEPTH] [-s SECONDS] [-r] [-q] expression``. ``-d`` levels of
        referents in the text (1), ``-s`` seconds that it may take (no bound), ``-r``
        returns the bytes, ``-q`` shows nothing. An interrupt ends it with what is known.
        """
        given = _checked(lambda: parse_asizeof(line))
        # IPython's own transformations would ask the objects that it names for things.
        code = compile(given.expression, STATEMENT, "eval")
        sizes: list[int] = []
        sessions: list[Session] = []

        def run() -> None:
            value = _run_statement(code, self.shell)
            if sessions:
                sessions[0].recordings["objects"].value = value  # type: ignore[attr-defined]

        def after(session: Session) -> str:
            raw = session.recordings["objects"].raw
            sizes.append(raw.get("total", 0))
            return size_report(raw, given.depth)

        options = {"objects": {"expression": given.expression, "seconds": given.seconds}}
        self._profile(
            ["objects"],
            options,
            given.expression,
            run,
            after,
            quiet=given.quiet,
            begun=sessions.append,
        )
        return sizes[0] if given.return_size and sizes else None

    @line_magic("mprun")
    def mprun(self, line: str) -> Any:
        """``%mprun`` of memory_profiler, with all its flags, shown as a profile.

        ``%mprun -f FUNCTION … statement``, also for functions that are defined in cells.
        ``-T FILE`` writes the report, ``-r`` returns the statistics. Measured by memray,
        which does not count child processes (``-c``).
        """
        given = _checked(lambda: parse_mprun(line))
        code = compile(self.shell.transform_cell(given.statement), STATEMENT, "exec")
        kept: list[Any] = []
        message: list[str] = []

        def run() -> None:
            try:
                exec(code, self.shell.user_global_ns, self.shell.user_ns)
            except (SystemExit, KeyboardInterrupt) as error:
                # As the original: these two end the statement, not the report.
                message.append(
                    f"*** {type(error).__name__} exception caught in code being profiled."
                )

        def after(session: Session) -> str | None:
            report, stats = memory_statement_report(given, session)
            kept.append(stats)
            print("\n".join(message), end="\n" if message else "")
            return report

        options = {"memory_lines": {"functions": given.functions}}
        self._profile(["memory_lines"], options, given.statement, run, after, code=code)
        return kept[0] if given.return_profiler and kept else None

    @cell_magic("mprun")
    def mprun_cell(self, line: str, cell: str) -> None:
        """``%%mprun`` of memory_profiler: the memory of this cell; flags as of ``%mprun``."""
        _checked(lambda: parse_mprun(line))
        raise UsageError(
            profilers.problem(["memory_lines"]) or "%%mprun must be the first line of a cell."
        )

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

    def _profile(
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
            if not quiet:
                publish(progress, document, plain)


def _run_statement(code: Any, shell: Any) -> Any:
    return eval(code, shell.user_global_ns, shell.user_ns)


def _checked(parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except ArgumentError as error:
        raise UsageError(str(error)) from error


_replaced: dict[int, dict[tuple[str, str], Any]] = {}


def load(shell: Any) -> None:
    """Register magics, the input transformer and the hooks."""
    if id(shell) in _replaced:
        return
    registered = shell.magics_manager.magics
    names = [("line", "profile"), ("cell", "profile"), ("line", "lprun"), ("cell", "lprun_all")]
    names += [(kind, name) for name in ("prun", "memit", "mprun") for kind in ("line", "cell")]
    names += [("line", "asizeof")]
    _replaced[id(shell)] = {(kind, name): registered[kind].get(name) for kind, name in names}
    profiler: CellProfiler = attached(shell)
    profiler.first_line = request_of_first_line
    shell.input_transformers_cleanup.append(transform)
    shell.register_magics(CellProfilerMagics)


def unload(shell: Any) -> None:
    """Undo :func:`load`; magics that were there before are there again."""
    for (kind, name), before in _replaced.pop(id(shell), {}).items():
        if before is None:
            shell.magics_manager.magics[kind].pop(name, None)
        else:
            shell.magics_manager.magics[kind][name] = before
    if transform in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(transform)
    detach(shell)
