#!/bin/sh
# Run Python tests on each supported Python of this machine, on PATH or under pyenv,
# in a virtual environment of its own (.venv-3.10 …). Arguments go to pytest; with
# --ends first, on the oldest and the newest one only, without the Python of .venv, which
# `make test-python` has.
set -eu

done_already=''
versions='3.10 3.11 3.12 3.13'
if [ "${1:-}" = --ends ]; then
  versions='3.10 3.13'
  shift
  done_already=$(sh scripts/run.sh python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
fi

tested=''
for version in $versions; do
  if [ "$version" = "$done_already" ]; then continue; fi
  python=''
  for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
    if "$candidate" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
      python=$candidate
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "Python $version: not on this machine"
    continue
  fi
  venv=.venv-$version
  if [ ! -e "$venv/.installed" ] || [ pyproject.toml -nt "$venv/.installed" ]; then
    echo "Python $version: installing what the tests need"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    sh scripts/quietly.sh "$venv/bin/python" -m pip install --upgrade pip
    SKIP_JUPYTER_BUILDER=1 sh scripts/quietly.sh "$venv/bin/python" -m pip install --editable '.[test]'
    touch "$venv/.installed"
  fi
  PATH="$PWD/$venv/bin:$PATH" sh scripts/pytest.sh "pytest on Python $version" "$PWD/$venv/bin/python" "$@"
  tested="$tested $version"
done
if [ -z "$tested" ] && [ -z "$done_already" ]; then
  echo 'None of the Pythons 3.10 to 3.13 is on this machine.' >&2
  exit 1
fi
echo "Tested on:${tested:- no other Python}"
