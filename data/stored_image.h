// A scan's voxels in the type that its file stores, mapped or unpacked: for whoever reads each but
// once, without a volume of floats between.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "core/files.h"
#include "data/volume.h"

namespace myoseg {

// One channel, [Z,Y,X], x fastest.
struct StoredChannel {
  std::variant<const std::uint8_t*, const std::int8_t*, const std::uint16_t*, const std::int16_t*,
               const float*>
      voxels;
  double slope = 1, intercept = 0;     // HU = stored * slope + intercept
  std::shared_ptr<const void> owner;   // of the memory; none: it is somebody else's
  const MappedFile* mapped = nullptr;  // the owner, where it is a file that is mapped

  // Calls use(voxels, hu): a pointer to the first voxel, and what gives the HU of a stored value.
  template <class Use>
  void visit(const Use& use) const {
    const auto as_it_is = [](auto stored) { return static_cast<float>(stored); };
    const auto scaled = [slope = slope, intercept = intercept](auto stored) {
      return static_cast<float>(static_cast<double>(stored) * slope + intercept);
    };
    std::visit(
        [&](const auto* first) {
          if (slope == 1 && intercept == 0)
            use(first, as_it_is);
          else
            use(first, scaled);
        },
        voxels);
  }
};

struct StoredImage {
  Geometry geometry;
  std::vector<StoredChannel> channels;

  StoredImage() = default;
  StoredImage(const Image& image);  // a view of an image that must stay

  // Gives the memory of mapped files back; whoever reads again has it from the files' cache.
  void release() const;
};

// Empty, or how many voxels are NaN or infinite and where the first one is.
[[nodiscard]] std::string not_finite(const StoredImage& image);

}  // namespace myoseg
