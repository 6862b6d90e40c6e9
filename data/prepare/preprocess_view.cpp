#include "data/prepare/preprocess_view.h"

#include <cmath>

namespace myoseg {

std::int64_t centred_start(std::int64_t n, std::int64_t size) {
  return n >= size ? n / 2 - size / 2 : -((size - n) / 2);
}

View view_of(const Geometry& g, std::size_t axis, const PreprocessOptions& o) {
  View view;
  view.n = view.resampled = g.size[axis];
  view.size = o.size[axis];
  if (o.fit == Fit::resize) {
    view.resampled = view.size;
    view.step = static_cast<double>(view.n) / static_cast<double>(view.size);
  } else if (o.spacing_mm) {
    // Spacings written to files with few digits are the same spacing: then nothing is interpolated.
    const double step = (*o.spacing_mm)[axis] / g.spacing[axis];
    if (std::abs(step - 1) > 1e-4) {
      view.step = step;
      view.resampled = std::max<std::int64_t>(1, std::llround(static_cast<double>(view.n) / step));
    }
  }
  view.start = centred_start(view.resampled, view.size);
  return view;
}

}  // namespace myoseg
