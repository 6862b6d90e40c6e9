#include "eval/sweep/page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/names.h"
#include "eval/draw/readable.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

// "model unet, rate 0.01".
std::string settings_text(const SweepReportInput& input, const SweepRow& row) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < input.keys.size(); ++k)
    parts.push_back(input.keys[k] + " " + row.settings[k]);
  return parts.empty() ? row.run : join(parts);
}

// A relative reference to a file: no character of a name may be read as a scheme, query or
// fragment.
std::string reference(const std::filesystem::path& file) {
  std::string text = "./";
  for (const char c : file.generic_string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) || std::string_view("-._~/").find(c) < 5;
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return text;
}

std::ptrdiff_t count_of(const SweepReportInput& input, RunState state) {
  return std::count_if(input.rows.begin(), input.rows.end(),
                       [&](const SweepRow& row) { return row.state == state; });
}

std::string states_text(const SweepReportInput& input) {
  std::vector<std::string> parts;
  for (const RunState state : {RunState::failed, RunState::stopped, RunState::open})
    if (const auto n = count_of(input, state); n > 0)
      parts.push_back(fmt::format("{} {}", n, name_of(state)));
  return parts.empty() ? "all done" : "done; " + join(parts);
}

std::vector<PageNumber> head_numbers(const SweepContents& contents) {
  const SweepReportInput& input = contents.input;
  const std::string& name = contents.score_name;
  const SweepRow* best = contents.ranked.empty() ? nullptr : contents.ranked.front().row;
  std::vector<PageNumber> numbers;
  std::vector<double> scores = headlines(contents.drawn);
  std::sort(scores.begin(), scores.end());
  if (scores.empty()) {
    numbers.push_back({"Best " + name, "–", "no run is done and has one"});
  } else {
    numbers.push_back(
        {"Best " + name, fmt::format("{:.3f}", headline(*best)), settings_text(input, *best)});
    numbers.push_back({"Median " + name, fmt::format("{:.3f}", statistics::quantile(scores, 0.5)),
                       fmt::format("{:.3f} to {:.3f} over {} {}", scores.front(), scores.back(),
                                   scores.size(), scores.size() == 1 ? "run" : "runs")});
  }
  const auto done = count_of(input, RunState::done);
  numbers.push_back({"Runs", fmt::format("{} of {}", done, input.rows.size()), states_text(input)});
  double seconds = 0;
  for (const SweepRow& row : input.rows)
    if (!std::isnan(row.seconds)) seconds += row.seconds;
  numbers.push_back({"Time", duration_text(seconds), "all jobs of all runs together"});
  return numbers;
}

PageTable run_table(const SweepContents& contents) {
  const SweepReportInput& input = contents.input;
  const Table &exact = contents.table, &readable = contents.readable;
  const std::vector<RankedRow>& ranked = contents.ranked;
  const std::size_t scores = 1 + input.keys.size(), costs = scores + input.score_names.size();
  const std::size_t state = costs + 3, run = costs + 4;
  const auto is_text = [&](std::size_t c) {
    if (c >= 1 && c < scores) {
      std::vector<std::string> texts;
      for (const SweepRow& row : input.rows) texts.push_back(row.settings[c - 1]);
      return !setting_axis("", texts).numeric;
    }
    return c >= state;
  };
  // Failures have a table of their own; a cost that no run knows, and the state when it is the
  // same for all, say nothing.
  const auto is_shown = [&](std::size_t c) {
    if (c > run) return false;
    if (c < costs || c == run) return true;
    return std::any_of(exact.rows.begin(), exact.rows.end(), [&](const auto& cells) {
      return cells[c] != (c == state ? name_of(RunState::done) : "NA");
    });
  };
  PageTable table;
  table.caption = "Best first; press a column’s head to sort.";
  table.rows.resize(exact.rows.size());
  for (std::size_t c = 0; c < exact.columns.size(); ++c) {
    if (!is_shown(c)) continue;
    table.columns.push_back({readable.columns[c], is_text(c) ? "name" : ""});
    for (std::size_t r = 0; r < exact.rows.size(); ++r) {
      PageCell cell{readable.rows[r][c], exact.rows[r][c]};
      if (c == state && ranked[r].row->state == RunState::failed) cell.kind = "worry";
      if ((c == 0 || c == run) && !ranked[r].row->report.empty())
        cell.link = reference(ranked[r].row->report);
      table.rows[r].push_back(std::move(cell));
    }
  }
  table.notes.push_back(fmt::format(
      "#: place by {}, {} is better; runs with the same score share it. Time: of all jobs of a run "
      "together.{}",
      contents.score_name,
      input.better == Better::higher  ? "higher"
      : input.better == Better::lower ? "lower"
                                      : "nearer to zero",
      is_shown(costs + 1) ? " Memory: of the job that needed most." : ""));
  return table;
}

std::string failures_markup(const SweepReportInput& input) {
  PageTable table;
  table.columns = {{"Run", "text"}, {"Failure", "text"}, {"Folder", "folder"}};
  for (const SweepRow& row : input.rows)
    if (row.state == RunState::failed)
      table.rows.push_back({{settings_text(input, row)}, {row.failure}, {row.run}});
  return table.rows.empty() ? "" : section_markup("Failures", table_markup(table), true);
}

}  // namespace

std::string sweep_page(const SweepContents& contents, const std::vector<PageChart>& charts) {
  const SweepReportInput& input = contents.input;
  Page page;
  page.title = input.title;
  page.data_note = input.data_note;
  page.numbers = head_numbers(contents);
  page.body = section_markup("Every run", table_markup(run_table(contents))) +
              failures_markup(input) + input.sections + charts_markup(charts);
  page.provenance = input.provenance;
  return page_markup(page);
}

}  // namespace myoseg
