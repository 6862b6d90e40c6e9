#include "data/prepare/to_native.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace myoseg {
namespace {

// Where the kept voxels of the scan lie in the network's view; `begin` becomes the first one
// inside.
Axis axis_back(const AxisView& view, std::int64_t& begin) {
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
  // Places of a view that was not resampled are voxels, which need no neighbours.
  return sample_axis(view.size, positions, 1 / view.step,
                     view.step == 1 ? Interpolation::nearest : Interpolation::smooth);
}

// Outputs [from, to) of an axis, from the inputs [rows.first, rows.end) alone.
Axis part_of(const Axis& axis, std::int64_t from, std::int64_t to, const ToNative::Rows& rows) {
  Axis part{.input = rows.end - rows.first, .width = axis.width, .first = {}, .weight = {}};
  for (std::int64_t i = from; i < to; ++i)
    part.first.push_back(axis.first[static_cast<std::size_t>(i)] - rows.first);
  part.weight.assign(axis.weight.begin() + from * axis.width,
                     axis.weight.begin() + to * axis.width);
  return part;
}

}  // namespace

ToNative::ToNative(const Sampling& sampling, const std::vector<std::int64_t>& strip_ends)
    : map_(sampling.turned.geometry, 1) {
  if (!sampling.turned.as_stored()) stored_orientation_ = orientation_code(sampling.native);
  for (std::size_t a = 0; a < 3; ++a) axes_[a] = axis_back(sampling.views[a], begin_[a]);
  const Axis& y = axes_[1];
  if (strip_ends.empty()) {
    Strip& all = strips_.emplace_back();
    all.rows = {0, y.input};
    all.y = y;
    all.begin = begin_[1];
  }
  std::int64_t made = 0;
  for (const std::int64_t end : strip_ends) {
    const std::int64_t from = made;
    const auto first_of = [&](std::int64_t i) { return y.first[static_cast<std::size_t>(i)]; };
    while (made < y.output() && first_of(made) + y.width <= end) ++made;
    Strip& strip = strips_.emplace_back();
    strip.begin = begin_[1] + from;
    if (made > from) strip.rows = {first_of(from), first_of(made - 1) + y.width};
    strip.y = part_of(y, from, made, strip.rows);
  }
}

void ToNative::add(std::span<const float> scores, std::int64_t count, int classes,
                   std::size_t which) {
  classes_ = classes;
  Strip& strip = strips_.at(which);
  const Axis& z = axes_[2];
  if (classes < 1 || classes > 256 ||
      scores.size() != voxels(strip) * static_cast<std::size_t>(classes * count) ||
      strip.added + count > z.input)
    throw std::logic_error("ToNative: the scores are not those of the next planes");
  std::int64_t end = strip.made;
  while (end < z.output() &&
         z.first[static_cast<std::size_t>(end)] + z.width <= strip.added + count)
    ++end;
#pragma omp parallel
  {
    std::vector<float> mixed;
#pragma omp for schedule(dynamic)
    for (std::int64_t i = strip.made; i < end; ++i) make_slice(strip, i, scores, mixed);
  }
  strip.made = end;
  keep(strip, scores, count);
}

// The planes that slices to come need; their first planes rise.
void ToNative::keep(Strip& strip, std::span<const float> added, std::int64_t count) const {
  const auto values = voxels(strip) * static_cast<std::size_t>(classes_);
  const std::int64_t end = strip.added + count;
  const std::int64_t needed =
      strip.made < axes_[2].output() ? axes_[2].first[static_cast<std::size_t>(strip.made)] : end;
  for (; !strip.kept.empty() && strip.kept_from < needed; ++strip.kept_from) strip.kept.pop_front();
  if (strip.kept.empty()) strip.kept_from = std::max(needed, strip.added);
  for (std::int64_t n = std::max(needed, strip.added); n < end; ++n) {
    const float* from = added.data() + static_cast<std::size_t>(n - strip.added) * values;
    strip.kept.emplace_back(from, from + values);
  }
  strip.added = end;
}

void ToNative::make_slice(const Strip& strip, std::int64_t i, std::span<const float> added,
                          std::vector<float>& mixed) {
  const Axis& z = axes_[2];
  const auto at = static_cast<std::size_t>(i);
  const auto values = voxels(strip) * static_cast<std::size_t>(classes_);
  const auto weights = std::span(z.weight).subspan(at * static_cast<std::size_t>(z.width),
                                                   static_cast<std::size_t>(z.width));
  const auto plane = [&](std::int64_t n) {
    return n < strip.added ? strip.kept[static_cast<std::size_t>(n - strip.kept_from)].data()
                           : added.data() + static_cast<std::size_t>(n - strip.added) * values;
  };
  const auto taps = std::count_if(weights.begin(), weights.end(), [](float w) { return w != 0; });
  bool empty = true;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] == 0) continue;
    const float* from = plane(z.first[at] + static_cast<std::int64_t>(k));
    if (taps == 1) return choose(strip, {from, values}, begin_[2] + i);
    mixed.resize(values);
    for (std::size_t v = 0; v < values; ++v)
      mixed[v] = empty ? weights[k] * from[v] : mixed[v] + weights[k] * from[v];
    empty = false;
  }
  choose(strip, mixed, begin_[2] + i);
}

void ToNative::choose(const Strip& strip, std::span<const float> scores, std::int64_t native_z) {
  const std::int64_t width = axes_[0].output(), height = strip.y.output();
  const std::size_t plane = voxels(strip);
  std::vector<float> best(static_cast<std::size_t>(width * height)), other(best.size());
  std::vector<std::uint8_t> label(best.size(), 0);
  resample_plane(scores.first(plane), axes_[0], strip.y, best);
  for (int c = 1; c < classes_; ++c) {
    resample_plane(scores.subspan(static_cast<std::size_t>(c) * plane, plane), axes_[0], strip.y,
                   other);
    for (std::size_t i = 0; i < best.size(); ++i)
      if (other[i] > best[i]) {
        best[i] = other[i];
        label[i] = static_cast<std::uint8_t>(c);
      }
  }
  for (std::int64_t y = 0; y < height; ++y)
    std::copy_n(label.begin() + y * width, width, &map_.at(begin_[0], strip.begin + y, native_z));
}

LabelMap ToNative::finish() {
  for (const Strip& strip : strips_)
    if (strip.added != axes_[2].input && voxels(strip) > 0)
      throw std::logic_error("ToNative: planes are missing");
  return stored_orientation_.empty() ? std::move(map_) : reorient(map_, stored_orientation_);
}

}  // namespace myoseg
