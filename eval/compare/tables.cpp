#include "eval/compare/tables.h"

#include <fmt/core.h>

#include <cctype>
#include <cmath>

#include "core/names.h"
#include "eval/draw/readable.h"
#include "eval/statistics/precision.h"

namespace myoseg {
namespace {

using statistics::Estimate;

// NaN for what is undefined, which tables write as NA.
double number(const Estimate& estimate) { return estimate.value; }

std::string rounded(const Estimate& estimate, int decimals) {
  return estimate.defined() ? fmt::format("{:.{}f}", estimate.value, decimals) : "NA";
}

// Everything in it that is NA, with the reason.
std::string remark(const PairedDifference& pair) {
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const std::string& reason) {
    if (!reason.empty()) parts.push_back(fmt::format("{}: {}", what, reason));
  };
  add("difference", pair.difference.reason);
  add("interval", pair.ci.reason);
  add("t test", pair.p_t.reason);
  add("Wilcoxon test", pair.p_wilcoxon.reason);
  add("d", pair.cohen_d.reason);
  return join(parts, "; ");
}

// "0.012 (0.036)": as it is and corrected.
std::string p_texts(const Estimate& p, const Estimate& corrected) {
  return p.defined() ? fmt::format("{} ({})", p_text(p), p_text(corrected)) : "NA";
}

std::string shares_text(const RunRank& rank) {
  std::vector<std::string> parts;
  for (std::size_t place = 0; place < rank.share.size(); ++place)
    if (rank.share[place] >= 0.0005)
      parts.push_back(fmt::format("#{}: {:.1f} %", place + 1, 100 * rank.share[place]));
  return parts.empty() ? "NA" : join(parts);
}

}  // namespace

std::string compared_quantity(const RunComparison& comparison) {
  const std::string name = comparison.metric.header();
  return comparison.metric.better == Better::near_zero ? "absolute " + name : name;
}

std::string pair_name(const ComparisonInput& input, const PairedDifference& pair) {
  return input.runs[pair.first].label + " − " + input.runs[pair.second].label;
}

std::string p_text(const Estimate& p) {
  if (!p.defined()) return "NA";
  return p.value < 0.001 ? "<0.001" : fmt::format("{:.3f}", p.value);
}

std::string difference_text(const PairedDifference& pair) {
  if (!pair.difference.defined()) return "NA";
  const std::string value = signed_text(pair.difference.value);
  if (!pair.ci.defined()) return value + " [NA]";
  return fmt::format("{} [{}, {}]", value, signed_text(pair.ci.low), signed_text(pair.ci.high));
}

bool is_significant(const PairedDifference& pair) {
  const Estimate& p = pair.p_wilcoxon_corrected;
  return p.defined() && (p.value <= 0.05 || statistics::tied(p.value, 0.05));
}

