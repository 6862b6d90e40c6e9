// One axial level of a body as shapes, back to front. An anatomy (data/cohort/anatomy.h) makes
// scenes; the canvas paints them.
#pragma once

#include <vector>

#include "data/cohort/outline.h"

namespace myoseg::cohort {

inline constexpr double kVeinShare = 0.18;  // of the area, for veins = 1

// How a tissue looks: `hu` with smooth variation, veined by a second tissue (fat in muscle, septa
// in fat, gas in faeces).
struct Material {
  double hu = 0;
  double variation_hu = 0;  // standard deviation of the smooth variation
  double veins = 0;         // the second tissue's mean share is about kVeinShare * veins
  double veins_hu = -100;
};

constexpr int kKeepLabel = -1;  // paints the image, leaves the labels as they are

struct Shape {
  Outline outline;  // template coordinates, mm
  Material material;
  int label = kKeepLabel;  // value painted into the label map
  double hand = 1;         // how unsure a reader's edge is here, relative to the usual
  bool stencil = false;    // later `clipped` shapes show only inside this one or another such
  bool clipped = false;
  bool fixed = false;  // not part of the body: does not follow its posture (the table)
};

using Scene = std::vector<Shape>;

}  // namespace myoseg::cohort
