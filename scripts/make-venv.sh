#!/bin/sh
# Make the virtual environment $1. Debian and Ubuntu ship Python without the
# part that does it (python3-venv): get that, where we may.
set -eu

venv=$1
python=$(sh scripts/find-python.sh)
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

can_make_venv() { "$python" -c 'import venv, ensurepip' 2>/dev/null; }

rm -rf "$venv"
can_make_venv || sh scripts/apt-install.sh "python$version-venv" || true

echo "Making $venv with $python ($version)"
if can_make_venv; then
  "$python" -m venv "$venv"
elif "$python" -m virtualenv --version >/dev/null 2>&1; then
  "$python" -m virtualenv --quiet "$venv"
elif command -v uv >/dev/null 2>&1; then
  uv venv --quiet --seed --python "$python" "$venv"
else
  echo "$python cannot make a virtual environment: its venv module is missing" >&2
  echo "(on Debian and Ubuntu: apt-get install python$version-venv)." >&2
  exit 1
fi
# Older versions that come with Python cannot install a project in place.
sh scripts/quietly.sh "$venv/bin/python" -m pip install --upgrade pip
