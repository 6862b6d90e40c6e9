#include <omp.h>

#include <algorithm>
#include <cstdlib>

#include "models/kernels/micro/products.h"
#include "models/kernels/winograd.h"
#include "models/kernels/winograd/tiles.h"

// The gradient of the products' weights is, at each frequency, the sum over tiles of input times
// gradient; the transposed transform of filters makes it that of the taps.
namespace myoseg::kernels::winograd {
namespace {

constexpr std::int64_t kGroup = 24;  // tiles whose transforms are one piece of work

class WeightGradient {
 public:
  explicit WeightGradient(const BackwardWeightsCall& call)
      : call_(call),
        micro_(micro_kernels()),
        tiles_(tiles_of(call.shape, call.method, call.dy)),
        transforms_(transforms(tiles_.m)),
        // Vectors of the last channels of an input may reach beyond its row.
        in_row_(round_up(call.shape.in, 16) + (call.inputs.size() > 1 ? 16 : 0)),
        out_row_(round_up(call.shape.out, micro_.columns)),
        groups_(ceil_div(tiles_.count(), kGroup)) {
    choose_parts();
  }

  void run();

 private:
  // Frequencies of a block of tiles, [frequency][tile][in_row_] and [frequency][tile][out_row_].
  struct Block {
    float *inputs, *gradients;
    std::int64_t first_tile, tiles;
  };
  void choose_parts();
  [[nodiscard]] std::int64_t input_stride() const { return block_groups_ * kGroup * in_row_ + 16; }
  [[nodiscard]] std::int64_t gradient_stride() const {
    return block_groups_ * kGroup * out_row_ + 16;
  }
  [[nodiscard]] std::int64_t block_size() const {
    return tiles_.frequencies() * (input_stride() + gradient_stride());
  }
  [[nodiscard]] std::int64_t sum_stride() const { return call_.shape.in * out_row_ + 16; }
  [[nodiscard]] std::int64_t part_stride() const {
    return tiles_.depth_frequencies() * tiles_.frequencies() * sum_stride();
  }

  void add_part(std::int64_t part, std::int64_t d, float* scratch, bool parallel);
  void read_group(const Block& block, std::int64_t group, std::int64_t d) const;
  void multiply(const Block& block, std::int64_t frequency, float* sums) const;
  void write_weights() const;

