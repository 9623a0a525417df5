#!/bin/sh
# Install this checkout into the virtual environment, so that edits of Python need
# no second install and a rebuilt front end shows up on a reload of the page.
set -eu

link=$(sh scripts/run.sh python -c 'import sys; print(sys.prefix)')/share/jupyter/labextensions/jupyterlab-cell-profiler

# pip would follow the link of an earlier install and remove what it points to.
if [ -L "$link" ]; then rm "$link"; fi
# The front end is built by make, only when it changed; not by pip, each time.
SKIP_JUPYTER_BUILDER=1 sh scripts/quietly.sh sh scripts/run.sh python -m pip install --no-build-isolation --editable .
# pip has copied the front end: put a link in place of the copy.
sh scripts/quietly.sh sh scripts/run.sh jupyter-builder develop --overwrite .
