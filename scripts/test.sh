#!/usr/bin/env bash
# Installs, builds with warnings as errors and runs every test but the long ones. The last line is
# "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh tests
scripts/build.sh ci
log=build/ci/test.log
status=0
ctest --preset ci --parallel "$(nproc)" --output-junit "$PWD/build/ci/tests.xml" 2>&1 | tee "$log" || status=$?
count() { sed -n "s/^\t$1=\"\([0-9]*\)\".*/\1/p" build/ci/tests.xml | head -1; }
failed=$(count failures) skipped=$(count skipped)
echo "$(($(count tests) - failed - skipped)) passed, $failed failed$( ((skipped == 0)) || echo ", $skipped skipped")"
exit "$status"
