// Overlap, volume and surface metrics against MedPy, MONAI, surface-distance, SciPy and
// scikit-learn, each under its own empty rule.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "data/io/image_io.h"
#include "eval/measure/scores.h"
#include "tests/eval/measure/golden_masks.h"
#include "tests/eval/measure/golden_metric_readings.h"

namespace myoseg {
namespace {

using testing::confusion;
using testing::expect_equal;
using testing::Json;
using testing::kOther;
using testing::NotRun;
using testing::number;
using testing::Reading;
using testing::reading;
using testing::reading_at;

// One pair of masks as compared in mm and in voxels; the second is empty without masks.
struct Pair {
  Comparison mm, voxel_units;
};

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
