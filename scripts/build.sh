#!/usr/bin/env bash
# Installs what is missing and builds: scripts/build.sh [preset, default release] [ninja targets].
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
scripts/setup.sh
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" -- "${@:2}"
