// Score against time of every run, and the runs that no other beats in both.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "eval/sweep/figures.h"

namespace myoseg {
namespace {

constexpr double kPlotWidth = 760, kPlotHeight = 260;  // px, about: what margins leave
constexpr double kNumberWidth = 26, kNumberHeight = 14;

struct Unit {
  const char* name;
  double seconds;
};
Unit unit_for(double longest) {
  if (longest < 120) return {"s", 1};
  return longest < 7200 ? Unit{"min", 60} : Unit{"h", 3600};
}

// Seconds, rows of the runs that no other beats in time and score: a later one must be better.
std::vector<RankedRow> front(std::vector<RankedRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](const RankedRow& a, const RankedRow& b) {
    if (a.row->seconds != b.row->seconds) return a.row->seconds < b.row->seconds;
    return a.rank < b.rank;
  });
  std::vector<RankedRow> kept;
  for (const RankedRow& row : rows)
    if (kept.empty() || row.rank < kept.back().rank) kept.push_back(row);
  return kept;
}

}  // namespace

Figure cost_figure(const SweepContents& contents) {
  std::vector<RankedRow> rows;
  std::vector<double> scores, seconds;
  for (const RankedRow& row : contents.ranked)
    if (row.rank > 0 && std::isfinite(row.row->seconds) && row.row->seconds >= 0) {
      rows.push_back(row);
      scores.push_back(headline(*row.row));
      seconds.push_back(row.row->seconds);
    }
  Figure figure;
  figure.name = "cost";
  figure.title = fmt::format("{} against time", contents.score_name);
  if (rows.size() < 2) {
    figure.caption = fmt::format(
        "{} of {} runs has both a score ({}) and a time; a comparison "
        "needs two.",
        rows.empty() ? "None" : "One", contents.input.rows.size(), contents.score_name);
    return figure;
  }
  const auto [least, most] = std::minmax_element(seconds.begin(), seconds.end());
  const Unit unit = unit_for(*most);
  std::vector<double> times;
  for (const double s : seconds) times.push_back(s / unit.seconds);
  // Decades of time need a logarithmic axis as a setting does.
  Axis time =
      setting_axis("", {format_number(*least / unit.seconds), format_number(*most / unit.seconds)});
  if (!time.logarithmic) time = score_axis("", times);
  time.texts.clear();
  const double room = time.logarithmic ? 0.06 : 0;
  const Axis score = score_axis(contents.score_name, scores);

  figure.data = "# all runs: time, score, rank\n";
  for (std::size_t i = 0; i < rows.size(); ++i)
    figure.data += fmt::format("{}\t{}\t{}\n", format_number(times[i]), format_number(scores[i]),
                               rows[i].rank);
  figure.data += "\n\n# not beaten in both\n";
  // Where marks are close together, the better one keeps its number.
  const std::vector<RankedRow> best = front(rows);
  const auto pixels = [&](const RankedRow& row) {
    return std::pair{kPlotWidth * time.fraction(row.row->seconds / unit.seconds),
                     kPlotHeight * score.fraction(headline(*row.row))};
  };
  std::string line, numbers;
  std::pair<double, double> last{1e9, 1e9};
  for (auto row = best.rbegin(); row != best.rend(); ++row) {
    const std::string cells =
        fmt::format("{}\t{}\t{}\n", format_number(row->row->seconds / unit.seconds),
                    format_number(headline(*row->row)), row->rank);
    line.insert(0, cells);
    const auto at = pixels(*row);
    if (last.first - at.first < kNumberWidth && last.second - at.second < kNumberHeight) continue;
    numbers.insert(0, cells);
    last = at;
  }
  figure.data += line + "\n\n# of these, those with a number\n" + numbers;
  figure.width = 860;
  figure.height = 340;
  figure.script = fmt::format(
      R"(set xlabel "Time of all jobs, {}" textcolor rgb "#33383d"
set ylabel {} textcolor rgb "#33383d"
{}set xrange [{}:{}]
set yrange [{}:{}]
set xtics ({})
set ytics ({})
plot data index 1 using 1:2 with steps linewidth 1 linecolor rgb "#8a8f94", \
  data index 0 using 1:2 with points pointtype 7 pointsize 0.6 linecolor rgb "#661f5580", \
  data index 1 using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb "#14181c", \
  data index 2 using 1:2:(sprintf("#%d", $3)) with labels right offset -0.7,0.5 font ",10" textcolor rgb "#33383d"
)",
      unit.name, gnuplot_text(shortened(score.title, 36)),
      time.logarithmic ? "set logscale x\n" : "", format_number(time.at(-room)),
      format_number(time.at(1 + room)), format_number(score.places[0]),
      format_number(score.places[1]), tick_list(axis_ticks(time, kPlotWidth, text_width)),
      tick_list(axis_ticks(score, kPlotHeight, text_height)));
  figure.caption = fmt::format(
      "{} against the time of all jobs of a run. Black: runs that no other beats in both, with "
      "their number in the table.{}",
      score.title, missing_note(contents, rows.size()));
  return figure;
}

}  // namespace myoseg
