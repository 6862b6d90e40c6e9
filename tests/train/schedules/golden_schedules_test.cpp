// Learning rates against PyTorch's and MONAI's schedulers.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/train/schedules/reference_schedule.h"

namespace myoseg {
namespace {

using testing::Json;

TEST(GoldenSchedules, RateOfEveryStep) {
  testing::Tally tally("lr_schedule");
  for (const Json& record : testing::golden_records("schedules", "lr_schedule"))
    for (const Json& c : record.at("cases")) {
      const auto scheduler = c.at("scheduler").get<std::string>();
      const std::string name = scheduler + c.at("kwargs").dump();
      SCOPED_TRACE(name);
      const Json& rates = c.at("lr_used_at_step");
      const bool grouped = rates.at(0).is_array();
      bool ran = true;
      for (std::size_t group = 0; ran && group < (grouped ? rates.at(0).size() : 1); ++group) {
        const double base =
            testing::number(c.at("base_lr")) * std::pow(0.1, static_cast<double>(group));
        const auto reference = testing::reference_schedule(scheduler, c.at("kwargs"), base);
        if (reference.schedule == nullptr) {
          tally.cannot_run(name, reference.reason);
          ran = false;
          break;
        }
        for (std::size_t i = 0; i < rates.size(); ++i) {
          const double expected = testing::number(grouped ? rates[i][group] : rates[i]);
          EXPECT_NEAR(reference.schedule->rate(), expected, 1e-12 * base + 1e-10 * expected)
              << "step " << i;
          const bool scored =
              c.contains("metric_passed_after_step") && i < c["metric_passed_after_step"].size();
          reference.schedule->advance(scored ? testing::number(c["metric_passed_after_step"][i])
                                             : 0);
        }
      }
      if (ran) tally.ran();
    }
}

}  // namespace
}  // namespace myoseg
