"""Write ``data/summaries.json``, which the front end's summaries are compared with, too::

python -m jupyterlab_cell_profiler.tests.make_golden_summaries
"""

from __future__ import annotations

import json
from pathlib import Path

from jupyterlab_cell_profiler.history.summary import measured
from jupyterlab_cell_profiler.tests.documents import GOLDEN, golden

if __name__ == "__main__":
    made = {name: measured(golden(name)) for name in GOLDEN}  # type: ignore[arg-type]
    (Path(__file__).parent / "data" / "summaries.json").write_text(
        json.dumps(made, indent=1) + "\n", "utf-8"
    )
