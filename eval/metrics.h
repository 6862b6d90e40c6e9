// Overlap of two masks (one region of one case) and the rule for empty ones.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace myoseg {

// Voxel counts of a region in prediction and truth.
struct Overlap {
  std::int64_t both = 0;        // in prediction and truth
  std::int64_t prediction = 0;  // in the prediction
  std::int64_t truth = 0;       // in the truth
  std::int64_t voxels = 0;      // compared
};

// What a metric gives where a mask is empty. The libraries differ here and nowhere else, so the
// rule is data: with another rule the same formula reproduces another library's numbers. An unset
// value leaves it to the formula.
struct EmptyRule {
  std::optional<double> both;                                   // region in neither mask
  std::optional<double> truth;                                  // region only in the prediction
  std::optional<double> prediction;                             // region only in the truth
  double undefined = std::numeric_limits<double>::quiet_NaN();  // what the formula's 0/0 becomes
};

// One row of the table of metrics. NaN means "not defined for this case" and is left out of means.
struct Metric {
  std::string_view name;               // "dice"
  std::string_view title;              // "Dice"
  std::string_view formula;            // as text; T truth, P prediction, |.| voxels
  double (*quotient)(const Overlap&);  // the formula alone; NaN where it is 0/0
  EmptyRule empty;
  double best;  // 1 for similarities, 0 for distances

  [[nodiscard]] double value(const Overlap& overlap) const { return value(overlap, empty); }
  [[nodiscard]] double value(const Overlap& overlap, const EmptyRule& rule) const;
  // The rule as a sentence to print under tables.
  [[nodiscard]] std::string empty_text() const;
};
[[nodiscard]] std::span<const Metric> metrics();
[[nodiscard]] const Metric& find_metric(
    std::string_view name);  // Error(bad_usage) with the known names

}  // namespace myoseg
