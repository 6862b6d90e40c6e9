#include "data/io/formats/picture.h"

#include <bit>
#include <cstring>

#include "core/error.h"

namespace myoseg {
namespace {

template <class T>
T value_at(std::span<const std::byte> values, std::size_t i) {
  T value{};
  std::memcpy(&value, values.data() + i * sizeof(T), sizeof(T));
  return value;
}

template <class T>
void to_grey(const Picture& p, std::span<const std::byte> values, const std::string& name,
             std::vector<float>& out) {
  const auto samples = static_cast<std::size_t>(p.samples), colours = samples < 3 ? 1UL : 3UL;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const T grey = value_at<T>(values, i * samples);
    for (std::size_t c = 1; c < colours; ++c)
      if (value_at<T>(values, i * samples + c) != grey)
        throw data_error(
            "{}: is a colour picture, its pixel ({}, {}) is not grey; export the image in grey",
            name, static_cast<std::int64_t>(i) % p.width, static_cast<std::int64_t>(i) / p.width);
    if (samples > colours && value_at<T>(values, i * samples + colours) != static_cast<T>(~T{0}))
      throw data_error("{}: is transparent in places; export the image without an alpha channel",
                       name);
    out[i] = static_cast<float>(grey);
  }
}

}  // namespace

Geometry front_view(std::int64_t width, std::int64_t height) {
  Geometry g;
  g.size = {width, height, 1};
  g.direction = {1, 0, 0, 0, 0, 1, 0, -1, 0};
  g.pixel_size = PixelSize::unknown;
  return g;
}

Image grey_image(const Picture& picture, std::span<const std::byte> values,
                 const std::string& name) {
  if (values.size() != picture.bytes())
    throw data_error("{}: holds {} bytes of pixels where its header says {}", name, values.size(),
                     picture.bytes());
  Image image(front_view(picture.width, picture.height), 1);
  if (picture.bits == 8)
    to_grey<std::uint8_t>(picture, values, name, image.voxels);
  else
    to_grey<std::uint16_t>(picture, values, name, image.voxels);
  return image;
}

}  // namespace myoseg
