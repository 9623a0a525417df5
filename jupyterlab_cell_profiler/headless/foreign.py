"""The command ``open``: a profile that another tool wrote."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..opening.beside import open_with_sources
from ..opening.errors import CannotOpen
from ..text import render

WRONG = 2


def add_open(commands: Any) -> None:
    """Add the command to those of a parser (``add_subparsers``)."""
    parser = commands.add_parser(
        "open",
        help="open a profile that another tool wrote",
        description="Open a profile of cProfile, line_profiler, mprof, memray, Scalene, "
        "speedscope, py-spy, pyinstrument or V8, or collapsed stacks: print it, and write it as a "
        "profile of Cell Profiler. Nothing that stands in the file is executed.",
        epilog="Exit status: 0 it was opened; 2 it could not be, or the command was wrong.",
    )
    parser.add_argument("path", help="the file, which may be packed with gzip")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write the profile there; a name that ends in .cellprofile.json opens in JupyterLab",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")
    parser.set_defaults(work=open_foreign)


def open_foreign(given: argparse.Namespace) -> int:
    """Open a file, and say or write what stands in it.

    Returns
    -------
    The exit status.
    """
    try:
        document = open_with_sources(given.path)
    except CannotOpen as error:
        print(f"Cell Profiler: {error}", file=sys.stderr)
        return WRONG
    if given.output is not None:
        try:
            given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            print(f"Cell Profiler: {given.output} cannot be written: {error}", file=sys.stderr)
            return WRONG
    if not given.quiet:
        print(render(document))
    return 0
