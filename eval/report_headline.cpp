#include "eval/report_headline.h"

#include <fmt/core.h>

#include <cmath>
#include <set>

#include "eval/metrics.h"
#include "eval/report_tables.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

}  // namespace

std::vector<PageNumber> headline_numbers(const ReportInput& input, const ReportOptions& options) {
  const std::vector<Summary> summaries = summarise(input.scores);
  const std::string stage = counting_stage(input.scores);
  const Metric& metric = find_metric(options.headline);
  const auto number_text = [&](double value) {
    return std::isnan(value) ? "" : fixed_text(value, metric.decimals());
  };
  std::vector<PageNumber> numbers;
  const Summary* whole = find_summary(summaries, options.headline_region, stage, options.headline);
  if (whole != nullptr && whole->n > 0)
    numbers.push_back({fmt::format("{}, {}", metric.header(), options.headline_region),
                       number_text(whole->mean), "mean ± SD over cases", number_text(whole->sd)});

  std::vector<double> means;
  const Summary* worst = nullptr;
  int missed = 0;
  for (const std::string& region : region_order(input, options)) {
    const Summary* s = find_summary(summaries, region, stage, options.headline);
    if (s == nullptr || s->n == 0 || input.labels.find(region) == nullptr) continue;
    means.push_back(s->mean);
    missed += s->missed;
    if (worst == nullptr || metric.goodness(s->mean) < metric.goodness(worst->mean)) worst = s;
  }
  if (!means.empty())
    numbers.push_back({fmt::format("{}, mean of structures", metric.header()),
                       number_text(statistics::mean_sd(means).mean),
                       counted(means.size(), "structure", "structures")});
  if (means.size() > 1)
    numbers.push_back({"Hardest structure", number_text(worst->mean), region_title(worst->region),
                       number_text(worst->sd)});

  std::set<int> folds;
  std::set<std::string> cases;
  for (const Score& s : input.scores) {
    if (s.fold >= 0) folds.insert(s.fold);
    cases.insert(s.case_id);
  }
  const std::string misses = missed == 0 ? "no structure missed"
                                         : counted(static_cast<std::size_t>(missed),
                                                   "structure missed", "structures missed");
  numbers.push_back(
      {"Cases", std::to_string(cases.size()),
       (folds.empty() ? "" : counted(folds.size(), "fold", "folds") + ", ") + misses});
  return numbers;
}

}  // namespace myoseg
