#!/usr/bin/env bash
# Installs, builds with warnings as errors and runs every test but the long ones. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh ci
log=build/ci/test.log
status=0
ctest --preset ci --parallel "$(nproc)" --output-junit "$PWD/build/ci/tests.xml" 2>&1 | tee "$log" || status=$?
read -r total failed < <(sed -n 's/.*tests="\([0-9]*\)".*/\1/p; s/.*failures="\([0-9]*\)".*/\1/p' build/ci/tests.xml | head -2 | xargs)
echo "$((total - failed)) passed, $failed failed"
exit "$status"
