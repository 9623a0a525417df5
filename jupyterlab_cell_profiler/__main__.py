"""``python -m jupyterlab_cell_profiler``."""

from __future__ import annotations

import sys

from .headless.cli import main

if __name__ == "__main__":
    sys.exit(main())
