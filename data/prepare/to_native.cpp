#include "data/prepare/to_native.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace myoseg {
namespace {

// Where the kept voxels of the scan lie in the network's view; `begin` becomes the first one
// inside.
Axis axis_back(const View& view, std::int64_t& begin) {
  std::vector<double> positions;
  begin = view.cut;
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

ToNative::ToNative(const Sampling& sampling) : map_(sampling.turned.geometry, 1) {
  if (!sampling.turned.as_stored()) stored_orientation_ = orientation_code(sampling.native);
  for (std::size_t a = 0; a < 3; ++a) axes_[a] = axis_back(sampling.views[a], begin_[a]);
  plane_voxels_ = static_cast<std::size_t>(axes_[0].input * axes_[1].input);
}

const float* ToNative::plane(std::int64_t z, std::span<const float> added) const {
  const auto values = plane_voxels_ * static_cast<std::size_t>(classes_);
  if (z < added_) return kept_[static_cast<std::size_t>(z - kept_from_)].data();
  return added.data() + static_cast<std::size_t>(z - added_) * values;
}

void ToNative::add(std::span<const float> scores, std::int64_t count, int classes) {
  classes_ = classes;
  const auto values = plane_voxels_ * static_cast<std::size_t>(classes);
  if (classes < 1 || classes > 256 || scores.size() != values * static_cast<std::size_t>(count) ||
      added_ + count > axes_[2].input)
    throw std::logic_error("ToNative: the scores are not those of the next planes");
  const Axis& z = axes_[2];
  const auto first_of = [&](std::int64_t i) { return z.first[static_cast<std::size_t>(i)]; };
  std::int64_t end = made_;
  while (end < z.output() && first_of(end) + z.width <= added_ + count) ++end;
#pragma omp parallel
  {
    std::vector<float> mixed;
#pragma omp for schedule(dynamic)
    for (std::int64_t i = made_; i < end; ++i) make_slice(i, scores, mixed);
  }
  made_ = end;
  // What slices to come need; their first planes rise.
  const std::int64_t needed = made_ < z.output() ? first_of(made_) : added_ + count;
  for (; !kept_.empty() && kept_from_ < needed; ++kept_from_) kept_.pop_front();
  if (kept_.empty()) kept_from_ = std::max(needed, added_);
  for (std::int64_t n = std::max(needed, added_); n < added_ + count; ++n) {
    const float* from = scores.data() + static_cast<std::size_t>(n - added_) * values;
    kept_.emplace_back(from, from + values);
  }
  added_ += count;
}

void ToNative::make_slice(std::int64_t i, std::span<const float> added, std::vector<float>& mixed) {
  const Axis& z = axes_[2];
  const auto at = static_cast<std::size_t>(i);
  const auto values = plane_voxels_ * static_cast<std::size_t>(classes_);
  const auto weights = std::span(z.weight).subspan(at * static_cast<std::size_t>(z.width),
                                                   static_cast<std::size_t>(z.width));
  const auto taps = std::count_if(weights.begin(), weights.end(), [](float w) { return w != 0; });
  bool empty = true;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] == 0) continue;
    const float* from = plane(z.first[at] + static_cast<std::int64_t>(k), added);
    if (taps == 1) return choose({from, values}, begin_[2] + i);
    mixed.resize(values);
    for (std::size_t v = 0; v < values; ++v)
      mixed[v] = empty ? weights[k] * from[v] : mixed[v] + weights[k] * from[v];
    empty = false;
  }
  choose(mixed, begin_[2] + i);
}

void ToNative::choose(std::span<const float> scores, std::int64_t native_z) {
  const std::int64_t width = axes_[0].output(), height = axes_[1].output();
  std::vector<float> best(static_cast<std::size_t>(width * height)), other(best.size());
  std::vector<std::uint8_t> label(best.size(), 0);
  resample_plane(scores.first(plane_voxels_), axes_[0], axes_[1], best);
  for (int c = 1; c < classes_; ++c) {
    resample_plane(scores.subspan(static_cast<std::size_t>(c) * plane_voxels_, plane_voxels_),
                   axes_[0], axes_[1], other);
    for (std::size_t i = 0; i < best.size(); ++i)
      if (other[i] > best[i]) {
        best[i] = other[i];
        label[i] = static_cast<std::uint8_t>(c);
      }
  }
  for (std::int64_t y = 0; y < height; ++y)
    std::copy_n(label.begin() + y * width, width, &map_.at(begin_[0], begin_[1] + y, native_z));
}

LabelMap ToNative::finish() {
  if (added_ != axes_[2].input) throw std::logic_error("ToNative: planes are missing");
  return stored_orientation_.empty() ? std::move(map_) : reorient(map_, stored_orientation_);
}

}  // namespace myoseg
