#include "data/augment/augment.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "data/augment/intensity.h"
#include "data/augment/spatial.h"

namespace myoseg {
namespace {

std::span<float> channel_of(const SliceView& slice, int c) {
  const auto plane = static_cast<std::size_t>(slice.width) * static_cast<std::size_t>(slice.height);
  return slice.image.subspan(static_cast<std::size_t>(c) * plane, plane);
}

// Values that are no finite number have all exponent bits set; the loop has no branch, so it is
// quick.
void require_finite(std::span<const float> image, std::string_view transform) {
  std::uint32_t bad = 0;
  for (const float v : image) bad |= (std::bit_cast<std::uint32_t>(v) & 0x7f800000u) == 0x7f800000u;
  if (bad != 0)
    throw failure("the transform '{}' made values that are no finite number", transform);
}

// About the middle of the slice: what the network sees is the slice magnified by `scale`, turned
// and shifted.
PixelMap random_map(const SliceView& slice, const AugmentOptions& o, Random& random) {
  const double angle = random.uniform(-o.rotation_deg, o.rotation_deg) * std::numbers::pi / 180;
  const double scale = random.uniform(o.scale[0], o.scale[1]);
  const double shift_x = random.uniform(-o.shift, o.shift) * slice.width;
  const double shift_y = random.uniform(-o.shift, o.shift) * slice.height;
  const double cosine = std::cos(angle) / scale, sine = std::sin(angle) / scale;
  const double cx = (slice.width - 1) / 2.0, cy = (slice.height - 1) / 2.0;
  const double dx = cx + shift_x, dy = cy + shift_y;
  return {cosine, -sine, cx - cosine * dx + sine * dy, sine, cosine, cy - sine * dx - cosine * dy};
}

void warp(const SliceView& slice, const PixelMap& map, const Displacement* displacement) {
  const auto width = static_cast<std::size_t>(slice.width);
  const std::vector<float> image(slice.image.begin(), slice.image.end());
  const std::vector<std::uint8_t> label(slice.label.begin(), slice.label.end());
  const std::size_t plane = width * static_cast<std::size_t>(slice.height);
  std::vector<float> fill, x(width), y(width);
  for (int c = 0; c < slice.channels; ++c) {
    const auto values = channel_of(slice, c);
    fill.push_back(*std::min_element(values.begin(), values.end()));
  }
  for (int row = 0; row < slice.height; ++row) {
    source_row(map, displacement, row, x, y);
    const std::size_t at = static_cast<std::size_t>(row) * width;
    for (std::size_t c = 0; c < fill.size(); ++c)
      sample_linear(std::span(image).subspan(c * plane, plane), slice.width, slice.height, x, y,
                    fill[c], slice.image.subspan(c * plane + at, width));
    sample_nearest(label, slice.width, slice.height, x, y, slice.label.subspan(at, width));
  }
}

void flip_left_right(const SliceView& slice, const std::vector<std::array<int, 2>>& swaps) {
  const auto reverse_rows = [&](auto values) {
    for (auto row = values.begin(); row != values.end(); row += slice.width)
      std::reverse(row, row + slice.width);
  };
  reverse_rows(slice.image);
  reverse_rows(slice.label);
  if (swaps.empty()) return;
  std::array<std::uint8_t, 256> table;
  std::iota(table.begin(), table.end(), std::uint8_t{0});
  for (const auto& [left, right] : swaps)
    std::swap(table[static_cast<std::size_t>(left)], table[static_cast<std::size_t>(right)]);
  for (std::uint8_t& value : slice.label) value = table[value];
}

bool each_value_once(const std::vector<std::array<int, 2>>& swaps) {
  std::array<int, 256> seen{};
  for (const auto& pair : swaps)
    for (const int value : pair)
      if (value < 0 || value > 255 || seen[static_cast<std::size_t>(value)]++ > 0) return false;
  return true;
}

bool rises(const std::array<double, 2>& range) { return range[0] <= range[1]; }

}  // namespace

void describe(Fields& f, AugmentOptions& o) {
  f("enabled", o.enabled, "Whether training slices are changed at random at all.");
  f("spatial_probability", o.spatial_probability, kFraction,
    "Share of slices that are turned, scaled and shifted.");
  f("rotation_deg", o.rotation_deg, between(0, 180).in("degrees"), "Largest turn to either side.");
  f("scale", o.scale, kPositive, "Range of the magnification.");
  f("shift", o.shift, kFraction, "Largest shift as a fraction of the slice's width and height.");
  f("elastic_probability", o.elastic_probability, kFraction,
    "Share of slices with a smooth random deformation.");
  f("elastic_sigma_px", o.elastic_sigma_px, at_least(1).in("px"), "Smoothness of the deformation.");
  f("elastic_alpha_px", o.elastic_alpha_px, kNonNegative.in("px"),
    "Standard deviation of the displacement along x and y.");
  f("flip_probability", o.flip_probability, kFraction, "Share of slices mirrored left to right.");
  f("flip_swaps", o.flip_swaps, between(1, 255),
    "Pairs of label values that a mirrored slice exchanges (left, right).");
  f("blur_probability", o.blur_probability, kFraction, "Share of slices that are blurred.");
  f("blur_sigma_px", o.blur_sigma_px, kPositive.in("px"),
    "Range of the blur's standard deviation.");
  f("intensity_probability", o.intensity_probability, kFraction,
    "Share of slices for each of brightness, contrast and gamma.");
  f("brightness", o.brightness, kNonNegative,
    "Largest value added or taken away, in units of the normalised image.");
  f("contrast", o.contrast, kPositive,
    "Range of the factor that stretches values about their mean.");
  f("gamma", o.gamma, kPositive, "Range of the gamma between a slice's minimum and maximum.");
  f("noise_probability", o.noise_probability, kFraction,
    "Share of slices with added Gaussian noise.");
  f("noise_sd", o.noise_sd, kNonNegative,
    "Standard deviation of the noise, in units of the normalised image.");
  f.require(
      rises(o.scale) && rises(o.contrast) && rises(o.gamma) && rises(o.blur_sigma_px),
      "scale, contrast, gamma and blur_sigma_px must not fall from the first number to the second");
  f.require(each_value_once(o.flip_swaps), "flip_swaps must name each label value at most once");
}

void augment(SliceView slice, const AugmentOptions& o, Random random) {
  const auto plane = static_cast<std::size_t>(slice.width) * static_cast<std::size_t>(slice.height);
  if (slice.channels < 1 || slice.width < 1 || slice.height < 1 || slice.label.size() != plane ||
      slice.image.size() != plane * static_cast<std::size_t>(slice.channels))
    throw std::logic_error("augment: the arrays are not those of one slice");
  if (!o.enabled) return;

  const bool spatial = random.chance(o.spatial_probability),
             elastic = random.chance(o.elastic_probability);
  if (spatial || elastic) {
    const PixelMap map = spatial ? random_map(slice, o, random) : PixelMap{};
    std::optional<Displacement> displacement;
    if (elastic)
      displacement.emplace(random, slice.width, slice.height, o.elastic_sigma_px,
                           o.elastic_alpha_px);
    warp(slice, map, displacement ? &*displacement : nullptr);
    require_finite(slice.image, elastic ? "elastic" : "spatial");
  }
  if (random.chance(o.flip_probability)) flip_left_right(slice, o.flip_swaps);

  for (int c = 0; c < slice.channels; ++c) {
    const std::span<float> image = channel_of(slice, c);
    const auto change = [&](double probability, std::string_view name, const auto& transform) {
      if (!random.chance(probability)) return;
      transform();
      require_finite(image, name);
    };
    change(o.blur_probability, "blur", [&] {
      blur(image, slice.width, slice.height,
           random.uniform(o.blur_sigma_px[0], o.blur_sigma_px[1]));
    });
    change(o.intensity_probability, "brightness", [&] {
      add_brightness(image, static_cast<float>(random.uniform(-o.brightness, o.brightness)));
    });
    change(o.intensity_probability, "contrast", [&] {
      stretch_contrast(image, static_cast<float>(random.uniform(o.contrast[0], o.contrast[1])));
    });
    change(o.intensity_probability, "gamma",
           [&] { apply_gamma(image, random.uniform(o.gamma[0], o.gamma[1])); });
    change(o.noise_probability, "noise",
           [&] { add_noise(image, static_cast<float>(o.noise_sd), random); });
  }
}

}  // namespace myoseg
