#include "models/kernels/winograd/convolve.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "models/kernels/micro/products.h"
#include "models/kernels/winograd/tiles.h"

namespace myoseg::kernels::winograd {
namespace {

// Tiles whose transforms are one piece of work, and whose channel sums are added up together.
constexpr std::int64_t kGroup = 24;
constexpr std::int64_t kMostTiles = 16 * kGroup;  // of a block
constexpr std::int64_t kDepthOrder[4] = {0, 3, 1, 2};

template <class F>
std::int64_t channels_of(std::span<const F> parts) {
  std::int64_t sum = 0;
  for (const F& part : parts)
    if constexpr (requires { part.features; })
      sum += part.features.channels;
    else
      sum += part.channels;
  return sum;
}

class Convolution {
 public:
  explicit Convolution(const Convolve& call)
      : call_(call),
        micro_(micro_kernels()),
        tiles_(tiles_of(call.filters->shape, call.filters->method, read_only(call.outputs[0]))),
        transforms_(transforms(tiles_.m)),
        in_(channels_of(call.inputs)),
        out_(channels_of(call.outputs)),
        // Vectors of the last channels of an input or output may reach beyond its row.
        in_row_(round_up(in_, 16) + (call.inputs.size() > 1 ? 16 : 0)),
        out_row_(round_up(out_, transforms_.lanes)),
        groups_(ceil_div(tiles_.count(), kGroup)),
        groups_in_block_(choose_groups()) {}

  void run();

 private:
  static ConstFeatures read_only(const Features& f) {
    return {f.data, f.batch, f.depth, f.height, f.width, f.channels, f.stride, f.row, f.plane};
  }
  // Memory of one block of tiles: their frequencies [frequency][tile][in_row_] and the products
  // [frequency][tile][out_row_].
  struct Block {
    float *frequencies, *products;
    std::int64_t first_group, last_group, first_tile, tiles;
    std::array<const float*, kMostTiles> frequency_rows;  // of the first frequency
    std::array<float*, kMostTiles> product_rows;
  };
  [[nodiscard]] std::int64_t tiles_in_block() const { return groups_in_block_ * kGroup; }
  [[nodiscard]] std::int64_t frequency_stride() const {
    return tiles_in_block() * in_row_ + kApart;
  }
  [[nodiscard]] std::int64_t product_stride() const { return tiles_in_block() * out_row_ + kApart; }
  [[nodiscard]] std::int64_t choose_groups() const;

  void run_block(const Block& block, bool parallel);
  void read_group(const Block& block, std::int64_t group, std::int64_t d) const;
  void multiply(const Block& block, std::int64_t frequency, std::int64_t panel,
                std::int64_t d) const;
  void write_group(const Block& block, std::int64_t group, std::int64_t d);
  void add_up_sums();
  // Of the sums of a group's tiles of one sample: a group or a sample further is a slot further.
  // Several outputs have the same channels.
  [[nodiscard]] double* slot(std::int64_t group, std::int64_t sample) {
    return slots_.data() + (group + sample) * 2 * sum_channels();
  }
  [[nodiscard]] std::int64_t sum_channels() const { return call_.outputs[0].channels; }

