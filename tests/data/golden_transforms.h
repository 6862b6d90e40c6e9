// MONAI transforms by name and arguments, done by our functions.
#pragma once

#include <array>
#include <stdexcept>
#include <string>

#include "data/volume.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

// Why a record cannot be run.
class NotOffered : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What is done, to the image and, when there is one, to the label map on the same grid.
// `image_too`, `label_too`: which of them the record names; box transforms leave their box in
// `box_start`, `box_end`.
struct Subject {
  Image image;
  LabelMap label;
  bool image_too = true, label_too = false;
  std::array<std::int64_t, 3> box_start{}, box_end{};
};

// Throws NotOffered for transforms and arguments that we do not have.
void apply_transform(const std::string& name, const Json& kwargs, Subject& subject);

}  // namespace myoseg::testing
