// What the pages of all reports share: their look, the script that sorts tables, drawn figures.
#pragma once

#include <filesystem>
#include <string>

#include "eval/gnuplot.h"

namespace myoseg {

// Contents of the <style> element.
extern const char* const kPageStyle;
// Contents of the <script> element: sorts each table of class "sortable" by the column whose head,
// a button, is pressed.
extern const char* const kSortScript;

// Draws the figure into `folder` and gives its SVG as a part of a page, or a paragraph that says
// why there is none.
[[nodiscard]] std::string figure_markup(const std::filesystem::path& folder, const Figure& figure);

}  // namespace myoseg
