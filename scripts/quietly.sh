#!/bin/sh
# Run a command and show what it said only when it failed.

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" >"$log" 2>&1 </dev/null
status=$?
if [ "$status" -ne 0 ]; then
  cat "$log" >&2
  echo "Failed: $*" >&2
fi
exit "$status"
