// Overlap of two masks (one region of one case) and the rule for empty ones.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

// Voxel counts of a region in prediction and truth.
struct Overlap {
  std::int64_t both = 0;        // in prediction and truth
  std::int64_t prediction = 0;  // in the prediction
  std::int64_t truth = 0;       // in the truth
  std::int64_t voxels = 0;      // compared
};

// One row of a kind's table: its name, formula and what it gives. `empty`: when truth and prediction have no voxel the
// value is NaN ("no case") ; when only one of them is empty every overlap metric is 0 (a missed structure counts).
struct Metric {
  std::string_view name;     // "dice"
  std::string_view title;    // "Dice"
  std::string_view formula;  // as text
  double (*value)(const Overlap&);
  double best;               // 1 for similarities, 0 for distances
};
[[nodiscard]] std::span<const Metric> metrics();
[[nodiscard]] const Metric& find_metric(std::string_view name);  // Error(bad_usage) with the known names

}  // namespace myoseg
