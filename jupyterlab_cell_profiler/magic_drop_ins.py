"""The drop-ins: magics of other tools, by their names and with their flags, shown as profiles."""

from __future__ import annotations

import gc
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import cell_magic, line_magic, magics_class

from . import profilers
from .drop_in_arguments import (
    MemitArguments,
    parse_asizeof,
    parse_lprun,
    parse_memit,
    parse_mprun,
    parse_prun,
)
from .drop_ins import (
    STATEMENT,
    memit_of,
    memit_options,
    memory_statement_report,
    statement_report,
)
from .magic_statements import StatementMagics, checked, run_statement
from .object_reports import size_report
from .reports import named_stats, print_line_stats, write_line_stats
from .session import Session


@magics_class
class DropInMagics(StatementMagics):
    """Of line_profiler, IPython, memory_profiler and pympler."""

    @line_magic("lprun")
    def lprun(self, line: str) -> Any:
        """``%lprun`` of line_profiler, with all its flags, shown as a profile.

        ``%lprun -f FUNCTION … -m MODULE … statement``. ``-D FILE`` dumps the statistics
        (pickle), ``-T FILE`` writes the report, ``-r`` returns the ``LineProfiler``,
        ``-s`` and ``-z`` strip functions that were not called, ``-u UNIT`` sets the
        report's unit in seconds.
        """
        given = checked(lambda: parse_lprun(line, cell=False))
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

        self.profile_statement(["lines"], options, given.statement, run, after)
        return kept[0] if given.return_profiler and kept else None

    @cell_magic("lprun_all")
    def lprun_all(self, line: str, cell: str) -> None:
        """``%%lprun_all`` of line_profiler: profile every line of this cell.

        Flags: ``-D FILE``, ``-T FILE``, ``-r``, ``-z``, ``-u UNIT`` as of ``%lprun``;
        ``-t`` stores the seconds as ``_total_time_taken``; ``-p`` leaves functions out.
        """
        checked(lambda: parse_lprun(line, cell=True))
        raise UsageError("%%lprun_all must be the first line of a cell.")

    @line_magic("prun")
    def prun(self, line: str) -> Any:
        """``%prun`` of IPython, with all its flags, shown as a profile.

        ``%prun [-l LIMIT] [-s KEY] [-r] [-q] [-T FILE] [-D FILE] statement``. ``-D FILE``
        dumps the statistics for pstats and SnakeViz, ``-T FILE`` writes the report,
        ``-r`` returns the ``pstats.Stats``, ``-q`` shows nothing.
        """
        given = checked(lambda: parse_prun(line))
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

        self.profile_statement(["functions"], {}, given.statement, run, after, quiet=given.quiet)
        return kept[0] if given.return_stats and kept else None

    @cell_magic("prun")
    def prun_cell(self, line: str, cell: str) -> None:
        """``%%prun`` of IPython: the functions of this cell; flags as of ``%prun``."""
        checked(lambda: parse_prun(line))
        raise UsageError("%%prun must be the first line of a cell.")

    @line_magic("memit")
    def memit(self, line: str) -> Any:
        """``%memit`` of memory_profiler, with all its flags, shown as a profile.

        ``%memit [-r RUNS] [-i SECONDS] [-c] [-o] [-q] statement``. The peak is exact where
        the operating system tells it. ``-c`` adds child processes, ``-o`` returns the result,
        ``-q`` shows nothing.
        """
        given = checked(lambda: parse_memit(line))
        return self._memit(given, given.statement)

    @cell_magic("memit")
    def memit_cell(self, line: str, cell: str) -> Any:
        """``%%memit`` of memory_profiler; flags as of ``%memit``.

        A statement on its first line runs before, and is not measured.
        """
        given = checked(lambda: parse_memit(line))
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
        self.profile_statement(
            ["memory"], options, source, run, after, quiet=given.quiet, repeat=given.repeat
        )
        return kept[0] if given.return_result and kept else None

    @line_magic("mprun")
    def mprun(self, line: str) -> Any:
        """``%mprun`` of memory_profiler, with all its flags, shown as a profile.

        ``%mprun -f FUNCTION … statement``, also for functions that are defined in cells.
        ``-T FILE`` writes the report, ``-r`` returns the statistics. Measured by memray,
        which does not count child processes (``-c``).
        """
        given = checked(lambda: parse_mprun(line))
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
        self.profile_statement(["memory_lines"], options, given.statement, run, after, code=code)
        return kept[0] if given.return_profiler and kept else None

    @cell_magic("mprun")
    def mprun_cell(self, line: str, cell: str) -> None:
        """``%%mprun`` of memory_profiler: the memory of this cell; flags as of ``%mprun``."""
        checked(lambda: parse_mprun(line))
        raise UsageError(
            profilers.problem(["memory_lines"]) or "%%mprun must be the first line of a cell."
        )

    @line_magic("asizeof")
    def asizeof(self, line: str) -> Any:
        """The size of an object with all that it refers to, as pympler's ``asizeof``.

        ``%asizeof [-d DEPTH] [-s SECONDS] [-r] [-q] expression``. ``-d`` levels of
        referents in the text (1), ``-s`` seconds that it may take (no bound), ``-r``
        returns the bytes, ``-q`` shows nothing. An interrupt ends it with what is known.
        """
        given = checked(lambda: parse_asizeof(line))
        # IPython's own transformations would ask the objects that it names for things.
        code = compile(given.expression, STATEMENT, "eval")
        sizes: list[int] = []
        sessions: list[Session] = []

        def run() -> None:
            value = run_statement(code, self.shell)
            if sessions:
                sessions[0].recordings["objects"].value = value  # type: ignore[attr-defined]

        def after(session: Session) -> str:
            raw = session.recordings["objects"].raw
            sizes.append(raw.get("total", 0))
            return size_report(raw, given.depth)

        options = {"objects": {"expression": given.expression, "seconds": given.seconds}}
        self.profile_statement(
            ["objects"],
            options,
            given.expression,
            run,
            after,
            quiet=given.quiet,
            begun=sessions.append,
        )
        return sizes[0] if given.return_size and sizes else None
