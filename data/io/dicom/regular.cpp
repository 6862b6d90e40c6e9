#include "data/io/dicom/regular.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace myoseg {
namespace {

struct Between {  // two neighbours and the weight of the second
  std::int64_t first = 0;
  float weight = 0;
};

Between at(double place) {
  const double floor = std::floor(place);
  return {static_cast<std::int64_t>(floor), static_cast<float>(place - floor)};
}

// One slice at its place, on the pixels of the grid.
class PlacedSlice {
 public:
  PlacedSlice(const Series& series, const std::vector<float>& stored, std::size_t index,
              float outside)
      : columns_(series.slices[index].columns),
        rows_(series.slices[index].rows),
        outside_(outside),
        pixels_(std::span(stored).subspan(index * static_cast<std::size_t>(columns_ * rows_),
                                          static_cast<std::size_t>(columns_ * rows_))) {
    // What the grid's first pixel is in this slice.
    const Geometry& g = series.geometry;
    const auto& origin = *series.slices.front().position;
    double along[2] = {0, 0};
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t axis = 0; axis < 2; ++axis)
        along[axis] += g.direction[3 * r + axis] * (g.origin[r] - origin[r]);
    const SlicePlace& place = series.places[index];
    x_ = at((along[0] - place.row) / g.spacing[0]);
    y_ = at((along[1] - place.column) / g.spacing[1]);
  }

  [[nodiscard]] float value(std::int64_t x, std::int64_t y) const {
    const std::int64_t i = x + x_.first, j = y + y_.first;
    const float above = mix(pixel(i, j), pixel(i + 1, j), x_.weight);
    if (y_.weight == 0) return above;
    return mix(above, mix(pixel(i, j + 1), pixel(i + 1, j + 1), x_.weight), y_.weight);
  }
  static float mix(float a, float b, float weight) {
    return weight == 0 ? a : a + (b - a) * weight;
  }

 private:
  [[nodiscard]] float pixel(std::int64_t x, std::int64_t y) const {
    if (x < 0 || y < 0 || x >= columns_ || y >= rows_) return outside_;
    return pixels_[static_cast<std::size_t>(y * columns_ + x)];
  }

  std::int64_t columns_, rows_;
  float outside_;
  std::span<const float> pixels_;
  Between x_, y_;
};

// Between which slices a plane lies.
Between beside(const std::vector<SlicePlace>& places, double along) {
  std::size_t k = 0;
  while (k + 2 < places.size() && places[k + 1].along <= along) ++k;
  const double gap = places[k + 1].along - places[k].along;
  const double weight = std::clamp((along - places[k].along) / gap, 0.0, 1.0);
  if (weight < 1e-6) return {static_cast<std::int64_t>(k), 0};
  if (weight > 1 - 1e-6) return {static_cast<std::int64_t>(k) + 1, 0};
  return {static_cast<std::int64_t>(k), static_cast<float>(weight)};
}

}  // namespace

Image onto_regular_grid(const Series& series, const std::vector<float>& stored) {
  const float outside = *std::min_element(stored.begin(), stored.end());
  Image image(series.geometry, 1);
  const auto& size = image.geometry.size;
  for (std::int64_t z = 0; z < size[2]; ++z) {
    const Between two = beside(series.places, static_cast<double>(z) * image.geometry.spacing[2]);
    const auto index = static_cast<std::size_t>(two.first);
    const PlacedSlice first(series, stored, index, outside);
    const PlacedSlice second(series, stored, index + (two.weight == 0 ? 0 : 1), outside);
    for (std::int64_t y = 0; y < size[1]; ++y)
      for (std::int64_t x = 0; x < size[0]; ++x)
        image.at(x, y, z) =
            two.weight == 0 ? first.value(x, y)
                            : PlacedSlice::mix(first.value(x, y), second.value(x, y), two.weight);
  }
  return image;
}

}  // namespace myoseg
