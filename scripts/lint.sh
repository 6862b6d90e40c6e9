#!/usr/bin/env bash
# Checks the format of every C++ file and runs clang-tidy (14) over the floors' sources: scripts/lint.sh [files].
# Prints what it finds and fails when there is anything. LibTorch's headers make it slow: about half a minute a file
# and processor; JOBS=1 uses one.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/format.sh --check

# Without precompiled headers, which GCC writes and Clang cannot read.
build=build/lint
cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
  -DMYOSEG_BUILD_TESTS=OFF >/dev/null

files=("$@")
((${#files[@]})) || mapfile -t files < <(git ls-files {core,data,models,losses,eval,train,experiments}/'*.cpp')
# Only what lies in this tree is shown: in C++20 Clang 14 does not compile LibTorch 1.13's ivalue.h, which GCC does,
# and goes on behind it.
findings=$(printf '%s\n' "${files[@]}" |
  xargs -P "${JOBS:-$(nproc)}" -n 1 clang-tidy -p "$build" --quiet 2>/dev/null |
  grep -A 3 -E "^$PWD/[^:]*:[0-9]+:[0-9]+: (warning|error):" || true)
if [[ -n $findings ]]; then
  echo "$findings"
  exit 1
fi
echo "lint: ${#files[@]} files without findings"
