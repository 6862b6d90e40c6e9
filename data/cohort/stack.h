// From a body to a scan: a stack of slices with labels and what was truly in it.
#pragma once

#include <vector>

#include "data/cohort/anatomy.h"
#include "data/cohort/canvas.h"
#include "data/volume.h"

namespace myoseg::cohort {

struct StackOptions {
  int size = 512;  // pixels along a side
  int slices = 5;
  int labelled_slices = 3;  // the middle ones; the others have no labels
  double thickness_mm = 5;  // distance of the slices
  double hand_mm = 0.45;    // standard deviation of a reader's edge
  int readers = 1;
  int last_muscle = 255;  // labels 1..last_muscle are muscles; those above are bones
};

struct Stack {
  Volume<std::int16_t> image;    // HU
  std::vector<LabelMap> labels;  // one for each reader
  double muscle_cm2 = 0;         // true cross-section of the muscles, mean of the labelled slices
  double muscle_hu = 0;          // mean HU of the first reader's muscles
};

// A function of its arguments alone: no state, no threads.
[[nodiscard]] Stack make_stack(std::uint64_t seed, std::uint64_t subject, const Anatomy& anatomy,
                               const Scanner& scanner, const StackOptions& options);

}  // namespace myoseg::cohort
