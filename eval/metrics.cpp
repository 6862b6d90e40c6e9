#include "eval/metrics.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);  // 0/0 is NaN
}
std::int64_t either(const Overlap& o) { return o.prediction + o.truth - o.both; }
std::int64_t neither(const Overlap& o) { return o.voxels - either(o); }

double dice(const Overlap& o) { return ratio(2 * o.both, o.prediction + o.truth); }
double jaccard(const Overlap& o) { return ratio(o.both, either(o)); }
double hamming_distance(const Overlap& o) { return ratio(either(o) - o.both, either(o)); }
double hamming_similarity(const Overlap& o) { return 1 - hamming_distance(o); }
double sensitivity(const Overlap& o) { return ratio(o.both, o.truth); }
double precision(const Overlap& o) { return ratio(o.both, o.prediction); }
double specificity(const Overlap& o) { return ratio(neither(o), o.voxels - o.truth); }
double accuracy(const Overlap& o) { return ratio(o.both + neither(o), o.voxels); }

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// A structure that only one of the two has is the worst that can happen to an overlap.
constexpr EmptyRule kWorstIsZero{.both = kNaN, .truth = 0.0, .prediction = 0.0};
constexpr EmptyRule kWorstIsOne{.both = kNaN, .truth = 1.0, .prediction = 1.0};
// These two also count the background, which is there when the structure is not.
constexpr EmptyRule kByFormula{.both = kNaN, .truth = {}, .prediction = {}};

constexpr std::array kMetrics{
    Metric{"dice", "Dice", "2|T∩P| / (|T| + |P|)", dice, kWorstIsZero, 1},
    Metric{"jaccard", "Jaccard", "|T∩P| / |T∪P|", jaccard, kWorstIsZero, 1},
    Metric{"sensitivity", "Sensitivity", "|T∩P| / |T|", sensitivity, kWorstIsZero, 1},
    Metric{"specificity", "Specificity", "voxels in neither / voxels not in T", specificity,
           kByFormula, 1},
    Metric{"precision", "Precision", "|T∩P| / |P|", precision, kWorstIsZero, 1},
    Metric{"accuracy", "Accuracy", "voxels where T and P agree / all voxels compared", accuracy,
           kByFormula, 1},
    Metric{"hamming_distance", "Hamming distance", "voxels of T∪P where T and P differ / |T∪P|",
           hamming_distance, kWorstIsOne, 0},
    Metric{"hamming_similarity", "Hamming similarity",
           "1 − voxels of T∪P where T and P differ / |T∪P|, which equals Jaccard",
           hamming_similarity, kWorstIsZero, 1},
};

}  // namespace

double Metric::value(const Overlap& overlap, const EmptyRule& rule) const {
  const bool no_truth = overlap.truth == 0;
  const bool no_prediction = overlap.prediction == 0;
  std::optional<double> ruled;
  if (no_truth && no_prediction) {
    ruled = rule.both;
  } else if (no_truth) {
    ruled = rule.truth;
  } else if (no_prediction) {
    ruled = rule.prediction;
  }
  if (ruled) return *ruled;
  const double value = quotient(overlap);
  return std::isnan(value) ? rule.undefined : value;
}

std::string Metric::empty_text() const {
  const auto text = [](const std::optional<double>& value) {
    if (!value) return std::string("by the formula");
    return std::isnan(*value) ? std::string("not defined, left out") : fmt::format("{:g}", *value);
  };
  std::string one = empty.truth == empty.prediction
                        ? fmt::format("in only one of them: {}", text(empty.truth))
                        : fmt::format("only in the prediction: {}; only in the truth: {}",
                                      text(empty.truth), text(empty.prediction));
  return fmt::format("region in neither truth nor prediction: {}; {}", text(empty.both), one);
}

std::span<const Metric> metrics() { return kMetrics; }

const Metric& find_metric(std::string_view name) {
  std::vector<std::string> known;
  for (const Metric& metric : kMetrics) {
    if (metric.name == name) return metric;
    known.emplace_back(metric.name);
  }
  throw usage_error("There is no metric '{}'{}; the metrics are {}.", name,
                    did_you_mean(name, known), join(known));
}

}  // namespace myoseg
