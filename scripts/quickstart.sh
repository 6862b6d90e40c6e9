#!/usr/bin/env bash
# From a fresh Debian 12 to the paper's table: installs, builds, makes a virtual L3 cohort and runs a short
# cross-validation of kreher2022 on it. Arguments are passed on: scripts/quickstart.sh train.epochs=30
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh release myoseg
build/release/myoseg run experiment=kreher2022 preset=quick "$@"
