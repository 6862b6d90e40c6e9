#include "eval/sweep_report_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>

#include "core/names.h"
#include "eval/page.h"
#include "eval/statistics.h"
#include "eval/sweep_axes.h"
#include "eval/sweep_report_tables.h"

namespace myoseg {
namespace {

using kainjow::mustache::data;

constexpr int kWidestChart = 960;  // px: the page's own width

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

data number(const std::string& name, const std::string& value, const std::string& about) {
  data d;
  d.set("name", name);
  d.set("value", value);
  d.set("about", about);
  return d;
}

std::string states_text(const SweepReportInput& input) {
  std::vector<std::string> parts;
  for (const char* state : {"failed", "stopped", "open"}) {
    const auto n = std::count_if(input.rows.begin(), input.rows.end(),
                                 [&](const SweepRow& row) { return row.state == state; });
    if (n > 0) parts.push_back(fmt::format("{} {}", n, state));
  }
  return parts.empty() ? "all done" : "done; " + join(parts);
}

void set_numbers(data& page, const SweepReportInput& input) {
  data list(data::type::list);
  const std::string name = headline_name(input);
  const std::vector<RankedRow> ranked = ranked_rows(input);
  std::vector<double> scores = headlines(drawn_rows(input));
  std::sort(scores.begin(), scores.end());
  if (scores.empty()) {
    list << number("Best " + name, "–", "no run is done and has one");
  } else {
    list << number("Best " + name, fmt::format("{:.3f}", scores.back()),
                   settings_text(input, *ranked.front().row));
    list << number("Median " + name, fmt::format("{:.3f}", quantile(scores, 0.5)),
                   fmt::format("{:.3f} to {:.3f} over {} {}", scores.front(), scores.back(),
                               scores.size(), scores.size() == 1 ? "run" : "runs"));
  }
  const auto done = std::count_if(input.rows.begin(), input.rows.end(),
                                  [](const SweepRow& row) { return row.state == "done"; });
  list << number("Runs", fmt::format("{} of {}", done, input.rows.size()), states_text(input));
  double seconds = 0;
  for (const SweepRow& row : input.rows)
    if (!std::isnan(row.seconds)) seconds += row.seconds;
  list << number("Time", duration_text(seconds), "all jobs of all runs together");
  page.set("numbers", list);
}

void set_table(data& page, const SweepReportInput& input) {
  const Table exact = sweep_table(input), readable = readable_sweep_table(input);
  const std::vector<RankedRow> ranked = ranked_rows(input);
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
    return std::any_of(exact.rows.begin(), exact.rows.end(),
                       [&](const auto& cells) { return cells[c] != (c == state ? "done" : "NA"); });
  };
  data columns(data::type::list), rows(data::type::list);
  std::vector<std::size_t> shown;
  std::vector<bool> text;
  for (std::size_t c = 0; c < exact.columns.size(); ++c) {
    text.push_back(is_text(c));
    if (!is_shown(c)) continue;
    shown.push_back(c);
    data d;
    d.set("name", readable.columns[c]);
    d.set("text", c == 0 || text[c]);
    columns << d;
  }
  for (std::size_t r = 0; r < exact.rows.size(); ++r) {
    data row, cells(data::type::list);
    for (const std::size_t c : shown) {
      data cell;
      cell.set("text", readable.rows[r][c]);
      cell.set("exact", exact.rows[r][c]);
      const bool worry = c == state && ranked[r].row->state == "failed";
      if (worry || text[c]) cell.set("class", worry ? "name worry" : "name");
      if ((c == 0 || c == run) && !ranked[r].row->report.empty())
        cell.set("link", reference(ranked[r].row->report));
      cells << cell;
    }
    row.set("cells", cells);
    rows << row;
  }
  page.set("columns", columns);
  page.set("rows", rows);
  page.set("note",
           fmt::format("#: place by {}, higher is better; runs with the same score share it. Time: "
                       "of all jobs of a run together.{}",
                       headline_name(input),
                       std::find(shown.begin(), shown.end(), costs + 1) == shown.end()
                           ? ""
                           : " Memory: of the job that needed most."));
}

void set_failures(data& page, const SweepReportInput& input) {
  data list(data::type::list);
  bool any = false;
  for (const SweepRow& row : input.rows) {
    if (row.state != "failed") continue;
    any = true;
    data d;
    d.set("settings", settings_text(input, row));
    d.set("sentence", row.failure);
    d.set("run", row.run);
    list << d;
  }
  page.set("has_failures", any);
  page.set("failures", list);
}

}  // namespace

std::string sweep_page(const SweepReportInput& input, const std::vector<SweepChart>& charts) {
  data page;
  page.set("title", input.title);
  page.set("data", input.data_note);
  page.set("style", kPageStyle);
  page.set("sort_script", kSortScript);
  set_numbers(page, input);
  set_table(page, input);
  set_failures(page, input);
  data list(data::type::list), origin(data::type::list);
  int drawn = 0;
  for (const SweepChart& chart : charts) {
    data d;
    d.set("title", chart.title);
    d.set("caption", chart.caption);
    d.set("width", std::to_string(std::min(chart.width, kWidestChart)));
    d.set("least", std::to_string(4 * chart.width / 5));  // letters stay readable; then it scrolls
    if (!chart.markup.empty()) {
      d.set("markup", chart.markup);
      d.set("number", std::to_string(++drawn));
    } else {
      d.set("markup", false);
    }
    list << d;
  }
  page.set("charts", list);
  for (const auto& [name, value] : input.provenance) {
    data d;
    d.set("name", name);
    d.set("value", value);
    origin << d;
  }
  page.set("origin", origin);
  kainjow::mustache::mustache layout{std::string(kSweepTemplate)};
  return layout.render(page);
}

}  // namespace myoseg
