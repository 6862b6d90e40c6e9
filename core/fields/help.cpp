#include "core/fields/help.h"

#include <fmt/core.h>

#include <algorithm>

namespace myoseg {
namespace {

using Row = std::vector<std::string>;

constexpr std::size_t kLineLength = 100;
// A long cell must not push every meaning off the screen.
constexpr std::size_t kWidest = 24;
constexpr std::size_t kNarrowestMeaning = 32;
constexpr std::size_t kGap = 2;

// Characters on the screen: code points of UTF-8.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Broken between words where it is longer than `width`; a longer word stays whole. Blanks at its
// start, which show a field's depth, are kept.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
  std::vector<std::string> lines{text.substr(0, start)};
  bool fresh = true;
  for (std::size_t from = start; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, to - from);
    if (!fresh && width_of(lines.back()) + 1 + width_of(word) > width) {
      lines.emplace_back();
      fresh = true;
    }
    lines.back() += (fresh ? "" : " ") + word;
    fresh = false;
    from = to + 1;
  }
  return lines;
}

void add_rows(const std::vector<FieldHelp>& fields, std::size_t depth, const Node* stated,
              bool with_stated, std::vector<Row>& rows) {
  for (const FieldHelp& field : fields) {
    const Node* here = stated == nullptr ? nullptr : stated->find(field.name);
    Row row{std::string(2 * depth, ' ') + field.name, field.type, field.value, limits_text(field),
            field.meaning};
    if (with_stated)
      row.insert(row.begin() + 2, here == nullptr || here->is_map() ? "" : short_text(*here));
    rows.push_back(std::move(row));
    add_rows(field.children, depth + 1, here, with_stated, rows);
  }
}

}  // namespace

std::string aligned(const std::vector<Row>& rows, std::size_t indent) {
  std::size_t columns = 0;
  for (const Row& row : rows) columns = std::max(columns, row.size());
  std::vector<std::vector<std::vector<std::string>>> cells(rows.size());  // row, column, line
  std::size_t at = indent;                                                // where the column begins
  std::vector<std::size_t> starts;
  for (std::size_t c = 0; c < columns; ++c) {
    const bool last = c + 1 == columns;
    const std::size_t room = last ? std::max(kLineLength, at + kNarrowestMeaning) - at : kWidest;
    starts.push_back(at);
    std::size_t width = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (c >= rows[r].size()) continue;
      cells[r].push_back(wrapped(rows[r][c], room));
      for (const std::string& line : cells[r].back()) width = std::max(width, width_of(line));
    }
    at += width + kGap;
  }

  std::string text;
  for (const auto& row : cells) {
    std::size_t height = 0;
    for (const auto& cell : row) height = std::max(height, cell.size());
    for (std::size_t i = 0; i < height; ++i) {
      std::string line;
      for (std::size_t c = 0; c < row.size(); ++c)
        if (i < row[c].size() && !row[c][i].empty())
          line += std::string(starts[c] - width_of(line), ' ') + row[c][i];
      text += line + '\n';
    }
  }
  return text;
}

std::string help_text(const std::vector<FieldHelp>& fields,
                      const std::optional<StatedValues>& stated) {
  std::vector<Row> rows{{"name", "type", "default", "limits", "meaning"}};
  if (stated) rows.front().insert(rows.front().begin() + 2, stated->title);
  add_rows(fields, 0, stated ? &stated->values : nullptr, stated.has_value(), rows);
  return aligned(rows);
}

std::string short_text(const Node& value) {
  constexpr std::size_t kLongest = 60;
  const auto* list = value.get_if<Node::List>();
  std::string text = value.text();
  return list != nullptr && text.size() > kLongest ? fmt::format("({} items)", list->size()) : text;
}

std::string limits_text(const FieldHelp& field) {
  return field.limits + (field.limits.empty() || field.unit.empty() ? "" : " ") + field.unit;
}

std::vector<std::string> known_values(const FieldHelp& field) {
  if (field.type.starts_with("true or false")) return {"true", "false"};
  // As Limits::text writes a set of names.
  constexpr std::string_view kNames = "one of ", kComma = ", ";
  std::vector<std::string> values;
  if (!field.limits.starts_with(kNames)) return values;
  for (std::size_t from = kNames.size(); from < field.limits.size();) {
    const std::size_t to = std::min(field.limits.find(kComma, from), field.limits.size());
    values.push_back(field.limits.substr(from, to - from));
    from = to + kComma.size();
  }
  return values;
}

}  // namespace myoseg
