// Paints one slice: shapes with exact edges, then the scanner's blur and noise.
#pragma once

#include <cstdint>
#include <vector>

#include "data/cohort/raster.h"
#include "data/cohort/scene.h"
#include "data/cohort/warp.h"
#include "data/volume.h"

namespace myoseg::cohort {

// How the scan was made.
struct Scanner {
  double spacing_mm = 0.8;    // in plane
  double thickness_mm = 5;    // distance of the slices
  double blur_mm = 0.6;       // standard deviation of the kernel's point spread
  double noise_hu = 11;       // standard deviation at the middle of the body
  double noise_grain = 0.45;  // > 0: soft kernel, coarse grain; < 0: sharp kernel, fine grain
  bool round_field = true;    // pixels outside the inscribed circle are -1024
};

// Keys of every random stream that a slice needs.
struct SliceKey {
  std::uint64_t seed = 0, subject = 0, level = 0;
};

class Canvas {
 public:
  // Square slices; labels 1..last_muscle are muscles, those above are not measured.
  explicit Canvas(int pixels, int last_muscle = 255);

  // Air, and the fields that the materials' textures are taken from.
  void clear(const SliceKey& key, const Scanner& scanner);
  // Paints the scene, seen at `z` mm along the body.
  void paint(const Scene& scene, const Warp& warp, double z);
  // The labels as `reader` would draw them: edges moved smoothly by about half a pixel
  // (`hand_mm`), and for one subject all a little out or in. Clipped shapes end where `paint` ended
  // them: it comes first.
  void draw_labels(const Scene& scene, const Warp& warp, double z, const SliceKey& key, int reader,
                   double hand_mm, std::uint8_t* labels);
  // The true area of everything painted with a muscle's label, cm^2, before blur and noise.
  [[nodiscard]] double labelled_area_cm2() const;
  // Blur, noise, rounding to whole HU in -1024..3071.
  void scan(const SliceKey& key, std::int16_t* image);

 private:
  [[nodiscard]] Outline to_pixels(const Shape& shape, const Warp& warp, double z) const;
  void paint_shape(const Shape& shape, const Coverage& coverage);

  int size_, last_muscle_;
  Scanner scanner_;
  Raster raster_;
  std::vector<float> hu_, variation_, veins_, labelled_, stencil_, noise_, scratch_;
};

}  // namespace myoseg::cohort
