#include "eval/analysis/results.h"

#include <fmt/core.h>

#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

using statistics::Estimate;
using statistics::Interval;

std::string six_digits(const Estimate& e) {
  return e.defined() ? fmt::format("{:.6g}", e.value) : std::string("NA");
}

// What is too small for a double is not impossible.
std::string p_text(const Estimate& p) { return p.value == 0 ? "< 1e-300" : six_digits(p); }

}  // namespace

void StatisticsList::add(const std::string& statistic, const std::string& of, std::size_t n,
                         const Estimate& value, std::optional<Interval> ci,
                         std::optional<Estimate> p, const std::string& note) {
  const std::string why =
      statistics::reasons({note, value.reason, ci ? ci->reason : "", p ? p->reason : ""});
  lines_.push_back({statistic, of, n, value, std::move(ci), std::move(p), why});
}

Table StatisticsList::exact() const {
  Table table;
  table.columns = {"statistic", "of", "n", "value", "ci_low", "ci_high", "p", "note"};
  for (const Line& line : lines_) {
    std::vector<std::string> row{line.statistic, line.of, std::to_string(line.n),
                                 statistics::cell(line.value)};
    statistics::add_cells(row, line.ci.value_or(Interval()));
    row.push_back(statistics::cell(line.p.value_or(Estimate())));
    row.push_back(line.note);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table StatisticsList::readable() const {
  Table table;
  table.columns = {"Of", "Statistic", "n", "Value", "95 % CI", "p"};
  for (const Line& line : lines_) {
    const bool has_ci = line.ci && line.ci->defined(), has_p = line.p && line.p->defined();
    table.rows.push_back(
        {line.of, line.statistic, std::to_string(line.n), six_digits(line.value),
         has_ci ? fmt::format("{:.6g} to {:.6g}", line.ci->low, line.ci->high) : "",
         has_p ? p_text(*line.p) : ""});
  }
  return table;
}

std::vector<std::string> StatisticsList::notes() const {
  std::vector<std::string> notes;
  for (const Line& line : lines_)
    if (!line.note.empty())
      notes.push_back(fmt::format("{}, {}: {}.", line.of, line.statistic, line.note));
  return notes;
}

std::string StatisticsList::text() const {
  std::string text, of;
  for (const Line& line : lines_) {
    if (line.of != of) text += fmt::format("\n{} (n = {})\n", of = line.of, line.n);
    text += fmt::format("  {:<26} {:>12}", line.statistic, six_digits(line.value));
    if (line.ci && line.ci->defined())
      text += fmt::format("  [{:.6g}, {:.6g}]", line.ci->low, line.ci->high);
    if (line.p && line.p->defined()) text += "  p " + p_text(*line.p);
    text += (line.note.empty() ? "" : "  (" + line.note + ")") + "\n";
  }
  return text;
}

}  // namespace myoseg
