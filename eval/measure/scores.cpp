#include "eval/measure/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "core/error.h"
#include "core/files.h"
#include "core/parallel.h"
#include "eval/measure/metrics_counts.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Nothing is 0 ml whatever the pixel size; anything else is NaN without one.
double volume_ml(std::int64_t voxels, const Comparison& c) {
  return voxels == 0 ? 0 : c.voxel_ml * static_cast<double>(voxels);
}

void require_one_grid(const LabelMap& prediction, const LabelMap& truth) {
  if (const std::string found = difference(prediction.geometry, truth.geometry); !found.empty())
    throw data_error(
        "The prediction and the truth lie on different grids (prediction against truth: {}); bring "
        "the prediction onto the truth's grid before scoring.",
        found);
}

std::vector<bool> compared_slices(const LabelMap& truth, const ScoreOptions& options) {
  const std::int64_t n = truth.slice_voxels();
  std::vector<bool> use(static_cast<std::size_t>(truth.geometry.size[2]), true);
  if (options.slices == Slices::labelled)
    for (std::size_t z = 0; z < use.size(); ++z) {
      const std::uint8_t* slice = truth.voxels.data() + static_cast<std::int64_t>(z) * n;
      use[z] = std::any_of(slice, slice + n, [](std::uint8_t v) { return v != 0; });
    }
  return use;
}

std::vector<Metric> wanted_metrics(const ScoreOptions& options) {
  std::vector<Metric> wanted;
  for (const std::string& name : options.metrics) wanted.push_back(find_metric(name));
  return wanted;
}

bool any_needs(const std::vector<Metric>& wanted, Needs what) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const Metric& metric) { return metric.needs == what; });
}

// `left_out`: voxels of each slice that are not compared; empty: none.
std::vector<Comparison> compare_all(const LabelMap& prediction, const LabelMap& truth,
                                    const std::vector<Region>& regions, const ScoreOptions& options,
                                    const std::vector<std::int64_t>& left_out) {
  const std::vector<Metric> wanted = wanted_metrics(options);
  const bool voxels = any_needs(wanted, Needs::border_voxels);
  const bool elements = any_needs(wanted, Needs::surface_elements);
  const std::vector<bool> use = compared_slices(truth, options);
  const LabelPairs pairs(prediction, truth, use);
  std::int64_t without = 0;
  for (std::size_t z = 0; z < left_out.size(); ++z) without += use[z] ? left_out[z] : 0;
  const Geometry& grid = truth.geometry;
  std::vector<Comparison> compared(regions.size());
  std::vector<Box> boxes(regions.size());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    compared[i].overlap = pairs.overlap(regions[i]);
    compared[i].overlap.voxels -= without;
    compared[i].voxel_ml = grid.has_pixel_size() ? grid.voxel_mm3() / 1000 : kNaN;
    boxes[i] = pairs.box(regions[i]);
    for (std::size_t a = 0; a < 2; ++a)
      compared[i].truncated |=
          boxes[i].voxels() > 0 && (boxes[i].begin[a] == 0 || boxes[i].end[a] == grid.size[a]);
  }
  if (!grid.has_pixel_size() || (!voxels && !elements)) return compared;

  // The largest first, so that no thread is left alone with it at the end.
  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return boxes[a].voxels() > boxes[b].voxels();
  });
  parallel_for(order.size(), [&](std::size_t k) {
    const std::size_t i = order[k];
    if (boxes[i].voxels() == 0) return;
    const BitMask p = region_bits(prediction, regions[i], boxes[i], use);
    const BitMask t = region_bits(truth, regions[i], boxes[i], use);
    const bool planar = grid.size[2] == 1;
    if (voxels) compared[i].voxels = voxel_distances(p, t, grid.spacing, planar);
    if (elements) compared[i].elements = element_distances(p, t, grid.spacing, planar);
  });
  return compared;
}

}  // namespace

Stage stage_in(const Table& table, std::size_t row, std::size_t column) {
  const std::string& name = table.rows[row][column];
  if (const auto stage = choice_of<Stage>(name)) return *stage;
  throw data_error("{}: row {}: the stage should be '{}' or '{}' but is '{}'.", table.source,
                   row + 2, name_of(Stage::raw), name_of(Stage::final), name);
}

std::vector<std::string> usual_metrics() {
  return {"dice",
          "jaccard",
          "sensitivity",
          "specificity",
          "precision",
          "accuracy",
          "hamming_distance",
          "hamming_similarity",
          "volume_difference_ml",
          "ravd",
          "hd95",
          "assd"};
}

