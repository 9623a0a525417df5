"""What script is to run, and how. Pure, but for looking at the file."""

from __future__ import annotations

import json
import os
import shlex
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import profilers
from ..arguments import DEFAULT, ArgumentError, parse_profile
from ..requests import request_of

LARGEST = 10_000_000
"""Bytes of a script."""


class ScriptError(ValueError):
    """A script that cannot be run as was asked; the message is a sentence for people."""


@dataclass
class ScriptRequest:
    """A run of a script."""

    path: str
    """As given: absolute, or relative to ``directory``."""
    arguments: list[str] = field(default_factory=list)
    profilers: list[str] = field(default_factory=lambda: [DEFAULT])
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    directory: str = ""
    """Where it runs; empty: where we are."""
    server_path: str | None = None
    """Among the files that the server serves."""
    stdin: bytes | None = None
    """What it reads; nothing: its input is at its end at once."""

    @property
    def folder(self) -> str:
        """The working directory, absolute."""
        return os.path.abspath(os.path.expanduser(self.directory or os.curdir))

    @property
    def file(self) -> str:
        """The script, absolute, as it is called in tracebacks."""
        return os.path.normpath(os.path.join(self.folder, os.path.expanduser(self.path)))


def request_of_json(text: str) -> ScriptRequest:
    """A request of the front end; docs/scripts.md has its form.

    Raises
    ------
    ScriptError
        When it is none.
    """
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("path"), str):
        raise ScriptError("The request names no script.")
    arguments = value.get("arguments")
    if isinstance(value.get("argumentLine"), str):
        arguments = split_arguments(value["argumentLine"])
    asked = request_of({**value, "profilers": value.get("profilers") or [DEFAULT]})
    stdin = value.get("stdin")
    return ScriptRequest(
        value["path"],
        [str(one) for one in arguments] if isinstance(arguments, list) else [],
        asked.profilers if asked else [DEFAULT],
        asked.options if asked else {},
        _text(value, "directory") or "",
        _text(value, "serverPath"),
        stdin.encode("utf-8", "surrogatepass") if isinstance(stdin, str) else None,
    )


def _text(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) else None


def request_of_line(line: str) -> ScriptRequest:
    """A request of ``[profiler…] [options] path [args…]``.

    Raises
    ------
    ScriptError
        When it is none.
    """
    try:
        given = parse_profile(line, statement=True)
    except ArgumentError as error:
        raise ScriptError(str(error)) from error
    words = split_arguments(given.statement)
    if not words:
        raise ScriptError("Name a script: %profile_script [profiler…] [options] path [arguments…]")
    return ScriptRequest(words[0], words[1:], given.profilers, given.options)


def split_arguments(line: str) -> list[str]:
    """A line as a shell splits it; nothing in it is expanded.

    Raises
    ------
    ScriptError
        When a quotation mark is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise ScriptError(f"The arguments cannot be read: {error}.") from error


def source_of(request: ScriptRequest) -> str:
    """The source of the script, once it is certain that it can run at all.

    Raises
    ------
    ScriptError
        When there is no such file, folder, profiler or tool.
    """
    reason = profilers.problem(request.profilers)
    if reason is not None:
        raise ScriptError(reason)
    repeated = [name for name, given in request.options.items() if given.get("repeat", 1) != 1]
    if repeated:
        raise ScriptError("A script runs once: the option -r is for statements and cells.")
    if not os.path.isdir(request.folder):
        raise ScriptError(f"There is no folder {request.folder} to run in.")
    file = request.file
    if os.path.isdir(file):
        raise ScriptError(f"{request.path} is a folder. Name the script in it.")
    try:
        if os.path.getsize(file) > LARGEST:
            raise ScriptError(f"{request.path} is larger than {LARGEST // 10**6} MB.")
        with open(file, "rb") as raw:
            data = raw.read()
    except FileNotFoundError:
        raise ScriptError(f"There is no file {request.path} (in {request.folder}).") from None
    except OSError as error:
        raise ScriptError(f"{request.path} cannot be read: {error.strerror or error}.") from error
    try:
        with tokenize.open(file) as text:
            return text.read()
    except (SyntaxError, UnicodeDecodeError):
        # Python itself will say so, when it runs.
        return data.decode("utf-8", "replace")
