"""Scripts under our profilers beside the raw tools' own command lines.

All of them, a plain ``python script.py`` and ours alternate, round by round; each is a whole
process from start to end, its output dropped. ``to_raw`` is our time by that of the raw tool,
``to_plain`` by the plain run; ``around_ms`` is what ours takes beyond the script's own time by
its own clock: starting the helpers and putting the document together.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from kernel import save

ROUNDS = 5
SCRIPT = """\
import time
begin = time.perf_counter()
def julia(z, c, limit):
    for n in range(limit):
        if abs(z) > 2:
            return n
        z = z * z + c
    return limit
total = 0
for y in range(240):
    for x in range(240):
        total += julia(complex(x / 120 - 1, y / 120 - 1), -0.62772 - 0.42193j, 120)
data = bytearray(60_000_000)
print(total, time.perf_counter() - begin)
"""


def tools(folder: Path) -> dict[str, tuple[list[str], str]]:
    """The raw command of each profiler, where its tool is there."""
    script, python = str(folder / "script.py"), sys.executable
    places = [os.path.dirname(python), *os.environ["PATH"].split(os.pathsep)]

    def program(name: str) -> str | None:
        return shutil.which(name, path=os.pathsep.join(places))

    out = str(folder / "raw.out")
    known = {
        "functions": ([python, "-m", "cProfile", "-o", out, script], python),
        "lines": (["kernprof", "-q", "-l", "-p", script, "-o", out, script], "kernprof"),
        "memory_lines": ([python, "-m", "memray", "run", "-q", "-f", "-o", out, script], "memray"),
        "stacks": (["py-spy", "record", "-f", "raw", "-o", out, "--", python, script], "py-spy"),
        "overview": (["py-spy", "record", "-f", "raw", "-o", out, "--", python, script], "py-spy"),
        "memory": (["mprof", "run", "-o", out, python, script], "mprof"),
        "counters": (["perf", "stat", "-o", out, python, script], "perf"),
        "scalene": ([python, "-m", "scalene", "run", "-o", out, script], "scalene"),
    }
    found = {}
    for name, (command, needs) in known.items():
        path = program(needs)
        if path is not None:
            found[name] = ([path, *command[1:]] if command[0] == needs else command, needs)
    return found


def timed(command: list[str], folder: Path) -> tuple[float, str]:
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-300:]}")
    return seconds, done.stdout


OURS = """\
import sys, time
from jupyterlab_cell_profiler.scripts.request import ScriptRequest
from jupyterlab_cell_profiler.scripts.run import run_script
said = []
for line in sys.stdin:
    name = line.strip()
    begin = time.perf_counter()
    run_script(ScriptRequest("script.py", [], [name]), lambda stream, data: said.append(data))
    own = float(b"".join(said).split()[1])
    said.clear()
    print(time.perf_counter() - begin, own, flush=True)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.py").write_text(SCRIPT)
        raw = tools(folder)
        # As in a kernel: our modules are loaded once, before anybody asks.
        with subprocess.Popen(
            [sys.executable, "-c", OURS],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as ours:
            assert ours.stdin is not None
            assert ours.stdout is not None
            seen: dict[str, list[tuple[float, float, float, float]]] = {one: [] for one in raw}
            for _ in range(ROUNDS + 1):
                for one, (command, _) in raw.items():
                    plain, _ = timed([sys.executable, "script.py"], folder)
                    theirs, _ = timed(command, folder)
                    ours.stdin.write(one + "\n")
                    ours.stdin.flush()
                    whole, own = map(float, ours.stdout.readline().split())
                    seen[one].append((plain, theirs, whole, own))
            ours.stdin.close()
    figures: dict[str, Any] = {"rounds": ROUNDS}
    for one, rounds in seen.items():
        rounds = rounds[1:]  # The first one loads what the system has not in memory.
        figures[one] = {
            "raw_tool": raw[one][1] if raw[one][1] != sys.executable else "cProfile",
            "plain_s": round(median(p for p, *_ in rounds), 3),
            "to_raw": round(median(w / t for _, t, w, _ in rounds), 3),
            "to_plain": round(median(w / p for p, _, w, _ in rounds), 3),
            "raw_to_plain": round(median(t / p for p, t, *_ in rounds), 3),
            "around_ms": round(1000 * median(w - own for _, _, w, own in rounds), 0),
        }
    save("scripts", figures)


if __name__ == "__main__":
    main()
