// The table of metrics: what each is made of, its unit, its direction and its rule for empty masks.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "eval/measure/surface.h"

namespace myoseg {

// Voxel counts of a region in prediction and truth.
struct Overlap {
  std::int64_t both = 0;        // in prediction and truth
  std::int64_t prediction = 0;  // in the prediction
  std::int64_t truth = 0;       // in the truth
  std::int64_t voxels = 0;      // compared
};

// All that metrics are made of, of one region of one case.
struct Comparison {
  Overlap overlap;
  double voxel_ml = 1e-3;
  bool truncated = false;       // either mask touches the border of the slices
  SurfaceDistances voxels{};    // between border voxels; empty when no metric asked for it
  SurfaceDistances elements{};  // between surface elements, likewise
};

// What a metric gives where a mask is empty. The libraries differ here, so the rule is data: with
// another rule the same formula reproduces another library's numbers. An unset value leaves it to
// the formula.
struct EmptyRule {
  std::optional<double> both;                                   // region in neither mask
  std::optional<double> truth;                                  // region only in the prediction
  std::optional<double> prediction;                             // region only in the truth
  double undefined = std::numeric_limits<double>::quiet_NaN();  // what the formula's 0/0 becomes
};

enum class Needs { counts, border_voxels, surface_elements };
enum class Better { higher, lower, near_zero };
// How good a value is in that direction: more is better. NaN stays NaN.
[[nodiscard]] double goodness(Better better, double value);

// One row of the table of metrics. NaN means "not defined for this case" and is left out of means.
struct Metric {
  std::string name;     // "hd95"; in scores.csv and in configurations
  std::string title;    // "HD95"
  std::string formula;  // as text; T truth, P prediction, |.| voxels
  std::string unit;     // "mm"; empty for a number without, where none could be meant
  Better better = Better::higher;
  double best = 1;  // its value for a perfect prediction
  EmptyRule empty;
  Needs needs = Needs::counts;
  double (*compute)(const Comparison&, double parameter) = nullptr;  // the formula alone
  double parameter = 0;                                              // percentile or tolerance
  // Whose definition it is where libraries differ and the name does not say: "MONAI".
  std::string definition = "";

  [[nodiscard]] double value(const Comparison& comparison) const {
    return value(comparison, empty);
  }
  [[nodiscard]] double value(const Comparison& comparison, const EmptyRule& rule) const;
  // The rule as a sentence to print under tables.
  [[nodiscard]] std::string empty_text() const;
  // The title with definition and unit, for the head of a column: "HD95, MONAI (mm)".
  [[nodiscard]] std::string header() const;
  // Digits after the point in tables for readers.
  [[nodiscard]] int decimals() const { return unit.empty() || unit == "fraction" ? 3 : 2; }
  // See the function of that name.
  [[nodiscard]] double goodness(double value) const;
  // What a penalised mean takes where the metric is not defined because one mask is empty and the
  // other is not: the diagonal of the compared volume for distances. Empty: such a case has a value
  // of its own, or (relative differences without a truth) none that could stand for it.
  [[nodiscard]] std::optional<double> penalty(double diagonal_mm) const;
};

// The metrics with fixed names. find_metric() also knows any percentile ("hd90"), any tolerance
// ("nsd_1.5mm") and, of every surface metric, another library's definition ("hd95_medpy").
[[nodiscard]] std::span<const Metric> metrics();
[[nodiscard]] Metric find_metric(std::string_view name);  // Error(bad_usage) with the known names
[[nodiscard]] bool is_metric(std::string_view name);
// "'dise' in metrics is no metric; did you mean 'dice'?" for an option `key`; empty for a metric.
[[nodiscard]] std::string not_a_metric(std::string_view name, std::string_view key);
// Metric::empty_text() of a metric's name, to print with a table of results.
[[nodiscard]] std::string empty_rule(std::string_view metric);

}  // namespace myoseg
