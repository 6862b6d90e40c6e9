// Single values inside an override's functions.
#pragma once

#include <string>

#include "core/config/override/functions.h"

namespace myoseg {

[[nodiscard]] bool is_number(const Element& e);
[[nodiscard]] double number(const Node& node);  // of an int or a float

// Text that would read back as something else keeps (or gets) its quotes.
void settle_quote(Element& e);

// `from` as an int, float, str or bool (the function's name), as Python makes it.
[[nodiscard]] Node cast_scalar(const std::string& name, const Complain& complain, const Node& from);

}  // namespace myoseg
