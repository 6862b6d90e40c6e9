#include <omp.h>

#include <algorithm>
#include <vector>

#include "models/kernels/micro/products.h"
#include "models/kernels/winograd/tiles.h"
#include "models/kernels/winograd/weight_gradient.h"

// The gradient of the products' weights is, at each frequency, the sum over tiles of input times
// gradient; the transposed transform of filters makes it that of the taps.
namespace myoseg::kernels::winograd {
namespace {

constexpr std::int64_t kGroup = 24;   // tiles whose transforms are one piece of work
constexpr std::int64_t kPieces = 16;  // of all work, where each has sums of its own

// Products read one channel of many tiles: rows of tiles must not all meet in few lines of the
// cache.
std::int64_t apart(std::int64_t row) { return row % 128 == 0 ? row + kApart : row; }

class WeightGradient {
 public:
  explicit WeightGradient(const WeightGradientCall& call)
      : call_(call),
        micro_(micro_kernels()),
        tiles_(tiles_of(call.shape, call.method, call.dy[0])),
        transforms_(transforms(tiles_.m)),
        // Vectors of the last channels of a part may reach beyond its row.
        in_row_(apart(round_up(call.shape.in, 16) + (call.inputs.size() > 1 ? 16 : 0))),
        out_row_(apart(round_up(call.shape.out, 16) + (call.dy.size() > 1 ? 16 : 0))),
        groups_(ceil_div(tiles_.count(), kGroup)) {
    choose_parts();
  }

  void run();

 private:
  // Frequencies of a block of tiles, [frequency][tile][in_row_] and [frequency][tile][out_row_].
  struct Block {
    float *inputs, *gradients;
    std::int64_t first_tile, tiles;
    std::vector<const float*> input_rows, gradient_rows;  // of the first frequency
  };
  [[nodiscard]] Block make_block(float* memory) const;
  void choose_parts();
  [[nodiscard]] std::int64_t input_stride() const {
    return block_groups_ * kGroup * in_row_ + kApart;
  }
  [[nodiscard]] std::int64_t gradient_stride() const {
    return block_groups_ * kGroup * out_row_ + kApart;
  }
  [[nodiscard]] std::int64_t block_size() const {
    return tiles_.frequencies() * (input_stride() + gradient_stride());
  }
  [[nodiscard]] std::int64_t sum_stride() const { return call_.shape.in * out_row_ + kApart; }
  [[nodiscard]] std::int64_t part_stride() const {
    return tiles_.depth_frequencies() * tiles_.frequencies() * sum_stride();
  }

  // A rectangle of the weights: channels of the inputs, and of the outputs.
  struct Piece {
    std::int64_t in, in_end, out, out_end;
  };
  void run_whole();
  void add_part(std::int64_t part, std::int64_t d, float* scratch, bool parallel);
  void read_group(const Block& block, std::int64_t group, std::int64_t d) const;
  void multiply(const Block& block, std::int64_t frequency, const Piece& piece, float* sums,
                std::int64_t row_stride, bool add) const;
  void write_weights(const Piece& piece, FilterGradient g) const;

