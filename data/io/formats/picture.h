// Pictures of one grey value per pixel, as radiographs are exported: PNG, and what TIFF says of
// itself before a decoder is called. docs/images.md lists what is refused. Inside data/ only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/volume.h"

namespace myoseg {

struct Picture {
  std::int64_t width = 0, height = 0;
  int bits = 8;     // of a value: 8 or 16
  int samples = 1;  // of a pixel: grey, grey and alpha, RGB, RGB and alpha

  [[nodiscard]] std::size_t bytes() const {  // of all values
    return static_cast<std::size_t>(width * height) * static_cast<std::size_t>(samples * bits / 8);
  }
};

// A projection from the front whose file says neither its pixel size nor where it lies: the
// patient's left is the viewer's right, rows run down, columns of direction LPS +x, -z, +y.
[[nodiscard]] Geometry front_view(std::int64_t width, std::int64_t height);

// What the header says, held against the rest of the file. Error(bad_data) naming `name` for a file
// that is cut off, of another depth than 8 or 16 bits, with a palette, of several pages, of more
// than 2^28 pixels.
[[nodiscard]] Picture tiff_header(std::span<const std::byte> bytes, const std::string& name);

// Values of `values` (rows from the top, samples of a pixel side by side, this machine's byte
// order) to one grey value each. Error(bad_data) for colour and for what is not wholly opaque.
[[nodiscard]] Image grey_image(const Picture& picture, std::span<const std::byte> values,
                               const std::string& name);

// Error(bad_data) as above, for an animated picture, and when a sum or the pixels' stream is wrong.
[[nodiscard]] Image read_png(const std::filesystem::path& file);

}  // namespace myoseg
