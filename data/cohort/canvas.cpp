#include "data/cohort/canvas.h"

#include <algorithm>
#include <cmath>

#include "data/cohort/texture.h"

namespace myoseg::cohort {
namespace {

constexpr double kVariationCellMm = 14;  // smooth variation within a tissue
constexpr double kVeinCellMm = 3.7;      // distance of fat streaks and septa
constexpr float kVeinWidth = 0.45F;      // in standard deviations of the field

}  // namespace

Canvas::Canvas(int pixels, int last_muscle)
    : size_(pixels), last_muscle_(last_muscle), raster_(pixels, pixels) {
  const auto n = static_cast<std::size_t>(pixels) * static_cast<std::size_t>(pixels);
  for (auto* field : {&hu_, &variation_, &veins_, &labelled_, &stencil_, &noise_}) field->resize(n);
}

void Canvas::clear(const SliceKey& key, const Scanner& scanner) {
  scanner_ = scanner;
  std::fill(hu_.begin(), hu_.end(), -1000.0F);
  std::fill(labelled_.begin(), labelled_.end(), 0.0F);
  std::fill(stencil_.begin(), stencil_.end(), 0.0F);
  smooth_field(key.seed, key.subject, key.level, 0, kVariationCellMm / scanner.spacing_mm, size_,
               size_, variation_);
  smooth_field(key.seed, key.subject, key.level, 1, kVeinCellMm / scanner.spacing_mm, size_, size_,
               veins_);
  // Veins lie where the second field passes through 0: thin winding lines, denser in some places.
  for (std::size_t i = 0; i < veins_.size(); ++i) {
    const float line = std::max(0.0F, 1.0F - std::abs(veins_[i]) / kVeinWidth);
    veins_[i] = line * std::clamp(1.0F - 0.8F * variation_[i], 0.2F, 2.2F);
  }
}

Outline Canvas::to_pixels(const Shape& shape, const Warp& warp, double z) const {
  Outline out = shape.outline;
  const double scale = 1 / scanner_.spacing_mm, middle = size_ / 2.0;
  for (Point& p : out) {
    if (!shape.fixed) p = warp(p, z);
    p = {p.x * scale + middle, p.y * scale + middle};
  }
  return out;
}

void Canvas::paint_shape(const Shape& shape, const Coverage& coverage) {
  const auto hu = static_cast<float>(shape.material.hu);
  const auto variation = static_cast<float>(shape.material.variation_hu);
  const auto veins = static_cast<float>(shape.material.veins);
  const auto veins_hu = static_cast<float>(shape.material.veins_hu);
  const float is_labelled = shape.label > 0 && shape.label <= last_muscle_ ? 1.0F : 0.0F;
  for (int y = 0; y < coverage.height; ++y) {
    const std::size_t at =
        static_cast<std::size_t>(coverage.y0 + y) * static_cast<std::size_t>(size_) +
        static_cast<std::size_t>(coverage.x0);
    const float* share = coverage.row(y);
    float *out = hu_.data() + at, *labelled = labelled_.data() + at,
          *stencil = stencil_.data() + at;
    const float *smooth = variation_.data() + at, *vein = veins_.data() + at;
    for (int x = 0; x < coverage.width; ++x) {
      const float c = shape.clipped ? share[x] * stencil[x] : share[x];
      const float base = hu + variation * smooth[x];
      const float tissue = base + std::min(1.0F, veins * vein[x]) * (veins_hu - base);
      out[x] += c * (tissue - out[x]);
      if (shape.label != kKeepLabel) labelled[x] += c * (is_labelled - labelled[x]);
      if (shape.stencil) stencil[x] = std::max(stencil[x], c);
    }
  }
}

void Canvas::paint(const Scene& scene, const Warp& warp, double z) {
  for (const Shape& shape : scene) paint_shape(shape, raster_.fill(to_pixels(shape, warp, z)));
}

void Canvas::draw_labels(const Scene& scene, const Warp& warp, double z, const SliceKey& key,
                         int reader, double hand_mm, std::uint8_t* labels) {
  constexpr double kHandLengthMm = 9;  // how far apart two independent slips of the pen are
  const auto n = static_cast<std::size_t>(size_);
  std::fill(labels, labels + n * n, std::uint8_t{0});
  const auto who = static_cast<std::uint64_t>(reader);
  Random habit(key.seed, "cohort reader", {key.subject, who});
  const double bias = habit.normal(0, hand_mm / 3);
  Random random(key.seed, "cohort hand", {key.subject, who, key.level});
  for (const Shape& shape : scene) {
    if (shape.label == kKeepLabel) continue;
    Outline outline = to_pixels(shape, warp, z);
    if (shape.label > 0) {
      const double unit = shape.hand / scanner_.spacing_mm;
      outline = redrawn(outline, random, unit * hand_mm, kHandLengthMm / scanner_.spacing_mm,
                        unit * bias);
    }
    const Coverage& coverage = raster_.fill(outline);
    const auto value = static_cast<std::uint8_t>(shape.label);
    for (int y = 0; y < coverage.height; ++y) {
      const float* share = coverage.row(y);
      const std::size_t at =
          static_cast<std::size_t>(coverage.y0 + y) * n + static_cast<std::size_t>(coverage.x0);
      const float* stencil = stencil_.data() + at;
      std::uint8_t* out = labels + at;
      for (int x = 0; x < coverage.width; ++x) {
        const float covered = shape.clipped ? share[x] * stencil[x] : share[x];
        out[x] = covered >= 0.5F ? value : out[x];
      }
    }
  }
}

double Canvas::labelled_area_cm2() const {
  double pixels = 0;
  for (const float share : labelled_) pixels += share;
  return pixels * scanner_.spacing_mm * scanner_.spacing_mm / 100;
}

void Canvas::scan(const SliceKey& key, std::int16_t* image) {
  convolve(hu_, size_, size_, gaussian_kernel(scanner_.blur_mm / scanner_.spacing_mm), scratch_);

  Random random(key.seed, "cohort noise", {key.subject, key.level});
  white_noise(random, noise_);
  // Row and column pass each multiply the variance by the sum of squares: keep it at 1.
  const double a = scanner_.noise_grain, norm = std::sqrt(1 + 2 * a * a);
  convolve(noise_, size_, size_, {static_cast<float>(1 / norm), static_cast<float>(a / norm)},
           scratch_);

  const double middle = size_ / 2.0;
  for (int y = 0; y < size_; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(size_);
    const double dy = y + 0.5 - middle;
    for (int x = 0; x < size_; ++x) {
      const double dx = x + 0.5 - middle, r2 = (dx * dx + dy * dy) / (middle * middle);
      const std::size_t i = row + static_cast<std::size_t>(x);
      if (scanner_.round_field && r2 > 1) {
        image[i] = -1024;
        continue;
      }
      // More matter in the way: the middle of the body is noisier than its rim and the air.
      const double sd = scanner_.noise_hu * (0.45 + 0.55 / (1 + 4 * r2 * r2));
      const double value = hu_[i] + sd * noise_[i];
      image[i] = static_cast<std::int16_t>(
          static_cast<int>(std::clamp(value, -1024.0, 3071.0) + 2048.5) - 2048);
    }
  }
}

}  // namespace myoseg::cohort