  const Convolve& call_;
  const MicroKernels& micro_;
  Tiles tiles_;
  const Transforms& transforms_;
  std::int64_t in_, out_, in_row_, out_row_, groups_, groups_in_block_;
  std::vector<double> slots_;
};

// So many that their memory stays in the second cache, and filters, where they do not, are read
// seldom.
std::int64_t Convolution::choose_groups() const {
  constexpr std::int64_t kBytes = 512 << 10;
  const std::int64_t tile = tiles_.frequencies() * (in_row_ + out_row_) * 4;
  return std::clamp<std::int64_t>(kBytes / tile / kGroup, std::min<std::int64_t>(2, groups_),
                                  groups_);
}

void Convolution::run() {
  if (call_.sums.sum != nullptr)
    slots_.assign(static_cast<std::size_t>((groups_ + tiles_.batch) * 2 * sum_channels()), 0.0);
  const std::int64_t blocks = ceil_div(groups_, groups_in_block_);
  const int threads = omp_get_max_threads();
  const bool by_block = blocks >= 2 * threads;
  const std::int64_t part =
      tiles_.frequencies() * (frequency_stride() + product_stride()) + micro_.columns;
  Buffer scratch((by_block ? threads : 1) * part);
  for_each(by_block, blocks, [&](std::int64_t i) {
    Block b;  // its rows are set below
    b.frequencies = scratch.data() + (by_block ? omp_get_thread_num() : 0) * part;
    b.products = b.frequencies + tiles_.frequencies() * frequency_stride();
    b.first_group = i * groups_ / blocks;
    b.last_group = (i + 1) * groups_ / blocks;
    b.first_tile = b.first_group * kGroup;
    b.tiles = std::min(b.last_group * kGroup, tiles_.count()) - b.first_tile;
    for (std::int64_t t = 0; t < b.tiles; ++t) {
      b.frequency_rows[static_cast<std::size_t>(t)] = b.frequencies + t * in_row_;
      b.product_rows[static_cast<std::size_t>(t)] = b.products + t * out_row_;
    }
    run_block(b, !by_block);
  });
  if (call_.sums.sum != nullptr) add_up_sums();
}

void Convolution::run_block(const Block& block, bool parallel) {
  const std::int64_t panels = ceil_div(out_, micro_.columns);
  for (std::int64_t i = 0; i < tiles_.depth_frequencies(); ++i) {
    const std::int64_t d = kDepthOrder[i];
    for_each(parallel, block.last_group - block.first_group,
             [&](std::int64_t g) { read_group(block, block.first_group + g, d); });
    for_each(parallel, tiles_.frequencies() * panels,
             [&](std::int64_t f) { multiply(block, f / panels, f % panels, d); });
    for_each(parallel, block.last_group - block.first_group,
             [&](std::int64_t g) { write_group(block, block.first_group + g, d); });
  }
}

void Convolution::read_group(const Block& block, std::int64_t group, std::int64_t d) const {
  const std::int64_t end = std::min((group + 1) * kGroup, tiles_.count());
  for (std::int64_t t = group * kGroup; t < end; ++t) {
    transform_inputs(transforms_, tiles_, call_.inputs, tiles_.position(t), d,
                     block.frequencies + (t - block.first_tile) * in_row_, frequency_stride());
  }
}

void Convolution::multiply(const Block& block, std::int64_t frequency, std::int64_t panel,
                           std::int64_t d) const {
  RowsProduct p;
  p.a_offset = frequency * frequency_stride();
  p.y_offset = frequency * product_stride() + panel * micro_.columns;
  p.channels = in_;
  p.columns = std::min(micro_.columns, out_row_ - panel * micro_.columns);
  p.b = call_.filters->values.data() +
        (d * tiles_.frequencies() + frequency) * filter_stride(in_, out_) +
        panel * in_ * micro_.columns;
  // Filters that stay in no cache are fetched a panel ahead.
  const float* const next_panel = filter_stride(in_, out_) * tiles_.frequencies() > 1 << 18
                                      ? p.b + in_ * micro_.columns
                                      : nullptr;
  std::int64_t fetched = 0;
  for_equal_parts(block.tiles, micro_.rows, [&](std::int64_t begin, std::int64_t end) {
    p.next =
        fetched < micro_.columns && next_panel != nullptr ? next_panel + fetched * in_ : nullptr;
    fetched += 16;
    p.rows = end - begin;
    p.a = block.frequency_rows.data() + begin;
    p.y = block.product_rows.data() + begin;
    micro_.rows_product(p);
  });
}

void Convolution::write_group(const Block& block, std::int64_t group, std::int64_t d) {
  const std::int64_t end = std::min((group + 1) * kGroup, tiles_.count());
  for (std::int64_t t = group * kGroup; t < end; ++t) {
    const Tiles::Position at = tiles_.position(t);
    const float* products = block.products + (t - block.first_tile) * out_row_;
    for (const Features& output : call_.outputs) {
      TileWrite w = write_output(tiles_, output, at, d);
      w.channels = output.channels;
      w.frequencies = products;
      w.frequency_stride = product_stride();
      w.bias = call_.bias;
      w.slope = call_.slope;
      if (call_.sums.sum != nullptr) {
        w.sum = slot(group, at.sample);
        w.square = w.sum + sum_channels();
      }
      transforms_.output(w);
      products += output.channels;
    }
  }
}

void Convolution::add_up_sums() {
  const std::int64_t of_sample = tiles_.count() / tiles_.batch, channels = sum_channels();
  for (std::int64_t n = 0; n < tiles_.batch; ++n) {
    double *sum = call_.sums.sum + n * channels, *square = call_.sums.square + n * channels;
    std::fill_n(sum, channels, 0.0);
    std::fill_n(square, channels, 0.0);
    for (std::int64_t g = n * of_sample / kGroup; g <= ((n + 1) * of_sample - 1) / kGroup; ++g) {
      const double* s = slot(g, n);
      for (std::int64_t k = 0; k < channels; ++k) {
        sum[k] += s[k];
        square[k] += s[channels + k];
      }
    }
  }
}

}  // namespace

void convolve(const Convolve& call) {
  if (call.outputs[0].places() != 0) Convolution(call).run();
}

}  // namespace myoseg::kernels::winograd
