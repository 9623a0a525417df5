#!/bin/sh
# Run one stage of the tests under a heading, and say which one it was that failed.
#
#   sh scripts/stage.sh NAME COMMAND [ARGUMENT…]

name=$1
shift
start=$(date +%s)
printf '\n==> %s\n' "$name"
sh "$(dirname "$0")/run.sh" "$@"
status=$?
seconds=$(($(date +%s) - start))
if [ "$status" -eq 5 ] && [ -n "${NO_TESTS_IS_NO_FAILURE:-}" ]; then
  exit 5
fi
if [ "$status" -ne 0 ]; then
  printf '\n==> FAILED: %s (exit status %s, after %s s)\n' "$name" "$status" "$seconds" >&2
  exit "$status"
fi
printf '==> ok: %s (%s s)\n' "$name" "$seconds"
