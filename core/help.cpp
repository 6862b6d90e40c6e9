#include "core/help.h"

#include <algorithm>
#include <array>

namespace myoseg {
namespace {

using Row = std::array<std::string, 5>;

void rows_of(const std::vector<FieldHelp>& fields, std::size_t depth, std::vector<Row>& rows) {
  for (const FieldHelp& field : fields) {
    std::string limits = field.limits;
    if (!field.unit.empty()) limits += (limits.empty() ? "" : " ") + field.unit;
    rows.push_back(
        {std::string(2 * depth, ' ') + field.name, field.type, field.value, limits, field.meaning});
    rows_of(field.children, depth + 1, rows);
  }
}

}  // namespace

std::string help_text(const std::vector<FieldHelp>& fields) {
  std::vector<Row> rows{{"name", "type", "default", "limits", "meaning"}};
  rows_of(fields, 0, rows);
  std::array<std::size_t, 5> width{};
  // A long list of names must not push every meaning off the screen: such a cell only widens its
  // own line.
  constexpr std::size_t kWidest = 32;
  for (const Row& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c)
      width[c] = std::max(width[c], std::min(row[c].size(), kWidest));
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      line += row[c];
      if (c + 1 < row.size())
        line.append(std::max(width[c], row[c].size()) - row[c].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace myoseg
