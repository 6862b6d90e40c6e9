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

// The class with the highest score of each voxel of a row: `x` are the voxels' places in it.
void highest(const ToNative::Scores& row, const Axis& x, int classes, std::span<float> best,
             std::uint8_t* label) {
  const std::int64_t* at = x.first.data();
  const std::int64_t n = x.output();
  if (row.of_x != 1) {
    for (std::int64_t i = 0; i < n; ++i) {
      const float* scores = row.first + at[i] * row.of_x;
      int chosen = 0;
      for (int c = 1; c < classes; ++c)
        if (scores[c * row.of_class] > scores[chosen * row.of_class]) chosen = c;
      label[i] = static_cast<std::uint8_t>(chosen);
    }
    return;
  }
  const bool in_a_row = n > 0 && at[n - 1] - at[0] == n - 1;
  std::fill_n(label, n, std::uint8_t{0});
  for (int c = 0; c < classes; ++c) {
    const float* scores = row.first + c * row.of_class;
    const auto compare = [&](const auto& score) {
      for (std::int64_t i = 0; i < n; ++i) {
        const float value = score(i);
        const bool higher = c == 0 || value > best[static_cast<std::size_t>(i)];
        best[static_cast<std::size_t>(i)] = higher ? value : best[static_cast<std::size_t>(i)];
        label[i] = higher ? static_cast<std::uint8_t>(c) : label[i];
      }
    };
    if (in_a_row)
      compare([from = scores + at[0]](std::int64_t i) { return from[i]; });
    else
      compare([scores, at](std::int64_t i) { return scores[at[i]]; });
  }
}

}  // namespace

ToNative::Scores ToNative::dense(std::span<const float> scores, int classes, std::int64_t rows,
                                 std::int64_t width) {
  return {scores.data(), classes * rows * width, rows * width, width, 1};
}

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

bool ToNative::interpolates() const {
  return std::any_of(axes_.begin(), axes_.end(), [](const Axis& axis) { return axis.width > 1; });
}

void ToNative::add(const Scores& scores, std::int64_t count, int classes, std::size_t which) {
  classes_ = classes;
  Strip& strip = strips_.at(which);
  const Axis& z = axes_[2];
  if (classes < 1 || classes > 256 || strip.added + count > z.input)
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

std::span<const float> ToNative::dense_plane(const Strip& strip, const Scores& plane,
                                             std::vector<float>& copy) const {
  const std::int64_t rows = strip.rows.end - strip.rows.first, width = axes_[0].input;
  const std::size_t values = voxels(strip) * static_cast<std::size_t>(classes_);
  if (plane.of_x == 1 && plane.of_row == width && plane.of_class == rows * width)
    return {plane.first, values};
  copy.resize(values);
  float* to = copy.data();
  for (int c = 0; c < classes_; ++c)
    for (std::int64_t y = 0; y < rows; ++y) {
      const float* row = plane.first + c * plane.of_class + y * plane.of_row;
      for (std::int64_t x = 0; x < width; ++x) *to++ = row[x * plane.of_x];
    }
  return copy;
}

// The planes that slices to come need; their first planes rise.
void ToNative::keep(Strip& strip, const Scores& added, std::int64_t count) const {
  const std::int64_t end = strip.added + count;
  const std::int64_t needed =
      strip.made < axes_[2].output() ? axes_[2].first[static_cast<std::size_t>(strip.made)] : end;
  for (; !strip.kept.empty() && strip.kept_from < needed; ++strip.kept_from) strip.kept.pop_front();
  if (strip.kept.empty()) strip.kept_from = std::max(needed, strip.added);
  for (std::int64_t n = std::max(needed, strip.added); n < end; ++n) {
    std::vector<float> copy;
    const std::span<const float> plane = dense_plane(strip, added.plane(n - strip.added), copy);
    strip.kept.emplace_back(plane.begin(), plane.end());
  }
  strip.added = end;
}

ToNative::Scores ToNative::kept_plane(const Strip& strip, std::int64_t n) const {
  return dense(strip.kept[static_cast<std::size_t>(n - strip.kept_from)], classes_,
               strip.rows.end - strip.rows.first, axes_[0].input);
}

void ToNative::make_slice(const Strip& strip, std::int64_t i, const Scores& added,
                          std::vector<float>& mixed) {
  const Axis& z = axes_[2];
  const auto at = static_cast<std::size_t>(i);
  const auto weights = std::span(z.weight).subspan(at * static_cast<std::size_t>(z.width),
                                                   static_cast<std::size_t>(z.width));
  const auto plane = [&](std::int64_t n) {
    return n < strip.added ? kept_plane(strip, n) : added.plane(n - strip.added);
  };
  const auto taps = std::count_if(weights.begin(), weights.end(), [](float w) { return w != 0; });
  std::vector<float> copy;
  bool empty = true;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] == 0) continue;
    const Scores from = plane(z.first[at] + static_cast<std::int64_t>(k));
    if (taps == 1) return choose(strip, from, begin_[2] + i);
    const std::span<const float> values = dense_plane(strip, from, copy);
    mixed.resize(values.size());
    for (std::size_t v = 0; v < values.size(); ++v)
      mixed[v] = empty ? weights[k] * values[v] : mixed[v] + weights[k] * values[v];
    empty = false;
  }
  choose(strip, dense(mixed, classes_, strip.rows.end - strip.rows.first, axes_[0].input),
         begin_[2] + i);
}

void ToNative::choose(const Strip& strip, const Scores& plane, std::int64_t native_z) {
  const std::int64_t width = axes_[0].output(), height = strip.y.output();
  const auto labels = [&](std::int64_t y) {
    return &map_.at(begin_[0], strip.begin + y, native_z);
  };
  if (axes_[0].width == 1 && strip.y.width == 1) {
    std::vector<float> best(static_cast<std::size_t>(width));
    for (std::int64_t y = 0; y < height; ++y) {
      Scores row = plane;
      row.first += strip.y.first[static_cast<std::size_t>(y)] * plane.of_row;
      highest(row, axes_[0], classes_, best, labels(y));
    }
    return;
  }
  std::vector<float> copy, best(static_cast<std::size_t>(width * height)), other(best.size());
  std::vector<std::uint8_t> label(best.size(), 0);
  const std::span<const float> all = dense_plane(strip, plane, copy);
  const auto of_class = [&](int c) {
    return all.subspan(static_cast<std::size_t>(c) * voxels(strip), voxels(strip));
  };
  resample_plane(of_class(0), axes_[0], strip.y, best);
  for (int c = 1; c < classes_; ++c) {
    resample_plane(of_class(c), axes_[0], strip.y, other);
    for (std::size_t i = 0; i < best.size(); ++i)
      if (other[i] > best[i]) {
        best[i] = other[i];
        label[i] = static_cast<std::uint8_t>(c);
      }
  }
  for (std::int64_t y = 0; y < height; ++y)
    std::copy_n(label.begin() + y * width, width, labels(y));
}

LabelMap ToNative::finish() {
  for (const Strip& strip : strips_)
    if (strip.added != axes_[2].input && voxels(strip) > 0)
      throw std::logic_error("ToNative: planes are missing");
  return stored_orientation_.empty() ? std::move(map_) : reorient(map_, stored_orientation_);
}

}  // namespace myoseg
