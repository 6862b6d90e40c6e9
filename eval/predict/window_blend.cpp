#include "eval/predict/window_blend.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/threads.h"

namespace myoseg {
namespace {

// Moves rows [from, from + count) of (K, planes, rows, x) to the front, a plane at a time: what is
// copied on the way stays small.
void move_rows(const at::Tensor& sums, std::int64_t from, std::int64_t count) {
  if (from == 0 || count == 0) return;
  for (std::int64_t z = 0; z < sums.size(1); ++z) {
    const at::Tensor plane = sums.select(1, z);
    plane.narrow(1, 0, count).copy_(plane.narrow(1, from, count).clone());
  }
}

// A row of channels by x: of one of both the numbers lie side by side, in scores and sums alike.
struct Row {
  std::int64_t channels, width, score_of_channel, score_of_x, sum_of_channel, sum_of_x;
};

void add_row(const Row& row, const float* scores, const float* weights, float* sums) {
  if (row.score_of_x == 1) {
    for (std::int64_t k = 0; k < row.channels; ++k) {
      const float* from = scores + k * row.score_of_channel;
      float* to = sums + k * row.sum_of_channel;
      for (std::int64_t x = 0; x < row.width; ++x) to[x] += weights[x] * from[x];
    }
    return;
  }
  for (std::int64_t x = 0; x < row.width; ++x) {
    const float *from = scores + x * row.score_of_x, weight = weights[x];
    float* to = sums + x * row.sum_of_x;
    for (std::int64_t k = 0; k < row.channels; ++k) to[k] += weight * from[k];
  }
}

// sums += weights * scores, (K, planes, y, x), in one pass over memory.
void add_weighted(const at::Tensor& scores, const at::Tensor& weights, const at::Tensor& sums) {
  const auto same_layout = [&](int axis) {
    return scores.stride(axis) == 1 && sums.stride(axis) == 1;
  };
  if (!scores.is_cpu() || scores.scalar_type() != at::kFloat ||
      !(same_layout(3) || same_layout(0))) {
    sums.add_(scores * weights);
    return;
  }
  const std::int64_t weights_of_plane = weights.size(0) == 1 ? 0 : weights.stride(0);
  const Row row{scores.size(0),   scores.size(3), scores.stride(0),
                scores.stride(3), sums.stride(0), sums.stride(3)};
  const std::int64_t height = scores.size(2), rows = scores.size(1) * height;
  const auto* of_scores = scores.data_ptr<float>();
  const auto* of_weights = weights.data_ptr<float>();
  auto* of_sums = sums.data_ptr<float>();
#pragma omp parallel for schedule(dynamic, 16)
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t z = i / height, y = i % height;
    add_row(row, of_scores + z * scores.stride(1) + y * scores.stride(2),
            of_weights + z * weights_of_plane + y * row.width,
            of_sums + z * sums.stride(1) + y * sums.stride(2));
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
  // As the scores lie: channels side by side, or apart.
  const bool side_by_side = scores.size(0) > 1 && scores.stride(0) == 1;
  const auto made = [&](std::int64_t planes, std::int64_t rows) {
    return side_by_side
               ? at::empty({planes, rows, width, values}, scores.options()).permute({3, 0, 1, 2})
               : at::empty({values, planes, rows, width}, scores.options());
  };
  sums_ = made(shape_.planes, shape_.rows);
  shared_ = made(shape_.shared_planes, shape_.shared_end - shape_.shared_from);
}

void WindowBlend::enter(std::size_t layer, std::size_t row) {
  const bool first_row = !entered_ || layer != layer_;
  const std::int64_t low = shape_.lowest[row], high = grid_.y[row] + grid_.window[1];
  const std::int64_t known = first_row ? low : high_;
  if (!first_row) move_rows(sums_, low - low_, known - low);
  // Rows that no window of this layer has added to begin with what the layer before left.
  sums_.narrow(2, known - low, high - known).zero_();
  const std::int64_t planes = layer == 0 ? 0 : shared(grid_, layer - 1);
  const std::int64_t from = std::max(known, shape_.shared_from);
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
  const at::Tensor box = sums_.narrow(1, 0, scores.size(1))
                             .narrow(2, grid_.y[row_] - low_, grid_.window[1])
                             .narrow(3, grid_.x[place.column], grid_.window[2]);
  add_weighted(scores, weights_, box.narrow(0, 0, scores.size(0)));
  box.select(0, scores.size(0)).add_(weights_);
}

void WindowBlend::finish() {
  if (entered_) leave();
  entered_ = false;
}

}  // namespace myoseg
