#include "data/augment/augment.h"

#include <numbers>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "core/error.h"
#include "data/augment/intensity.h"
#include "data/augment/reorder.h"
#include "data/augment/resolution.h"
#include "data/augment/spatial.h"

namespace myoseg {
namespace {

void require_whole(const PatchView& p) {
  const bool some = p.channels > 0 && p.depth > 0 && p.height > 0 && p.width > 0;
  if (!some || p.label.size() != p.voxels() ||
      p.image.size() != p.voxels() * static_cast<std::size_t>(p.channels))
    throw std::logic_error("augment: the arrays are not those of one patch");
  for (const double spacing : p.spacing)
    if (!(spacing > 0)) throw std::logic_error("augment: a patch has no spacing");
}

void require_finite(std::span<const float> image, std::string_view transform) {
  if (!all_finite(image))
    throw failure("the transform '{}' made values that are no finite number", transform);
}

// For transforms that came later: where they are not asked for they draw nothing, so the others
// draw what they drew before.
bool asked(double probability, Random& random) {
  return probability > 0 && random.chance(probability);
}

// What only volumes have is not drawn for slices.
Motion random_motion(bool volume, const AugmentOptions& o, Random& random) {
  const auto angle = [&](double most_deg) {
    return random.uniform(-most_deg, most_deg) * std::numbers::pi / 180;
  };
  Motion motion;
  motion.angle[2] = angle(o.rotation_deg);
  if (volume) motion.angle[0] = angle(o.rotation_x_deg);
  if (volume) motion.angle[1] = angle(o.rotation_y_deg);
  motion.scale = random.uniform(o.scale[0], o.scale[1]);
  for (std::size_t axis = 0; axis < (volume ? 3 : 2); ++axis)
    motion.shift[axis] = random.uniform(-o.shift, o.shift);
  return motion;
}

void move(const PatchView& patch, const AugmentOptions& o, Random& random) {
  const bool spatial = random.chance(o.spatial_probability),
             elastic = random.chance(o.elastic_probability);
  if (!spatial && !elastic) return;
  const bool volume = patch.depth > 1;
  const VoxelMap map = spatial ? map_of(random_motion(volume, o, random), patch) : VoxelMap{};
  std::optional<Displacement> displacement;
  if (elastic) displacement.emplace(random, patch, o.elastic_sigma_px, o.elastic_alpha_px);
  warp(patch, map, displacement ? &*displacement : nullptr);
  require_finite(patch.image, elastic ? "elastic" : "spatial");
}

void reorder(const PatchView& patch, const AugmentOptions& o, Random& random) {
  if (random.chance(o.flip_probability)) {
    mirror_x(patch);
    exchange_labels(patch, o.flip_swaps);
  }
  if (asked(o.mirror_y_probability, random)) mirror_y(patch);
  if (patch.depth > 1 && asked(o.mirror_z_probability, random)) mirror_z(patch);
  if (asked(o.rotate90_probability, random))
    turn_by_quarters(patch, 1 + static_cast<int>(random.below(3)));
}

void change_values(const PatchView& patch, int channel, const AugmentOptions& o, Random& random) {
  const std::span<float> image = patch.channel(channel);
  const auto within = [&](const std::array<double, 2>& range) {
    return random.uniform(range[0], range[1]);
  };
  const auto change = [&](bool chosen, std::string_view name, const auto& transform) {
    if (!chosen) return;
    transform();
    require_finite(image, name);
  };
  change(random.chance(o.blur_probability), "blur",
         [&] { blur(patch, channel, within(o.blur_sigma_px)); });
  change(asked(o.low_resolution_probability, random), "low_resolution",
         [&] { lower_resolution(patch, channel, within(o.low_resolution)); });
  change(random.chance(o.intensity_probability), "brightness", [&] {
    add_brightness(image, static_cast<float>(random.uniform(-o.brightness, o.brightness)));
  });
  change(random.chance(o.intensity_probability), "contrast",
         [&] { stretch_contrast(image, static_cast<float>(within(o.contrast))); });
  change(random.chance(o.intensity_probability), "gamma",
         [&] { apply_gamma(image, within(o.gamma)); });
  change(random.chance(o.noise_probability), "noise",
         [&] { add_noise(image, static_cast<float>(o.noise_sd), random); });
}

}  // namespace

void augment(const PatchView& patch, const AugmentOptions& options, Random random) {
  require_whole(patch);
  if (!options.enabled) return;
  move(patch, options, random);
  reorder(patch, options, random);
  for (int c = 0; c < patch.channels; ++c) change_values(patch, c, options, random);
}

}  // namespace myoseg
