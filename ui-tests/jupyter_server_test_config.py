"""Configuration of the Jupyter server that the browser tests talk to.

Never use it for anything else: it opens the server without a password and gives
the page JupyterLab's own objects.
"""

import json
import os
import sys
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821
here = Path(__file__).parent
folder = Path(os.environ["CELL_PROFILER_TEST_DIR"])
root = folder / "notebooks"
root.mkdir(parents=True, exist_ok=True)

configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["CELL_PROFILER_TEST_PORT"])
c.ServerApp.root_dir = str(root)
c.ServerApp.allow_root = True
# Tests ask for files that are not there yet and end kernels under way: all in order.
c.ServerApp.log_level = "ERROR"
c.LabApp.workspaces_dir = str(folder / "workspaces")
c.JupyterNotebookApp.expose_app_in_browser = True

# Kernels that a test can choose by name, beside the ordinary `python3`.
KERNELS = {
    "fake-r": ("Fake R", "R", "fake_r.py"),
    "no-package": ("Python without Cell Profiler", "python", "no_package.py"),
}
for name, (label, language, program) in KERNELS.items():
    spec = folder / "data" / "kernels" / name
    spec.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, str(here / "kernels" / program), "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": label, "language": language})
    )
