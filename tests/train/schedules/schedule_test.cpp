// What every schedule in the table must do.
#include "train/schedules/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/fields/pick.h"

namespace myoseg {
namespace {

struct Holder {
  Pick<ScheduleEntry> schedule;
};
void describe(Fields& f, Holder& h) { f("schedule", h.schedule, "The schedule."); }

std::unique_ptr<Schedule> make(std::vector<std::pair<std::string, Node>> options,
                               const ScheduleIo& io) {
  Node schedule(Node::Map{}), section(Node::Map{});
  for (auto& [key, value] : options) schedule.set(key, std::move(value));
  section.set("schedule", schedule);
  return bind<Holder>(section).schedule.make(io);
}

class EverySchedule : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Table, EverySchedule, ::testing::ValuesIn(names_of<ScheduleEntry>()));

double score_at(int i) { return 0.8 - 0.5 / (1 + i % 13); }

TEST_P(EverySchedule, StartsAtTheBaseRateAndStaysPositiveAndFinite) {
  const auto schedule = Pick<ScheduleEntry>(GetParam()).make(ScheduleIo{0.01, 60});
  EXPECT_DOUBLE_EQ(schedule->rate(), 0.01);
  for (int i = 0; i < 60; ++i) {
    EXPECT_GT(schedule->rate(), 0) << i;
    EXPECT_LE(schedule->rate(), 0.01 * (1 + 1e-12)) << i;
    schedule->advance(score_at(i));
  }
  EXPECT_TRUE(std::isfinite(schedule->rate()));
}

TEST_P(EverySchedule, GoesOnFromSavedStateWithTheSameBits) {
  const auto whole = Pick<ScheduleEntry>(GetParam()).make(ScheduleIo{0.01, 60});
  auto part = Pick<ScheduleEntry>(GetParam()).make(ScheduleIo{0.01, 60});
  for (int i = 0; i < 60; ++i) {
    if (i % 17 == 16) {
      auto next = Pick<ScheduleEntry>(GetParam()).make(ScheduleIo{0.01, 60});
      next->load_state(part->state());
      part = std::move(next);
    }
    EXPECT_EQ(whole->rate(), part->rate()) << i;
    whole->advance(score_at(i));
    part->advance(score_at(i));
  }
}

TEST_P(EverySchedule, RefusesStateOfAnotherKind) {
  const auto schedule = Pick<ScheduleEntry>(GetParam()).make(ScheduleIo{0.01, 60});
  try {
    schedule->load_state({{"something", 1.0}});
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::bad_data);
  }
}

TEST(Schedules, WarmUpRisesInAStraightLine) {
  const auto schedule = make({{"name", Node("poly")},
                              {"power", Node(1.0)},
                              {"warmup", Node(4)},
                              {"warmup_start", Node(0.2)}},
                             {1.0, 14});
  for (const double expected : {0.2, 0.4, 0.6, 0.8, 1.0, 0.9, 0.8, 0.7}) {
    EXPECT_NEAR(schedule->rate(), expected, 1e-12);
    schedule->advance(0);
  }
}

TEST(Schedules, CountEpochsOrSteps) {
  EXPECT_FALSE(make({{"name", Node("cosine")}}, {1.0, 10})->per_step());
  EXPECT_TRUE(make({{"name", Node("cosine")}, {"per", Node("step")}}, {1.0, 10})->per_step());
  EXPECT_FALSE(make({{"name", Node("plateau")}}, {1.0, 10})->per_step());
}

TEST(Schedules, PlateauCountsANumberlessScoreAsNoBetter) {
  const auto schedule =
      make({{"name", Node("plateau")}, {"patience", Node(1)}, {"factor", Node(0.5)}}, {1.0, 10});
  schedule->advance(0.5);
  schedule->advance(std::nan(""));
  EXPECT_EQ(schedule->rate(), 1.0);
  schedule->advance(std::nan(""));
  EXPECT_EQ(schedule->rate(), 0.5);
  schedule->advance(0.6);
  EXPECT_EQ(schedule->rate(), 0.5);
}

TEST(Schedules, PlateauWaitsForANewScore) {
  const auto schedule = make({{"name", Node("plateau")},
                              {"patience", Node(0)},
                              {"cooldown", Node(1)},
                              {"factor", Node(0.5)}},
                             {1.0, 10});
  const auto rate_after = [&](std::optional<double> score) {
    schedule->advance(score);
    return schedule->rate();
  };
  EXPECT_EQ(rate_after(std::nullopt), 1.0);
  EXPECT_EQ(rate_after(0.5), 1.0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(rate_after(std::nullopt), 1.0) << i;
  EXPECT_EQ(rate_after(0.4), 0.5);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(rate_after(std::nullopt), 0.5) << i;
  EXPECT_EQ(rate_after(0.4), 0.5);  // cooling down: neither did time pass
  EXPECT_EQ(rate_after(0.4), 0.25);
}

// Without tuning cases the score is the negative training loss.
TEST(Schedules, PlateauOfNegativeScoresSeesThatNothingGetsBetter) {
  const auto schedule =
      make({{"name", Node("plateau")}, {"patience", Node(1)}, {"factor", Node(0.5)}}, {1.0, 10});
  for (const double score : {-0.5, -0.5, -0.50001}) schedule->advance(score);
  EXPECT_EQ(schedule->rate(), 0.5);
  for (const double score : {-0.4, -0.3, -0.2}) schedule->advance(score);
  EXPECT_EQ(schedule->rate(), 0.5);
}

}  // namespace
}  // namespace myoseg
