// Overlap metrics against MedPy, MONAI, surface-distance, SciPy and scikit-learn, each under its
// own empty rule.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>

#include "data/image_io.h"
#include "eval/scores.h"
#include "tests/eval/golden_masks.h"

namespace myoseg {
namespace {

using testing::both_empty_is;
using testing::expect_equal;
using testing::ignore_empty;
using testing::Json;
using testing::kNaN;
using testing::kOther;
using testing::NotRun;
using testing::number;
using testing::undefined_is;

// What a library's number is in our terms.
struct Reading {
  std::function<double(const Overlap&)> value;
};

Reading metric(std::string_view name, const EmptyRule& rule) {
  return {[&m = find_metric(name), rule](const Overlap& o) { return m.value(o, rule); }};
}
Reading one_minus(std::string_view name, const EmptyRule& rule) {
  return {[&m = find_metric(name), rule](const Overlap& o) { return 1 - m.value(o, rule); }};
}
// The reading of `name` in `library`, or nothing when we have no metric of that definition.
std::optional<Reading> reading(const std::string& library, const std::string& name) {
  const EmptyRule formula = undefined_is(kNaN);
  if (library.starts_with("medpy")) {
    if (name == "dc")
      return metric("dice", both_empty_is(library.starts_with("medpy-0.4") ? 0 : 1));
    if (name == "jc") return metric("jaccard", both_empty_is(1));
    if (name == "recall") return metric("sensitivity", undefined_is(0));
    if (name == "precision" || name == "specificity") return metric(name, undefined_is(0));
  } else if (library.starts_with("monai")) {
    if (name.starts_with("dice_ignore_empty_"))
      return metric("dice", ignore_empty(name.ends_with("true")));
    if (name.starts_with("iou_ignore_empty_"))
      return metric("jaccard", ignore_empty(name.ends_with("true")));
    if (name == "f1_score") return metric("dice", formula);
    if (name == "threat_score") return metric("jaccard", formula);
    if (name == "sensitivity" || name == "specificity" || name == "precision" || name == "accuracy")
      return metric(name, formula);
  } else if (library.starts_with("deepmind")) {
    if (name == "dice_coefficient") return metric("dice", formula);
  } else if (library.starts_with("scipy")) {
    // Over all voxels, unlike our distance, which is over the union only.
    if (name == "scipy.hamming" || name == "sklearn.hamming_loss")
      return one_minus("accuracy", formula);
    if (name == "hamming_voxel_count")
      return Reading{[](const Overlap& o) {
        return static_cast<double>(o.truth + o.prediction - 2 * o.both);
      }};
    if (name == "scipy.dice_dissimilarity") return one_minus("dice", formula);
    if (name == "scipy.jaccard_dissimilarity") return metric("hamming_distance", both_empty_is(0));
    if (name == "sklearn.accuracy") return metric("accuracy", formula);
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
  }
  return std::nullopt;
}

// MONAI computes in float32.
double tolerance(const std::string& library) { return library.starts_with("monai") ? 1e-6 : 1e-12; }

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
    if (truth && prediction) {
      EXPECT_EQ(testing::voxel_hash(*truth), record.at("mask_fnv1a64").at("gt"));
      EXPECT_EQ(testing::voxel_hash(*prediction), record.at("mask_fnv1a64").at("pred"));
      overlap = count_overlaps(*prediction, *truth, {{"mask", {1}}}, {}).front();
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
    for (const auto& [library, values] : record.at("values").items())
      for (const auto& [name, value] : values.items()) {
        if (name == "note") continue;
        const std::string what = library + " " + name;
        if (value.is_object()) {
          not_run.add(what, "the library raises");
        } else if (name == "confusion_matrix[tp,fp,tn,fn]") {
          const std::int64_t ours[] = {
              overlap.both, overlap.prediction - overlap.both,
              overlap.voxels - overlap.truth - overlap.prediction + overlap.both,
              overlap.truth - overlap.both};
          for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(ours[i], number(value[i])) << what;
          tally.ran();
        } else if (const auto read = reading(library, name)) {
          expect_equal(read->value(overlap), value, tolerance(library), what);
          tally.ran();
        } else {
          not_run.add(what, kOther);
        }
      }
  }
  not_run.tell(tally);
}

}  // namespace
}  // namespace myoseg
