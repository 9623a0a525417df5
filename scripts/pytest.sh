#!/bin/sh
# Run pytest twice: the tests in as many processes as there are cores, at most four, then
# one at a time those that compare times with the clock (`alone`, see CONTRIBUTING.md).
#
#   sh scripts/pytest.sh NAME PYTHON [ARGUMENT…]
#
# Arguments go to both; what they choose may be in one of the two only.
set -eu

name=$1
python=$2
shift 2

# pytest exits with 5 when it has no test to run.
result=5
run() {
  status=0
  sh scripts/stage.sh "$@" || status=$?
  case $status in
    5) echo '    (no test of this kind is among them)' ;;
    0) if [ "$result" -eq 5 ]; then result=0; fi ;;
    *) result=$status ;;
  esac
}
NO_TESTS_IS_NO_FAILURE=yes
export NO_TESTS_IS_NO_FAILURE
run "$name" "$python" -m pytest -n auto --maxprocesses 4 --dist loadfile -m 'not long and not alone' "$@"
run "$name, one at a time" "$python" -m pytest -m 'alone and not long' "$@"
exit "$result"
