// Overlap, volume and surface metrics against MedPy, MONAI, surface-distance, SciPy and
// scikit-learn, each under its own empty rule.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "data/image_io.h"
#include "eval/scores.h"
#include "tests/eval/golden_masks.h"

namespace myoseg {
namespace {

using testing::both_empty_is;
using testing::confusion;
using testing::expect_equal;
using testing::ignore_empty;
using testing::Json;
using testing::kNaN;
using testing::kOther;
using testing::NotRun;
using testing::number;
using testing::undefined_is;

// One pair of masks as compared in mm and in voxels; the second is empty without masks.
struct Pair {
  Comparison mm, voxel_units;
};

// What a library's number is in our terms.
struct Reading {
  std::function<double(const Comparison&)> value;
  bool voxel_units = false;
  bool surface = false;
};

Reading metric(std::string_view name, const EmptyRule& rule) {
  const Metric m = find_metric(name);
  return {.value = [m, rule](const Comparison& c) { return m.value(c, rule); },
          .surface = m.needs != Needs::counts};
}
Reading one_minus(std::string_view name, const EmptyRule& rule) {
  return {[m = find_metric(name), rule](const Comparison& c) { return 1 - m.value(c, rule); }};
}
Reading of_distances(const std::function<double(const Comparison&)>& value) {
  return {.value = value, .surface = true};
}
Reading reversed(const Reading& reading) {
  return {.value =
              [reading](Comparison c) {
                std::swap(c.overlap.prediction, c.overlap.truth);
                return reading.value(c);
              },
          .surface = reading.surface};
}

std::optional<Reading> medpy_reading(const std::string& library, const std::string& name) {
  const EmptyRule formula = undefined_is(kNaN);
  const bool old = library.starts_with("medpy-0.4");
  if (name == "dc") return metric("dice", both_empty_is(old ? 0 : 1));
  if (name == "jc") return metric("jaccard", both_empty_is(1));
  if (name == "recall") return metric("sensitivity", undefined_is(0));
  if (name == "precision" || name == "specificity") return metric(name, undefined_is(0));
  if (name == "ravd") return metric("ravd", formula);
  if (name == "ravd_reversed(result=gt,reference=pred)") return reversed(metric("ravd", formula));
  if (name == "hd" || name == "hd95") return metric(name + "_medpy", formula);
  if (name == "assd") return metric(old ? "assd_medpy04" : "assd_medpy", formula);
  if (name == "asd(pred,gt)") return metric("msd_to_truth_medpy", formula);
  if (name == "asd(gt,pred)") return metric("msd_to_prediction_medpy", formula);
  return std::nullopt;
}

std::optional<Reading> monai_reading(const std::string& name) {
  const EmptyRule formula = undefined_is(kNaN);
  // A percentile of infinities is not a number there; the maximum is infinite.
  const EmptyRule percentile{.both = kNaN, .truth = kNaN, .prediction = kNaN};
  const double infinite = std::numeric_limits<double>::infinity();
  const EmptyRule distance{.both = kNaN, .truth = infinite, .prediction = infinite};
  if (name.starts_with("dice_ignore_empty_"))
    return metric("dice", ignore_empty(name.ends_with("true")));
  if (name.starts_with("iou_ignore_empty_"))
    return metric("jaccard", ignore_empty(name.ends_with("true")));
  const std::map<std::string, std::string> counts{
      {"f1_score", "dice"},
      {"threat_score", "jaccard"},
      {"sensitivity", "sensitivity"},
      {"specificity", "specificity"},
      {"precision", "precision"},
      {"accuracy", "accuracy"},
      {"negative_predictive_value", "negative_predictive_value"},
      {"balanced_accuracy", "balanced_accuracy"},
      {"matthews_correlation_coefficient", "matthews_correlation"},
      {"fowlkes_mallows_index", "fowlkes_mallows"}};
  if (const auto found = counts.find(name); found != counts.end())
    return metric(found->second, formula);
  if (name == "hd") return metric("hd_monai", distance);
  if (name == "hd95") return metric("hd95_monai", percentile);
  if (name == "assd") return metric("assd_monai", distance);
  if (name == "asd_pred_to_gt") return metric("msd_to_truth_monai", distance);
  if (name == "hd_directed_pred_to_gt" || name == "hd95_directed_pred_to_gt") {
    const bool all = name.starts_with("hd_");
    return of_distances([=](const Comparison& c) {
      if (c.overlap.truth == 0 || c.overlap.prediction == 0)
        return all && c.overlap.truth + c.overlap.prediction > 0 ? infinite : kNaN;
      return distance_percentile(c.voxels.to_truth, all ? 100 : 95);
    });
  }
  return std::nullopt;
}

std::optional<Reading> deepmind_reading(const std::string& name) {
  const EmptyRule formula = undefined_is(kNaN);
  if (name == "dice_coefficient") return metric("dice", formula);
  const auto elements = [](const Distances& distances) {
    double n = 0;
    for (const DistanceBin& bin : distances) n += static_cast<double>(bin.count);
    return n;
  };
  if (name == "surfels_gt")
    return of_distances([=](const Comparison& c) { return elements(c.elements.to_prediction); });
  if (name == "surfels_pred")
    return of_distances([=](const Comparison& c) { return elements(c.elements.to_truth); });
  if (name == "surface_area_gt")
    return of_distances([](const Comparison& c) { return total_size(c.elements.to_prediction); });
  if (name == "surface_area_pred")
    return of_distances([](const Comparison& c) { return total_size(c.elements.to_truth); });
  if (name == "average_surface_distance_pred_to_gt")
    return metric("msd_to_truth_deepmind", formula);
  if (name == "average_surface_distance_gt_to_pred")
    return metric("msd_to_prediction_deepmind", formula);
  if (name.starts_with("robust_hausdorff_")) {
    const double infinite = std::numeric_limits<double>::infinity();
    return metric("hd" + name.substr(17) + "_deepmind",
                  {.both = infinite, .truth = infinite, .prediction = infinite});
  }
  return std::nullopt;
}

std::optional<Reading> scipy_reading(const std::string& name) {
  const EmptyRule formula = undefined_is(kNaN);
  // Over all voxels, unlike our distance, which is over the union only.
  if (name == "scipy.hamming" || name == "sklearn.hamming_loss")
    return one_minus("accuracy", formula);
  if (name == "hamming_voxel_count")
    return Reading{[](const Comparison& c) {
      return static_cast<double>(c.overlap.truth + c.overlap.prediction - 2 * c.overlap.both);
    }};
  if (name == "scipy.dice_dissimilarity") return one_minus("dice", formula);
  if (name == "scipy.jaccard_dissimilarity") return metric("hamming_distance", both_empty_is(0));
  if (name == "sklearn.accuracy") return metric("accuracy", formula);
  if (name == "sklearn.cohen_kappa") return metric("cohen_kappa", formula);
  if (name == "sklearn.matthews_corrcoef") return metric("matthews_correlation", undefined_is(0));
  const std::string mark = ",zero_division=";
  if (const auto at = name.find(mark); at != std::string::npos && name.starts_with("sklearn.")) {
    const std::map<std::string, std::string> ours{{"f1", "dice"},
                                                  {"jaccard", "jaccard"},
                                                  {"precision", "precision"},
                                                  {"recall", "sensitivity"}};
    const auto found = ours.find(name.substr(8, at - 8));
    if (found != ours.end())
      return metric(found->second, undefined_is(std::stod(name.substr(at + mark.size()))));
  }
  return std::nullopt;
}

// The reading of `name` in `library`, or nothing when we have no metric of that definition.
std::optional<Reading> reading(const std::string& library, std::string name) {
  const std::string in_voxels = "_voxel_units";
  const bool voxel_units = name.ends_with(in_voxels);
  if (voxel_units) name.resize(name.size() - in_voxels.size());
  std::optional<Reading> found = library.starts_with("medpy")      ? medpy_reading(library, name)
                                 : library.starts_with("monai")    ? monai_reading(name)
                                 : library.starts_with("deepmind") ? deepmind_reading(name)
                                 : library.starts_with("scipy")    ? scipy_reading(name)
                                                                   : std::nullopt;
  if (found) found->voxel_units = voxel_units;
  return found;
}

// The reading of one entry of a list that follows the record's tolerances.
std::optional<Reading> reading_at(const std::string& name, double mm) {
  const EmptyRule formula = undefined_is(kNaN);
  const std::string at = fmt::format("nsd_{}mm", mm);
  if (name == "nsd_at_tolerance") return metric(at + "_monai", formula);
  if (name == "nsd_use_subvoxels_at_tolerance" || name == "surface_dice_at_tolerance")
    return metric(at + "_deepmind", formula);
  if (name == "surface_overlap_gt_at_tolerance")
    return of_distances(
        [mm](const Comparison& c) { return share_within(c.elements.to_prediction, mm); });
  if (name == "surface_overlap_pred_at_tolerance")
    return of_distances(
        [mm](const Comparison& c) { return share_within(c.elements.to_truth, mm); });
  return std::nullopt;
}

// MONAI computes in float32, distances with a few roundings.
double tolerance(const std::string& library, double expected, bool surface) {
  const double relative = !library.starts_with("monai") ? 1e-12 : surface ? 1e-5 : 1e-6;
  return relative * std::max(1.0, std::abs(expected));
}

Comparison compared(const LabelMap& prediction, const LabelMap& truth) {
  return compare(prediction, truth, {{"mask", {1}}}, {.metrics = {"hd", "hd_deepmind"}}).front();
}
Comparison in_voxel_units(LabelMap prediction, LabelMap truth) {
  prediction.geometry.spacing = truth.geometry.spacing = {1, 1, 1};
  return compared(prediction, truth);
}

// The mask of one side: painted, or a label of an image when $MYOSEG_REAL names a folder that has
// it.
std::optional<LabelMap> mask(const Json& record, const std::string& side) {
  const Json& description = record.at(side);
  if (description.is_array()) return testing::paint(record, description);
  const char* folder = std::getenv("MYOSEG_REAL");
  if (folder == nullptr) return std::nullopt;
  const std::filesystem::path file =
      std::filesystem::path(folder) / description.at("file").get<std::string>();
  if (!std::filesystem::exists(file)) return std::nullopt;
  const LabelMap image = read_label_map(file);
  LabelMap map(testing::record_grid(record), 1);
  const auto& size = image.geometry.size;
  for (std::int64_t z = 0; z < size[2]; ++z)
    for (std::int64_t y = 0; y < size[1]; ++y)
      for (std::int64_t x = 0; x < size[0]; ++x)  // the record's first array axis is the image's x
        map.at(z, y, x) = image.at(x, y, z) == description.at("label").get<int>() ? 1 : 0;
  return map;
}

TEST(GoldenMetrics, PairsOfMasksAsEveryLibraryScoresThem) {
  testing::Tally tally("metric_pair");
  NotRun not_run;
  for (const Json& record : testing::golden_records("metrics", "metric_pair")) {
    const auto fixture = record.at("fixture").get<std::string>();
    SCOPED_TRACE(fixture);
    const Json& counts = record.at("voxel_counts");
    Overlap overlap{.both = counts.at("tp"),
                    .prediction = counts.at("pred"),
                    .truth = counts.at("gt"),
                    .voxels = testing::record_grid(record).voxels()};
    const auto truth = mask(record, "gt"), prediction = mask(record, "pred");
    const bool has_masks = truth && prediction;
    Pair pair{.mm = {.overlap = overlap}, .voxel_units = {.overlap = overlap}};
    if (has_masks) {
      EXPECT_EQ(testing::voxel_hash(*truth), record.at("mask_fnv1a64").at("gt"));
      EXPECT_EQ(testing::voxel_hash(*prediction), record.at("mask_fnv1a64").at("pred"));
      pair = {compared(*prediction, *truth), in_voxel_units(*prediction, *truth)};
      overlap = pair.mm.overlap;
      EXPECT_EQ(overlap.both, counts.at("tp"));
      EXPECT_EQ(overlap.prediction - overlap.both, counts.at("fp"));
      EXPECT_EQ(overlap.truth - overlap.both, counts.at("fn"));
      EXPECT_EQ(overlap.voxels - overlap.truth - overlap.prediction + overlap.both,
                counts.at("tn"));
      tally.ran();
    } else {
      not_run.add(fixture + " masks",
                  "set MYOSEG_REAL to the folder of its images; scored from its counts");
    }
    const auto check = [&](const std::optional<Reading>& read, const std::string& library,
                           const std::string& what, const Json& expected) {
      if (!read) {
        not_run.add(what, kOther);
      } else if (read->surface && !has_masks) {
        not_run.add(what, "needs the masks");
      } else {
        const double value = read->value(read->voxel_units ? pair.voxel_units : pair.mm);
        expect_equal(value, expected, tolerance(library, number(expected), read->surface), what);
        tally.ran();
      }
    };
    for (const auto& [library, values] : record.at("values").items())
      for (const auto& [name, value] : values.items()) {
        if (name == "note") continue;
        const std::string what = library + " " + name;
        if (value.is_object()) {
          not_run.add(what, "the library raises");
        } else if (name == "confusion_matrix[tp,fp,tn,fn]") {
          for (std::size_t i = 0; i < 4; ++i)
            EXPECT_EQ(confusion(overlap)[i], number(value[i])) << what;
          tally.ran();
        } else if (name.ends_with("_at_tolerance")) {
          for (std::size_t i = 0; i < value.size(); ++i)
            check(reading_at(name, number(record.at("tolerances_mm")[i])), library, what, value[i]);
        } else {
          check(reading(library, name), library, what, value);
        }
      }
  }
  not_run.tell(tally);
}

}  // namespace
}  // namespace myoseg
