#include "models/kernels/winograd/tiles.h"

namespace myoseg::kernels::winograd {
namespace {

// The two planes of four (of two, for gradients) that make a depth frequency, and the second's
// sign; -1: none. F(2, 3)'s matrices, see points.h.
struct Planes {
  std::int64_t first, second;
  float sign;
};
constexpr Planes kInputPlanes[4] = {{0, 2, -1}, {1, 2, 1}, {2, 1, -1}, {3, 1, -1}};
constexpr Planes kGradientPlanes[4] = {{0, -1, 1}, {0, 1, 1}, {0, 1, -1}, {1, -1, 1}};

TileRead read(const ConstFeatures& f, const Tiles::Position& at, std::int64_t halo,
              std::int64_t extent, bool deep, const Planes& planes) {
  const std::int64_t row = at.row - halo, column = at.column - halo;
  const std::int64_t first_plane = at.plane - (deep ? halo : 0);
  const auto plane = [&](std::int64_t i) -> const float* {
    const std::int64_t z = first_plane + i;
    return i < 0 || z < 0 || z >= f.depth ? nullptr : f.at(at.sample, z, row, column);
  };
  TileRead r;
  r.planes[0] = plane(deep ? planes.first : 0);
  r.planes[1] = deep ? plane(planes.second) : nullptr;
  r.sign = planes.sign;
  r.row_stride = f.row_stride();
  r.place_stride = f.stride;
  r.rows_begin = std::max<std::int64_t>(0, -row);
  r.rows_end = std::min(extent, f.height - row);
  r.columns_begin = std::max<std::int64_t>(0, -column);
  r.columns_end = std::min(extent, f.width - column);
  return r;
}

}  // namespace

Tiles tiles_of(const ConvShape& shape, Method method, const ConstFeatures& output) {
  Tiles t;
  t.m = method == Method::winograd_f4 ? 4 : 2;
  t.deep = shape.kernel[0] == 3;
  t.batch = output.batch;
  t.depth = t.deep ? ceil_div(output.depth, 2) : output.depth;
  t.rows = ceil_div(output.height, t.m);
  t.columns = ceil_div(output.width, t.m);
  return t;
}

Tiles::Position Tiles::position(std::int64_t tile) const {
  Position p{};
  p.column = tile % columns * m;
  tile /= columns;
  p.row = tile % rows * m;
  tile /= rows;
  p.plane = tile % depth * (deep ? 2 : 1);
  p.sample = tile / depth;
  return p;
}

void transform_inputs(const Transforms& transforms, const Tiles& tiles,
                      std::span<const Input> inputs, const Tiles::Position& at,
                      std::int64_t depth_frequency, float* frequencies,
                      std::int64_t frequency_stride) {
  for (const Input& input : inputs) {
    TileRead r =
        read(input.features, at, 1, tiles.m + 2, tiles.deep, kInputPlanes[depth_frequency]);
    r.channels = input.features.channels;
    if (input.scale != nullptr) {
      r.scale = input.scale + at.sample * input.sample_stride;
      r.shift = input.shift + at.sample * input.sample_stride;
      r.slope = input.slope;
    }
    r.frequencies = frequencies;
    r.frequency_stride = frequency_stride;
    transforms.input(r);
    frequencies += r.channels;
  }
}

TileRead read_gradient(const Tiles& tiles, const ConstFeatures& gradient, const Tiles::Position& at,
                       std::int64_t depth_frequency) {
  return read(gradient, at, 0, tiles.m, tiles.deep, kGradientPlanes[depth_frequency]);
}

TileWrite write_output(const Tiles& tiles, const Features& output, const Tiles::Position& at,
                       std::int64_t depth_frequency) {
  const auto plane = [&](std::int64_t i) -> float* {
    return at.plane + i >= output.depth ? nullptr
                                        : output.at(at.sample, at.plane + i, at.row, at.column);
  };
  TileWrite w;
  w.planes[0] = !tiles.deep || depth_frequency != 3 ? plane(0) : nullptr;
  w.planes[1] = tiles.deep && depth_frequency != 0 ? plane(1) : nullptr;
  w.sign = depth_frequency == 2 ? -1.0F : 1.0F;
  w.add = depth_frequency == 1 || depth_frequency == 2;
  w.last = !tiles.deep || depth_frequency == 2;
  w.row_stride = output.row_stride();
  w.place_stride = output.stride;
  w.rows = std::min(tiles.m, output.height - at.row);
  w.columns = std::min(tiles.m, output.width - at.column);
  return w;
}

}  // namespace myoseg::kernels::winograd
