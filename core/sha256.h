// SHA-256 (FIPS 180-4): for names that must not lead back to what they stand for.
#pragma once

#include <string>
#include <string_view>

namespace myoseg {

[[nodiscard]] std::string sha256(std::string_view text);  // 64 hexadecimal digits

}  // namespace myoseg
