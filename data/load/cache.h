// Preprocessed cases as memory-mapped files named by the hash of what made them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
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
  // The label value that is no foreground, LabelSet::ignored.
  [[nodiscard]] const std::optional<std::uint8_t>& ignored() const;
  // z with any label, rising.
  [[nodiscard]] const std::vector<std::int64_t>& foreground_slices() const;
  [[nodiscard]] const std::array<std::int64_t, 256>& label_counts() const;  // voxels by label value
  // How many voxels of a label value patches may be centred on, see listed_voxels.h, and one of
  // them: its index into [Z,Y,X].
  [[nodiscard]] std::size_t listed(std::uint8_t label) const;
  [[nodiscard]] std::uint32_t listed_voxel(std::uint8_t label, std::size_t i) const;
  // Writes the patch whose first voxel (x, y, z) is `start`: image [C,Z,Y,X] and, unless empty,
  // label [Z,Y,X] of `size` (x, y, z). Beyond the case lie each channel's minimum and background.
  // Only the patch's part of the file is read, and none of it kept in memory.
  void copy_patch(const std::array<std::int64_t, 3>& start, const std::array<std::int64_t, 3>& size,
                  std::span<float> image, std::span<std::uint8_t> label) const;

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

// The file in a cache's folder that remembers the sources' hashes (core/hash.h).
inline constexpr const char* kRememberedHashes = "hashes.txt";

// Preprocesses the cases that `folder` does not hold yet (in parallel, with progress) and maps all
// of them, in order. A case's file is named by the hash of its source bytes, its labels' merge, the
// ignored value, the options and the format's version. Throws Error(bad_data) naming case and file
// for labels that the data set does not know and for images and labels on different grids.
[[nodiscard]] std::vector<CachedCase> prepare_cases(const std::vector<const Case*>& cases,
                                                    const Dataset& dataset,
                                                    const PreprocessOptions& options,
                                                    const std::filesystem::path& folder);

}  // namespace myoseg
