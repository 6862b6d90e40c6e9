// Pictures inside a page, which needs no other file then.
#pragma once

#include <filesystem>
#include <string>

namespace myoseg {

// What an <img> takes as its source; "" without a file.
[[nodiscard]] std::string image_uri(const std::filesystem::path& png);

}  // namespace myoseg
