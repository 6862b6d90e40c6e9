// The tidy table every report is made of: one row per run, fold, case, region, stage and metric.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.h"
#include "core/fields/fields.h"
#include "core/table/table.h"
#include "data/labels.h"
#include "data/volume.h"
#include "eval/measure/metrics.h"

namespace myoseg {

// Which prediction is scored: as the network gave it, or after the configured post-processing.
enum class Stage { raw, final };
// In files and as names of folders.
constexpr std::array<std::string_view, 2> choice_names(Stage) { return {"raw", "final"}; }
// A cell of a column of stages. Error(bad_data) naming file and row when it is none.
[[nodiscard]] Stage stage_in(const Table& table, std::size_t row, std::size_t column);

struct Score {
  std::string run;
  int fold = -1;  // -1: no fold (an external prediction)
  std::string case_id;
  std::string region;
  Stage stage = Stage::final;
  std::string metric;  // a metric's name (find_metric), or one of those below
  double value = 0;    // NaN: not defined for this case; Metric::empty says where
};
// Beside the metrics every region has these two rows, its size in the compared slices in
// millilitres: 0 says that truth or prediction has nothing of it, which no overlap metric can say
// alone.
inline constexpr std::string_view kTruthVolume = "volume_truth_ml";
inline constexpr std::string_view kPredictionVolume = "volume_prediction_ml";
// And whether either mask touches the border of the slices (1 or 0): muscle then lies outside the
// field of view.
inline constexpr std::string_view kTruncated = "truncated";
// With distances every region also has the diagonal of the whole volume in mm, for Metric::penalty.
inline constexpr std::string_view kDiagonal = "diagonal_mm";

// The metrics that are computed unless somebody chooses.
[[nodiscard]] std::vector<std::string> usual_metrics();

struct ScoreOptions {
  // labelled: compare only slices in which the truth has foreground; the others count as background
  // in both, also for surfaces.
  Slices slices = Slices::all;
  std::vector<std::string> metrics = usual_metrics();
  // Of the data set, no option: where the truth has this value (LabelSet::ignored) nothing is
  // compared, and for surfaces both are background.
  std::optional<std::uint8_t> ignored{};
};

void describe(Fields& f, ScoreOptions& o);

// What the named metrics are made of, of each region in the order of `regions`; surfaces only where
// a metric needs them. A volume of one slice is taken as a picture: its surface is the outline.
// Throws as score_case does.
[[nodiscard]] std::vector<Comparison> compare(const LabelMap& prediction, const LabelMap& truth,
                                              const std::vector<Region>& regions,
                                              const ScoreOptions& options);

// Makes both maps, on one grid, background where the truth has the value; how many voxels in each
// slice.
std::vector<std::int64_t> leave_out(LabelMap& prediction, LabelMap& truth, std::uint8_t ignored);

// Scores of one case for every region and metric; run, fold, case and stage are left for the caller
// to fill in. Throws Error(bad_data) naming both grids when they differ and Error(bad_usage) for an
// unknown metric.
[[nodiscard]] std::vector<Score> score_case(const LabelMap& prediction, const LabelMap& truth,
                                            const std::vector<Region>& regions,
                                            const ScoreOptions& options);

// scores.csv; every value reads back as the same double.
void write_scores(const std::filesystem::path& file, const std::vector<Score>& scores);
[[nodiscard]] std::vector<Score> read_scores(const std::filesystem::path& file);

}  // namespace myoseg
