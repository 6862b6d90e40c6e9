#!/usr/bin/env bash
# Formats every C++ file; with --check only says which would change.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=-i
[[ ${1:-} == --check ]] && mode="--dry-run --Werror"
# shellcheck disable=SC2086
git ls-files '*.h' '*.cpp' | xargs clang-format $mode
