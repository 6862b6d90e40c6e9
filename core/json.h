// JSON in and out, so that whatever a file holds is an answer and never the library's exception.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace myoseg {

// Error(bad_data) naming `source`, what is wrong and where: no JSON, no UTF-8, a number that no
// double holds, a key twice in one object, or deeper nesting than any of our files has.
[[nodiscard]] nlohmann::ordered_json parse_json(std::string_view text, const std::string& source);
// Null for text that parse_json refuses: for files that may be half written or gone.
[[nodiscard]] nlohmann::ordered_json parse_json_or_null(std::string_view text);

// A member of an object; `otherwise` where it is absent or of another kind.
[[nodiscard]] std::string text_at(const nlohmann::ordered_json& json, const char* name,
                                  const char* otherwise = "");
[[nodiscard]] double number_at(const nlohmann::ordered_json& json, const char* name,
                               double otherwise = 0);

// On one line, or indented. Bytes that are no UTF-8 (names of files may hold any) become U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace myoseg
