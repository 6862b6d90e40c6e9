// What SNOMED CT calls a structure of this name. Inside data/ only.
#pragma once

#include <string>

namespace myoseg {

struct Code {
  std::string value, meaning;
};
struct StructureCodes {
  Code category, type;
  Code side;  // empty value: none
};
// By the words of the name, its side ("psoas_left", "gluteus maximus right") apart. A name that is
// not known is coded as tissue of the category tissue, so that its label alone tells what it is.
[[nodiscard]] StructureCodes codes_of(const std::string& name);

}  // namespace myoseg
