"""Scripts under profilers: what they do and say is what they do and say plainly."""

from __future__ import annotations

import cProfile
import io
import json
import os
import pstats
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

import jupyterlab_cell_profiler
from jupyterlab_cell_profiler import profilers
from jupyterlab_cell_profiler.document import ProfileDocument, totals_of, values_of
from jupyterlab_cell_profiler.scripts.request import (
    ScriptError,
    ScriptRequest,
    request_of_json,
    request_of_line,
)
from jupyterlab_cell_profiler.scripts.run import outcome, run_script

SCHEMA = json.loads(
    Path(jupyterlab_cell_profiler.__file__).with_name("document.schema.json").read_text("utf-8")
)
ALL = [name for name in profilers.NAMES if name != "objects"]

SCRIPTS = {
    "plain": "import sys\nprint('out', sys.argv[1:])\nprint('err', file=sys.stderr)\n",
    "empty": "",
    "status": "import sys\nprint('so far')\nsys.exit(3)\n",
    "words": "import sys\nsys.exit('no good')\n",
    "raises": "def f(x):\n    return 1 / x\n\n\nprint('before')\nf(0)\n",
    "chained": "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e\n",
    "syntax": "print('never')\nx = = 1\n",
    "cookie": "# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n",
    "input": "print(repr(input()))\n",
    "atexit": "import atexit\natexit.register(print, 'at the end')\nprint('first')\n",
    "thread": "import threading, time\ndef f():\n    time.sleep(0.1)\n    print('thread')\n"
    "threading.Thread(target=f).start()\nprint('main')\n",
    "fork": "import os, sys\nsys.stdout.flush()\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\n"
    "    print('parent')\nelse:\n    print('child')\n",
    "pool": "from multiprocessing import get_context\ndef double(x):\n    return 2 * x\n"
    "if __name__ == '__main__':\n    with get_context('spawn').Pool(1) as pool:\n"
    "        print(pool.map(double, [1, 2]))\n",
    "chdir": "import os\nos.chdir('/')\nprint(os.getcwd())\n",
    "modules": "import beside\nprint(beside.WORD, __name__)\n"
    "print(__file__ == __import__('sys').argv[0])\n",
    "shadow": "print('before')\n1 / 0\n",
    "executor": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor(2)\nprint(list(pool.map(len, ['a', 'bc'])))\n",
    "exits": "import os\nprint('gone', flush=True)\nos._exit(5)\n",
    "killed": "import os\nprint('gone', flush=True)\nos.kill(os.getpid(), 9)\n",
}


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path) -> Iterator[None]:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    yield
    deadline = time.monotonic() + 10
    while left := [
        process
        for process in psutil.Process().children(recursive=True)
        if process.pid not in before and process.status() != psutil.STATUS_ZOMBIE
    ]:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
    names = {path.name for path in tmp_path.rglob("*")} - {"__pycache__"}
    assert all(name.endswith((".py", ".pyc", ".txt")) for name in names), names


class Heard:
    """What a script wrote."""

    def __init__(self) -> None:
        self.out = {"stdout": b"", "stderr": b""}

    def __call__(self, name: str, data: bytes) -> None:
        self.out[name] += data


def write(folder: Path, source: str, name: str = "script.py") -> Path:
    file = folder / name
    file.write_text(source, "latin-1" if "latin-1" in source else "utf-8")
    return file


def profiled(
    file: Path, names: list[str], *arguments: str, **more: Any
) -> tuple[ProfileDocument, dict[str, bytes]]:
    heard = Heard()
    request = ScriptRequest(str(file), list(arguments), names, directory=str(file.parent), **more)
    document = run_script(request, heard)
    jsonschema.validate(document, SCHEMA)
    return document, heard.out


def plainly(file: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(file), *arguments],
        cwd=file.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


@pytest.mark.parametrize("script", sorted(SCRIPTS))
@pytest.mark.parametrize("profiler", ["overview", "functions", "lines", "memory_lines"])
def test_a_script_does_what_it_does_plainly(tmp_path: Path, script: str, profiler: str) -> None:
    reason = profilers.get(profiler).unavailable()
    if reason is not None:
        pytest.skip(reason)
    if script == "fork" and not hasattr(os, "fork"):
        pytest.skip("This system has no fork.")
    write(tmp_path, "WORD = 'beside'\n", "beside.py")
    if script == "shadow":
        for name in ("json", "ast", "tokenize", "traceback2"):
            write(tmp_path, "raise SystemError('not this one')\n", f"{name}.py")
    file = write(tmp_path, SCRIPTS[script])
    plain = plainly(file, "a b", "")
    document, out = profiled(file, [profiler], "a b", "")
    assert out["stdout"] == plain.stdout
    assert out["stderr"] == plain.stderr
    assert document["target"]["exitStatus"] == plain.returncode
    assert document["target"]["arguments"] == ["a b", ""]
    assert document["status"] == ("ok" if plain.returncode == 0 else "error")
    assert totals_of(document)["wall"]["value"] is not None


