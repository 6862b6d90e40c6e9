// The gradient of the weights: for each tap the product of what it read with what it wrote, summed
// over places. Of a transposed convolution the input is the lattice and the output what taps reach.
#include <algorithm>
#include <cmath>

#include "models/kernels/direct.h"
#include "models/kernels/direct/blocks.h"
#include "models/kernels/direct/filters.h"
#include "models/kernels/micro/products.h"

namespace myoseg::kernels::direct {
namespace {

// Places that are summed up before they are added to the rest.
constexpr std::int64_t kPlacesAtOnce = 256;
// Sums over parts of the places, each of all weights' size, hold at most so many numbers and are at
// most so many. Where that makes few of them, the channels are divided too.
constexpr std::int64_t kPartialNumbers = std::int64_t{1} << 21, kParts = 32;

// Two sides of a product and where PyTorch has its results: strides of a channel of either.
struct Sides {
  std::span<const Input> lattice, reached;
  std::int64_t lattice_stride = 0, reached_stride = 0;
};

// Which side is the lattice is free where a place reads one place: the wider then fills vectors.
Sides sides_of(const ConvShape& shape, std::span<const Input> inputs, std::span<const Input> dy) {
  constexpr std::array<std::int64_t, 3> kOnes{1, 1, 1}, kZeros{};
  const bool free = shape.kernel == kOnes && shape.stride == kOnes && shape.padding == kZeros;
  const bool input_is_lattice = free ? shape.in > shape.out : shape.transposed;
  const WeightStrides strides = weight_strides(shape);
  if (input_is_lattice) return {inputs, dy, strides.in, strides.out};
  return {dy, inputs, strides.out, strides.in};
}

struct Scratch {
  Buffer packed_lattice, packed_reached;
  std::vector<const float*> lattice, reached;
};

// Channels in blocks as equal as they can be.
struct ChannelBlocks {
  std::int64_t count = 0, size = 0;
  ChannelBlocks(std::int64_t channels, std::int64_t at_most)
      : count(blocks_of(channels, at_most)), size(blocks_of(channels, count)) {}
};

class WeightsProduct {
 public:
  WeightsProduct(const ConvShape& shape, const Sides& sides);
  void run(float* dweight);

 private:
  // Adds what blocks of columns and of rows get from a block of places.
  void add_block(const Block& b, Range columns, Range rows, float* sums, Scratch& s) const;
  void gather(std::int64_t column_block, float* sums, float* dweight) const;
  // Blocks much narrower than a cache line are copied together if many taps read them.
  [[nodiscard]] Reading reading(bool can_stay) const {
    constexpr std::int64_t kFewTaps = 4, kMostOfCacheLine = 12;
    const bool stays = products_ <= kFewTaps || micro_.rows >= kMostOfCacheLine;
    return can_stay && stays ? Reading::stay : Reading::blocks;
  }
  [[nodiscard]] float* tile(float* sums, std::int64_t column_block, std::int64_t row_block) const {
    return sums + (column_block * row_blocks_.count + row_block) * tile_;
  }

