// The gradient of the weights: for each tap the product of what it read with what it wrote, summed
// over places. Of a transposed convolution the input is the lattice and the output what taps reach.
#include <algorithm>

#include "models/kernels/direct.h"
#include "models/kernels/direct/blocks.h"
#include "models/kernels/direct/filters.h"
#include "models/kernels/micro/products.h"

namespace myoseg::kernels::direct {
namespace {

// Places that are summed up before they are added to the rest.
constexpr std::int64_t kPlacesAtOnce = 256;
// Sums over parts of the places, each of all weights' size, hold at most so many numbers and are at
// most so many. Where that makes few of them, the weights are divided too.
constexpr std::int64_t kPartialNumbers = std::int64_t{1} << 21, kParts = 32;

struct Scratch {
  Buffer packed_lattice, packed_reached;
  std::vector<const float*> lattice, reached;
};

class WeightsProduct {
 public:
  WeightsProduct(const ConvShape& shape, std::span<const Input> lattice,
                 std::span<const Input> reached)
      : phase_(phases(shape, false, extents(lattice[0].features))[0]),
        lattice_(lattice, channels(lattice) % micro_.columns == 0 ? Reading::stay : Reading::copy),
        reached_(reached, reading_of(reached)),
        blocks_(divide(lattice[0].features.batch, extents(lattice[0].features), kPlacesAtOnce)),
        taps_(tap_count(phase_)),
        products_of_taps_(reached_.merged() ? taps_ / shape.kernel[2] : taps_),
        column_blocks_(blocks_of(lattice_.channels(), micro_.columns)),
        all_(column_blocks_ * taps_ * reached_.channels() * micro_.columns) {
    for (AxisPhase& axis : here_) axis.taps = {{}};
    for (std::size_t d = 0; d < 3; ++d) here_[d].count = phase_[d].count;
    const auto blocks = static_cast<std::int64_t>(blocks_.size());
    parts_ = std::clamp<std::int64_t>(kPartialNumbers / all_, 1, std::min(kParts, blocks));
  }
  // dweight[lattice's channel][reached channel][tap]: PyTorch's order in both cases.
  void run(float* dweight);

 private:
  static std::int64_t channels(std::span<const Input> inputs) {
    std::int64_t sum = 0;
    for (const Input& input : inputs) sum += input.features.channels;
    return sum;
  }
  void add_block(const Block& b, Range products, float* sums, Scratch& s) const;
  void gather(std::int64_t column_block, float* sums, float* dweight) const;

  const MicroKernels& micro_ = micro_kernels();
  Phase phase_, here_;
  Source lattice_, reached_;
  std::vector<Block> blocks_;
  std::int64_t taps_, products_of_taps_, column_blocks_, all_, parts_ = 1;
};

// Sums are [part of the places][columns' block][tap][reached channel][column].
void WeightsProduct::run(float* dweight) {
  const std::int64_t products = column_blocks_ * products_of_taps_, each = all_ / products;
  const std::int64_t groups = std::min(blocks_of(kParts, parts_), products);
  const auto blocks = static_cast<std::int64_t>(blocks_.size());
  Buffer sums(parts_ * all_);

#pragma omp parallel
  {
    Scratch scratch;
#pragma omp for schedule(dynamic)
    for (std::int64_t i = 0; i < parts_ * groups; ++i) {
      const Range places = part_of(blocks, parts_, i / groups);
      const Range mine = part_of(products, groups, i % groups);
      float* to = sums.data() + i / groups * all_;
      std::fill_n(to + mine.begin * each, mine.size() * each, 0.0F);
      for (std::int64_t b = places.begin; b < places.end; ++b)
        add_block(blocks_[static_cast<std::size_t>(b)], mine, to, scratch);
    }
#pragma omp for schedule(dynamic)
    for (std::int64_t k = 0; k < column_blocks_; ++k) gather(k, sums.data(), dweight);
  }
}

void WeightsProduct::add_block(const Block& b, Range products, float* sums, Scratch& s) const {
  const Window lattice = lattice_.window(b, {&here_, 1}, s.packed_lattice);
  lattice_.find_rows(lattice, b, here_, s.lattice);
  const Window reached = reached_.window(b, {&phase_, 1}, s.packed_reached);
  reached_.find_rows(reached, b, phase_, s.reached);
  const std::int64_t rows = taps_ / products_of_taps_ * reached_.channels();
  const std::int64_t parts = blocks_of(rows, micro_.rows);
  OuterProduct product;
  product.places = b.rows(phase_);
  product.b = s.lattice.data();
  product.y_stride = micro_.columns;
  for (std::int64_t i = products.begin; i < products.end; ++i) {
    product.a = s.reached.data() + i % products_of_taps_ * product.places;
    product.b_offset = i / products_of_taps_ * micro_.columns;
    for (std::int64_t part = 0; part < parts; ++part) {
      const Range r = part_of(rows, parts, part);
      product.a_offset = r.begin;
      product.y = sums + (i * rows + r.begin) * micro_.columns;
      product.rows = r.size();
      micro_.outer_product(product);
    }
  }
}

void WeightsProduct::gather(std::int64_t column_block, float* sums, float* dweight) const {
  const std::int64_t channels = reached_.channels(), first = column_block * micro_.columns;
  const std::int64_t used = std::min(micro_.columns, lattice_.channels() - first);
  const std::int64_t size = taps_ * channels * micro_.columns;
  float* mine = sums + column_block * size;
  for (std::int64_t part = 1; part < parts_; ++part)
    for (std::int64_t i = 0; i < size; ++i) mine[i] += mine[part * all_ + i];
  constexpr std::int64_t kChannelsNear = 4;  // so that what is read across stays near
  for (std::int64_t near = 0; near < channels; near += kChannelsNear)
    for (std::int64_t k = 0; k < used; ++k) {
      const std::int64_t end = std::min(channels, near + kChannelsNear);
      float* to = dweight + ((first + k) * channels + near) * taps_;
      for (std::int64_t c = near; c < end; ++c)
        for (std::int64_t t = 0; t < taps_; ++t)
          *to++ = mine[(t * channels + c) * micro_.columns + k];
    }
}

}  // namespace

void backward_weights(const BackwardWeightsCall& call) {
  const Input dy{.features = call.dy};
  const std::span<const Input> written{&dy, 1};
  if (call.shape.transposed)
    WeightsProduct(call.shape, call.inputs, written).run(call.dweight);
  else
    WeightsProduct(call.shape, written, call.inputs).run(call.dweight);
}

}  // namespace myoseg::kernels::direct
