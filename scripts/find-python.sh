#!/bin/sh
# Print the newest Python on PATH that Cell Profiler runs on, or $PYTHON if it is set.
#
# A name on PATH proves nothing (pyenv leaves shims for versions that are not
# active), so each candidate is asked for its version.

oldest='3.10'
found=''
if [ -n "$PYTHON" ]; then
  set -- "$PYTHON"
else
  set -- python3.13 python3.12 python3.11 python3.10 python3 python
fi
for candidate in "$@"; do
  version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  found="$found $candidate ($version)"
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    command -v "$candidate"
    exit 0
  fi
done

if [ -n "$PYTHON" ]; then
  echo "PYTHON=$PYTHON is no Python $oldest or newer that runs." >&2
elif [ -n "$found" ]; then
  echo "Python $oldest or newer is needed; this machine has only:$found." >&2
else
  echo "Python $oldest or newer is needed, and no python3 is on PATH." >&2
fi
echo "Install one, or name it: make PYTHON=/path/to/python3" >&2
exit 1
