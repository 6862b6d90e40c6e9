// What the golden metric runners share: masks painted from their descriptions, the libraries' empty
// rules, comparisons.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "data/volume.h"
#include "eval/measure/metrics.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

// The grid of a record: its array axes, slowest first, become z, y, x (a plane has one slice).
[[nodiscard]] Geometry record_grid(const Json& record);
// Zeros, then every shape of the list in order; `op` of a mask or `label` of a label map says what
// it does to a voxel.
[[nodiscard]] LabelMap paint(const Json& record, const Json& shapes);
// FNV-1a-64 of the voxels' bytes, as the records write it.
[[nodiscard]] std::string voxel_hash(const LabelMap& map);

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr const char* kOther = "no metric of ours";

// The formula alone, with this value for 0/0.
[[nodiscard]] EmptyRule undefined_is(double value);
// The formula, but this value where both masks are empty.
[[nodiscard]] EmptyRule both_empty_is(double value);
// MONAI's ignore_empty: without a truth there is no score; otherwise two empty masks agree.
[[nodiscard]] EmptyRule ignore_empty(bool yes);

// True positives, false positives, true negatives, false negatives.
[[nodiscard]] std::array<std::int64_t, 4> confusion(const Overlap& o);

void expect_equal(double ours, const Json& theirs, double tolerance, const std::string& what);

// What was not run, once per name however many records have it.
class NotRun {
 public:
  void add(const std::string& name, const std::string& why) { ++names_[{name, why}]; }
  void tell(testing::Tally& tally) const {
    for (const auto& [what, n] : names_)
      tally.cannot_run(what.first + " x" + std::to_string(n), what.second);
  }

 private:
  std::map<std::pair<std::string, std::string>, int> names_;
};

}  // namespace myoseg::testing
