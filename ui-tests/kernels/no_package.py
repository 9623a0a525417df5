"""A Python kernel in which jupyterlab_cell_profiler is not installed."""

import sys

from ipykernel.kernelapp import IPKernelApp


class Hide:
    """Finds no module of Cell Profiler, and stops the search there."""

    def find_spec(self, name, path=None, target=None):
        """Refuse the package, leave everything else to the other finders."""
        if name.split(".")[0] == "jupyterlab_cell_profiler":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


sys.meta_path.insert(0, Hide())
IPKernelApp.launch_instance()
