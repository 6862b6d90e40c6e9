// Figures drawn by gnuplot, run as a program of its own; nothing else in the tree starts it.
#pragma once

#include <filesystem>
#include <string>

namespace myoseg {

// A figure before it is drawn. The script plots `data` from the file that its variable `data`
// names; both are kept beside the drawing, so that a figure can be restyled without running
// anything again.
struct Figure {
  std::string name;               // file stem
  std::string title;              // for readers that do not see the picture
  std::string caption;            // what its marks mean
  int width = 720, height = 420;  // px in the page, points in the PDF
  std::string script;             // everything after terminal and `data`: settings, plot commands
  std::string data;
};

// Writes NAME.gp and NAME.tsv into `folder` and draws NAME.svg, NAME.pdf and NAME.png. False, with
// a warning in the log that names script and reason, when gnuplot is missing or fails; then no
// half-drawn file is left.
bool draw(const std::filesystem::path& folder, const Figure& figure);

// A text or file name as a gnuplot string constant; one that becomes a tick needs tick_list
// (eval/draw/axis.h), since gnuplot takes a tick's text for a format.
[[nodiscard]] std::string gnuplot_text(const std::string& text);

}  // namespace myoseg
