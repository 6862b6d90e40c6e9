// A picture of how two measurements of the same quantity in the same cases agree.
#pragma once

#include <string>
#include <vector>

#include "eval/draw/gnuplot.h"
#include "eval/statistics/agreement.h"

namespace myoseg {

struct PairPlot {
  std::string name;           // file stem
  std::string title;          // for readers that do not see the picture
  std::string about;          // what the caption begins with: "Psoas, volume: A against B"
  std::string quantity;       // on the axes: "Volume (ml)"
  std::string first, second;  // who or what measured x and y; differences are first minus second
  std::vector<std::string> cases;
  std::vector<double> x, y;  // case by case
  statistics::BlandAltman limits;
};

// Two panels: the first's values against the second's with the line of identity and the
// least-squares line, and the Bland-Altman plot with bias, limits and their intervals. An empty
// script, and a caption that says why, when there are fewer than two cases.
[[nodiscard]] Figure pair_figure(const PairPlot& pair);

}  // namespace myoseg