  const WeightGradientCall& call_;
  const MicroKernels& micro_;
  Tiles tiles_;
  const Transforms& transforms_;
  std::int64_t in_row_, out_row_, groups_;
  bool whole_ = false;
  std::int64_t parts_ = 1, block_groups_ = 1;
  Buffer sums_;  // [part][depth frequency, frequency][channel of the inputs][out_row_]
};

// Where the sums would fill memory and the tiles need much less, all tiles' frequencies are kept
// and pieces of the weights are completed one after the other. Else, parts of the tiles have sums
// of their own where those are small, and each part and depth frequency is one piece of work; where
// they are large, frequencies are.
void WeightGradient::choose_parts() {
  const std::int64_t sums = tiles_.frequencies() * sum_stride() * 4;
  const std::int64_t tile = tiles_.frequencies() * (in_row_ + out_row_) * 4;
  const std::int64_t depths = tiles_.depth_frequencies();
  if (sums * depths > std::max<std::int64_t>(4 << 20, 2 * tile * depths * tiles_.count())) {
    whole_ = true;
    block_groups_ = groups_;
    return;
  }
  std::int64_t bytes = 8 << 20;
  if (sums <= 1 << 20) {
    parts_ =
        std::clamp<std::int64_t>(kPieces / tiles_.depth_frequencies(), 1, ceil_div(groups_, 4));
    bytes = 768 << 10;
  }
  block_groups_ = std::clamp<std::int64_t>(bytes / tile / kGroup, 1, ceil_div(groups_, parts_));
}

void WeightGradient::run() {
  if (whole_) return run_whole();
  sums_ = Buffer(parts_ * part_stride() + 64);
  const std::int64_t pieces = parts_ * tiles_.depth_frequencies();
  const int threads = omp_get_max_threads();
  const bool by_piece = parts_ > 1 && pieces >= threads;
  Buffer scratch((by_piece ? threads : 1) * block_size() + 64);
  for_each(by_piece, pieces, [&](std::int64_t i) {
    float* memory = scratch.data() + (by_piece ? omp_get_thread_num() : 0) * block_size();
    add_part(i / tiles_.depth_frequencies(), i % tiles_.depth_frequencies(), memory, !by_piece);
  });
  constexpr std::int64_t kChannels = 8;
  for_each(true, ceil_div(call_.shape.in, kChannels), [&](std::int64_t i) {
    const std::int64_t in = i * kChannels;
    FilterGradient g;
    g.frequencies = sums_.data() + in * out_row_;
    g.parts = parts_;
    g.part_stride = part_stride();
    g.frequency_stride = sum_stride();
    g.row_stride = out_row_;
    write_weights({in, std::min(in + kChannels, call_.shape.in), 0, call_.shape.out}, g);
  });
}

void WeightGradient::run_whole() {
  const std::int64_t depths = tiles_.depth_frequencies(), frequencies = tiles_.frequencies();
  Buffer scratch(depths * block_size() + 64);
  std::vector<Block> blocks;
  for (std::int64_t d = 0; d < depths; ++d)
    blocks.push_back(make_block(scratch.data() + d * block_size()));
  const auto block = [&](std::int64_t d) -> const Block& {
    return blocks[static_cast<std::size_t>(d)];
  };
  for_each(true, depths * groups_,
           [&](std::int64_t i) { read_group(block(i / groups_), i % groups_, i / groups_); });

  const std::int64_t in = call_.shape.in, out = call_.shape.out;
  const std::int64_t most_out = 64, most_in = depths == 1 ? 96 : 48;
  const std::int64_t ins = ceil_div(in, most_in), outs = ceil_div(out, most_out);
  const std::int64_t sum_stride = most_in * most_out + kApart;
  const std::int64_t memory = depths * frequencies * sum_stride;
  Buffer sums(omp_get_max_threads() * memory);
  for_each(true, ins * outs, [&](std::int64_t i) {
    const std::int64_t a = i / outs, b = i % outs;
    const Piece piece{a * in / ins, (a + 1) * in / ins, b * most_out,
                      std::min((b + 1) * most_out, out)};
    float* mine = sums.data() + omp_get_thread_num() * memory;
    for (std::int64_t d = 0; d < depths; ++d)
      for (std::int64_t f = 0; f < frequencies; ++f)
        multiply(block(d), f, piece, mine + (d * frequencies + f) * sum_stride, most_out, false);
    FilterGradient g;
    g.frequencies = mine;
    g.frequency_stride = sum_stride;
    g.row_stride = most_out;
    write_weights(piece, g);
  });
}

WeightGradient::Block WeightGradient::make_block(float* memory) const {
  Block b{memory, memory + tiles_.frequencies() * input_stride(), 0, tiles_.count(), {}, {}};
  for (std::int64_t t = 0; t < block_groups_ * kGroup; ++t) {
    b.input_rows.push_back(b.inputs + t * in_row_);
    b.gradient_rows.push_back(b.gradients + t * out_row_);
  }
  return b;
}

void WeightGradient::add_part(std::int64_t part, std::int64_t d, float* scratch, bool parallel) {
  float* sums = sums_.data() + part * part_stride() + d * tiles_.frequencies() * sum_stride();
  Block b = make_block(scratch);
  const std::int64_t first = part * groups_ / parts_, last = (part + 1) * groups_ / parts_;
  for_equal_parts(last - first, block_groups_, [&](std::int64_t begin, std::int64_t end) {
    b.first_tile = (first + begin) * kGroup;
    b.tiles = std::min((first + end) * kGroup, tiles_.count()) - b.first_tile;
    for_each(parallel, end - begin, [&](std::int64_t g) { read_group(b, first + begin + g, d); });
    for_each(parallel, tiles_.frequencies(), [&](std::int64_t f) {
      multiply(b, f, {0, call_.shape.in, 0, call_.shape.out}, sums + f * sum_stride(), out_row_,
               begin > 0);
    });
  });
}

void WeightGradient::read_group(const Block& block, std::int64_t group, std::int64_t d) const {
  const std::int64_t end = std::min((group + 1) * kGroup, tiles_.count());
  for (std::int64_t t = group * kGroup; t < end; ++t) {
    const Tiles::Position at = tiles_.position(t);
    transform_inputs(transforms_, tiles_, call_.inputs, at, d,
                     block.inputs + (t - block.first_tile) * in_row_, input_stride());
    float* frequencies = block.gradients + (t - block.first_tile) * out_row_;
    for (const ConstFeatures& dy : call_.dy) {
      TileRead r = read_gradient(tiles_, dy, at, d);
      r.channels = dy.channels;
      r.frequencies = frequencies;
      r.frequency_stride = gradient_stride();
      transforms_.gradient(r);
      frequencies += dy.channels;
    }
  }
}

void WeightGradient::multiply(const Block& block, std::int64_t frequency, const Piece& piece,
                              float* sums, std::int64_t row_stride, bool add) const {
  const std::int64_t places = 4096 / micro_.columns;  // of a panel that stays in the nearest cache
  OuterProduct p;
  p.y_stride = row_stride;
  for_equal_parts(block.tiles, places, [&](std::int64_t begin, std::int64_t end) {
    p.places = end - begin;
    p.add = add || begin > 0;
    p.a = block.input_rows.data() + begin;
    p.b = block.gradient_rows.data() + begin;
    for_equal_parts(piece.in_end - piece.in, micro_.rows, [&](std::int64_t c, std::int64_t c_end) {
      p.a_offset = frequency * input_stride() + piece.in + c;
      p.rows = c_end - c;
      for (std::int64_t k = 0; k < piece.out_end - piece.out; k += micro_.columns) {
        p.b_offset = frequency * gradient_stride() + piece.out + k;
        p.columns = std::min(micro_.columns, out_row_ - piece.out - k);
        p.y = sums + c * row_stride + k;
        micro_.outer_product(p);
      }
    });
  });
}

// `g` says where the sums are.
void WeightGradient::write_weights(const Piece& piece, FilterGradient g) const {
  g.taps = call_.shape.kernel[0] * 9;
  g.channels = piece.in_end - piece.in;
  g.columns = piece.out_end - piece.out;
  g.channel_stride = g.taps;
  g.column_stride = call_.shape.in * g.taps;
  g.weight = call_.dweight + piece.in * g.channel_stride + piece.out * g.column_stride;
  transforms_.filter_gradient(g);
}

}  // namespace

void weight_gradient(const WeightGradientCall& call) {
  if (call.dy[0].places() == 0) {
    std::fill_n(call.dweight, call.shape.in * call.shape.out * call.shape.kernel[0] * 9, 0.0F);
    return;
  }
  WeightGradient(call).run();
}

}  // namespace myoseg::kernels::winograd
