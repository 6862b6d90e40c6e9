// Tables of a page.
#include <fmt/core.h>

#include <algorithm>

#include "eval/draw/page.h"

namespace myoseg {
namespace {

constexpr std::size_t kLongTable = 16;  // rows, from which on a table scrolls
constexpr std::size_t kWideTable = 8;   // columns, from which on its letters are smaller

std::string attribute(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format(" {}=\"{}\"", name, escaped(value));
}

// One head cell of a column, which sorts by it. Not a <button>: browsers leave buttons out of heads
// that are repeated on every printed page.
std::string head(const PageTable& table, std::size_t column, const std::string& more_kind,
                 const char* span) {
  const PageColumn& c = table.columns[column];
  const std::string space = c.kind.empty() || more_kind.empty() ? "" : " ";
  return fmt::format(
      "<th{} data-c=\"{}\"{}><span class=\"sort\" role=\"button\" tabindex=\"0\">{}</span></th>",
      span, column, attribute("class", more_kind + space + c.kind), escaped(c.name));
}

// One row, or two where columns have a group above them.
std::string heads(const PageTable& table) {
  const auto& columns = table.columns;
  const bool grouped = std::any_of(columns.begin(), columns.end(),
                                   [](const PageColumn& c) { return !c.group.empty(); });
  std::string upper = "<tr>", lower = "<tr>";
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].group.empty()) {
      upper += head(table, c, "", grouped ? " rowspan=\"2\"" : "");
      continue;
    }
    lower += head(table, c, "sub", "");
    if (c > 0 && columns[c - 1].group == columns[c].group) continue;
    std::size_t end = c + 1;
    while (end < columns.size() && columns[end].group == columns[c].group) ++end;
    upper += fmt::format("<th class=\"group\" colspan=\"{}\">{}</th>", end - c,
                         escaped(columns[c].group));
  }
  return upper + "</tr>\n" + (grouped ? lower + "</tr>\n" : "");
}

std::string cell_markup(const PageCell& cell, const PageColumn& column) {
  const std::string space = column.kind.empty() || cell.kind.empty() ? "" : " ";
  const std::string text = cell.link.empty() ? escaped(cell.text)
                                             : fmt::format("<a href=\"{}\">{}</a>",
                                                           escaped(cell.link), escaped(cell.text));
  return "<td" + attribute("class", column.kind + space + cell.kind) +
         attribute("data-v", cell.exact) + attribute("title", cell.hint) + ">" + text + "</td>";
}

}  // namespace

Table texts_of(const PageTable& table) {
  Table texts;
  for (const PageColumn& column : table.columns) texts.columns.push_back(column.name);
  for (const auto& cells : table.rows) {
    auto& row = texts.rows.emplace_back();
    for (const PageCell& cell : cells) row.push_back(cell.text);
  }
  return texts;
}

PageTable page_table(const Table& texts, std::size_t names, std::vector<std::string> notes) {
  PageTable table;
  for (std::size_t c = 0; c < texts.columns.size(); ++c)
    table.columns.push_back({texts.columns[c], c < names ? "name" : ""});
  for (const auto& cells : texts.rows) {
    auto& row = table.rows.emplace_back();
    for (const std::string& cell : cells) row.push_back({cell});
  }
  table.notes = std::move(notes);
  return table;
}

std::string table_markup(const PageTable& table) {
  std::string markup;
  if (!table.name.empty() || !table.caption.empty())
    markup += "<p class=\"caption\">" +
              (table.name.empty() ? "" : "<b>" + escaped(table.name) + "</b> ") +
              escaped(table.caption) + "</p>\n";
  markup += fmt::format("<div class=\"scroll{}\"><table class=\"sortable{}\">\n<thead>\n",
                        table.rows.size() >= kLongTable ? " tall" : "",
                        table.columns.size() >= kWideTable ? " wide" : "");
  markup += heads(table) + "</thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    markup += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) markup += cell_markup(row[c], table.columns[c]);
    markup += "</tr>\n";
  }
  return markup + "</tbody>\n</table></div>\n" + notes_markup(table.notes);
}

}  // namespace myoseg
