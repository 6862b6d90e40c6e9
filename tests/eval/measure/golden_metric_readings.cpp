#include "tests/eval/measure/golden_metric_readings.h"

#include <fmt/core.h>

#include <limits>
#include <map>
#include <utility>

#include "tests/eval/measure/golden_masks.h"

namespace myoseg::testing {
namespace {

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
  if (name.starts_with("hd") && is_metric(name + "_medpy")) return metric(name + "_medpy", formula);
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
  if (name.starts_with("hd") && is_metric(name + "_monai"))
    return metric(name + "_monai", name == "hd" ? distance : percentile);
  if (name == "assd") return metric("assd_monai", distance);
  if (name == "asd_pred_to_gt") return metric("msd_to_truth_monai", distance);
  const std::string directed = "_directed_pred_to_gt";
  if (name.starts_with("hd") && name.ends_with(directed)) {
    const std::string percent = name.substr(2, name.size() - 2 - directed.size());
    return of_distances([=](const Comparison& c) {
      if (c.overlap.truth == 0 || c.overlap.prediction == 0)
        return percent.empty() && c.overlap.truth + c.overlap.prediction > 0 ? infinite : kNaN;
      return distance_percentile(c.voxels.to_truth, percent.empty() ? 100 : std::stod(percent));
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

}  // namespace

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

}  // namespace myoseg::testing