@pytest.mark.parametrize("profiler", ALL)
def test_each_profiler_has_numbers(tmp_path: Path, profiler: str) -> None:
    reason = profilers.get(profiler).unavailable()
    if reason is not None:
        pytest.skip(reason)
    file = write(
        tmp_path,
        "def heavy(n):\n    total = 0\n    for i in range(n):\n        total += i\n"
        "    return total\n"
        "\ndata = bytearray(40_000_000)\nfor _ in range(12):\n    heavy(500_000)\n",
    )
    document, _ = profiled(file, [profiler])
    kinds = {section["kind"] for section in document["sections"]}
    assert document["status"] == "ok"
    assert set(profilers.get(profiler).sections) - {"stacks"} <= kinds
    assert document["files"][0]["path"] == "script.py"
    totals = totals_of(document)
    if profiler in ("overview", "memory", "counters"):
        assert 40e6 < totals["peak_rss"]["value"] < 120e6  # type: ignore[operator]
    if profiler in ("overview", "stacks"):
        blocks = {section.get("name") for section in lines_of(document)}
        assert "heavy" in blocks
    if profiler == "scalene":
        assert totals["scalene_python"]["value"] + totals["scalene_native"]["value"] > 0  # type: ignore[operator]
        assert totals["wall"]["value"] == pytest.approx(
            sum(totals[name]["value"] for name in ("user", "sys", "wait")),  # type: ignore[misc]
            rel=0.2,
        )
    if profiler == "memory_lines":
        (top,) = [section for section in lines_of(document) if "name" not in section]
        peaks = dict(zip(top["lines"], values_of(top, "memory_peak"), strict=True))
        assert peaks[7] == pytest.approx(40e6, rel=0.01)


def lines_of(document: ProfileDocument) -> list[Any]:
    return [section for section in document["sections"] if section["kind"] == "lines"]


def test_functions_counts_as_cprofile_does(tmp_path: Path) -> None:
    source = (
        "def a(n):\n    return b(n) + 1\ndef b(n):\n    return n and a(n - 1)\n"
        "for i in range(7):\n    a(i)\n"
    )
    file = write(tmp_path, source)
    document, _ = profiled(file, ["functions"])
    (calls,) = [section for section in document["sections"] if section["kind"] == "calls"]
    found = dict(
        zip(
            calls["functions"]["name"],
            zip(calls["functions"]["calls"], calls["functions"]["primitive_calls"], strict=True),
            strict=True,
        )
    )
    profile = cProfile.Profile()
    names: dict[str, Any] = {}
    profile.runctx(compile(source, str(file), "exec"), names, names)
    stats = pstats.Stats(profile, stream=io.StringIO()).stats  # type: ignore[attr-defined]
    expected = {key[2]: (value[1], value[0]) for key, value in stats.items()}
    for name in ("a", "b"):
        assert found[name] == expected[name]


def test_lines_count_exactly(tmp_path: Path) -> None:
    file = write(tmp_path, "total = 0\nfor i in range(10):\n    total += i\n")
    document, _ = profiled(file, ["lines"])
    (block,) = lines_of(document)
    assert dict(zip(block["lines"], values_of(block, "hits"), strict=True)) == {1: 1, 2: 11, 3: 10}


