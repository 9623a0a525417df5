"""The table of cells that must behave under a profiler as they do without one.

A case is one cell or several that run one after the other in a fresh namespace. A cell
that prints at the moment at which it is interrupted says ``go``.
"""

from __future__ import annotations

from .case import Case
from .cells_errors import ERRORS
from .cells_libraries import LIBRARIES
from .cells_magics import MAGICS
from .cells_output import OUTPUT
from .cells_python import PYTHON
from .cells_running import ASYNC, INPUT, REQUESTS
from .cells_surroundings import SURROUNDINGS
from .cells_threads import THREADS

CASES: tuple[Case, ...] = (
    *OUTPUT,
    *ERRORS,
    *MAGICS,
    *INPUT,
    *ASYNC,
    *THREADS,
    *REQUESTS,
    *PYTHON,
    *SURROUNDINGS,
    *LIBRARIES,
)
