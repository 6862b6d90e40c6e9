#!/usr/bin/env bash
# Installs what is missing and builds: scripts/build.sh [preset, default release] [ninja targets]. Preset cuda builds
# against the LibTorch for GPUs that scripts/setup.sh brings.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
if [[ $preset == cuda && -z ${CMAKE_PREFIX_PATH:-} ]]; then
  scripts/setup.sh cuda
  CMAKE_PREFIX_PATH=$(echo "$PWD"/build/libtorch/lib/python3*/site-packages/torch)
  export CMAKE_PREFIX_PATH
else
  scripts/setup.sh
fi
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" -- "${@:2}"
