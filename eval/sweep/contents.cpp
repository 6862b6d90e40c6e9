#include "eval/sweep/contents.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "eval/statistics/precision.h"
#include "eval/sweep/tables.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Place of a state among the rows without a rank.
int state_order(RunState state) {
  using enum RunState;
  return state == done ? 0 : state == stopped ? 1 : state == failed ? 3 : 2;
}

void check(const SweepReportInput& input) {
  for (const SweepRow& row : input.rows)
    if (row.settings.size() != input.keys.size() || row.scores.size() != input.score_names.size())
      throw failure(
          "The report of sweep '{}' cannot show run '{}': it has {} settings and {} scores where "
          "{} and {} are needed",
          input.title, row.run, row.settings.size(), row.scores.size(), input.keys.size(),
          input.score_names.size());
}

std::vector<RankedRow> ranked_rows(const SweepReportInput& input) {
  std::vector<RankedRow> ranked;
  for (const SweepRow& row : input.rows) ranked.push_back({&row, 0});
  std::stable_sort(ranked.begin(), ranked.end(), [&](const RankedRow& a, const RankedRow& b) {
    const double x = goodness(input.better, headline(*a.row)),
                 y = goodness(input.better, headline(*b.row));
    if (std::isnan(x) || std::isnan(y))
      return std::isnan(x) && std::isnan(y) ? state_order(a.row->state) < state_order(b.row->state)
                                            : std::isnan(y);
    return x > y;
  });
  std::size_t with_rank = 0;
  for (double before = kNaN; with_rank < ranked.size(); ++with_rank) {
    RankedRow& row = ranked[with_rank];
    const double score = goodness(input.better, headline(*row.row));
    if (std::isnan(score)) break;
    const bool same = statistics::tied(std::exchange(before, score), score);
    row.rank = same ? ranked[with_rank - 1].rank : static_cast<int>(with_rank) + 1;
  }
  // Rounding does not order runs that share a rank.
  std::sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(with_rank),
            [](const RankedRow& a, const RankedRow& b) {
              return std::pair(a.rank, a.row) < std::pair(b.rank, b.row);
            });
  return ranked;
}

}  // namespace

double headline(const SweepRow& row) {
  const bool has_one =
      row.state == RunState::done && !row.scores.empty() && std::isfinite(row.scores[0]);
  return has_one ? row.scores[0] : kNaN;
}

std::vector<double> headlines(const std::vector<const SweepRow*>& rows) {
  std::vector<double> scores;
  for (const SweepRow* row : rows) scores.push_back(headline(*row));
  return scores;
}

SweepContents::SweepContents(SweepReportInput given) : input(std::move(given)) {
  check(input);
  score_name = input.score_names.empty() ? "score" : input.score_names.front();
  ranked = ranked_rows(input);
  for (const SweepRow& row : input.rows)
    if (!std::isnan(headline(row))) drawn.push_back(&row);
  for (std::size_t k = 0; k < input.keys.size(); ++k) {
    std::vector<std::string> texts;
    for (const SweepRow* row : drawn) texts.push_back(row->settings[k]);
    settings.push_back(setting_axis(input.keys[k], texts));
  }
  table = sweep_table(input, ranked);
  readable = readable_sweep_table(input, ranked, table);
}

std::string too_few_rows(const SweepContents& contents) {
  if (contents.drawn.size() >= 2) return "";
  return fmt::format("{} of {} runs is done and has a score ({}); a comparison needs two.",
                     contents.drawn.empty() ? "None" : "One", contents.input.rows.size(),
                     contents.score_name);
}

std::string missing_note(const SweepContents& contents, std::size_t drawn) {
  const std::size_t missing = contents.input.rows.size() - drawn;
  if (missing == 0) return "";
  return fmt::format(" Not drawn: {} {} that failed or {} no score yet.", missing,
                     missing == 1 ? "run" : "runs", missing == 1 ? "has" : "have");
}

}  // namespace myoseg
