// The formats of images by the endings of their names. Inside data/ only.
#pragma once

#include <filesystem>
#include <string_view>

namespace myoseg {

// In lower case, whatever the name's; "" for none that is read or written.
[[nodiscard]] std::string_view ending_of(const std::filesystem::path& file);
// Error(bad_data) naming the file where there is none.
[[nodiscard]] std::string_view require_ending(const std::filesystem::path& file);
[[nodiscard]] bool is_picture(std::string_view ending);

}  // namespace myoseg
