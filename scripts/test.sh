#!/usr/bin/env bash
# Installs, builds with warnings as errors and runs every test but the long ones. The last line is
# "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh tests
scripts/build.sh ci
log=build/ci/test.log results=build/ci/tests.xml
status=0
rm -f "$results"  # another run's counts are not this one's
ctest --preset ci --parallel "$(nproc)" --no-tests=error --output-junit "$PWD/$results" 2>&1 | tee "$log" || status=$?
if [[ ! -s $results ]]; then
  echo "test: ctest ended with $status and left no $results" >&2
  exit 1
fi
count() { sed -n "s/^\t$1=\"\([0-9]*\)\".*/\1/p" "$results" | head -1; }
tests=$(count tests)
failed=$(count failures)
skipped=$(count skipped)
if [[ -z $tests || -z $failed || -z $skipped ]]; then
  echo "test: $results does not say how many tests passed" >&2
  exit 1
fi
echo "$((tests - failed - skipped)) passed, $failed failed$( ((skipped == 0)) || echo ", $skipped skipped")"
exit "$status"
