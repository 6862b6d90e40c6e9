// Preprocessed cases as memory-mapped files named by the hash of what made them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/prepare/preprocess.h"

namespace myoseg {

// One preprocessed case, mapped. Copies share the map.
class CachedCase {
 public:
  explicit CachedCase(
      const std::filesystem::path& file);  // Error(bad_data) when damaged, with what to do

  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] const Geometry& native() const;    // grid of the scan
  [[nodiscard]] const Geometry& prepared() const;  // grid of the arrays
  [[nodiscard]] int channels() const;
  [[nodiscard]] bool has_label() const;
  [[nodiscard]] const std::vector<std::int64_t>& foreground_slices()
      const;  // z with any label, rising
  [[nodiscard]] const std::array<std::int64_t, 256>& label_counts() const;  // voxels by label value
  // Writes slice z as floats [C,Y,X].
  void copy_slice(std::int64_t z, std::span<float> out) const;
  // [Y,X]; empty without a label.
  [[nodiscard]] std::span<const std::uint8_t> label_slice(std::int64_t z) const;

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

// The file in a cache's folder that remembers the sources' hashes (core/hash.h).
inline constexpr const char* kRememberedHashes = "hashes.txt";

// Preprocesses the cases that `folder` does not hold yet (in parallel, with progress) and maps all
// of them, in order. A case's file is named by the hash of its source bytes, its labels' merge, the
// options and the format's version. Throws Error(bad_data) naming case and file for labels that the
// data set does not know and for images and labels on different grids.
[[nodiscard]] std::vector<CachedCase> prepare_cases(const std::vector<const Case*>& cases,
                                                    const Dataset& dataset,
                                                    const PreprocessOptions& options,
                                                    const std::filesystem::path& folder);

}  // namespace myoseg
