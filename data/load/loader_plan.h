// Which samples an epoch has, in which order; included by loader*.cpp only.
#pragma once

#include "data/load/loader.h"

namespace myoseg {

// Samples of an epoch before it is filled up to whole batches.
[[nodiscard]] std::size_t samples_of_epoch(std::size_t listed, const LoaderOptions& options,
                                           bool training);
// Indices into `samples`, as long as samples_of_epoch says.
[[nodiscard]] std::vector<std::size_t> plan_epoch(const std::vector<CachedCase>& cases,
                                                  const std::vector<SampleRef>& samples,
                                                  const LoaderOptions& options, bool training,
                                                  std::uint64_t seed, std::int64_t epoch);

// Throws Error(bad_data) unless all samples fit into batches of one shape.
void check_samples(const std::vector<CachedCase>& cases, const std::vector<SampleRef>& samples);

}  // namespace myoseg