def test_marked_functions_only(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "@profile\ndef slow():\n    return 1\ndef other():\n    return 2\nslow()\nother()\n",
    )
    document, out = profiled(file, ["lines"])
    assert out["stderr"] == b""
    assert [section.get("name") for section in lines_of(document)] == ["slow"]
    assert "@profile" in " ".join(document["profilers"][0]["notes"])
    # Under profilers that look from outside the mark means nothing, and is no error.
    document, out = profiled(file, ["overview"])
    assert (document["status"], out["stderr"]) == ("ok", b"")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lines -f slow", {"slow": {2: 1, 3: 4, 4: 3}}),
        ("lines -f Box.fill", {"Box.fill": {7: 2}}),
        ("lines -m loaded", {"aid": {2: 1}, "more": {4: 1}}),
        ("lines -f loaded.more", {"more": {4: 1}}),
        ("lines -f slow -m loaded", {"slow": {2: 1, 3: 4, 4: 3}, "aid": {2: 1}, "more": {4: 1}}),
    ],
)
def test_named_functions_only(
    tmp_path: Path, line: str, expected: dict[str, dict[int, int]]
) -> None:
    write(tmp_path, "def aid():\n    return 1\ndef more():\n    return 2\n", "loaded.py")
    write(
        tmp_path,
        "def slow():\n    total = 0\n    for i in range(3):\n        total += i\n"
        "class Box:\n    def fill(self):\n        return [0]\n    def empty(self):\n"
        "        return []\nimport loaded\nslow()\nBox().fill()\nBox().fill()\nBox().empty()\n"
        "print(loaded.aid(), loaded.more())\n",
    )
    request = request_of_line(f"{line} script.py")
    request.directory = str(tmp_path)
    heard = Heard()
    document = run_script(request, heard)
    assert heard.out == {"stdout": b"1 2\n", "stderr": b""}
    found = {
        section["name"]: dict(zip(section["lines"], values_of(section, "hits"), strict=True))
        for section in lines_of(document)
    }
    assert found == expected
    assert not [note for note in document["profilers"][0]["notes"] if "Could not find" in note]


def test_what_is_named_and_nowhere_is_said(tmp_path: Path) -> None:
    write(tmp_path, "print(1)\n")
    request = request_of_line("lines -f nope -m nowhere script.py")
    request.directory = str(tmp_path)
    notes = run_script(request, Heard())["profilers"][0]["notes"]
    assert any("Could not find function nope" in note for note in notes)
    assert any("Could not find module nowhere" in note for note in notes)


def test_two_profilers_in_one_run(tmp_path: Path) -> None:
    file = write(tmp_path, "x = bytearray(30_000_000)\nprint(len(x))\n")
    document, _ = profiled(file, ["memory", "lines"])
    assert [run["name"] for run in document["profilers"]] == ["memory", "lines"]
    (block,) = lines_of(document)
    assert document["files"][block["file"]]["path"] == "script.py"
    assert totals_of(document)["peak_rss"]["value"] > 30e6  # type: ignore[operator]


@pytest.mark.parametrize("profiler", ["overview", "lines"])
def test_what_was_seen_of_a_killed_script(tmp_path: Path, profiler: str) -> None:
    file = write(
        tmp_path,
        "import os, time\nend = time.time() + 0.7\nwhile time.time() < end:\n    sum(range(500))\n"
        "os.kill(os.getpid(), 9)\n",
    )
    document, _ = profiled(file, [profiler])
    assert document["error"]["name"] == "SIGKILL"
    assert document["status"] == "error"
    if profiler == "overview" and profilers.get("stacks").unavailable() is None:
        assert lines_of(document)
    if profiler == "lines":
        assert "SIGKILL" in " ".join(document["profilers"][0]["notes"])


@pytest.mark.parametrize("profiler", ["overview", "lines"])
def test_a_cancelled_script_leaves_what_was_seen(tmp_path: Path, profiler: str) -> None:
    file = write(
        tmp_path,
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('runs', flush=True)\nwhile True:\n    sum(range(1000))\n",
    )
    import _thread

    class Interrupting(Heard):
        def __call__(self, name: str, data: bytes) -> None:
            super().__call__(name, data)
            if b"runs" in data:
                threading.Timer(0.6, _thread.interrupt_main).start()

    request = ScriptRequest(str(file), [], [profiler], directory=str(tmp_path))
    document = run_script(request, Interrupting())
    assert document["status"] == "interrupted"
    assert document["error"]["name"] == "KeyboardInterrupt"
    if profiler == "lines":
        (block,) = lines_of(document)
        assert max(value or 0 for value in values_of(block, "hits")) > 10


def test_much_output_is_passed_on(tmp_path: Path) -> None:
    file = write(tmp_path, "line = 'x' * 9_999\nfor _ in range(5000):\n    print(line)\n")
    count = [0]

    def take(name: str, data: bytes) -> None:
        count[0] += len(data)

    before = psutil.Process().memory_info().rss
    run_script(ScriptRequest(str(file), [], ["counters"], directory=str(tmp_path)), take)
    assert count[0] == 50_000_000
    assert psutil.Process().memory_info().rss - before < 40e6


