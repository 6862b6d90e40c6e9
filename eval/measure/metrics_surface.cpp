// Metrics that are made of distances between surfaces, each in the definitions of the libraries.
#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "eval/measure/metrics_families.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// No distance leads to nothing; what is missed is counted, and penalised where asked for.
constexpr EmptyRule kNotDefined{.both = kNaN, .truth = kNaN, .prediction = kNaN};
constexpr EmptyRule kNoShare{.both = kNaN, .truth = 0.0, .prediction = 0.0};

// Percentiles. fmax passes over a direction that has no distances.
double percentile_of_both(const Comparison& c, double percent) {
  return std::fmax(distance_percentile(c.voxels.to_truth, percent),
                   distance_percentile(c.voxels.to_prediction, percent));
}
double percentile_of_pooled(const Comparison& c, double percent) {
  return distance_percentile(pooled(c.voxels), percent);
}
double percentile_of_area(const Comparison& c, double percent) {
  return std::fmax(sized_percentile(c.elements.to_truth, percent),
                   sized_percentile(c.elements.to_prediction, percent));
}
// Means.
double mean_of_pooled(const Comparison& c, double) { return mean_distance(pooled(c.voxels)); }
double mean_of_means(const Comparison& c, double) {
  return (mean_distance(c.voxels.to_truth) + mean_distance(c.voxels.to_prediction)) / 2;
}
double mean_to_truth(const Comparison& c, double) { return mean_distance(c.voxels.to_truth); }
double mean_to_prediction(const Comparison& c, double) {
  return mean_distance(c.voxels.to_prediction);
}
double area_mean_to_truth(const Comparison& c, double) {
  return mean_distance(c.elements.to_truth);
}
double area_mean_to_prediction(const Comparison& c, double) {
  return mean_distance(c.elements.to_prediction);
}
// Shares.
double share_of_voxels(const Comparison& c, double mm) {
  return share_within(pooled(c.voxels), mm);
}
double share_of_area(const Comparison& c, double mm) {
  return share_within(pooled(c.elements), mm);
}

struct Definition {
  std::string_view family;                    // "hd", "assd", ...
  std::array<std::string_view, 2> libraries;  // that define it so, as in a name's end
  std::string_view text;                      // how it goes about it
  Needs needs;
  double (*compute)(const Comparison&, double);

  [[nodiscard]] bool is_of(std::string_view library) const {
    return library == libraries[0] || library == libraries[1];
  }
};
// The first of each family is the default.
constexpr std::array kDefinitions{
    Definition{"hd",
               {"monai"},
               "larger of the two directed percentiles of the distances between border voxels",
               Needs::border_voxels,
               percentile_of_both},
    Definition{"hd",
               {"medpy"},
               "percentile of the distances between border voxels, both directions pooled",
               Needs::border_voxels,
               percentile_of_pooled},
    Definition{"hd",
               {"deepmind"},
               "larger of the two directed percentiles of the distances between surface elements, "
               "weighted by area, not interpolated",
               Needs::surface_elements,
               percentile_of_area},
    Definition{"assd",
               {"monai", "medpy"},
               "mean of the distances of both directions between border voxels",
               Needs::border_voxels,
               mean_of_pooled},
    Definition{"assd",
               {"medpy04"},
               "mean of the two directed means between border voxels",
               Needs::border_voxels,
               mean_of_means},
    Definition{"msd_to_truth",
               {"monai", "medpy"},
               "mean distance from P's border voxels to T's",
               Needs::border_voxels,
               mean_to_truth},
    Definition{"msd_to_truth",
               {"deepmind"},
               "mean distance from P's surface elements to T's, weighted by area",
               Needs::surface_elements,
               area_mean_to_truth},
    Definition{"msd_to_prediction",
               {"monai", "medpy"},
               "mean distance from T's border voxels to P's",
               Needs::border_voxels,
               mean_to_prediction},
    Definition{"msd_to_prediction",
               {"deepmind"},
               "mean distance from T's surface elements to P's, weighted by area",
               Needs::surface_elements,
               area_mean_to_prediction},
    Definition{"nsd",
               {"deepmind"},
               "share of both surfaces' area within the tolerance of the other",
               Needs::surface_elements,
               share_of_area},
    Definition{"nsd",
               {"monai"},
               "share of both masks' border voxels within the tolerance of the other",
               Needs::border_voxels,
               share_of_voxels},
};

std::string library_title(std::string_view library) {
  if (library == "monai") return "MONAI";
  if (library == "medpy") return "MedPy";
  return library == "medpy04" ? "MedPy 0.4" : "DeepMind";
}

// All of `text` as a number without sign or exponent.
std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) && value >= 0 && text.front() != '-' ? std::optional(value)
                                                                            : std::nullopt;
}

// A name without its library: the family, the number in it and how the metric is called.
struct Stem {
  std::string_view family;
  double parameter = 0;
  std::string title;
};
std::optional<Stem> parse(std::string_view stem) {
  if (stem == "assd") return Stem{"assd", 0, "ASSD"};
  if (stem == "msd_to_truth") return Stem{"msd_to_truth", 0, "MSD to truth"};
  if (stem == "msd_to_prediction") return Stem{"msd_to_prediction", 0, "MSD to prediction"};
  if (stem == "hd") return Stem{"hd", 100, "HD"};
  if (stem.starts_with("hd")) {
    const auto percent = plain_number(stem.substr(2));
    if (percent && *percent <= 100) return Stem{"hd", *percent, fmt::format("HD{:g}", *percent)};
  }
  if (stem.starts_with("nsd_") && stem.ends_with("mm")) {
    const auto mm = plain_number(stem.substr(4, stem.size() - 6));
    if (mm) return Stem{"nsd", *mm, fmt::format("NSD at {:g} mm", *mm)};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> surface_metric_names() {
  return {"hd",         "hd95",          "assd",        "msd_to_truth", "msd_to_prediction",
          "nsd_1mm",    "nsd_2mm",       "nsd_3mm",     "hd_deepmind",  "hd95_medpy",
          "hd95_monai", "hd95_deepmind", "assd_medpy04"};
}

std::optional<Metric> surface_metric(std::string_view name) {
  std::string_view stem = name, library;
  for (const Definition& definition : kDefinitions)
    for (const std::string_view one : definition.libraries)
      if (const std::string end = "_" + std::string(one); !one.empty() && name.ends_with(end)) {
        stem = name.substr(0, name.size() - end.size());
        library = one;
      }
  const auto parsed = parse(stem);
  if (!parsed) return std::nullopt;
  for (const Definition& definition : kDefinitions) {
    if (definition.family != parsed->family) continue;
    if (!library.empty() && !definition.is_of(library)) continue;
    Metric metric;
    metric.name = name;
    metric.title = parsed->title;
    const std::string by = library_title(library.empty() ? definition.libraries[0] : library);
    if (library.empty())
      metric.definition = by;
    else
      metric.title += ", " + by;
    metric.formula = fmt::format("{}, as {}", definition.text, by);
    const bool share = definition.family == "nsd";
    metric.unit = share ? "" : "mm";
    metric.better = share ? Better::higher : Better::lower;
    metric.best = share ? 1 : 0;
    metric.empty = share ? kNoShare : kNotDefined;
    metric.needs = definition.needs;
    metric.compute = definition.compute;
    metric.parameter = parsed->parameter;
    return metric;
  }
  return std::nullopt;
}

}  // namespace myoseg
