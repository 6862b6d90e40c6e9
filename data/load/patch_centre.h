// Where in a case a training patch is taken.
#pragma once

#include "core/random.h"
#include "data/load/loader.h"

namespace myoseg {

class PatchCentre {
 public:
  // `options`: foreground_share, balance, others. `patch`: x, y, z.
  PatchCentre(const LoaderOptions& options, const std::array<std::int64_t, 3>& patch, Slices slices)
      : options_(options), patch_(patch), slices_(slices) {}
  // First voxel of the patch. It lies within the case or, on an axis that is shorter than the
  // patch, about its middle.
  [[nodiscard]] std::array<std::int64_t, 3> draw(const CachedCase& one, Random random) const;

 private:
  [[nodiscard]] std::array<std::int64_t, 3> anywhere(const CachedCase& one, Random& random) const;
  [[nodiscard]] std::array<std::int64_t, 3> about(const CachedCase& one, std::uint32_t voxel) const;

  const LoaderOptions& options_;
  std::array<std::int64_t, 3> patch_;
  Slices slices_;
};

}  // namespace myoseg