def test_input_is_given(tmp_path: Path) -> None:
    file = write(tmp_path, "print(input() + '!')\n")
    _, out = profiled(file, ["lines"], stdin=b"hello\n")
    assert out["stdout"] == b"hello!\n"


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (ScriptRequest("none.py"), "There is no file none.py"),
        (ScriptRequest("."), "is a folder"),
        (ScriptRequest("script.py", [], ["nope"]), "There is no profiler 'nope'"),
        (ScriptRequest("script.py", [], ["lines", "functions"]), "exact profilers"),
        (ScriptRequest("script.py", [], ["stacks"], {"stacks": {"rate": 0}}), "rate of stacks"),
        (ScriptRequest("script.py", [], ["lines"], {"lines": {"functions": ["]"]}}), ""),
        (ScriptRequest("script.py", [], ["memory"], {"memory": {"repeat": 3}}), "runs once"),
        (ScriptRequest("script.py", directory="/nowhere"), "There is no folder /nowhere"),
    ],
)
def test_what_cannot_run_is_a_sentence(
    tmp_path: Path, request_: ScriptRequest, sentence: str
) -> None:
    write(tmp_path, "print(1)\n")
    request_.directory = request_.directory or str(tmp_path)
    if not sentence:
        # A function that the script may define: said afterwards.
        assert "Could not find" in " ".join(run_script(request_, Heard())["profilers"][0]["notes"])
        return
    with pytest.raises(ScriptError, match=sentence):
        run_script(request_, Heard())


def test_requests() -> None:
    line = request_of_line("lines -f solve run.py 'a b' --x=1")
    assert (line.path, line.arguments, line.profilers) == ("run.py", ["a b", "--x=1"], ["lines"])
    assert line.options == {"lines": {"functions": ["solve"]}}
    told = request_of_json(
        json.dumps(
            {"path": "a.py", "argumentLine": "1 '2 3'", "stdin": "x", "serverPath": "d/a.py"}
        )
    )
    assert (told.arguments, told.stdin, told.server_path) == (["1", "2 3"], b"x", "d/a.py")
    assert told.profilers == ["overview"]
    for text in ("", "[]", '{"path": 3}'):
        with pytest.raises(ScriptError, match="names no script"):
            request_of_json(text)
    for wrong in ("", "lines", "'a"):
        with pytest.raises(ScriptError):
            request_of_line(wrong)


@pytest.mark.parametrize(
    ("exit", "cancelled", "failure", "expected"),
    [
        (0, False, None, ("ok", None)),
        (2, False, None, ("error", {"name": "SystemExit", "value": "status 2"})),
        (-11, False, None, ("error", {"name": "SIGSEGV", "value": "A signal ended the process."})),
        (None, False, None, ("error", None)),
        (0, True, None, ("interrupted", {"name": "KeyboardInterrupt", "value": ""})),
        (1, False, {"name": "E", "value": "v"}, ("error", {"name": "E", "value": "v"})),
    ],
)
def test_how_it_ended(
    exit: int | None, cancelled: bool, failure: Mapping[str, str] | None, expected: Any
) -> None:
    assert outcome(exit, cancelled, failure) == expected  # type: ignore[arg-type]


def command(*words: str, folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab_cell_profiler", "run", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(Path(jupyterlab_cell_profiler.__file__).parent.parent)},
        **more,
    )


def test_the_command_line(tmp_path: Path) -> None:
    write(tmp_path, "import sys\nprint(sys.stdin.read(), sys.argv[1:])\nsys.exit(4)\n")
    target = tmp_path / "out.txt"
    done = command(
        "-o",
        str(target),
        "--stdin",
        "-",
        "lines",
        "script.py",
        "-o",
        "x",
        folder=tmp_path,
        input="in",
    )
    assert done.returncode == 4
    assert done.stdout.startswith("in ['-o', 'x']\n")
    assert "Lines · line_profiler" in done.stdout
    assert "Lines · line_profiler" in target.read_text("utf-8")
    done = command("nothing.py", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no file nothing.py" in done.stderr
    done = command("-q", "-o", "report.pdf", "script.py", folder=tmp_path)
    assert done.returncode == 2
    assert "report.pdf does not" in done.stderr


def test_a_kernel_that_is_not_interrupted_goes_on(tmp_path: Path) -> None:
    """Errors of a script are the script's: nothing is raised here."""
    file = write(tmp_path, "raise SystemExit(9)\n")
    document, _ = profiled(file, ["counters"])
    assert document["target"]["exitStatus"] == 9
