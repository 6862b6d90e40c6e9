#!/usr/bin/env bash
# Formats every C++ file; with --check only says which would change.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || {
  echo "format: clang-format is not installed; it is in Debian's package clang-format" >&2
  exit 1
}
mode=(-i)
[[ ${1:-} != --check ]] || mode=(--dry-run --Werror)
git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format "${mode[@]}"
