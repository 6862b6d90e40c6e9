// What the pages of all reports are made of: one HTML file that needs no network, no other file and
// no script to be read; the script only sorts tables and opens cases. Functions that end in _markup
// give a part of a page in which every text of a user is escaped.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/table/table.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

// A number at the head of a page.
struct PageNumber {
  std::string name, value, about;
  std::string spread = "";  // SD; empty: none
};

struct Page {
  std::string title;
  std::string data_note;   // what it is about, under the title
  std::string paper = "";  // citation
  std::vector<PageNumber> numbers = {};
  std::string body;  // markup: the sections before the provenance
  NamedTexts provenance = {};
  std::string config_yaml = "";
};
[[nodiscard]] std::string page_markup(const Page& page);

[[nodiscard]] std::string escaped(std::string_view text);
// `whole`: not broken over two printed pages. `kind`: a class of the style.
[[nodiscard]] std::string section_markup(std::string_view title, std::string_view markup,
                                         bool whole = false, std::string_view kind = "");
[[nodiscard]] std::string notes_markup(const std::vector<std::string>& notes);
// A list of names with their values.
[[nodiscard]] std::string list_markup(const NamedTexts& texts);

// Classes of the style: "name" for texts that are read from the left, "text" for those that may
// take several lines, "paper" for what a paper printed, "worry" for what should be looked at.
struct PageColumn {
  std::string name;
  std::string kind = "";
  std::string group = "";  // above this and its neighbours of the same group; empty: none
};
struct PageCell {
  std::string text;
  std::string exact = "";  // what the column is sorted by; empty: the text
  std::string kind = "";   // beside the column's
  std::string link = "";   // reference to a file or a part of the page
  std::string hint = "";   // shown when the cell is pointed at
};
struct PageTable {
  std::string name = "";  // "Table I."
  std::string caption = "";
  std::vector<PageColumn> columns;
  std::vector<std::vector<PageCell>> rows = {};  // each as long as `columns`
  std::vector<std::string> notes = {};
};
// The texts of a page's table, for Markdown and LaTeX; and a page's table of texts, whose first
// `names` columns are read from the left.
[[nodiscard]] Table texts_of(const PageTable& table);
[[nodiscard]] PageTable page_table(const Table& texts, std::size_t names,
                                   std::vector<std::string> notes = {});
// Sortable by each of its columns; a long one scrolls under its head.
[[nodiscard]] std::string table_markup(const PageTable& table);

struct PageChart {
  std::string title;    // of its section
  std::string markup;   // empty: left out
  std::string caption;  // or why it is left out
  int width = 0;        // px, up to which it grows with the page
};
// Draws the figure into `folder`; where gnuplot cannot, the markup says so. A figure without a
// script is left out.
[[nodiscard]] PageChart page_chart(std::string title, const std::filesystem::path& folder,
                                   const Figure& figure);
// A section each, those that are drawn numbered from `first` on.
[[nodiscard]] std::string charts_markup(const std::vector<PageChart>& charts, int first = 1);
// The drawing with its caption alone; `number` 0: without one.
[[nodiscard]] std::string figure_markup(const PageChart& chart, int number = 0);

// Contents of the <style> and of the <script> element.
extern const char* const kPageStyle;
extern const char* const kPageScript;

}  // namespace myoseg
