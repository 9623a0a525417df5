"""``python -m jupyterlab_cell_profiler run [profiler…] [options] path [arguments…]``."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import html, text
from ..document import ProfileDocument
from ..scripts.request import ScriptError, request_of_line
from ..scripts.run import run_script

WRONG, INTERRUPTED, SIGNAL = 2, 130, 128
"""Exit statuses besides the script's own: it could not be run, somebody interrupted it, or
(with its number added) a signal ended it."""
FORMS = (".json", ".html", ".txt")
HELP = """\
usage: python -m jupyterlab_cell_profiler run [-o FILE]… [--stdin FILE] [--quiet]
                                              [profiler…] [options] path [arguments…]

Run a script under profilers, in a process of its own, and print the profile.

  -o FILE        also write it there: a document (.cellprofile.json), .html or .txt
  --stdin FILE   what the script reads; - is what comes in here. Nothing is given otherwise
  -q, --quiet    print no profile

Profilers and options are those of %%profile; the default is overview. The exit status is
the script's; 2 when it could not be run, 128 + N when signal N ended it, 130 when it was
interrupted.
"""


def run_command(words: Sequence[str]) -> int:
    """Do what the command line says; gives the exit status."""
    rest, files, stdin, quiet = list(words), [], None, False
    try:
        while rest and rest[0].startswith("-"):
            word = rest.pop(0)
            if word in ("-h", "--help"):
                print(HELP, end="")
                return 0
            if word in ("-q", "--quiet"):
                quiet = True
            elif word in ("-o", "--output", "--stdin"):
                if not rest:
                    raise ScriptError(f"Option {word} needs a file.")
                value = rest.pop(0)
                if word == "--stdin":
                    stdin = _input(value)
                else:
                    files.append(_checked(Path(value)))
            else:
                rest.insert(0, word)
                break
        request = request_of_line(shlex.join(rest))
        request.stdin = stdin
        document = run_script(request, _write)
    except ScriptError as error:
        print(f"Cell Profiler: {_plainly(error)}", file=sys.stderr)
        return WRONG
    return _report(document, files, quiet)


def _plainly(error: ScriptError) -> str:
    return str(error).replace("%profile_script", "python -m jupyterlab_cell_profiler run")


def _input(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise ScriptError(f"{name} cannot be read: {error.strerror or error}.") from error


def _checked(path: Path) -> Path:
    """Before the script runs, which may take long."""
    if path.suffix not in FORMS:
        raise ScriptError(f"A profile ends in {', '.join(FORMS)}, and {path.name} does not.")
    if not path.absolute().parent.is_dir():
        raise ScriptError(f"There is no folder {path.absolute().parent} for the profile.")
    return path


def _write(name: str, data: bytes) -> None:
    stream = sys.stdout if name == "stdout" else sys.stderr
    stream.flush()
    stream.buffer.write(data)
    stream.buffer.flush()


def _report(document: ProfileDocument, files: Sequence[Path], quiet: bool) -> int:
    if not quiet:
        print(text.render(document))
    for path in files:
        try:
            path.write_text(_form(document, path.suffix), "utf-8", "backslashreplace")
        except OSError as error:
            print(f"Cell Profiler: {path} cannot be written: {error}", file=sys.stderr)
            return WRONG
    status = document["target"].get("exitStatus")
    if document["status"] == "interrupted":
        return INTERRUPTED
    if status is None:
        return 1
    return SIGNAL - status if status < 0 else status


def _form(document: ProfileDocument, suffix: str) -> str:
    if suffix == ".html":
        return html.render(document)
    if suffix == ".txt":
        return text.render(document) + "\n"
    return json.dumps(document, ensure_ascii=False) + "\n"
