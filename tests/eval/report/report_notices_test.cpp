#include "eval/report/notices.h"

#include <gtest/gtest.h>

#include "eval/measure/metrics.h"
#include "tests/eval/report/report_fixture.h"

namespace myoseg {
namespace {

TEST(ReportNotices, NoticesTellWhatWasMissedOnce) {
  ReportInput input = small_input("unused");
  const auto found = notices(report_contents(input, {}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, "missed structure");
  EXPECT_EQ(found[0].case_id, "case_1");
  EXPECT_EQ(found[0].region, "muscle_b");
  EXPECT_EQ(found[0].sentence, "4.2 ml in the truth, nothing predicted");

  add(input, 0, "odd", "muscle_a", Stage::final, 0, 0, 2);
  for (int c = 0; c < 8; ++c)
    add(input, 4, "more_" + std::to_string(c), "combined", Stage::final, 0.8 + 0.001 * c);
  add(input, 4, "worst", "combined", Stage::final, 0.2);
  bool odd = false, worst = false;
  for (const Notice& n : notices(report_contents(input, {}))) {
    odd = odd || (n.kind == "false structure" && n.case_id == "odd");
    worst = worst || (n.kind == "outlier" && n.case_id == "worst" && n.region == "combined");
  }
  EXPECT_TRUE(odd);
  EXPECT_TRUE(worst);
}

TEST(ReportNotices, BestMedianAndWorstAreRankedByTheHeadlineRegion) {
  const auto shown =
      best_median_worst(report_contents(small_input("unused"), {}).cases, find_metric("dice"));
  ASSERT_EQ(shown.size(), 3u);
  EXPECT_EQ(shown[0].row.case_id, "case_0");
  EXPECT_EQ(shown[1].row.case_id, "case_1");
  EXPECT_EQ(shown[2].row.case_id, "case_2");
}

TEST(ReportNotices, TheSpreadOfVolumesAndTheBorderAreLookedAt) {
  ReportInput input = small_input("unused");
  for (int c = 0; c < 9; ++c)
    add(input, 4, "more_" + std::to_string(c), "muscle_a", Stage::final, 0.7 + 0.03 * c, 10,
        10 + 0.1 * c);
  add(input, 4, "swollen", "muscle_a", Stage::final, 0.8, 10, 14);
  input.scores.push_back(
      {"run", 4, "more_3", "muscle_a", Stage::final, std::string(kTruncated), 1});
  input.scores.push_back(
      {"run", 4, "more_3", "combined", Stage::final, std::string(kTruncated), 1});
  input.scores.push_back(
      {"run", 4, "more_4", "muscle_a", Stage::final, std::string(kTruncated), 0});
  std::vector<Notice> found;
  for (const Notice& n : notices(report_contents(input, {})))
    if (n.kind != "missed structure") found.push_back(n);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, "volume outlier");
  EXPECT_EQ(found[0].case_id, "swollen");
  // Differences 0, 0, 0, 0, 0.1 ... 0.8, 4: quartiles 0 and 0.6.
  EXPECT_EQ(found[0].sentence,
            "14.0 ml predicted, 10.0 ml in the truth (limits of the difference −0.9 to +1.5 ml)");
  EXPECT_EQ(found[1].kind, "truncated");
  EXPECT_EQ(found[1].case_id, "more_3");
}

TEST(ReportNotices, PicturesAreOfTheExtremesThenOfFindingsThenOfTheWorst) {
  const auto rows = report_contents(small_input("unused"), {}).cases;
  const std::vector<Notice> findings{{"truncated", "case_1", 1, "muscle_a", ""}};
  const auto names = [&](const std::vector<Shown>& shown) {
    std::string all;
    for (const Shown& s : shown) all += s.row.case_id.back();
    return all;
  };
  std::vector<CaseRow> many;
  for (int c = 0; c < 7; ++c) {
    many.push_back(rows[0]);
    many.back().case_id = "case_" + std::to_string(c);
    many.back().rank_value = 0.9 - 0.1 * c;
    many.back().fold = 1;
  }
  const Metric dice = find_metric("dice");
  EXPECT_EQ(names(shown_cases(many, dice, findings, 0)), "036");
  EXPECT_EQ(names(shown_cases(many, dice, findings, 4)), "0361");
  EXPECT_EQ(names(shown_cases(many, dice, findings, 6)), "036154");
}

}  // namespace
}  // namespace myoseg
