#include "data/cohort/stack.h"

namespace myoseg::cohort {
namespace {

Geometry stack_geometry(const Scanner& scanner, const StackOptions& options) {
  Geometry g;
  g.size = {options.size, options.size, options.slices};
  g.spacing = {scanner.spacing_mm, scanner.spacing_mm, options.thickness_mm};
  const double corner = -(options.size - 1) / 2.0 * scanner.spacing_mm;
  g.origin = {corner, corner, -(options.slices - 1) / 2.0 * options.thickness_mm};
  return g;
}

double mean_hu(const Volume<std::int16_t>& image, const LabelMap& labels, int last_muscle) {
  std::int64_t sum = 0, count = 0;
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    if (labels.voxels[i] > 0 && labels.voxels[i] <= last_muscle) {
      sum += image.voxels[i];
      ++count;
    }
  return count > 0 ? static_cast<double>(sum) / static_cast<double>(count) : 0;
}

}  // namespace

Stack make_stack(std::uint64_t seed, std::uint64_t subject, const Anatomy& anatomy,
                 const Scanner& scanner, const StackOptions& options) {
  const Geometry geometry = stack_geometry(scanner, options);
  Stack stack;
  stack.image = Volume<std::int16_t>(geometry, 1);
  for (int reader = 0; reader < options.readers; ++reader) stack.labels.emplace_back(geometry, 1);

  Canvas canvas(options.size, options.last_muscle);
  const int first = (options.slices - options.labelled_slices) / 2;
  for (int slice = 0; slice < options.slices; ++slice) {
    const double z =
        anatomy.level_mm() + (slice - (options.slices - 1) / 2.0) * options.thickness_mm;
    const SliceKey key{seed, subject, static_cast<std::uint64_t>(slice)};
    const Scene scene = anatomy.scene(z);
    const std::size_t at = stack.image.index(0, 0, slice);
    canvas.clear(key, scanner);
    canvas.paint(scene, anatomy.warp(), z);
    if (slice >= first && slice < first + options.labelled_slices) {
      stack.muscle_cm2 += canvas.labelled_area_cm2() / options.labelled_slices;
      for (int reader = 0; reader < options.readers; ++reader)
        canvas.draw_labels(scene, anatomy.warp(), z, key, reader, options.hand_mm,
                           stack.labels[static_cast<std::size_t>(reader)].voxels.data() + at);
    }
    canvas.scan(key, stack.image.voxels.data() + at);
  }
  stack.muscle_hu = mean_hu(stack.image, stack.labels.front(), options.last_muscle);
  return stack;
}

}  // namespace myoseg::cohort
