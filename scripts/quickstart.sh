#!/usr/bin/env bash
# From a fresh Debian 12 to the paper's table: installs, builds, makes a virtual L3 cohort and runs a short
# cross-validation of kreher2022 on it. Arguments are passed on: scripts/quickstart.sh train.epochs=30
# With "cuda" first, scripts/quickstart.sh cuda, it is built for NVIDIA GPUs and runs on one where there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=release
if [[ ${1:-} == cuda ]]; then
  preset=cuda
  shift
fi
scripts/build.sh "$preset" myoseg
"build/$preset/myoseg" run experiment=kreher2022 preset=quick "$@"
