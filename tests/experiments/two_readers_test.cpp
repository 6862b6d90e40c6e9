// Two people's contours of the same patients; what other programs found.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "core/table/table.h"
#include "eval/measure/scores.h"
#include "tests/experiments/program.h"
#include "tests/testing/golden.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;

// SciPy's numbers.
TEST(TwoReaders, MetricsAreThoseThatWereComputedElsewhere) {
  const fs::path data = testing::source_folder() / "tests/data/samples/two_readers";
  const testing::TemporaryFolder folder;
  const Outcome outcome = run_program(
      folder.path(),
      {"agreement",
       "masks=[" + (data / "oncologist").string() + "," + (data / "radiographer").string() + "]",
       "metrics=[dice,hd95,assd,hd]", "out=out"});
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  std::map<std::string, double> found;
  for (const Score& score : read_scores(folder / "out/scores.csv"))
    found[score.case_id + " " + score.region + " " + score.metric] = score.value;
  const Table expected = read_csv(data / "expected_metrics.csv");
  ASSERT_EQ(expected.rows.size(), 16U);
  const std::map<std::string, std::string> columns{{"dice", "dice"},
                                                   {"hd95", "hd95_mm"},
                                                   {"assd", "assd_mm"},
                                                   {"hd", "hd_mm"},
                                                   {"volume_prediction_ml", "vol_onc_cm3"},
                                                   {"volume_truth_ml", "vol_rad_cm3"}};
  for (std::size_t r = 0; r < expected.rows.size(); ++r)
    for (const auto& [metric, column] : columns) {
      const std::string key =
          expected.rows[r][0] + " " + expected.rows[r][expected.column("organ")] + " " + metric;
      ASSERT_TRUE(found.contains(key)) << key;
      // Printed with six decimals, volumes with five.
      EXPECT_NEAR(found.at(key), expected.number(r, expected.column(column)),
                  metric.starts_with("volume") ? 5.1e-6 : 6e-7)
          << key;
    }
}

}  // namespace
}  // namespace myoseg
