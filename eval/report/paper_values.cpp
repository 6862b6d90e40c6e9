#include "eval/report/paper_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/draw/readable.h"
#include "eval/measure/metrics.h"
#include "eval/measure/volume_correlation.h"

namespace myoseg {
void describe(Fields& f, PaperValue& o) {
  f("region", o.region, kAny.must_be_given(),
    "Region as this project names it, or mean_of_structures.");
  f("metric", o.metric, kAny.must_be_given(),
    "Metric as this project names it, or volume_correlation.");
  f("mean", o.mean, kAny.must_be_given(), "Mean as printed.");
  f("sd", o.sd, kNonNegative, "Standard deviation as printed; 0 when the paper gives none.");
  f("model", o.model, kAny.added_with(Node("")),
    "Network whose value it is, by its name: unetr; empty: any.");
  f.require(o.metric.empty() || o.metric == kVolumeCorrelation || is_metric(o.metric),
            not_a_metric(o.metric, "metric"));
}

const PaperValue* find_paper_value(const std::vector<PaperValue>& values, std::string_view model,
                                   std::string_view region, std::string_view metric) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const PaperValue& value) {
    return value.region == region && value.metric == metric && value.is_of(model);
  });
  return found == values.end() ? nullptr : &*found;
}

bool has_paper_value(const std::vector<PaperValue>& values, std::string_view model,
                     std::string_view metric) {
  return std::any_of(values.begin(), values.end(), [&](const PaperValue& value) {
    return value.metric == metric && value.is_of(model);
  });
}

std::string paper_text(const PaperValue* value) {
  if (value == nullptr) return "–";
  const auto fits = [](double x) { return std::abs(x * 100 - std::round(x * 100)) < 1e-6; };
  const int decimals = fits(value->mean) && fits(value->sd) ? 2 : 3;
  return mean_and_sd(
      value->mean, value->sd > 0 ? value->sd : std::numeric_limits<double>::quiet_NaN(), decimals);
}

}  // namespace myoseg
