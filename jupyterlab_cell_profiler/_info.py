"""Who we are."""

from __future__ import annotations

__all__ = ["DISTRIBUTION", "PRODUCER", "__version__"]

DISTRIBUTION = "jupyterlab-cell-profiler"

try:
    from ._version import __version__
except ImportError:  # A source tree that was never built.
    __version__ = "0.0.0+source"

PRODUCER = f"{DISTRIBUTION}@{__version__}"