  const MicroKernels& micro_ = micro_kernels();
  Sides sides_;
  Phase phase_, here_;
  std::vector<Block> blocks_;
  bool merged_;
  std::int64_t channels_, products_,
      merged_taps_;           // reached channels; taps, of which merged are one
  ChannelBlocks row_blocks_;  // of reached channels (of the merged taps)
  Source lattice_, reached_;
  std::int64_t column_blocks_, tile_, all_, parts_ = 1;
};

WeightsProduct::WeightsProduct(const ConvShape& shape, const Sides& sides)
    : sides_(sides),
      phase_(phases(shape, false, extents(sides.lattice[0].features))[0]),
      blocks_(divide(sides.lattice[0].features.batch, extents(sides.lattice[0].features),
                     kPlacesAtOnce)),
      merged_(channels_in(sides.reached) <= micro_.rows),
      channels_(channels_in(sides.reached)),
      products_(merged_ ? shape.kernel[0] * shape.kernel[1] : tap_count(phase_)),
      merged_taps_(tap_count(phase_) / products_),
      row_blocks_(channels_ * merged_taps_, micro_.rows),
      lattice_(sides.lattice, reading(channels_in(sides.lattice) % micro_.columns == 0),
               micro_.columns),
      reached_(sides.reached, merged_ ? Reading::merge : reading(true),
               merged_ ? channels_ : row_blocks_.size),
      column_blocks_(blocks_of(lattice_.channels(), micro_.columns)),
      tile_(products_ * row_blocks_.size * micro_.columns),
      all_(column_blocks_ * row_blocks_.count * tile_) {
  for (std::size_t d = 0; d < 3; ++d) {
    here_[d].count = phase_[d].count;
    here_[d].taps = {{}};
  }
  const auto blocks = std::max<std::int64_t>(1, static_cast<std::int64_t>(blocks_.size()));
  parts_ = std::clamp<std::int64_t>(kPartialNumbers / all_, 1, std::min(kParts, blocks));
}

// Sums are [part of the places][columns' block][rows' block][tap][row][column].
void WeightsProduct::run(float* dweight) {
  const std::int64_t wanted = blocks_of(kParts, parts_);
  const auto root = static_cast<std::int64_t>(std::ceil(std::sqrt(wanted)));
  const std::int64_t column_groups = std::min(root, column_blocks_);
  const std::int64_t row_groups = std::min(blocks_of(wanted, column_groups), row_blocks_.count);
  const std::int64_t groups = column_groups * row_groups;
  const auto blocks = static_cast<std::int64_t>(blocks_.size());
  Buffer sums(parts_ * all_);

#pragma omp parallel
  {
    Scratch scratch;
#pragma omp for schedule(dynamic)
    for (std::int64_t i = 0; i < parts_ * groups; ++i) {
      const Range places = part_of(blocks, parts_, i / groups);
      const Range columns = part_of(column_blocks_, column_groups, i % groups / row_groups);
      const Range rows = part_of(row_blocks_.count, row_groups, i % row_groups);
      float* to = sums.data() + i / groups * all_;
      for (std::int64_t k = columns.begin; k < columns.end; ++k)
        std::fill_n(tile(to, k, rows.begin), rows.size() * tile_, 0.0F);
      for (std::int64_t b = places.begin; b < places.end; ++b)
        add_block(blocks_[static_cast<std::size_t>(b)], columns, rows, to, scratch);
    }
#pragma omp for schedule(dynamic)
    for (std::int64_t k = 0; k < column_blocks_; ++k) gather(k, sums.data(), dweight);
  }
}

void WeightsProduct::add_block(const Block& b, Range columns, Range rows, float* sums,
                               Scratch& s) const {
  const Window lattice = lattice_.window(b, {&here_, 1}, columns, s.packed_lattice);
  const Window reached =
      reached_.window(b, {&phase_, 1}, merged_ ? Range{0, 1} : rows, s.packed_reached);
  lattice_.find_rows(lattice, b, here_, s.lattice);
  reached_.find_rows(reached, b, phase_, s.reached);
  OuterProduct product;
  product.places = b.rows(phase_);
  product.b = s.lattice.data();
  product.y_stride = micro_.columns;
  for (std::int64_t k = columns.begin; k < columns.end; ++k)
    for (std::int64_t m = rows.begin; m < rows.end; ++m) {
      product.b_offset = (k - columns.begin) * lattice.block_stride;
      product.columns = std::min(micro_.columns, lattice_.channels() - k * micro_.columns);
      product.a_offset = merged_ ? m * row_blocks_.size : (m - rows.begin) * reached.block_stride;
      product.rows = std::min(row_blocks_.size, channels_ * merged_taps_ - m * row_blocks_.size);
      for (std::int64_t t = 0; t < products_; ++t) {
        product.a = s.reached.data() + t * product.places;
        product.y = tile(sums, k, m) + t * row_blocks_.size * micro_.columns;
        micro_.outer_product(product);
      }
    }
}

void WeightsProduct::gather(std::int64_t column_block, float* sums, float* dweight) const {
  const std::int64_t size = row_blocks_.count * tile_, first = column_block * micro_.columns;
  const std::int64_t used = std::min(micro_.columns, lattice_.channels() - first);
  const std::int64_t row_size = row_blocks_.size, taps = products_ * merged_taps_;
  float* mine = sums + column_block * size;
  for (std::int64_t part = 1; part < parts_; ++part)
    for (std::int64_t i = 0; i < size; ++i) mine[i] += mine[part * all_ + i];
  for (std::int64_t c = 0; c < channels_; ++c)
    for (std::int64_t t = 0; t < taps; ++t) {
      const std::int64_t row = t % merged_taps_ * channels_ + c;
      const float* from = mine + row / row_size * tile_ +
                          (t / merged_taps_ * row_size + row % row_size) * micro_.columns;
      float* to = dweight + first * sides_.lattice_stride + c * sides_.reached_stride + t;
      for (std::int64_t k = 0; k < used; ++k) to[k * sides_.lattice_stride] = from[k];
    }
}

}  // namespace

void backward_weights(const BackwardWeightsCall& call) {
  const Input dy{.features = call.dy};
  WeightsProduct(call.shape, sides_of(call.shape, call.inputs, {&dy, 1})).run(call.dweight);
}

}  // namespace myoseg::kernels::direct
