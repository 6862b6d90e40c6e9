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
  explicit Data(const fs::path& file) : map(file), content(decode_case(map.bytes(), file)) {
    map.release();
  }
  MappedFile map;
  CaseFile content;
};

CachedCase::CachedCase(const fs::path& file) : data_(std::make_shared<const Data>(file)) {}

const std::string& CachedCase::id() const { return data_->content.id; }
const Geometry& CachedCase::native() const { return data_->content.native; }
const Geometry& CachedCase::prepared() const { return data_->content.prepared; }
int CachedCase::channels() const { return data_->content.channels; }
bool CachedCase::has_label() const { return data_->content.has_label; }
const std::optional<std::uint8_t>& CachedCase::ignored() const { return data_->content.ignored; }
const std::vector<std::int64_t>& CachedCase::foreground_slices() const {
  return data_->content.foreground;
}
const std::array<std::int64_t, 256>& CachedCase::label_counts() const {
  return data_->content.counts;
}

std::size_t CachedCase::listed(std::uint8_t label) const {
  return data_->content.listed[label].size();
}

std::uint32_t CachedCase::listed_voxel(std::uint8_t label, std::size_t i) const {
  const std::uint32_t voxel = data_->content.listed[label][i];
  data_->map.release();
  return voxel;
}

namespace {

// The part of a patch that lies on the case, in voxels of the patch: [begin, end) of an axis.
struct Inside {
  std::int64_t begin, end;
};
Inside inside(std::int64_t start, std::int64_t size, std::int64_t n) {
  const std::int64_t begin = std::clamp<std::int64_t>(-start, 0, size);
  return {begin, std::clamp(n - start, begin, size)};
}

}  // namespace

void CachedCase::copy_patch(const std::array<std::int64_t, 3>& start,
                            const std::array<std::int64_t, 3>& size, std::span<float> image,
                            std::span<std::uint8_t> label) const {
  const CaseFile& file = data_->content;
  const auto& n = file.prepared.size;
  const std::int64_t voxels = size[0] * size[1] * size[2];
  if (std::ssize(image) != voxels * file.channels ||
      (!label.empty() && (std::ssize(label) != voxels || !file.has_label)))
    throw std::logic_error("copy_patch: the arrays are not those of the patch");
  const Inside x = inside(start[0], size[0], n[0]), y = inside(start[1], size[1], n[1]),
               z = inside(start[2], size[2], n[2]);
  const bool whole =
      x.end - x.begin == size[0] && y.end - y.begin == size[1] && z.end - z.begin == size[2];
  for (int c = 0; c < file.channels; ++c) {
    const float scale = file.scale[static_cast<std::size_t>(c)],
                offset = file.offset[static_cast<std::size_t>(c)];
    const auto channel =
        image.subspan(static_cast<std::size_t>(c * voxels), static_cast<std::size_t>(voxels));
    if (!whole) std::fill(channel.begin(), channel.end(), offset - scale * kLargestStored);
    for (std::int64_t k = z.begin; k < z.end; ++k)
      for (std::int64_t j = y.begin; j < y.end; ++j) {
        const std::int16_t* from =
            file.image.data() +
            (((start[2] + k) * file.channels + c) * n[1] + start[1] + j) * n[0] + start[0] +
            x.begin;
        float* to = channel.data() + (k * size[1] + j) * size[0] + x.begin;
        for (std::int64_t i = 0; i < x.end - x.begin; ++i)
          to[i] = offset + scale * static_cast<float>(from[i]);
      }
  }
  if (!label.empty()) {
    if (!whole) std::fill(label.begin(), label.end(), std::uint8_t{0});
    for (std::int64_t k = z.begin; k < z.end; ++k)
      for (std::int64_t j = y.begin; j < y.end; ++j)
        std::copy_n(
            file.label.data() + ((start[2] + k) * n[1] + start[1] + j) * n[0] + start[0] + x.begin,
            x.end - x.begin, label.data() + (k * size[1] + j) * size[0] + x.begin);
  }
  data_->map.release();
}

namespace {

std::string file_name(const Case& item, const LabelSet& labels, const std::string& options_hash,
                      FileHashes& hashes) {
  Hasher hasher;
  hasher.add(std::to_string(kCaseFileVersion)).add(options_hash).add(item.id);
  for (const auto& image : item.images) hasher.add(hash_image(image, hashes));
  hasher.add(item.label.empty() ? std::string("no label") : hash_image(item.label, hashes));
  if (!item.merge.empty()) hasher.add(std::as_bytes(std::span(item.merge)));
  if (labels.ignored) hasher.add(fmt::format("ignored {}", *labels.ignored));
  return file_word(item.id) + "-" + hasher.hex() + ".case";
}

void check_labels(const std::array<std::int64_t, 256>& counts, const Case& item,
                  const LabelSet& labels) {
  for (int value = 0; value < 256; ++value) {
    const bool known = labels.ignored == value ||
                       std::any_of(labels.labels.begin(), labels.labels.end(),
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
  const StoredImage image = read_stored(item.images);
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
    const fs::path file = folder / file_name(item, labels, options_hash, hashes);
    if (!fs::exists(file))
      write_file(file, encode_case(item.id, prepare(item, labels, options), labels.ignored));
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
