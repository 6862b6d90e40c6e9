#include "eval/draw/embedded.h"

#include <string_view>

#include "core/files.h"

namespace myoseg {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned block = 0;
    for (std::size_t k = 0; k < 3; ++k)
      block = block << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : kDigits[block >> (18 - 6 * k) & 63];
  }
  return text;
}

}  // namespace

std::string image_uri(const std::filesystem::path& png) {
  return png.empty() ? "" : "data:image/png;base64," + base64(read_file(png));
}

}  // namespace myoseg
