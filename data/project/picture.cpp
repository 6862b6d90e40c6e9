#include "data/project/picture.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "data/io/image_io.h"

namespace myoseg {

std::array<double, 2> range_of(const Image& radiograph) {
  const auto [least, largest] =
      std::minmax_element(radiograph.voxels.begin(), radiograph.voxels.end());
  return {*least, *largest};
}

void write_picture(const std::filesystem::path& file, const Image& radiograph,
                   const std::array<double, 2>& window) {
  constexpr double kWhite = 65535;
  const double width = window[1] - window[0];
  std::vector<std::uint16_t> grey;
  grey.reserve(radiograph.voxels.size());
  for (const float v : radiograph.voxels) {
    const double share = width > 0 ? std::clamp((v - window[0]) / width, 0.0, 1.0) : 0.0;
    grey.push_back(static_cast<std::uint16_t>(std::lround(share * kWhite)));
  }
  const auto& size = radiograph.geometry.size;
  write_png(file, static_cast<int>(size[0]), static_cast<int>(size[1]), grey);
}

}  // namespace myoseg
