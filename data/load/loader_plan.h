// Which samples an epoch has, in which order; included by loader*.cpp only.
#pragma once

#include "core/random.h"
#include "data/load/loader.h"

namespace myoseg {

// A patch of one of the loader's cases.
struct SampleRef {
  std::size_t case_index = 0;
  std::array<std::int64_t, 3> start{};  // x, y, z; may lie outside the case
};

class SamplePlan {
 public:
  // Throws Error(bad_data) unless all samples fit into batches of one shape.
  SamplePlan(const std::vector<CachedCase>& cases, Slices slices, const LoaderOptions& options,
             bool training);

  [[nodiscard]] const std::array<std::int64_t, 3>& patch() const { return patch_; }
  // Samples of an epoch before it is filled up to whole batches ...
  [[nodiscard]] std::size_t size() const;
  // ... and which they are.
  [[nodiscard]] std::vector<SampleRef> epoch(std::uint64_t seed, std::int64_t epoch) const;

 private:
  void check() const;
  [[nodiscard]] std::vector<std::int64_t> slices_of(const CachedCase& one) const;
  [[nodiscard]] std::vector<SampleRef> listed() const;
  [[nodiscard]] std::vector<SampleRef> drawn_slices(Random random) const;
  [[nodiscard]] std::vector<SampleRef> drawn_patches(std::uint64_t seed, std::int64_t epoch) const;

  const std::vector<CachedCase>& cases_;
  Slices slices_;
  LoaderOptions options_;
  bool training_;
  std::array<std::int64_t, 3> patch_{};  // x, y, z
  std::vector<SampleRef> listed_;        // all that evaluation or an epoch of slices has
};

}  // namespace myoseg
