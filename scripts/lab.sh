#!/bin/sh
# Open JupyterLab on the first example; arguments are passed on to it.

# The address that is printed leads to the notebook too, for a machine without a browser.
set -- --ServerApp.root_dir="$PWD" \
  --LabApp.default_url=/lab/tree/examples/01-first-profile.ipynb "$@"
# JupyterLab refuses to run as root without it, and nobody else needs it.
if [ "$(id -u)" = 0 ]; then
  set -- --allow-root "$@"
fi
exec sh scripts/run.sh jupyter lab "$@"
