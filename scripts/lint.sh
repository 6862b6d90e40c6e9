#!/usr/bin/env bash
# Checks the format of every C++ file and runs clang-tidy (14) over the floors' sources: scripts/lint.sh [files].
# Prints what it finds and fails when there is anything, or when a file could not be checked. LibTorch's headers make it
# slow: about half a minute a file and processor; JOBS=1 uses one.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || {
  echo "lint: clang-tidy is not installed; it is in Debian's package clang-tidy" >&2
  exit 1
}
scripts/format.sh --check

# Without precompiled headers, which GCC writes and Clang cannot read.
build=build/lint
cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
  -DMYOSEG_BUILD_TESTS=OFF >/dev/null

files=("$@")
((${#files[@]})) || mapfile -t files < <(git ls-files {core,data,models,losses,eval,train,experiments}/'*.cpp')
if ((${#files[@]} == 0)); then
  echo "lint: no files to check" >&2
  exit 1
fi

# The first lines of each diagnostic in this tree, and of each error elsewhere but for one: in C++20 Clang 14 does not
# compile LibTorch 1.13's ivalue.h, which GCC does, and goes on behind it.
findings() {
  awk -v tree="$PWD/" '
    function tell() { if (lines > 0 && (ours || !known)) printf "%s", text; lines = 0 }
    /^([^ ]+:[0-9]+:[0-9]+: )?(warning|(fatal )?error): / {
      tell()
      ours = index($0, tree) == 1
      lines = known = 0
      text = ""
      if (ours || /error: /) lines = 1
    }
    lines > 0 {
      if (/IValue|ivalue/) known = 1
      if (lines++ <= 4) text = text $0 "\n"
    }
    END { tell() }'
}

# clang-tidy fails with 1 when it has printed an error; with anything else, or silently, it did not do its work.
check() {
  local printed found status=0 log
  log=$(mktemp)
  printed=$(clang-tidy -p "$build" --quiet "$1" 2>"$log") || status=$?
  found=$(findings <<<"$printed")
  if [[ -z $found ]] && ((status > 1 || (status == 1 && ${#printed} == 0))); then
    found="$1: clang-tidy ended with $status: $(tail -n 3 "$log")"
  fi
  rm -f "$log"
  [[ -z $found ]] || { echo "$found" && return 1; }
}

export build
export -f findings check
printf '%s\0' "${files[@]}" | xargs -0 -P "${JOBS:-$(nproc)}" -I FILE bash -c 'check "$1"' check FILE || {
  echo "lint: findings above" >&2
  exit 1
}
echo "lint: ${#files[@]} files without findings"
