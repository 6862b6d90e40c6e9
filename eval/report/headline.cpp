#include "eval/report/headline.h"

#include <fmt/core.h>

#include <cmath>
#include <set>

#include "eval/draw/readable.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

}  // namespace

std::vector<PageNumber> headline_numbers(const ReportContents& contents) {
  const ReportInput& input = contents.input;
  const Metric& metric = contents.headline;
  const auto number = [&](std::string name, const ScoreStatistics& s, const std::string& about) {
    const bool penalised = s.penalised > 0;
    return PageNumber{
        std::move(name), fixed_text(s.penalised_mean.value, metric.decimals()),
        about + (penalised ? ", penalised" : ""),
        s.sd.defined() && !penalised ? fixed_text(s.sd.value, metric.decimals()) : ""};
  };
  std::vector<PageNumber> numbers;
  std::vector<double> means;
  const ScoreStatistics* worst = nullptr;
  std::int64_t missed = 0, penalised = 0;
  for (const ScoreStatistics& s : contents.statistics) {
    if (s.metric.name != metric.name || !s.penalised_mean.defined()) continue;
    if (s.region == contents.options.headline_region)
      numbers.push_back(number(fmt::format("{}, {}", metric.header(), s.region), s,
                               s.penalised > 0 ? "mean over cases" : "mean ± SD over cases"));
    if (input.labels.is_union(s.region)) continue;
    means.push_back(s.penalised_mean.value);
    missed += s.missed;
    penalised += s.penalised;
    if (worst == nullptr ||
        metric.goodness(s.penalised_mean.value) < metric.goodness(worst->penalised_mean.value))
      worst = &s;
  }
  if (!means.empty())
    numbers.push_back(
        {fmt::format("{}, mean of structures", metric.header()),
         fixed_text(statistics::mean_sd(means).mean, metric.decimals()),
         counted(means.size(), "structure", "structures") + (penalised > 0 ? ", penalised" : "")});
  if (means.size() > 1)
    numbers.push_back(number("Hardest structure", *worst, region_title(worst->region)));

  std::set<std::string> cases;
  for (const Score& s : input.scores) cases.insert(s.case_id);
  const std::string misses = missed == 0 ? "no structure missed"
                                         : counted(static_cast<std::size_t>(missed),
                                                   "structure missed", "structures missed");
  numbers.push_back(
      {"Cases", std::to_string(cases.size()),
       (contents.folds < 2 ? "" : fmt::format("{} folds, ", contents.folds)) + misses});
  return numbers;
}

}  // namespace myoseg
