"""Records the raw data of ``stacks`` where pyinstrument takes over, which
``test_stacks_inside_convert.py`` reads.

``python -m jupyterlab_cell_profiler.tests.record_stacks_inside [NAME…]`` writes
``data/raw/pyinstrument/*.json``, from the cells of ``record_stacks.py``.
"""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

from jupyterlab_cell_profiler.sampling import spy
from jupyterlab_cell_profiler.tests.record_stacks import RECORDINGS, run

FOLDER = Path(__file__).parent / "data" / "raw" / "pyinstrument"

LOOP = """\
def loop(n):
    total = 0
    for i in range(n):
        total += i * i
    return total
loop(3_000_000)
len(sorted(range(400_000), key=lambda x: -x))"""

NAMES = ("busy", "recursion", "threads", "await", "display", "short")
CELLS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "loop": ([LOOP], {}),
    **{name: RECORDINGS[name] for name in NAMES},
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or CELLS:
        with mock.patch.object(spy, "impossible", return_value="Not here."):
            value = run(*CELLS[name], None)
        value["made"] = (
            f"pyinstrument {version('pyinstrument')}, Python {platform.python_version()}"
        )
        text = json.dumps(value, separators=(",", ":"), sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(name, len(text))


if __name__ == "__main__":
    main()
