"""Records runs under Scalene, for tests of ``convert`` and as golden documents.

``python -m jupyterlab_cell_profiler.tests.record_scalene`` writes ``data/raw/scalene/NAME.json``
(what ``convert`` got, and what it was told of the run) and
``data/documents/scalene-NAME.cellprofile.json`` (the document of the same run).

``… record_scalene --script`` records only ``script-VERSION.json``: how the Scalene that is
installed where this runs describes a script. Of older versions there is one in ``data/raw``.
"""

from __future__ import annotations

import json
import re
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

RAW = Path(__file__).parent / "data" / "raw" / "scalene"
EARLIER = (
    "import time\n"
    "import numpy as np\n"
    "\n"
    "def smooth(values, width):\n"
    "    kernel = np.ones(width) / width\n"
    "    padded = np.concatenate([values, values[:width]])\n"
    "    return np.convolve(padded, kernel, mode='valid')\n"
    "\n"
    "def collatz(start):\n"
    "    steps = 0\n"
    "    while start > 1:\n"
    "        start = start // 2 if start % 2 == 0 else 3 * start + 1\n"
    "        steps += 1\n"
    "    return steps\n"
)
CELLS = {
    "cell": (
        "signal = np.ones(8_000_000)\n"
        "smoothed = smooth(signal, 8)\n"
        "\n"
        "# sums and loops of Python\n"
        "longest = max(collatz(start) for start in range(1, 40_000))\n"
        "names = [str(number) * 3 for number in range(400_000)]\n"
        "copy = smoothed.copy()\n"
        "time.sleep(0.2)\n"
        "longest\n"
    ),
    "leak": (
        "import random\n"
        "\n"
        "seen = []\n"
        "\n"
        "def remember(size):\n"
        "    seen.append(bytearray(random.randbytes(size)))\n"
        "\n"
        "for _ in range(300):\n"
        "    remember(1_500_000)\n"
        "    scratch = bytes(seen[-1])\n"
    ),
}
SCRIPT = (
    "import sys\n"
    "import numpy as np\n"
    "\n"
    "def work(count):\n"
    "    total = 0\n"
    "    for i in range(count):\n"
    "        total += i * i\n"
    "    return total\n"
    "\n"
    "grid = np.ones(13_000_000)\n"
    "totals = [work(1000) for _ in range(6000)]\n"
    "other = grid.copy()\n"
    "print(len(totals), sys.argv[1:])\n"
)
IDS = {
    "own": "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a14",
    "earlier": "9f1c2a6e-4d0b-4c1e-8a37-5b0e6d2f7a13",
}
PLAIN = {
    "cpu_only": False,
    "gpu": False,
    "stacks": False,
    "profile_only": [],
    "profile_exclude": [],
}


def slim(profile: Any) -> None:
    """A profile without what is long and says nothing new to a test."""
    for file in profile["files"].values():
        for line in [*file["lines"], *file["functions"]]:
            line["cpu_samples_list"] = []
            line["memory_samples"] = line["memory_samples"][:2]
    if "combined_stacks_timeline" in profile:
        profile["combined_stacks_timeline"] = profile["combined_stacks_timeline"][:2]


def clean(text: str) -> str:
    """Without anything that is of this machine."""
    for folder, name in (
        (sysconfig.get_path("purelib"), "/venv/lib/python3.11/site-packages"),
        (sysconfig.get_path("stdlib"), "/usr/lib/python3.11"),
        (str(Path(__file__).parents[2]), "/project"),
        (sys.prefix, "/venv"),
        (sys.base_prefix, "/usr"),
        (str(Path.cwd()), "/project"),
    ):
        text = text.replace(folder, name)
    text = re.sub(r"/[\w/.-]*/cell-profiler-\w+/", "/tmp/cell-profiler-1/", text)
    text = re.sub(r"/[\w/.-]*/record-scalene-\w+", "/home/user/work", text)
    return re.sub(r"/[\w/.-]*/ipykernel_\d+/", "/tmp/ipykernel_1/", text)


def write(path: Path, value: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = clean(json.dumps(value, indent=1, sort_keys=True))
    path.write_text(text + "\n", encoding="utf-8")
    return text


def record_script(options: dict[str, Any], name: str) -> dict[str, Any]:
    """What comes of a script; needs no IPython."""
    from jupyterlab_cell_profiler.profilers.scalene_process import run_scalene

    with tempfile.TemporaryDirectory(prefix="record-scalene-") as folder:
        (Path(folder) / "script.py").write_text(SCRIPT)
        raw = run_scalene(
            "script.py", ["a b"], directory=folder, options=options, output=lambda *_: None
        )
    assert raw["profile"], raw
    slim(raw["profile"])
    write(RAW / f"{name}.json", raw)
    return raw


def record_cell(name: str, number: int, options: dict[str, Any]) -> None:
    from jupyterlab_cell_profiler.kernel import Request
    from jupyterlab_cell_profiler.profilers import Target, scalene

    from .documents import FOLDER, check
    from .inprocess import new_shell

    kept: list[tuple[Any, Target]] = []
    original = scalene.convert

    def convert(raw: Any, target: Target) -> Any:
        slim(raw["profile"])
        kept.append((json.loads(json.dumps(raw)), target))
        return original(raw, target)

    scalene.convert = convert
    try:
        with new_shell() as shell:
            shell.run(EARLIER, IDS["earlier"])
            setup = [[IDS["earlier"], EARLIER]]
            asked = Request(["scalene"], {"scalene": {"setup": setup, **options}})
            assert shell.profiler.arm(IDS["own"], asked) is None
            document = shell.run(CELLS[name], IDS["own"]).document
    finally:
        scalene.convert = original
    ((raw, target),) = kept
    told = {"source": CELLS[name], "own_files": target.own_files}
    write(RAW / f"{name}.json", {"raw": raw, "target": told})
    document["id"] = f"00000000-0000-4000-8000-{number:012}"
    document["started"] = "2026-11-25T06:00:00.000Z"
    document["environment"]["platform"] = "Linux x86_64"
    document["environment"]["cpuCount"] = 8
    text = clean(json.dumps(document, indent=1))
    check(json.loads(text))
    (FOLDER / f"scalene-{name}.cellprofile.json").write_text(text + "\n", encoding="utf-8")
    print(name, len(json.dumps(document)))


def main() -> None:
    if "--script" in sys.argv:
        record_script({**PLAIN, "stacks": "--stacks" in sys.argv}, f"script-{version('scalene')}")
        return
    record_script({**PLAIN, "stacks": True}, "script")
    record_cell("cell", 61, {})
    record_cell("leak", 62, {"stacks": True})


if __name__ == "__main__":
    main()
