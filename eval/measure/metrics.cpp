#include "eval/measure/metrics.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/names.h"
#include "eval/measure/metrics_families.h"

namespace myoseg {
namespace {

std::vector<Metric> make_table() {
  std::vector<Metric> table = overlap_metrics();
  for (Metric& metric : volume_metrics()) table.push_back(std::move(metric));
  for (const std::string_view name : surface_metric_names()) table.push_back(*surface_metric(name));
  return table;
}

std::vector<std::string> known_names() {
  std::vector<std::string> known;
  for (const Metric& metric : metrics()) known.push_back(metric.name);
  return known;
}

std::optional<Metric> look_up(std::string_view name) {
  for (const Metric& metric : metrics())
    if (metric.name == name) return metric;
  return surface_metric(name);
}

}  // namespace

double Metric::value(const Comparison& comparison, const EmptyRule& rule) const {
  const bool no_truth = comparison.overlap.truth == 0;
  const bool no_prediction = comparison.overlap.prediction == 0;
  std::optional<double> ruled;
  if (no_truth && no_prediction) {
    ruled = rule.both;
  } else if (no_truth) {
    ruled = rule.truth;
  } else if (no_prediction) {
    ruled = rule.prediction;
  }
  if (ruled) return *ruled;
  const double value = compute(comparison, parameter);
  return std::isnan(value) ? rule.undefined : value;
}

std::string Metric::empty_text() const {
  const auto text = [](const std::optional<double>& value) {
    if (!value) return std::string("by the formula");
    return std::isnan(*value) ? std::string("not defined, left out") : fmt::format("{:g}", *value);
  };
  const bool same = empty.truth == empty.prediction ||
                    (empty.truth && empty.prediction && std::isnan(*empty.truth) &&
                     std::isnan(*empty.prediction));
  const std::string one = same ? fmt::format("in only one of them: {}", text(empty.truth))
                               : fmt::format("only in the prediction: {}; only in the truth: {}",
                                             text(empty.truth), text(empty.prediction));
  return fmt::format("region in neither truth nor prediction: {}; {}{}", text(empty.both), one,
                     penalty(1) ? " (the diagonal of the volume in a penalised mean)" : "");
}

std::string Metric::header() const {
  const std::string name = definition.empty() ? title : title + ", " + definition;
  return unit.empty() ? name : fmt::format("{} ({})", name, unit);
}

double Metric::goodness(double value) const { return myoseg::goodness(better, value); }

double goodness(Better better, double value) {
  if (better == Better::higher) return value;
  return better == Better::lower ? -value : -std::abs(value);
}

std::optional<double> Metric::penalty(double diagonal_mm) const {
  const bool distance = needs != Needs::counts && unit == "mm";
  return distance ? std::optional(diagonal_mm) : std::nullopt;
}

std::span<const Metric> metrics() {
  static const std::vector<Metric> table = make_table();
  return table;
}

Metric find_metric(std::string_view name) {
  if (const auto found = look_up(name)) return *found;
  const std::vector<std::string> known = known_names();
  throw usage_error(
      "There is no metric '{}'{}; the metrics are {}, and hdN for any percentile N, nsd_Nmm for "
      "any tolerance N.",
      name, did_you_mean(name, known), join(known));
}

std::string not_a_metric(std::string_view name, std::string_view key) {
  if (is_metric(name)) return "";
  return fmt::format("'{}' in {} is no metric{}", name, key, did_you_mean(name, known_names()));
}

bool is_metric(std::string_view name) { return look_up(name).has_value(); }

std::string empty_rule(std::string_view metric) { return find_metric(metric).empty_text(); }

}  // namespace myoseg
