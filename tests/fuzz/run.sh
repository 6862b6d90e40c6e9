#!/usr/bin/env bash
# Builds the fuzz targets with clang and runs each for SECONDS (default 600) from seeds of tests/data.
# tests/fuzz/run.sh [SECONDS [TARGET ...]]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift || true
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang \
  -DMYOSEG_BUILD_FUZZ=ON -DMYOSEG_BUILD_TESTS=OFF >/dev/null
targets=("$@")
if ((${#targets[@]} == 0)); then
  for file in tests/fuzz/*_fuzz.cpp; do targets+=("$(basename "$file" .cpp)"); done
fi
ninja -C build/fuzz "${targets[@]}"

seeds=build/fuzz/seeds
io=tests/data/io/dicom_io
mkdir -p "$seeds"/{dicom,structures,nifti,nrrd,yaml,csv,dataset_json,safetensors,unpickle}_fuzz
unzip_into() {  # NAME.gz ... FOLDER
  local folder=${!#}
  for file in "${@:1:$#-1}"; do gzip -dc "$file" >"$folder/$(echo "$file" | tr / _)"; done
}
unzip_into $io/2?x38x3/*/*.gz $io/anatomical_001*/*.gz $io/gantrytilting/*.gz $io/highdicom/*.gz "$seeds/dicom_fuzz"
unzip_into $io/2?x38x3/seg/*.gz $io/sparse-labelmap*.gz $io/highdicom/seg*.gz $io/sts_041_contours.dcm.gz "$seeds/structures_fuzz"
printf 'NRRD0004\ntype: short\ndimension: 3\nspace: LPS\nsizes: 2 2 1\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nencoding: raw\nendian: little\nspace origin: (0,0,0)\nSegment0_ID:=a\nSegment0_LabelValue:=1\n\nabcdefgh' >"$seeds/nrrd_fuzz/plain"
unzip_into $io/2?x38x3/nrrd/*.gz $io/*.nrrd.gz "$seeds/nrrd_fuzz"
cp $io/*.nii.gz "$seeds/nifti_fuzz/"
gzip -dc $io/sts_041_mask.nii.gz | head -c 4000 >"$seeds/nifti_fuzz/head"
cp configs/*.yaml configs/experiment/*.yaml "$seeds/yaml_fuzz/"
printf 'case;age\na;1,5\n"b ""c""";2\n' >"$seeds/csv_fuzz/plain"
printf '{"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": [1, 2], "b": 2}, "file_ending": ".nii.gz"}' \
  >"$seeds/dataset_json_fuzz/plain"
printf '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"__metadata__":{"format":"pt"}}' >"$seeds/safetensors_fuzz/plain"
find tests/data -name '*.pt' -size -64k -exec cp {} "$seeds/unpickle_fuzz/" \;
printf '\x80\x02}q\x00X\x01\x00\x00\x00aK\x01s.' >"$seeds/unpickle_fuzz/plain"

for target in "${targets[@]}"; do
  echo "== $target"
  build/fuzz/tests/fuzz/"$target" -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=30 -max_len=262144 \
    -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 "$seeds/$target" 2>&1 | tail -4
done
