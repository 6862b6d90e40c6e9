#include "eval/draw/heat_map.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "eval/draw/axis.h"

namespace myoseg {
namespace {

// Pixels.
constexpr double kRowHeight = 34, kTop = 10, kRight = 18, kWidestCell = 104, kLeastCell = 48;
constexpr double kAllCells = 880;
constexpr std::size_t kLongestName = 28;

// "#rrggbb" as the number that gnuplot reads from data.
int colour_number(const std::string& colour) { return std::stoi(colour.substr(1), nullptr, 16); }

// Names at 1, 2, 3 ..., and how wide the widest is.
std::vector<Tick> name_ticks(const std::vector<std::string>& names, double& widest) {
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < names.size(); ++i) {
    ticks.push_back({static_cast<double>(i + 1), shortened(names[i], kLongestName)});
    widest = std::max(widest, text_width(ticks.back().text));
  }
  return ticks;
}

std::string data_of(const HeatMap& map) {
  std::string data = "# column, row, colour, text, colour of the text\n";
  for (std::size_t row = 0; row < map.rows.size(); ++row)
    for (std::size_t k = 0; k < map.columns.size(); ++k) {
      const HeatMapCell& cell = map.cells[row][k];
      const bool has_value = !std::isnan(cell.place);
      data += fmt::format("{}\t{}\t{}\t{}\t{}\n", k + 1, row + 1,
                          colour_number(has_value ? ramp_colour(cell.place) : "#e6e8ea"), cell.text,
                          colour_number(has_value && cell.place < 0.6 ? "#ffffff" : "#14181c"));
    }
  return data;
}

}  // namespace

void draw_heat_map(Figure& figure, const HeatMap& map) {
  const auto rows = static_cast<double>(map.rows.size());
  const auto columns = static_cast<double>(map.columns.size());
  double left = 0, widest = 0;
  const std::vector<Tick> row_names = name_ticks(map.rows, left);
  const std::vector<Tick> column_names = name_ticks(map.columns, widest);
  const double cell =
      std::clamp(kAllCells / columns, kLeastCell, std::max(kWidestCell, widest + 14));
  const bool rotated = widest + 10 > cell;
  const double bottom = rotated ? 16 + 0.71 * widest : 28;
  left = std::max(left + 20, rotated ? 0.71 * widest - cell / 2 : 0.0);
  figure.width = static_cast<int>(std::lround(left + cell * columns + kRight));
  figure.height = static_cast<int>(std::lround(kTop + kRowHeight * rows + bottom));
  figure.data = data_of(map);
  figure.script = fmt::format(
      R"(unset grid
unset border
set lmargin at screen {:.4f}
set rmargin at screen {:.4f}
set tmargin at screen {:.4f}
set bmargin at screen {:.4f}
set xrange [0.5:{}.5]
set yrange [{}.5:0.5]
set xtics ({}){} scale 0
set ytics ({}) scale 0
plot data using 1:2:(0.488):(0.47):3 with boxxyerror fillstyle solid 1 noborder linecolor rgb variable, \
  data using 1:2:4:5 with labels font ",11" textcolor rgb variable
)",
      left / figure.width, 1 - kRight / figure.width, 1 - kTop / figure.height,
      bottom / figure.height, map.columns.size(), map.rows.size(), tick_list(column_names),
      rotated ? " rotate by 45 right" : " norotate center", tick_list(row_names));
}

}  // namespace myoseg