void describe(Fields& f, ScoreOptions& o) {
  f("slices", o.slices,
    "Slices that are compared: all of them, or only those in which the truth has foreground.");
  f("metrics", o.metrics,
    "Metrics that are computed, by name; docs/evaluation.md defines each. hdN is any percentile, "
    "nsd_Nmm any tolerance; _monai, _medpy or _deepmind after a name takes that library's "
    "definition.");
  for (const std::string& name : o.metrics)
    f.require(is_metric(name), not_a_metric(name, "metrics"));
}

std::vector<std::int64_t> leave_out(LabelMap& prediction, LabelMap& truth, std::uint8_t ignored) {
  std::vector<std::int64_t> of_slice;
  const std::int64_t n = truth.slice_voxels();
  for (std::int64_t z = 0; z < truth.geometry.size[2]; ++z) {
    std::int64_t left_out = 0;
    for (auto i = static_cast<std::size_t>(z * n); i < static_cast<std::size_t>((z + 1) * n); ++i) {
      if (truth.voxels[i] != ignored) continue;
      truth.voxels[i] = prediction.voxels[i] = 0;
      ++left_out;
    }
    of_slice.push_back(left_out);
  }
  return of_slice;
}

std::vector<Comparison> compare(const LabelMap& prediction, const LabelMap& truth,
                                const std::vector<Region>& regions, const ScoreOptions& options) {
  require_one_grid(prediction, truth);
  if (!options.ignored) return compare_all(prediction, truth, regions, options, {});
  LabelMap p = prediction, t = truth;
  const std::vector<std::int64_t> left_out = leave_out(p, t, *options.ignored);
  return compare_all(p, t, regions, options, left_out);
}

std::vector<Score> score_case(const LabelMap& prediction, const LabelMap& truth,
                              const std::vector<Region>& regions, const ScoreOptions& options) {
  const std::vector<Metric> wanted = wanted_metrics(options);
  const std::vector<Comparison> compared = compare(prediction, truth, regions, options);
  const bool distances = std::any_of(wanted.begin(), wanted.end(), [](const Metric& metric) {
    return metric.penalty(1).has_value();
  });
  const bool known = truth.geometry.has_pixel_size();
  double diagonal = known ? 0 : kNaN;
  for (std::size_t a = 0; a < 3; ++a)
    diagonal = std::hypot(diagonal,
                          static_cast<double>(truth.geometry.size[a]) * truth.geometry.spacing[a]);
  std::vector<Score> scores;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const auto add = [&](std::string_view metric, double value) {
      Score score;
      score.region = regions[i].name;
      score.metric = metric;
      score.value = value;
      scores.push_back(std::move(score));
    };
    const Comparison& c = compared[i];
    for (const Metric& metric : wanted) {
      const bool in_mm = metric.needs != Needs::counts;
      add(metric.name, in_mm && !known ? kNaN : metric.value(c));
    }
    add(kTruthVolume, volume_ml(c.overlap.truth, c));
    add(kPredictionVolume, volume_ml(c.overlap.prediction, c));
    add(kTruncated, c.truncated ? 1 : 0);
    if (distances) add(kDiagonal, diagonal);
  }
  return scores;
}

void write_scores(const std::filesystem::path& file, const std::vector<Score>& scores) {
  Table table;
  table.columns = {"run", "fold", "case", "region", "stage", "metric", "value"};
  for (const Score& s : scores)
    table.rows.push_back({s.run, std::to_string(s.fold), s.case_id, s.region,
                          std::string(name_of(s.stage)), s.metric, format_number(s.value)});
  write_file(file, to_csv(table));
}

std::vector<Score> read_scores(const std::filesystem::path& file) {
  const Table table = read_csv(file);
  const std::size_t run = table.column("run"), fold = table.column("fold"),
                    case_id = table.column("case"), region = table.column("region"),
                    stage = table.column("stage"), metric = table.column("metric"),
                    value = table.column("value");
  std::vector<Score> scores;
  scores.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    const double fold_number = table.number(i, fold);
    // A fold outside int would be undefined behaviour in the cast.
    if (!(fold_number >= -1 && fold_number <= 1e6) || fold_number != std::floor(fold_number))
      throw data_error("{}: row {}: the fold should be a whole number from -1 but is '{}'.",
                       table.source, i + 2, row[fold]);
    scores.push_back({row[run], static_cast<int>(fold_number), row[case_id], row[region],
                      stage_in(table, i, stage), row[metric], table.number(i, value)});
  }
  return scores;
}

}  // namespace myoseg
