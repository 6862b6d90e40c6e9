#include "eval/predict/window_blend.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "core/threads.h"

namespace myoseg {
namespace {

// Whether the channels of (K, planes, rows, x) lie side by side rather than each with its planes.
bool side_by_side(const at::Tensor& values) { return values.size(0) > 1 && values.stride(0) == 1; }

bool in_one_pass(const at::Tensor& values) {
  return values.is_cpu() && values.scalar_type() == at::kFloat;
}

// Moves rows [from, from + count) of (K, planes, rows, x) to the front.
void move_rows(const at::Tensor& sums, std::int64_t from, std::int64_t count) {
  if (from == 0 || count == 0) return;
  if (!in_one_pass(sums)) {
    for (std::int64_t z = 0; z < sums.size(1); ++z) {  // what is copied on the way stays small
      const at::Tensor plane = sums.select(1, z);
      plane.narrow(1, 0, count).copy_(plane.narrow(1, from, count).clone());
    }
    return;
  }
  const std::int64_t row = sums.stride(2), planes = sums.size(1);
  const std::int64_t blocks = side_by_side(sums) ? 1 : sums.size(0);
  auto* first = sums.data_ptr<float>();
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < blocks * planes; ++i) {
    float* plane = first + i / planes * sums.stride(0) + i % planes * sums.stride(1);
    std::memmove(plane, plane + from * row, static_cast<std::size_t>(count * row) * sizeof(float));
  }
}

// Scores whose numbers lie beside one another along the axis that those of the sums do.
at::Tensor laid_out_as(const at::Tensor& sums, const at::Tensor& scores) {
  if (scores.stride(side_by_side(sums) ? 0 : 3) == 1) return scores;
  return side_by_side(sums) ? scores.permute({1, 2, 3, 0}).contiguous().permute({3, 0, 1, 2})
                            : scores.contiguous();
}

// A row of windows' scores (channels, x) and of sums (channels + 1, x): of one of both the numbers
// lie side by side, in scores and sums alike.
struct Row {
  std::int64_t channels, width, score_of_channel, score_of_x, sum_of_channel, sum_of_x;
};

// Sums [from, to) of a row: += weights * scores, or = where nothing was added before.
template <bool kFirst>
void add_part(const Row& row, std::int64_t from, std::int64_t to, const float* scores,
              const float* weights, float* sums) {
  const auto add = [](float& sum, float value) { sum = kFirst ? value : sum + value; };
  if (row.score_of_x == 1) {
    for (std::int64_t k = 0; k < row.channels; ++k) {
      const float* of_channel = scores + k * row.score_of_channel;
      float* out = sums + k * row.sum_of_channel;
      for (std::int64_t x = from; x < to; ++x) add(out[x], weights[x] * of_channel[x]);
    }
    float* out = sums + row.channels * row.sum_of_channel;
    for (std::int64_t x = from; x < to; ++x) add(out[x], weights[x]);
    return;
  }
  for (std::int64_t x = from; x < to; ++x) {
    const float *of_x = scores + x * row.score_of_x, weight = weights[x];
    float* out = sums + x * row.sum_of_x;
    for (std::int64_t k = 0; k < row.channels; ++k) add(out[k], weight * of_x[k]);
    add(out[row.channels], weight);
  }
}

// sums (K + 1, planes, y, x) += weights * (scores (K, planes, y, x), 1), in one pass over memory;
// what earlier windows have not added to is set: in row y of plane z all from known(z, y) on.
template <class Known>
void add_weighted(const at::Tensor& scores, const at::Tensor& weights, const at::Tensor& sums,
                  const Known& known) {
  const std::int64_t weights_of_plane = weights.size(0) == 1 ? 0 : weights.stride(0);
  const Row row{scores.size(0),   scores.size(3), scores.stride(0),
                scores.stride(3), sums.stride(0), sums.stride(3)};
  const std::int64_t height = scores.size(2), rows = scores.size(1) * height;
  const auto* of_scores = scores.data_ptr<float>();
  const auto* of_weights = weights.data_ptr<float>();
  auto* of_sums = sums.data_ptr<float>();
#pragma omp parallel for schedule(dynamic, 16)
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t z = i / height, y = i % height, old = known(z, y);
    const float* from = of_scores + z * scores.stride(1) + y * scores.stride(2);
    const float* by = of_weights + z * weights_of_plane + y * row.width;
    float* to = of_sums + z * sums.stride(1) + y * sums.stride(2);
    add_part<false>(row, 0, old, from, by, to);
    add_part<true>(row, old, row.width, from, by, to);
  }
}

}  // namespace

std::int64_t WindowBlend::shared(const WindowGrid& grid, std::size_t layer) {
  if (layer + 1 == grid.layers.size()) return 0;
  const auto& [first, planes] = grid.layers[layer];
  return first + planes - grid.layers[layer + 1].first;
}

WindowBlend::Shape WindowBlend::shape_of(const WindowGrid& grid, const Strips& strips,
                                         const WindowRows& rows) {
  Shape shape;
  shape.lowest.assign(rows.end, 0);
  for (std::size_t r = rows.end; r-- > rows.first;) {
    std::int64_t& low = shape.lowest[r] = grid.y[r];
    if (r + 1 < rows.end) low = std::min(low, shape.lowest[r + 1]);
    if (r >= rows.first_strip && strips[r].end > strips[r].first)
      low = std::min(low, strips[r].first + grid.before[1]);
    low = std::max(low, grid.y[rows.first]);
    shape.rows = std::max(shape.rows, grid.y[r] + grid.window[1] - low);
  }
  for (std::size_t l = 0; l < grid.layers.size(); ++l) {
    shape.planes = std::max(shape.planes, grid.layers[l].planes);
    shape.shared_planes = std::max(shape.shared_planes, shared(grid, l));
  }
  shape.shared_end = grid.y[rows.end - 1] + grid.window[1];
  shape.shared_from = shape.shared_end;
  for (std::size_t s = rows.first_strip; s < rows.end; ++s)
    if (strips[s].end > strips[s].first)
      shape.shared_from = std::min(shape.shared_from, strips[s].first + grid.before[1]);
  return shape;
}

