// A matrix of coloured cells with a text in each.
#pragma once

#include <string>
#include <vector>

#include "eval/draw/gnuplot.h"

namespace myoseg {

struct HeatMapCell {
  double place = 0;  // of its colour on ramp_colour(), 0 to 1; NaN: no value, grey
  std::string text;  // without blanks
};
struct HeatMap {
  std::vector<std::string> rows, columns;       // names, shortened where they are long
  std::vector<std::vector<HeatMapCell>> cells;  // [row][column]
};

// Sizes the figure and writes its script and data; name, title and caption are the caller's.
void draw_heat_map(Figure& figure, const HeatMap& map);

}  // namespace myoseg