Table pairs_table(const ComparisonInput& input, const RunComparison& comparison) {
  Table table;
  table.columns = {"region",      "first",         "second",        "n",
                   "patients",    "missed_first",  "missed_second", "mean_first",
                   "mean_second", "difference",    "ci_low",        "ci_high",
                   "p_t",         "p_t_corrected", "p_wilcoxon",    "p_wilcoxon_corrected",
                   "cohen_d",     "remark"};
  for (const PairedDifference& pair : comparison.pairs) {
    const RegionScores& a = comparison.scores[pair.first][pair.region];
    const RegionScores& b = comparison.scores[pair.second][pair.region];
    std::vector<std::string> row{comparison.regions[pair.region], input.runs[pair.first].label,
                                 input.runs[pair.second].label};
    for (const std::int64_t count : {pair.n, pair.patients, a.missed, b.missed})
      row.push_back(std::to_string(count));
    for (const double value :
         {number(a.mean), number(b.mean), number(pair.difference), pair.ci.low, pair.ci.high,
          number(pair.p_t), number(pair.p_t_corrected), number(pair.p_wilcoxon),
          number(pair.p_wilcoxon_corrected), number(pair.cohen_d)})
      row.push_back(format_number(value));
    row.push_back(remark(pair));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table runs_table(const ComparisonInput& input, const RunComparison& comparison) {
  const std::size_t runs = input.runs.size();
  Table table;
  table.columns = {"rank", "run", "mean", "ci_low", "ci_high"};
  for (std::size_t place = 1; place <= runs; ++place)
    table.columns.push_back(fmt::format("share_of_rank_{}", place));
  for (const char* name : {"seconds", "peak_memory_mib", "parameters", "folder", "about"})
    table.columns.emplace_back(name);
  for (const std::string& region : comparison.regions)
    for (const char* what : {"mean_", "sd_", "n_", "missed_"})
      table.columns.push_back(what + region);
  for (const std::size_t r : comparison.best_first) {
    const ComparedRun& run = input.runs[r];
    const RunRank& rank = comparison.ranks[r];
    std::vector<std::string> row{rank.rank > 0 ? std::to_string(rank.rank) : "NA", run.label};
    for (const double value : {number(rank.mean), rank.ci.low, rank.ci.high})
      row.push_back(format_number(value));
    for (std::size_t place = 0; place < runs; ++place)
      row.push_back(rank.share.empty() ? "NA" : format_number(rank.share[place]));
    row.push_back(format_number(run.seconds));
    row.push_back(format_number(run.peak_memory_mib));
    row.push_back(run.parameters > 0 ? std::to_string(run.parameters) : "NA");
    row.push_back(run.name);
    row.push_back(run.about);
    for (const RegionScores& scores : comparison.scores[r])
      row.insert(row.end(), {format_number(number(scores.mean)), format_number(number(scores.sd)),
                             std::to_string(scores.n), std::to_string(scores.missed)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table readable_pairs_table(const ComparisonInput& input, const ComparisonOptions& options,
                           const RunComparison& comparison) {
  const bool grouped = comparison.patients < static_cast<std::int64_t>(comparison.cases.size());
  const std::string title(adjustment_title(options.correction));
  Table table;
  table.columns = {"Region", "Runs", "n"};
  if (grouped) table.columns.emplace_back("Patients");
  table.columns.push_back(fmt::format("Difference of {} [95 % CI]", compared_quantity(comparison)));
  for (const std::string& name : {"p, t (" + title + ")", "p, Wilcoxon (" + title + ")",
                                  std::string("Cohen's d"), std::string("Missed")})
    table.columns.push_back(name);
  for (const PairedDifference& pair : comparison.pairs) {
    std::vector<std::string> row{region_title(comparison.regions[pair.region]),
                                 pair_name(input, pair), std::to_string(pair.n)};
    if (grouped) row.push_back(std::to_string(pair.patients));
    row.push_back(difference_text(pair));
    row.push_back(p_texts(pair.p_t, pair.p_t_corrected));
    row.push_back(p_texts(pair.p_wilcoxon, pair.p_wilcoxon_corrected));
    row.push_back(pair.cohen_d.defined() ? signed_text(pair.cohen_d.value) : "NA");
    row.push_back(fmt::format("{}, {}", comparison.scores[pair.first][pair.region].missed,
                              comparison.scores[pair.second][pair.region].missed));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table readable_runs_table(const ComparisonInput& input, const RunComparison& comparison) {
  Table table;
  table.columns = {"Run",
                   "Rank",
                   fmt::format("Mean {} [95 % CI]", compared_quantity(comparison)),
                   "Ranks in resamples",
                   "Time",
                   "Memory, MiB",
                   "Parameters",
                   "Folder"};
  for (const std::size_t r : comparison.best_first) {
    const ComparedRun& run = input.runs[r];
    const RunRank& rank = comparison.ranks[r];
    std::string mean = rounded(rank.mean, 3);
    if (rank.mean.defined())
      mean += rank.ci.defined() ? fmt::format(" [{:.3f}, {:.3f}]", rank.ci.low, rank.ci.high)
                                : std::string(" [NA]");
    table.rows.push_back(
        {run.label, rank.rank > 0 ? std::to_string(rank.rank) : "NA", mean, shares_text(rank),
         duration_text(run.seconds),
         std::isnan(run.peak_memory_mib) ? "–" : fmt::format("{:.0f}", run.peak_memory_mib),
         run.parameters > 0 ? fmt::format("{}", run.parameters) : "–", run.name});
  }
  return table;
}

}  // namespace myoseg
