// The list of the options' fields.
#include "data/augment/augment.h"

namespace myoseg {
namespace {

Limits angle() { return between(0, 180).in("degrees"); }

bool each_value_once(const std::vector<std::array<int, 2>>& swaps) {
  std::array<int, 256> seen{};
  for (const auto& pair : swaps)
    for (const int value : pair)
      if (value < 0 || value > 255 || seen[static_cast<std::size_t>(value)]++ > 0) return false;
  return true;
}

bool rises(const std::array<double, 2>& range) { return range[0] <= range[1]; }

void describe_shape(Fields& f, AugmentOptions& o) {
  f("spatial_probability", o.spatial_probability, kFraction,
    "Share of samples that are turned, scaled and shifted.");
  f("rotation_deg", o.rotation_deg, angle(), "Largest turn to either side, in the slice's plane.");
  f("rotation_x_deg", o.rotation_x_deg, angle().added_with(Node(15.0)),
    "Largest turn of a volume about its x axis.");
  f("rotation_y_deg", o.rotation_y_deg, angle().added_with(Node(15.0)),
    "Largest turn of a volume about its y axis.");
  f("scale", o.scale, kPositive, "Range of the magnification.");
  f("shift", o.shift, kFraction,
    "Largest shift as a fraction of the sample's size along each axis.");
  f("elastic_probability", o.elastic_probability, kFraction,
    "Share of samples with a smooth random deformation.");
  f("elastic_sigma_px", o.elastic_sigma_px, at_least(1).in("px"),
    "Smoothness of the deformation; along every axis as long in mm as along x.");
  f("elastic_alpha_px", o.elastic_alpha_px, kNonNegative.in("px"),
    "Standard deviation of the displacement along each axis; as long in mm as along x.");
}

void describe_order(Fields& f, AugmentOptions& o) {
  const Limits later = kFraction.added_with(Node(0.0));
  f("flip_probability", o.flip_probability, kFraction, "Share of samples mirrored left to right.");
  f("flip_swaps", o.flip_swaps, between(1, 255),
    "Pairs of label values that a sample mirrored left to right exchanges (left, right).");
  f("mirror_y_probability", o.mirror_y_probability, later,
    "Share of samples mirrored front to back.");
  f("mirror_z_probability", o.mirror_z_probability, later,
    "Share of volumes mirrored bottom to top.");
  f("rotate90_probability", o.rotate90_probability, later,
    "Share of samples turned by 90, 180 or 270 degrees in the slice's plane, which must be square.");
}

void describe_resolution(Fields& f, AugmentOptions& o) {
  f("blur_probability", o.blur_probability, kFraction, "Share of samples that are blurred.");
  f("blur_sigma_px", o.blur_sigma_px, kPositive.in("px"),
    "Range of the blur's standard deviation; along every axis as long in mm as along x.");
  f("low_resolution_probability", o.low_resolution_probability, kFraction.added_with(Node(0.0)),
    "Share of samples that lose resolution: fewer voxels, and linear between them.");
  f("low_resolution", o.low_resolution,
    Limits{.low = 0, .high = 1, .low_open = true}.added_with(
        Node(Node::List{Node(0.5), Node(1.0)})),
    "Range of the share of voxels that is kept along each axis.");
}

void describe_intensity(Fields& f, AugmentOptions& o) {
  f("intensity_probability", o.intensity_probability, kFraction,
    "Share of samples for each of brightness, contrast and gamma.");
  f("brightness", o.brightness, kNonNegative,
    "Largest value added or taken away, in units of the normalised image.");
  f("contrast", o.contrast, kPositive,
    "Range of the factor that stretches values about their mean.");
  f("gamma", o.gamma, kPositive, "Range of the gamma between a sample's minimum and maximum.");
  f("noise_probability", o.noise_probability, kFraction,
    "Share of samples with added Gaussian noise.");
  f("noise_sd", o.noise_sd, kNonNegative,
    "Standard deviation of the noise, in units of the normalised image.");
}

}  // namespace

void describe(Fields& f, AugmentOptions& o) {
  f("enabled", o.enabled, "Whether training samples are changed at random at all.");
  describe_shape(f, o);
  describe_order(f, o);
  describe_resolution(f, o);
  describe_intensity(f, o);
  f.require(
      rises(o.scale) && rises(o.contrast) && rises(o.gamma) && rises(o.blur_sigma_px),
      "scale, contrast, gamma and blur_sigma_px must not fall from the first number to the second");
  f.require(rises(o.low_resolution),
            "low_resolution must not fall from the first number to the second");
  f.require(each_value_once(o.flip_swaps), "flip_swaps must name each label value at most once");
}

}  // namespace myoseg