  const BackwardWeightsCall& call_;
  const MicroKernels& micro_;
  Tiles tiles_;
  const Transforms& transforms_;
  std::int64_t in_row_, out_row_, groups_;
  std::int64_t parts_ = 1, block_groups_ = 1;
  Buffer sums_;  // [part][depth frequency, frequency][channel of the inputs][out_row_]
};

// Parts of the tiles have sums of their own where those are small, and each part and depth
// frequency is one piece of work; where they are large, frequencies are.
void WeightGradient::choose_parts() {
  static const char* e = std::getenv("WINO_WKB");
  static const char* ps = std::getenv("WINO_PARTS");
  const std::int64_t sums = tiles_.frequencies() * sum_stride() * 4;
  const std::int64_t tile = tiles_.frequencies() * (in_row_ + out_row_) * 4;
  std::int64_t bytes = 8 << 20;
  if (sums <= 1 << 20) {
    parts_ = std::clamp<std::int64_t>((ps ? std::atol(ps) : 16) / tiles_.depth_frequencies(), 1,
                                      ceil_div(groups_, 4));
    bytes = 768 << 10;
  }
  if (e) bytes = std::atol(e) << 10;
  block_groups_ = std::clamp<std::int64_t>(bytes / tile / kGroup, 1, ceil_div(groups_, parts_));
}

void WeightGradient::run() {
  sums_ = Buffer(parts_ * part_stride() + 64);
  const std::int64_t pieces = parts_ * tiles_.depth_frequencies();
  const int threads = omp_get_max_threads();
  const bool by_piece = parts_ > 1 && pieces >= threads;
  Buffer scratch((by_piece ? threads : 1) * block_size() + 64);
  for_each(by_piece, pieces, [&](std::int64_t i) {
    float* memory = scratch.data() + (by_piece ? omp_get_thread_num() : 0) * block_size();
    add_part(i / tiles_.depth_frequencies(), i % tiles_.depth_frequencies(), memory, !by_piece);
  });
  write_weights();
}

void WeightGradient::add_part(std::int64_t part, std::int64_t d, float* scratch, bool parallel) {
  float* sums = sums_.data() + part * part_stride() + d * tiles_.frequencies() * sum_stride();
  for_each(parallel, tiles_.frequencies(),
           [&](std::int64_t f) { std::fill_n(sums + f * sum_stride(), sum_stride(), 0.0F); });
  Block b{scratch, scratch + tiles_.frequencies() * input_stride(), 0, 0};
  const std::int64_t first = part * groups_ / parts_, last = (part + 1) * groups_ / parts_;
  for_equal_parts(last - first, block_groups_, [&](std::int64_t begin, std::int64_t end) {
    b.first_tile = (first + begin) * kGroup;
    b.tiles = std::min((first + end) * kGroup, tiles_.count()) - b.first_tile;
    for_each(parallel, end - begin, [&](std::int64_t g) { read_group(b, first + begin + g, d); });
    for_each(parallel, tiles_.frequencies(),
             [&](std::int64_t f) { multiply(b, f, sums + f * sum_stride()); });
  });
}

void WeightGradient::read_group(const Block& block, std::int64_t group, std::int64_t d) const {
  const std::int64_t end = std::min((group + 1) * kGroup, tiles_.count());
  for (std::int64_t t = group * kGroup; t < end; ++t) {
    const Tiles::Position at = tiles_.position(t);
    float* frequencies = block.inputs + (t - block.first_tile) * in_row_;
    for (const Input& input : call_.inputs) {
      TileRead r = read_input(tiles_, input.features, at, d);
      r.channels = input.features.channels;
      if (input.scale != nullptr) {
        r.scale = input.scale + at.sample * input.sample_stride;
        r.shift = input.shift + at.sample * input.sample_stride;
        r.slope = input.slope;
      }
      r.frequencies = frequencies;
      r.frequency_stride = input_stride();
      transforms_.input(r);
      frequencies += r.channels;
    }
    TileRead r = read_gradient(tiles_, call_.dy, at, d);
    r.channels = call_.dy.channels;
    r.frequencies = block.gradients + (t - block.first_tile) * out_row_;
    r.frequency_stride = gradient_stride();
    transforms_.gradient(r);
  }
}

void WeightGradient::multiply(const Block& block, std::int64_t frequency, float* sums) const {
  const std::int64_t most_places = 512;
  const float *a[most_places], *b[most_places];
  OuterProduct p;
  p.a = a;
  p.b = b;
  p.y_stride = out_row_;
  for_equal_parts(block.tiles, most_places, [&](std::int64_t begin, std::int64_t end) {
    p.places = end - begin;
    for (std::int64_t t = 0; t < p.places; ++t) {
      a[t] = block.inputs + frequency * input_stride() + (begin + t) * in_row_;
      b[t] = block.gradients + frequency * gradient_stride() + (begin + t) * out_row_;
    }
    for_equal_parts(call_.shape.in, micro_.rows, [&](std::int64_t c, std::int64_t c_end) {
      p.a_offset = c;
      p.rows = c_end - c;
      for (std::int64_t k = 0; k < call_.shape.out; k += micro_.columns) {
        p.b_offset = k;
        p.y = sums + c * out_row_ + k;
        micro_.outer_product(p);
      }
    });
  });
}

void WeightGradient::write_weights() const {
  const ConvShape& shape = call_.shape;
  const std::int64_t taps = shape.kernel[0] * 9;
  constexpr std::int64_t kChannels = 4;  // of a piece of work
  for_each(true, ceil_div(shape.in, kChannels), [&](std::int64_t i) {
    const std::int64_t c = i * kChannels;
    FilterGradient g;
    g.frequencies = sums_.data() + c * out_row_;
    g.parts = parts_;
    g.part_stride = part_stride();
    g.frequency_stride = sum_stride();
    g.row_stride = out_row_;
    g.taps = taps;
    g.channels = std::min(kChannels, shape.in - c);
    g.columns = shape.out;
    g.weight = call_.dweight + c * taps;
    g.channel_stride = taps;
    g.column_stride = shape.in * taps;
    transforms_.filter_gradient(g);
  });
}

}  // namespace

void backward_weights(const BackwardWeightsCall& call) {
  if (call.dy.places() == 0) {
    std::fill_n(call.dweight, call.shape.in * call.shape.out * call.shape.kernel[0] * 9, 0.0F);
    return;
  }
  WeightGradient(call).run();
}

}  // namespace myoseg::kernels::winograd
