// From class scores on the network's grid back to a label map on the scan's grid.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "data/prepare/orientation.h"
#include "data/prepare/preprocess.h"
#include "data/prepare/preprocess_view.h"

namespace myoseg {
namespace {

// Where the scan's voxels lie in the network's view; `begin` becomes the first one inside.
Axis axis_back(const View& view, std::int64_t& begin) {
  std::vector<double> positions;
  begin = 0;
  for (std::int64_t v = 0; v < view.n; ++v) {
    const double p = view.to_view(static_cast<double>(v));
    if (p < -0.5) ++begin;
    if (p < -0.5 || p >= static_cast<double>(view.size) - 0.5) continue;
    // Scores of the padding never count for a voxel of the scan.
    positions.push_back(
        std::clamp(p, static_cast<double>(view.begin()), static_cast<double>(view.end() - 1)));
  }
  return sample_axis(view.size, positions, 1 / view.step, Interpolation::smooth);
}

}  // namespace

ToNative::ToNative(const Geometry& native, const PreprocessOptions& options) {
  const bool turn = !options.orientation.empty();
  if (turn) stored_orientation_ = orientation_code(native);
  map_ = LabelMap(turn ? reorient(native, options.orientation) : native, 1);
  for (std::size_t a = 0; a < 2; ++a)
    axes_[a] = axis_back(view_of(map_.geometry, a, options), begin_[a]);
}

void ToNative::add(std::int64_t z, std::span<const float> scores, int classes) {
  const auto plane = static_cast<std::size_t>(axes_[0].input * axes_[1].input);
  if (classes < 1 || classes > 256 || scores.size() != plane * static_cast<std::size_t>(classes))
    throw std::logic_error("ToNative: the scores are not those of one slice");
  const std::int64_t width = axes_[0].output(), height = axes_[1].output();
  std::vector<float> best(static_cast<std::size_t>(width * height)), other(best.size());
  std::vector<std::uint8_t> label(best.size(), 0);
  resample_plane(scores.first(plane), axes_[0], axes_[1], best);
  for (int c = 1; c < classes; ++c) {
    resample_plane(scores.subspan(static_cast<std::size_t>(c) * plane, plane), axes_[0], axes_[1],
                   other);
    for (std::size_t i = 0; i < best.size(); ++i)
      if (other[i] > best[i]) {
        best[i] = other[i];
        label[i] = static_cast<std::uint8_t>(c);
      }
  }
  for (std::int64_t y = 0; y < height; ++y)
    std::copy_n(label.begin() + y * width, width, &map_.at(begin_[0], begin_[1] + y, z));
}

LabelMap ToNative::finish() {
  if (stored_orientation_.empty()) return std::move(map_);
  return reorient(map_, stored_orientation_);
}

LabelMap to_native(const std::vector<float>& scores, int classes, const Geometry& native,
                   const PreprocessOptions& options) {
  ToNative back(native, options);
  const Geometry prepared = prepared_geometry(native, options);
  const auto slice = static_cast<std::size_t>(prepared.size[0] * prepared.size[1] * classes);
  const std::int64_t slices = prepared.size[2];
  if (scores.size() != slice * static_cast<std::size_t>(slices))
    throw std::logic_error("to_native: the scores are not those of the prepared scan");
#pragma omp parallel for schedule(static)
  for (std::int64_t z = 0; z < slices; ++z)
    back.add(z, std::span(scores).subspan(static_cast<std::size_t>(z) * slice, slice), classes);
  return back.finish();
}

}  // namespace myoseg
