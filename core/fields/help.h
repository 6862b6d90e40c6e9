// Text tables of options and names, as `help` and `list` print them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

// Columns as wide as their widest cell, two blanks between them, `indent` blanks before each line.
// Cells are wrapped: the last column where the line would exceed 100 characters, others at 24.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows,
                                  std::size_t indent = 0);

// What a config file states of a section, to be shown beside the defaults.
struct StatedValues {
  const Node& values;
  std::string title;  // of their column
};

// Aligned columns name, type, default, limits with unit, meaning; the fields of a section stand
// indented below it.
[[nodiscard]] std::string help_text(const std::vector<FieldHelp>& fields,
                                    const std::optional<StatedValues>& stated = {});

// A value on one line; of a long list only how many items it has.
[[nodiscard]] std::string short_text(const Node& value);

// Limits and unit of a field: "> 0 mm", "one of min, max", "".
[[nodiscard]] std::string limits_text(const FieldHelp& field);

// The values that a field may have, when it has only a few: names, or true and false.
[[nodiscard]] std::vector<std::string> known_values(const FieldHelp& field);

}  // namespace myoseg
