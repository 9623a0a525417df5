"""The command line: ``python -m jupyterlab_cell_profiler notebook nb.ipynb``, and ``run``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .._info import __version__
from .budgets import EXAMPLES, Budget, BudgetError, budget_of
from .foreign import add_open
from .notebook import NotebookError, run
from .page import render
from .report import Report, as_json, as_text

FAILED, WRONG, OVER_BUDGET, INTERRUPTED = 1, 2, 3, 130
"""Exit statuses: the notebook failed, it could not be run at all or the command was wrong, a
budget was exceeded, somebody interrupted it."""
FORMS = (".html", ".json", ".txt")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns
    -------
    The exit status: 0 only when everything ran and no budget was exceeded.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["run"]:
        # What follows the script is the script's, whatever it looks like.
        from .script import run_command

        return run_command(words[1:])
    given = _parser().parse_args(words)
    work: Callable[[argparse.Namespace], int] = given.work
    return work(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m jupyterlab_cell_profiler",
        description="Cell Profiler without a front end.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")
    commands.add_parser("run", help="run a script under profilers", add_help=False)
    notebook = commands.add_parser(
        "notebook",
        help="run a notebook and report what each cell costs",
        description="Run a notebook and report what each cell costs in time and memory. "
        "The file is not changed.",
        epilog="Exit status: 0 it ran to its end within the budgets; 1 a cell failed; 2 it "
        "could not be run at all; 3 a budget was exceeded; 130 it was interrupted.",
    )
    notebook.add_argument("path", help="the notebook, .ipynb")
    notebook.add_argument(
        "-o",
        "--output",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="also write the report there, in the form of its ending: .html, .json or .txt; "
        "may be given again",
    )
    notebook.add_argument(
        "--fail-if",
        action="append",
        default=[],
        metavar="BUDGET",
        help=f"end with status 3 where this is true; may be given again. Examples: {EXAMPLES}",
    )
    notebook.add_argument("--kernel", help="use this kernel instead of the notebook's own")
    notebook.add_argument(
        "--timeout", type=_seconds, metavar="S", help="seconds that one cell may take at most"
    )
    notebook.add_argument(
        "--allow-errors", action="store_true", help="go on after a cell that fails (still status 1)"
    )
    notebook.add_argument("-q", "--quiet", action="store_true", help="print no report")
    notebook.set_defaults(work=_notebook)
    add_open(commands)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("a number of seconds above 0")
    return value


def _notebook(given: argparse.Namespace) -> int:
    try:
        budgets = [budget_of(text) for text in given.fail_if]
        _check_outputs(given.output)
        report = run(
            given.path,
            kernel=given.kernel,
            timeout=given.timeout,
            allow_errors=given.allow_errors,
            tell=_progress if sys.stderr.isatty() else lambda sentence: None,
        )
    except (BudgetError, NotebookError, OutputError) as error:
        print(f"Cell Profiler: {error}", file=sys.stderr)
        return WRONG
    _judge(report, budgets)
    if not given.quiet:
        print(as_text(report))
    for path in given.output:
        try:
            path.write_text(_form(report, path.suffix), encoding="utf-8")
        except OSError as error:
            print(f"Cell Profiler: {path} cannot be written: {error}", file=sys.stderr)
            return WRONG
    if report.status == "interrupted":
        return INTERRUPTED
    if report.status != "ok":
        return FAILED
    return OVER_BUDGET if report.exceeded else 0


def _progress(sentence: str) -> None:
    print(sentence, file=sys.stderr)


class OutputError(ValueError):
    """A file that the report cannot be written to."""


def _check_outputs(paths: Sequence[Path]) -> None:
    """Before the notebook runs, which may take long."""
    for path in paths:
        if path.suffix not in FORMS:
            raise OutputError(f"A report ends in {', '.join(FORMS)}, and {path.name} does not.")
        if not path.absolute().parent.is_dir():
            raise OutputError(f"There is no folder {path.absolute().parent} for the report.")


def _judge(report: Report, budgets: Sequence[Budget]) -> None:
    for budget in budgets:
        if budget.unknown(report):
            report.exceeded.append(f"{budget.text}: it was not measured, so nobody can tell.")
        report.exceeded += budget.exceeded(report)


def _form(report: Report, suffix: str) -> str:
    if suffix == ".html":
        return render(report)
    if suffix == ".json":
        return json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"
    return as_text(report) + "\n"
