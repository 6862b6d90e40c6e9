// Radiographs as pictures in 16 bits of grey.
#pragma once

#include <array>
#include <filesystem>

#include "data/volume.h"

namespace myoseg {

// The least and the largest value.
[[nodiscard]] std::array<double, 2> range_of(const Image& radiograph);

// A PNG, rows from the head down: window[0] and less is 0, window[1] and more is 65535, straight
// between. Square pixels are not made; the PNG does not say their size.
void write_picture(const std::filesystem::path& file, const Image& radiograph,
                   const std::array<double, 2>& window);

}  // namespace myoseg
