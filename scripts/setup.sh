#!/usr/bin/env bash
# Installs what myoseg is built with from Debian's packages; safe to repeat. Another LibTorch than Debian's is taken by
# CMAKE_PREFIX_PATH=/path/to/libtorch, which also skips Debian's. "scripts/setup.sh tests" adds what only tests need.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config git
  libinsighttoolkit5-dev libyaml-cpp-dev libeigen3-dev libboost-math-dev
  libspdlog-dev libfmt-dev nlohmann-json3-dev libprotozero-dev libkainjow-mustache-dev
  libcharls-dev libxxhash-dev libdeflate-dev zlib1g-dev libpng-dev libgtest-dev
  # Without OpenBLAS Debian's LibTorch multiplies matrices about 28 times slower. The OpenMP build shares the program's
  # threads; the pthread build has its own, which spin against them.
  libopenblas0-openmp
  gnuplot-nox fonts-liberation
)
[[ -n ${CMAKE_PREFIX_PATH:-} ]] || packages+=(libtorch-dev)
# Opens the weights that myoseg writes, and writes some that myoseg opens.
[[ ${1:-} != tests || -n ${CMAKE_PREFIX_PATH:-} ]] || packages+=(python3-torch)

missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == "install ok installed" ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "setup: everything is installed"
  exit 0
fi

as_root=()
((EUID == 0)) || as_root=(sudo)
echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
