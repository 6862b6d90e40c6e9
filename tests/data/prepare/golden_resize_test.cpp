#include <gtest/gtest.h>

#include <cmath>

#include "data/augment/spatial.h"
#include "data/prepare/resample.h"
#include "tests/data/golden_transforms.h"
#include "tests/data/prepare/golden_volume.h"

namespace myoseg {
namespace {

using testing::Json;
using testing::NotOffered;
using testing::Tally;

struct Plane {
  std::int64_t height = 0, width = 0;
  std::vector<float> values;
};

Plane resized(const Plane& in, std::int64_t height, std::int64_t width, Interpolation method,
              Alignment alignment = Alignment::edges) {
  Plane out{height, width, std::vector<float>(static_cast<std::size_t>(height * width))};
  resample_plane(in.values, resize_axis(in.width, width, method, alignment),
                 resize_axis(in.height, height, method, alignment), out.values);
  return out;
}

// PyTorch takes the scale factor itself, not the ratio of the sizes, for the distance of samples.
Axis scaled_axis(std::int64_t n, double factor, Interpolation method) {
  std::vector<double> positions(
      static_cast<std::size_t>(std::floor(static_cast<double>(n) * factor)));
  for (std::size_t i = 0; i < positions.size(); ++i)
    positions[i] = (static_cast<double>(i) + 0.5) / factor - 0.5;
  return sample_axis(n, positions, 1 / factor, method);
}

Plane torch_interpolate(const Plane& in, const Json& k) {
  const auto mode = k.at("mode").get<std::string>();
  const bool corners = k.value("align_corners", false), antialias = k.value("antialias", false);
  Interpolation method;
  if (mode == "bilinear")
    method = antialias ? Interpolation::smooth : Interpolation::linear;
  else if (mode == "nearest")
    method = Interpolation::nearest_floor;
  else if (mode == "nearest-exact")
    method = Interpolation::nearest;
  else if (mode == "area")
    method = Interpolation::area;
  else
    throw NotOffered("mode " + mode);
  if (k.contains("size") && !k.at("size").is_null())
    return resized(in, k.at("size")[0], k.at("size")[1], method,
                   corners ? Alignment::corners : Alignment::edges);
  if (mode != "bilinear" || corners) throw NotOffered("a scale factor with this mode");
  const Json& factor = k.at("scale_factor");
  const double fy = factor.is_array() ? factor[0].get<double>() : factor.get<double>();
  const double fx = factor.is_array() ? factor[1].get<double>() : factor.get<double>();
  const Axis x = scaled_axis(in.width, fx, method), y = scaled_axis(in.height, fy, method);
  Plane out{y.output(), x.output(),
            std::vector<float>(static_cast<std::size_t>(x.output() * y.output()))};
  resample_plane(in.values, x, y, out.values);
  return out;
}

Plane scipy_zoom(const Plane& in, const Json& k) {
  if (k.at("order") != 1 || k.at("grid_mode").get<bool>() || k.at("mode") != "constant")
    throw NotOffered("splines, and zeros outside");
  return resized(in, k.at("output_shape")[0], k.at("output_shape")[1], Interpolation::linear,
                 Alignment::corners);
}

Plane skimage_resize(const Plane& in, const Json& k) {
  if (k.at("order") != 1 || k.at("mode") != "edge" || k.at("anti_aliasing").get<bool>())
    throw NotOffered("splines, and Gaussian anti-aliasing");
  return resized(in, k.at("output_shape")[0], k.at("output_shape")[1], Interpolation::linear);
}

Plane pillow_resize(const Plane& in, const Json& k, bool eight_bit) {
  const auto method = k.at("resample").get<std::string>();
  if (method == "NEAREST")
    return resized(in, k.at("size_hw")[0], k.at("size_hw")[1], Interpolation::nearest);
  if (method != "BILINEAR" || eight_bit) throw NotOffered("cubic, and 8-bit fixed point");
  return resized(in, k.at("size_hw")[0], k.at("size_hw")[1], Interpolation::smooth);
}

// affine_grid's map between coordinates of -1..1 as a map between pixels.
Plane grid_sample(const Plane& in, const Json& k) {
  if (k.at("mode") != "bilinear" || k.at("padding_mode") != "zeros")
    throw NotOffered("only bilinear with a constant outside");
  const bool corners = k.at("align_corners");
  Plane out{k.at("size")[0], k.at("size")[1], {}};
  // Normalised = scale * pixel + shift on an axis of n pixels.
  const auto scale = [&](std::int64_t n) { return 2.0 / static_cast<double>(corners ? n - 1 : n); };
  const auto shift = [&](std::int64_t n) {
    return corners ? -1.0 : 1.0 / static_cast<double>(n) - 1;
  };
  const auto row = [&](std::size_t r, std::int64_t n) {
    const double tx = k.at("theta")[r][0], ty = k.at("theta")[r][1], t = k.at("theta")[r][2];
    return std::array<double, 3>{
        tx * scale(out.width) / scale(n), ty * scale(out.height) / scale(n),
        (tx * shift(out.width) + ty * shift(out.height) + t - shift(n)) / scale(n)};
  };
  const auto x = row(0, in.width), y = row(1, in.height);
  const VoxelMap map{{{{x[0], x[1], 0}, {y[0], y[1], 0}, {0, 0, 1}}}, {x[2], y[2], 0}};
  const Bordered<float> source(in.values, 1, static_cast<int>(in.height),
                               static_cast<int>(in.width), 0);
  out.values.resize(static_cast<std::size_t>(out.height * out.width));
  const auto width = static_cast<std::size_t>(out.width);
  std::vector<float> px(width), py(width);
  for (std::size_t r = 0; r < static_cast<std::size_t>(out.height); ++r) {
    source_row(map, static_cast<int>(r), 0, {px, py, {}});
    sample_linear(source, {px, py, {}}, std::span(out.values).subspan(r * width, width));
  }
  return out;
}

Plane input_of(const Json& record, const std::string& on) {
  const auto shape = record.at("input").at("shape").get<std::vector<std::int64_t>>();
  const auto seed = record.at(on).at("seed_string").get<std::string>();
  Plane plane{shape[0], shape[1],
              testing::formula_values(seed, static_cast<std::size_t>(shape[0] * shape[1]))};
  if (on == "input") return plane;
  // "floor(5u), uint8": labels and 8-bit values.
  const auto rule = record.at(on).at("rule").get<std::string>();
  const double levels = std::stod(rule.substr(rule.find('(') + 1));
  for (std::size_t i = 0; i < plane.values.size(); ++i)
    plane.values[i] = static_cast<float>(std::floor(levels * testing::formula(seed, i)));
  return plane;
}

Plane run(const std::string& op, const Json& k, const Plane& in, bool eight_bit) {
  if (op == "torch.interpolate") return torch_interpolate(in, k);
  if (op == "torch.affine_grid+grid_sample") return grid_sample(in, k);
  if (op == "scipy.ndimage.zoom") return scipy_zoom(in, k);
  if (op == "skimage.transform.resize") return skimage_resize(in, k);
  if (op.starts_with("PIL.Image.resize")) return pillow_resize(in, k, eight_bit);
  throw NotOffered("not offered");
}

TEST(GoldenPreprocessing, Resize2d) {
  Tally tally("resize2d");
  for (const Json& record : testing::golden_records("preprocessing", "resize2d"))
    for (const Json& one : record.at("cases")) {
      const std::string name = one.at("op").get<std::string>() + one.at("kwargs").dump() +
                               one.at("on").get<std::string>();
      SCOPED_TRACE(name);
      Plane out;
      try {
        out = run(one.at("op"), one.at("kwargs"), input_of(record, one.at("on")),
                  one.at("on") != "input");
      } catch (const NotOffered& e) {
        tally.cannot_run(name, e.what());
        continue;
      }
      tally.ran();
      ASSERT_EQ((std::vector<std::int64_t>{out.height, out.width}),
                one.at("shape").get<std::vector<std::int64_t>>());
      for (std::size_t i = 0; i < one.at("index").size(); ++i)
        EXPECT_NEAR(out.values[one.at("index")[i].get<std::size_t>()],
                    testing::number(one.at("value")[i]), 1e-5);
      const auto [mean, sd] = testing::mean_and_sd(out.values);
      EXPECT_NEAR(mean, testing::number(one.at("mean")), 1e-5);
      EXPECT_NEAR(sd, testing::number(one.at("std")), 1e-5);
    }
}

}  // namespace
}  // namespace myoseg
