// Overlap and distances of label maps and their means over cases and classes against MONAI.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "eval/measure/scores.h"
#include "eval/measure/summaries.h"
#include "tests/eval/measure/golden_masks.h"

namespace myoseg {
namespace {

using testing::confusion;
using testing::expect_equal;
using testing::ignore_empty;
using testing::Json;
using testing::kNaN;
using testing::kOther;
using testing::NotRun;
using testing::number;
using testing::undefined_is;

// A MONAI entry's name, taken apart:
// "dice[batch][class],include_background=false,ignore_empty=true".
struct Entry {
  std::string head;
  std::map<std::string, std::string> options;

  explicit Entry(std::string name) {
    for (std::size_t at; (at = name.find_last_of(", ")) != std::string::npos &&
                         name.find('=', at) != std::string::npos;) {
      const std::string option = name.substr(at + 1);
      options[option.substr(0, option.find('='))] = option.substr(option.find('=') + 1);
      name.resize(at);
    }
    head = name;
  }
  [[nodiscard]] bool is(const std::string& option, const std::string& value) const {
    const auto found = options.find(option);
    return found != options.end() &&
           (found->second == value || (value == "true" && found->second == "True"));
  }
};

// [batch][class] values reduced as MONAI does: means skip NaN, over channels first and then over
// the batch.
class Reduced {
 public:
  explicit Reduced(const std::vector<std::vector<double>>& values) {
    for (std::size_t b = 0; b < values.size(); ++b)
      for (std::size_t c = 0; c < values[b].size(); ++c) {
        by_class_.push_back(score(b, c, values[b][c]));
        by_item_.push_back(score(c, b, values[b][c]));
        all_.push_back(score(b * 1000 + c, 0, values[b][c]));
      }
  }
  [[nodiscard]] std::vector<Summary> of(const std::string& axis) const {
    if (axis == "batch") return summarise(by_class_);
    if (axis == "channel") return summarise(by_item_);
    if (axis == "all") return summarise(all_);
    std::vector<Score> items;  // the mean of each item's mean
    for (const Summary& item : summarise(by_item_))
      items.push_back(score(items.size(), 0, item.mean));
    return summarise(items);
  }