std::int64_t WindowBlend::voxels(const WindowGrid& grid, const Strips& strips,
                                 const WindowRows& rows) {
  const Shape shape = shape_of(grid, strips, rows);
  return grid.grown[2] *
         (shape.planes * shape.rows + shape.shared_planes * (shape.shared_end - shape.shared_from));
}

WindowBlend::WindowBlend(const WindowGrid& grid, at::Tensor weights, const Strips& strips,
                         const WindowRows& rows, Reader reader)
    : grid_(grid),
      weights_(weights.contiguous()),
      strips_(strips),
      rows_(rows),
      reader_(std::move(reader)),
      shape_(shape_of(grid, strips, rows)) {}

void WindowBlend::allocate(const at::Tensor& scores) {
  const std::int64_t values = scores.size(0) + 1, width = grid_.grown[2];
  // As the scores lie.
  const auto made = [&](std::int64_t planes, std::int64_t rows) {
    return side_by_side(scores)
               ? at::empty({planes, rows, width, values}, scores.options()).permute({3, 0, 1, 2})
               : at::empty({values, planes, rows, width}, scores.options());
  };
  sums_ = made(shape_.planes, shape_.rows);
  shared_ = made(shape_.shared_planes, shape_.shared_end - shape_.shared_from);
}

void WindowBlend::enter(std::size_t layer, std::size_t row) {
  const bool first_row = !entered_ || layer != layer_;
  const std::int64_t low = shape_.lowest[row], high = grid_.y[row] + grid_.window[1];
  known_ = first_row ? low : high_;
  if (!first_row) move_rows(sums_, low - low_, known_ - low);
  if (!in_one_pass(sums_)) sums_.narrow(2, known_ - low, high - known_).zero_();
  // Rows that no window of this layer has added to begin with what the layer before left.
  const std::int64_t planes = layer == 0 ? 0 : shared(grid_, layer - 1);
  const std::int64_t from = std::max(known_, shape_.shared_from);
  if (planes > 0 && from < high)
    sums_.narrow(1, 0, planes)
        .narrow(2, from - low, high - from)
        .copy_(shared_.narrow(1, 0, planes).narrow(2, from - shape_.shared_from, high - from));
  std::tie(entered_, layer_, row_, low_, high_) = std::tuple(true, layer, row, low, high);
}

void WindowBlend::leave() {
  read_strip();
  const std::int64_t planes = shared(grid_, layer_);
  if (planes == 0) return;
  const std::int64_t from = std::max(grid_.y[row_], shape_.shared_from);
  const std::int64_t end = row_ + 1 < rows_.end ? grid_.y[row_ + 1] : high_;
  if (from >= end) return;
  shared_.narrow(1, 0, planes)
      .narrow(2, from - shape_.shared_from, end - from)
      .copy_(sums_.narrow(1, grid_.layers[layer_].planes - planes, planes)
                 .narrow(2, from - low_, end - from));
}

void WindowBlend::read_strip() const {
  const ToNative::Rows& rows = strips_[row_];
  if (row_ < rows_.first_strip || rows.end == rows.first) return;
  const auto& [first, count] = grid_.layers[layer_];
  const std::int64_t begin = std::max(first, grid_.before[0]);
  const std::int64_t end =
      std::min(first + count - shared(grid_, layer_), grid_.before[0] + grid_.volume[0]);
  const std::int64_t values = sums_.size(0) - 1;
  const at::Tensor strip =
      sums_.narrow(2, rows.first + grid_.before[1] - low_, rows.end - rows.first)
          .narrow(3, grid_.before[2], grid_.volume[2]);
  const std::int64_t plane = values * strip.size(2) * strip.size(3);
  const std::int64_t most = std::max<std::int64_t>(thread_count(), kAtOnce / plane);
  for (std::int64_t z = begin; z < end; z += most) {
    const at::Tensor part = strip.narrow(1, z - first, std::min(most, end - z));
    reader_(row_, part.narrow(0, 0, values), part.narrow(0, values, 1));
  }
}

void WindowBlend::add(const WindowPlace& place, const at::Tensor& scores) {
  if (!sums_.defined()) allocate(scores);
  if (!entered_ || place.layer != layer_ || place.row != row_) {
    if (entered_) leave();
    enter(place.layer, place.row);
  }
  const std::int64_t top = grid_.y[row_], left = grid_.x[place.column], width = grid_.window[2];
  const at::Tensor box = sums_.narrow(1, 0, scores.size(1))
                             .narrow(2, top - low_, grid_.window[1])
                             .narrow(3, left, width);
  if (!in_one_pass(sums_)) {
    box.narrow(0, 0, scores.size(0)).add_(scores * weights_);
    box.select(0, scores.size(0)).add_(weights_);
    return;
  }
  const std::int64_t planes = layer_ == 0 ? 0 : shared(grid_, layer_ - 1);
  const std::int64_t beside =
      place.column == 0
          ? 0
          : std::clamp<std::int64_t>(grid_.x[place.column - 1] + width - left, 0, width);
  add_weighted(laid_out_as(sums_, scores), weights_, box, [&](std::int64_t z, std::int64_t y) {
    const bool known = top + y < known_ || (z < planes && top + y >= shape_.shared_from);
    return known ? width : beside;
  });
}

void WindowBlend::finish() {
  if (entered_) leave();
  entered_ = false;
}

}  // namespace myoseg
