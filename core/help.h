// The table of options that `help` prints.
#pragma once

#include <string>
#include <vector>

#include "core/fields.h"

namespace myoseg {

// Aligned columns name, type, default, limits with unit, meaning; the fields of a section stand
// indented below it.
[[nodiscard]] std::string help_text(const std::vector<FieldHelp>& fields);

}  // namespace myoseg
