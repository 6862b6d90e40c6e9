#include "data/prepare/preprocess.h"

#include "core/error.h"
#include "data/prepare/scan_sampler.h"

namespace myoseg {
namespace {

bool two_or_three(std::size_t numbers) { return numbers == 2 || numbers == 3; }

}  // namespace

void describe(Fields& f, PreprocessOptions& o) {
  f("orientation", o.orientation,
    "Turn every scan to this orientation first (LPS: x to the left, y to the back, z to "
    "the head); empty: as stored.");
  f("window_hu", o.window_hu, kAny.in("HU"), "Intensities are clipped to this range.");
  f("window_percentiles", o.window_percentiles, between(0, 100).added_with(Node()),
    "Intensities are clipped to the range between these percentiles of the scan's own, as radiographs, "
    "which have no HU, need it; null: to window_hu.");
  f("normalise", o.normalise,
    "What the window becomes: unit 0..1, symmetric -1..1, zscore per case and channel, none HU.");
  f("gamma", o.gamma, kPositive, "Contrast gamma on the window's 0..1 values.");
  f("crop", o.crop, kAny.added_with(Node("none")),
    "What of a scan is kept: none of it is cut off, or only the box of all voxels above the window's "
    "low end (foreground).");
  f("spacing_mm", o.spacing_mm, kPositive.in("mm"),
    "Spacing (x, y or x, y, z) that scans are resampled to; null: their own.");
  f("resampling", o.resampling, kAny.added_with(Node("smooth")),
    "smooth: about the scan's middle, without aliasing, labels by what covers most; linear: from the "
    "first voxel on, linear between neighbours, labels from the nearest voxel, as MONAI's Spacing.");
  f("size", o.size, between(1, 16384).in("px"),
    "Size (x, y or x, y, z) that every scan gets; null: as large as it is.");
  f("fit", o.fit,
    "How a scan gets that size: pad (or crop) about its centre, resize each axis, or inside: all axes by "
    "one factor so that it just fits, then padded.");
  f.require(o.window_hu[0] < o.window_hu[1],
            "window_hu must rise: its first number is not below its second");
  f.require(!o.spacing_mm || two_or_three(o.spacing_mm->size()),
            "spacing_mm must be two numbers (x, y) or three (x, y, z)");
  f.require(!o.size || two_or_three(o.size->size()),
            "size must be two numbers (x, y) or three (x, y, z)");
  f.require(!o.spacing_mm || o.fit == Fit::pad,
            "spacing_mm has no effect when fit is resize or inside; use fit: pad");
  f.require(o.size || o.fit == Fit::pad, "fit: resize and fit: inside need a size");
  f.require(!o.window_percentiles || (*o.window_percentiles)[0] < (*o.window_percentiles)[1],
            "window_percentiles must rise: its first number is not below its second");
  f.require(o.orientation.empty() || is_orientation_code(o.orientation),
            "orientation must name three patient axes, such as LPS or RAS");
}

Prepared preprocess(const StoredImage& image, const LabelMap* label,
                    const PreprocessOptions& options) {
  if (label != nullptr)
    if (const std::string gap = difference(image.geometry, label->geometry); !gap.empty())
      throw data_error(
          "image and label do not lie on one grid ({}); export the label on the image's grid", gap);
  const ScanSampler sampler(image, options);
  Prepared prepared;
  prepared.native = image.geometry;
  prepared.image = Image(sampler.sampling().prepared(), sampler.channels());
  sampler.sample(0, prepared.image.geometry.size[2], prepared.image.voxels);
  if (label != nullptr)
    prepared.label = sample_labels(*label, sampler.sampling(), options.resampling);
  return prepared;
}

}  // namespace myoseg