 private:
  static Score score(std::size_t case_id, std::size_t region, double value) {
    return {"", 0, std::to_string(case_id), std::to_string(region), Stage::raw, "dice", value};
  }
  std::vector<Score> by_class_, by_item_, all_;
};

void expect_reduced(const Json& expected, const Reduced& reduced, const std::string& reduction,
                    const std::string& what, double tolerance = 2e-6) {
  const bool sum = reduction.starts_with("sum");
  const auto bar = reduction.find('_');
  const std::string axis = bar != std::string::npos ? reduction.substr(bar + 1)
                           : sum                    ? "all"
                                                    : "items";
  const std::vector<Summary> ours = reduced.of(axis);
  const auto list = [](const Json& j) { return j.is_array() ? j : Json::array({j}); };
  const Json values = list(expected.is_object() ? expected.at("value") : expected);
  ASSERT_EQ(values.size(), ours.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (expected.is_object()) {
      EXPECT_EQ(ours[i].n, number(list(expected.at("not_nans"))[i])) << what;
    }
    // With nothing to average MONAI gives 0 where we say that there is no mean.
    if (ours[i].n > 0)
      expect_equal(sum ? ours[i].mean * ours[i].n : ours[i].mean, values[i], tolerance, what);
  }
}

// The metric behind a list of distances by item and class, with MONAI's rule for empty masks.
std::optional<std::pair<Metric, EmptyRule>> surface_entry(const std::string& head) {
  const std::string each = "[batch][class]", share = "nsd_tol_";
  if (!head.ends_with(each)) return std::nullopt;
  const std::string name = head.substr(0, head.size() - each.size());
  const double infinite = std::numeric_limits<double>::infinity();
  const EmptyRule distance{.both = kNaN, .truth = infinite, .prediction = infinite};
  if (name == "hd" || name == "assd") return {{find_metric(name + "_monai"), distance}};
  if (name == "asd_pred_to_gt") return {{find_metric("msd_to_truth_monai"), distance}};
  if (name == "hd95")
    return {{find_metric("hd95_monai"), {.both = kNaN, .truth = kNaN, .prediction = kNaN}}};
  if (name.starts_with(share))
    return {{find_metric("nsd_" + name.substr(share.size()) + "mm_monai"), undefined_is(kNaN)}};
  return std::nullopt;
}

// MONAI's distances are float32 and the result of a few roundings.
void expect_each(const std::vector<std::vector<double>>& ours, const Json& theirs,
                 const std::string& what) {
  for (std::size_t b = 0; b < ours.size(); ++b)
    for (std::size_t c = 0; c < ours[b].size(); ++c)
      expect_equal(ours[b][c], theirs[b][c], 1e-5 * std::max(1.0, std::abs(number(theirs[b][c]))),
                   what);
}

TEST(GoldenMetrics, LabelMapsAndTheirMeansAsMonai) {
  testing::Tally tally("metric_multiclass");
  NotRun not_run;
  for (const Json& record : testing::golden_records("metrics", "metric_multiclass")) {
    SCOPED_TRACE(record.at("fixture").get<std::string>());
    std::vector<Region> regions;
    for (int c = 0; c < record.at("classes").get<int>(); ++c)
      regions.push_back({std::to_string(c), {static_cast<std::uint8_t>(c)}});
    std::vector<std::vector<Comparison>> compared;
    for (const Json& item : record.at("batch")) {
      const LabelMap truth = testing::paint(record, item.at("gt"));
      const LabelMap prediction = testing::paint(record, item.at("pred"));
      EXPECT_EQ(testing::voxel_hash(truth), item.at("gt_fnv1a64"));
      EXPECT_EQ(testing::voxel_hash(prediction), item.at("pred_fnv1a64"));
      compared.push_back(compare(prediction, truth, regions, {.metrics = {"hd", "hd_deepmind"}}));
    }
    for (const auto& [library, values] : record.at("values").items())
      for (const auto& [name, value] : values.items()) {
        if (name == "note") continue;
        const Entry entry(name);
        const std::size_t first = entry.is("include_background", "true") ? 0 : 1;
        const auto of_each = [&](const Metric& m, const EmptyRule& rule) {
          std::vector<std::vector<double>> all;
          for (const auto& item : compared) {
            all.emplace_back();
            for (std::size_t c = first; c < item.size(); ++c)
              all.back().push_back(m.value(item[c], rule));
          }
          return all;
        };
        const EmptyRule rule = ignore_empty(entry.is("ignore_empty", "true"));
        const auto reduction = entry.options.find("reduction");
        const std::map<std::string, std::string> rates{
            {"ConfusionMatrixMetric precision", "precision"},
            {"ConfusionMatrixMetric sensitivity", "sensitivity"},
            {"ConfusionMatrixMetric specificity", "specificity"},
            {"ConfusionMatrixMetric accuracy", "accuracy"},
            {"ConfusionMatrixMetric threat score", "jaccard"},
            {"ConfusionMatrixMetric f1 score", "dice"}};
        if (entry.head == "dice[batch][class]" || entry.head == "iou[batch][class]") {
          const auto ours =
              of_each(find_metric(entry.head.starts_with("dice") ? "dice" : "jaccard"), rule);
          for (std::size_t b = 0; b < ours.size(); ++b)
            for (std::size_t c = 0; c < ours[b].size(); ++c)
              expect_equal(ours[b][c], value[b][c], 1e-6, name);
        } else if (const auto distance = surface_entry(entry.head)) {
          expect_each(of_each(distance->first, distance->second), value, name);
        } else if (entry.head == "HausdorffDistanceMetric(95)" &&
                   reduction != entry.options.end()) {
          const auto hd95 = surface_entry("hd95[batch][class]");
          expect_reduced(value, Reduced(of_each(hd95->first, hd95->second)), reduction->second,
                         name, 1e-5);
        } else if (entry.head == "confusion_matrix[batch][class][tp,fp,tn,fn]") {
          for (std::size_t b = 0; b < compared.size(); ++b)
            for (std::size_t c = first; c < regions.size(); ++c)
              for (std::size_t i = 0; i < 4; ++i)
                EXPECT_EQ(confusion(compared[b][c].overlap)[i], number(value[b][c - first][i]))
                    << name;
        } else if (entry.head == "DiceMetric" && reduction != entry.options.end()) {
          expect_reduced(value, Reduced(of_each(find_metric("dice"), rule)), reduction->second,
                         name);
        } else if (const auto rate = rates.find(entry.head);
                   rate != rates.end() && entry.is("reduction", "mean")) {
          const Metric& m = find_metric(rate->second);
          const EmptyRule by_formula = undefined_is(kNaN);
          if (entry.is("compute_sample", "true")) {
            expect_reduced(value, Reduced(of_each(m, by_formula)), "mean", name);
          } else {  // one table of counts for everything
            Overlap sum;
            for (const auto& item : compared)
              for (std::size_t c = first; c < item.size(); ++c) {
                sum.both += item[c].overlap.both;
                sum.prediction += item[c].overlap.prediction;
                sum.truth += item[c].overlap.truth;
                sum.voxels += item[c].overlap.voxels;
              }
            expect_equal(m.value({sum}, by_formula), value, 1e-6, name);
          }
        } else {
          not_run.add(library + " " + name, kOther);
          continue;
        }
        tally.ran();
      }
  }
  not_run.tell(tally);
}

}  // namespace
}  // namespace myoseg
