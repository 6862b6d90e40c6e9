#!/usr/bin/env bash
# Installs what myoseg is built with from Debian's packages; safe to repeat. Another LibTorch than Debian's is taken by
# CMAKE_PREFIX_PATH=/path/to/libtorch, which also skips Debian's. "scripts/setup.sh tests" adds what only tests need;
# "scripts/setup.sh cuda" brings a LibTorch for NVIDIA GPUs instead of Debian's, from PyPI's torch and into build/libtorch.
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
# With its headers LibTorch's sums over processes are compiled, those of another LibTorch too.
packages+=(libgloo-dev)
[[ -n ${CMAKE_PREFIX_PATH:-} || ${1:-} == cuda ]] || packages+=(libtorch-dev)
[[ ${1:-} != cuda ]] || packages+=(python3-venv)
# Opens the weights that myoseg writes, and writes some that myoseg opens.
[[ ${1:-} != tests || -n ${CMAKE_PREFIX_PATH:-} ]] || packages+=(python3-torch)

missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == "install ok installed" ]] || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  echo "setup: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
elif [[ ${1:-} != cuda ]]; then
  echo "setup: everything is installed"
fi
[[ ${1:-} == cuda && -z ${CMAKE_PREFIX_PATH:-} ]] || exit 0

cd "$(dirname "$0")/.."
libtorch=build/libtorch
if compgen -G "$libtorch/lib/python3*/site-packages/torch/lib/libtorch_cuda.so" >/dev/null; then
  echo "setup: a LibTorch for GPUs is in $libtorch"
  exit 0
fi
echo "setup: bringing a LibTorch for GPUs into $libtorch, about 3 GB"
mkdir -p build
python3 -m venv "$libtorch"
"$libtorch/bin/pip" install --quiet --disable-pip-version-check "torch${MYOSEG_TORCH_VERSION:+==$MYOSEG_TORCH_VERSION}"
compgen -G "$libtorch/lib/python3*/site-packages/torch/lib/libtorch_cuda.so" >/dev/null || {
  echo "setup: the torch that pip found has no GPU libraries; MYOSEG_TORCH_VERSION=2.15.0 takes another" >&2
  exit 1
}
command -v nvidia-smi >/dev/null ||
  echo "setup: no NVIDIA driver found here; the program will run on the processor until there is one" >&2
