#include "data/load/cache.h"

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/io/image_files.h"
#include "data/io/image_io.h"
#include "data/labels.h"
#include "data/load/case_file.h"

namespace myoseg {

namespace fs = std::filesystem;

struct CachedCase::Data {
  explicit Data(const fs::path& file) : map(file), content(decode_case(map.bytes(), file)) {}
  MappedFile map;
  CaseFile content;
};

CachedCase::CachedCase(const fs::path& file) : data_(std::make_shared<const Data>(file)) {}

const std::string& CachedCase::id() const { return data_->content.id; }
const Geometry& CachedCase::native() const { return data_->content.native; }
const Geometry& CachedCase::prepared() const { return data_->content.prepared; }
int CachedCase::channels() const { return data_->content.channels; }
bool CachedCase::has_label() const { return data_->content.has_label; }
const std::vector<std::int64_t>& CachedCase::foreground_slices() const {
  return data_->content.foreground;
}
const std::array<std::int64_t, 256>& CachedCase::label_counts() const {
  return data_->content.counts;
}

void CachedCase::copy_slice(std::int64_t z, std::span<float> out) const {
  const CaseFile& file = data_->content;
  const auto plane = static_cast<std::size_t>(file.prepared.size[0] * file.prepared.size[1]);
  const auto channels = static_cast<std::size_t>(file.channels);
  if (out.size() != channels * plane)
    throw std::logic_error("copy_slice: the slice has another size");
  for (std::size_t c = 0; c < channels; ++c) {
    const auto source =
        file.image.subspan((static_cast<std::size_t>(z) * channels + c) * plane, plane);
    const float scale = file.scale[c], offset = file.offset[c];
    float* target = out.data() + c * plane;
    for (std::size_t i = 0; i < plane; ++i)
      target[i] = offset + scale * static_cast<float>(source[i]);
  }
}

std::span<const std::uint8_t> CachedCase::label_slice(std::int64_t z) const {
  const CaseFile& file = data_->content;
  if (!file.has_label) return {};
  const auto plane = static_cast<std::size_t>(file.prepared.size[0] * file.prepared.size[1]);
  return file.label.subspan(static_cast<std::size_t>(z) * plane, plane);
}

namespace {

std::string file_name(const Case& item, const std::string& options_hash, FileHashes& hashes) {
  Hasher hasher;
  hasher.add(std::to_string(kCaseFileVersion)).add(options_hash).add(item.id);
  for (const auto& image : item.images) hasher.add(hash_image(image, hashes));
  hasher.add(item.label.empty() ? std::string("no label") : hash_image(item.label, hashes));
  if (!item.merge.empty()) hasher.add(std::as_bytes(std::span(item.merge)));
  return file_word(item.id) + "-" + hasher.hex() + ".case";
}

void check_labels(const std::array<std::int64_t, 256>& counts, const Case& item,
                  const LabelSet& labels) {
  for (int value = 0; value < 256; ++value) {
    const bool known = std::any_of(labels.labels.begin(), labels.labels.end(),
                                   [&](const Label& label) { return label.value == value; });
    if (known || counts[static_cast<std::size_t>(value)] == 0) continue;
    throw data_error(
        "{} has {} voxels of value {}, which the data set's labels (0 to {}) do not name; correct "
        "the "
        "label map or the labels in dataset.json",
        item.label.string(), counts[static_cast<std::size_t>(value)], value, labels.classes() - 1);
  }
}

Prepared prepare(const Case& item, const LabelSet& labels, const PreprocessOptions& options) {
  const Image image = read_channels(item.images);
  if (item.label.empty()) return preprocess(image, nullptr, options);
  const LabelMap label = read_label(item);
  if (const std::string gap = difference(image.geometry, label.geometry); !gap.empty())
    throw data_error("{} does not lie on the grid of {} ({}); export the label on the image's grid",
                     item.label.string(), item.images.front().string(), gap);
  check_labels(count_labels(label.voxels), item, labels);
  return preprocess(image, &label, options);
}

CachedCase cached(const Case& item, const LabelSet& labels, const PreprocessOptions& options,
                  const std::string& options_hash, const fs::path& folder, FileHashes& hashes) {
  try {
    const fs::path file = folder / file_name(item, options_hash, hashes);
    if (!fs::exists(file)) write_file(file, encode_case(item.id, prepare(item, labels, options)));
    CachedCase result(file);
    // The data set's labels may have changed since the file was made.
    check_labels(result.label_counts(), item, labels);
    return result;
  } catch (const Error& e) {
    throw Error(e.code(), "case " + item.id + ": " + e.what());
  }
}

}  // namespace

std::vector<CachedCase> prepare_cases(const std::vector<const Case*>& cases, const Dataset& dataset,
                                      const PreprocessOptions& options, const fs::path& folder) {
  std::vector<std::optional<CachedCase>> ready(cases.size());
  const std::string options_hash = config_hash(options);
  FileHashes hashes(folder / kRememberedHashes);
  Progress progress("prepare", static_cast<std::int64_t>(cases.size()), "cases");
  parallel_for(cases.size(), [&](std::size_t i) {
    ready[i] = cached(*cases[i], dataset.labels, options, options_hash, folder, hashes);
    progress.advance();
  });
  std::vector<CachedCase> result;
  for (auto& one : ready) result.push_back(std::move(*one));
  return result;
}

}  // namespace myoseg
