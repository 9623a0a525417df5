"""Scripts in a kernel: the magic ``%profile_script``, and what the front end calls."""

from __future__ import annotations

import codecs
import sys
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from .flood import Flood
from .kernel import publish
from .outputs import Progress
from .scripts.paced import Paced
from .scripts.request import ScriptError, ScriptRequest, request_of_json, request_of_line
from .scripts.run import run_script


@magics_class
class ScriptMagics(Magics):
    """The magic for scripts."""

    @line_magic("profile_script")
    def profile_script(self, line: str) -> None:
        """Run a script under profilers: ``%profile_script [profiler…] [options] path [args…]``.

        It runs in a process of its own, as ``python path args…`` would, with nothing on its
        standard input; an interrupt of the kernel ends it. Profilers and their options are
        those of ``%%profile``; the default is ``overview``.
        """
        try:
            request = request_of_line(line)
        except ScriptError as error:
            raise UsageError(str(error)) from error
        run_and_publish(self.shell, request)


def profile_script(shell: Any, request: str) -> None:
    """Run a script for the front end, and publish its profile.

    Raises
    ------
    UsageError
        When it cannot be run at all, with a sentence.
    """
    try:
        run_and_publish(shell, request_of_json(request), is_paced=True)
    except ScriptError as error:
        raise UsageError(str(error)) from error


def run_and_publish(shell: Any, request: ScriptRequest, *, is_paced: bool = False) -> None:
    """Run a script, its output being that of the cell, and show the profile below.

    Parameters
    ----------
    is_paced : leave output out that a server would drop, with the profile behind it
    """
    progress = Progress(shell)
    output = Paced(Streams()) if is_paced else None
    flood = Flood(shell)
    flood.install()
    try:
        document = run_script(request, output or Streams())
    except ScriptError as error:
        raise UsageError(str(error)) from error
    finally:
        if output is not None:
            output.close()
        flood.uninstall()
    flood.settle()
    publish(progress, document)


class Streams:
    """Writes bytes of a script to this process's streams, as text."""

    def __init__(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {name: decoder("replace") for name in ("stdout", "stderr")}

    def __call__(self, name: str, data: bytes) -> None:
        stream = sys.stdout if name == "stdout" else sys.stderr
        stream.write(self._decoders[name].decode(data))
        stream.flush()
