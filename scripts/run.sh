#!/bin/sh
# Run a command with the tools of this checkout, those of its virtual environment.
#
#   sh scripts/run.sh jlpm watch

root=$(cd "$(dirname "$0")/.." && pwd)
PATH="$root/.venv/bin:$PATH"
# One cache for all checkouts; without it yarn writes 150 MB into this one.
YARN_ENABLE_GLOBAL_CACHE=1
PIP_DISABLE_PIP_VERSION_CHECK=1
export PATH YARN_ENABLE_GLOBAL_CACHE PIP_DISABLE_PIP_VERSION_CHECK
exec "$@"
