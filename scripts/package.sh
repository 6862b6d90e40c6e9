#!/usr/bin/env bash
# Packages for machines without a network, from a build of this tree: scripts/package.sh [BUILD, default build/release].
# Leaves in BUILD/package/ a .deb, whose libraries are Debian's, an archive that needs only glibc, and SHA256SUMS; tries the
# archive in an empty root that has nothing but glibc, where this is run by root.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}
[[ -d $build ]] || scripts/build.sh release myoseg
command -v dpkg-shlibdeps >/dev/null || {
  echo "package: dpkg-shlibdeps is not installed; it is in Debian's package dpkg-dev" >&2
  exit 1
}
cmake -S . -B "$build" -DMYOSEG_RELOCATABLE=ON >/dev/null
cmake --build "$build" --target myoseg myoseg-engine
version=$(sed -n 's/^project(myoseg VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
machine=$(dpkg --print-architecture)
out=$build/package
rm -rf "$out"
mkdir -p "$out"

install_into() { # install_into PREFIX: the program, its configs and its documents
  cmake --install "$build" --prefix "$1" --strip >/dev/null
  mkdir -p "$1/share/doc/myoseg"
  cp README.md docs/*.md "$1/share/doc/myoseg/"
}

# --- the .deb
deb=$out/deb
install_into "$PWD/$deb/usr"
mkdir -p "$deb/DEBIAN" "$out/control/debian"
printf 'Source: myoseg\n\nPackage: myoseg\nArchitecture: any\n' >"$out/control/debian/control"
depends=$(cd "$out/control" && dpkg-shlibdeps -O --ignore-missing-info \
  "$OLDPWD/$deb/usr/bin/myoseg" "$OLDPWD/$deb/usr/libexec/myoseg/myoseg-engine" 2>/dev/null |
  sed 's/^shlibs:Depends=//')
cat >"$deb/DEBIAN/control" <<CONTROL
Package: myoseg
Version: $version
Architecture: $machine
Maintainer: myoseg
Depends: $depends, libopenblas0-openmp
Recommends: gnuplot-nox, fonts-liberation
Section: science
Priority: optional
Description: muscle segmentation on CT: training and experiments
 Trains, evaluates and applies networks that segment muscle on CT.
CONTROL
dpkg-deb --root-owner-group --build "$deb" "$out/myoseg_${version}_$machine.deb" >/dev/null

# --- the archive: every library but those of glibc, which belong to the machine's kernel and loader
name=myoseg-$version-$machine
tree=$out/$name
install_into "$PWD/$tree"
mkdir -p "$tree/lib/myoseg"
glibc='^(ld-linux.*|lib(c|m|mvec|dl|rt|pthread|util|resolv|anl|BrokenLocale|nss_.*|nsl|crypt))\.so'
# A driver's library is the machine's own.
driver='^lib(cuda|nvidia-.*)\.so'
ldd "$build/myoseg-engine" | awk '$2 == "=>" && $3 ~ /^\// { print $1, $3 }' | while read -r soname file; do
  [[ $soname =~ $glibc || $soname =~ $driver ]] || cp -L "$file" "$tree/lib/myoseg/$soname"
done
if missing=$(ldd "$build/myoseg-engine" | grep 'not found'); then
  echo "package: libraries of the program are missing here: $missing" >&2
  exit 1
fi
tar -C "$out" --owner=0 --group=0 -czf "$out/$name.tar.gz" "$name"

# --- an empty root
if ((EUID == 0)); then
  root=$out/root
  mkdir -p "$root"/{lib64,lib/x86_64-linux-gnu,proc,tmp,bin,etc}
  for library in libc.so.6 libm.so.6 libmvec.so.1 libdl.so.2 librt.so.1 libpthread.so.0 libresolv.so.2 libutil.so.1; do
    cp -L "/lib/x86_64-linux-gnu/$library" "$root/lib/x86_64-linux-gnu/"
  done
  cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
  tar -C "$root" -xzf "$out/$name.tar.gz"
  mount -t proc proc "$root/proc"
  trap 'umount "$root/proc"' EXIT
  chroot "$root" "/$name/bin/myoseg" doctor runs=/tmp/runs cache=/tmp/cache || true
  chroot "$root" "/$name/bin/myoseg" run experiment=kreher2022 preset=quick cohort.subjects=6 'preprocess.size=[64,64]' \
    'model.widths=[4,8]' model.bottleneck=16 train.epochs=2 runtime.runs=/tmp/runs runtime.cache=/tmp/cache
  umount "$root/proc"
  trap - EXIT
  rm -rf "$root"
fi
rm -rf "$deb" "$tree" "$out/control"
(cd "$out" && sha256sum ./*.deb ./*.tar.gz >SHA256SUMS && cat SHA256SUMS && ls -l)
