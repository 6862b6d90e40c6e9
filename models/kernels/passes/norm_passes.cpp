#include <algorithm>
#include <span>
#include <vector>

#include "models/kernels/passes/loops.h"
#include "models/kernels/passes/passes.h"

namespace myoseg::kernels {
namespace {

constexpr std::int64_t kLongRow = 256;    // numbers of a table, at least
constexpr std::int64_t kChunk = 1 << 15;  // numbers that one thread takes at a time

// How features are divided: chunks of places of one sample, a function of their shape alone.
struct Partition {
  std::int64_t channels, samples, places;  // places of a sample
  std::int64_t copies, chunk, chunks;      // of the channels in a table; places; of a sample
  bool whole;                              // places have nothing between them

  Partition(const ConstFeatures& x, bool all_whole)
      : channels(x.channels),
        samples(x.batch),
        places(x.depth * x.height * x.width),
        copies(all_whole ? (kLongRow + channels - 1) / channels : 1),
        chunk((kChunk / (channels * copies) + 1) * copies),
        chunks((places + chunk - 1) / chunk),
        whole(all_whole) {}

  [[nodiscard]] std::int64_t pattern() const { return channels * copies; }
  // f(sample, chunk of all samples, first place of all samples, places), in parallel.
  template <class F>
  void for_chunks(const F& f) const {
    const std::int64_t all = samples * chunks;
#pragma omp parallel for schedule(dynamic)
    for (std::int64_t i = 0; i < all; ++i) {
      const std::int64_t sample = i / chunks, first = i % chunks * chunk;
      f(sample, i, sample * places + first, std::min(chunk, places - first));
    }
  }
  // f(place, numbers): all of a chunk at once where nothing lies between its places.
  template <class F>
  void for_rows(std::int64_t first, std::int64_t count, const F& f) const {
    if (whole) return f(first, count * channels);
    for (std::int64_t i = 0; i < count; ++i) f(first + i, channels);
  }
};

bool whole(const ConstFeatures& x) { return x.stride == x.channels; }
ConstFeatures as_const(const Features& x) {
  return {x.data, x.batch, x.depth, x.height, x.width, x.channels, x.stride};
}

// Tables of a row's length out of tables of one place's.
class LongTables {
 public:
  LongTables(const Partition& p, std::int64_t sample_stride,
             std::span<const float* const> short_ones)
      : pattern_(p.pattern()),
        count_(static_cast<std::int64_t>(short_ones.size())),
        shared_(sample_stride == 0) {
    const std::int64_t samples = shared_ ? 1 : p.samples;
    values_.resize(static_cast<std::size_t>(samples * count_ * pattern_));
    float* out = values_.data();
    for (std::int64_t s = 0; s < samples; ++s)
      for (const float* table : short_ones)
        for (std::int64_t copy = 0; copy < p.copies; ++copy)
          out = std::copy_n(table + s * sample_stride, p.channels, out);
  }
  [[nodiscard]] const float* at(std::int64_t sample, std::int64_t table) const {
    return values_.data() + ((shared_ ? 0 : sample) * count_ + table) * pattern_;
  }
  [[nodiscard]] RowTables rows(std::int64_t sample, float slope) const {
    return {pattern_, at(sample, 0), at(sample, 1), slope};
  }

 private:
  std::int64_t pattern_, count_;
  bool shared_;
  std::vector<float> values_;
};

// Two sums for each channel and chunk, added up in the chunks' order at the end.
class ChunkSums {
 public:
  explicit ChunkSums(const Partition& p)
      : p_(p), values_(static_cast<std::size_t>(p.samples * p.chunks * 2 * p.pattern())) {}
  [[nodiscard]] double* at(std::int64_t chunk, std::int64_t which) {
    return values_.data() + (chunk * 2 + which) * p_.pattern();
  }
  void add_up(std::int64_t which, double* sums) {
    std::fill_n(sums, p_.samples * p_.channels, 0.0);
    for (std::int64_t i = 0; i < p_.samples * p_.chunks; ++i) {
      double* sum = sums + i / p_.chunks * p_.channels;
      const double* part = at(i, which);
      for (std::int64_t copy = 0; copy < p_.copies; ++copy)
        for (std::int64_t c = 0; c < p_.channels; ++c) sum[c] += *part++;
    }
  }

 private:
  const Partition& p_;
  std::vector<double> values_;
};

}  // namespace

void channel_sums(const ConstFeatures& x, const ChannelSums& sums) {
  const Partition p(x, whole(x));
  ChunkSums parts(p);
  p.for_chunks([&](std::int64_t, std::int64_t chunk, std::int64_t first, std::int64_t count) {
    std::vector<float> scratch(static_cast<std::size_t>(2 * p.pattern()));
    p.for_rows(first, count, [&](std::int64_t place, std::int64_t numbers) {
      pass_loops().sums({.pattern = p.pattern(),
                         .x = x.data + place * x.stride,
                         .count = numbers,
                         .sum = parts.at(chunk, 0),
                         .square = sums.square == nullptr ? nullptr : parts.at(chunk, 1),
                         .scratch = scratch.data()});
    });
  });
  parts.add_up(0, sums.sum);
  if (sums.square != nullptr) parts.add_up(1, sums.square);
}

void activate(const Input& in, const ConstFeatures& addend, const Features& y) {
  const ConstFeatures& x = in.features;
  const bool adds = addend.data != nullptr;
  const Partition p(x, whole(x) && whole(as_const(y)) && (!adds || whole(addend)));
  const LongTables tables(p, in.sample_stride, std::array{in.scale, in.shift});
  p.for_chunks([&](std::int64_t sample, std::int64_t, std::int64_t first, std::int64_t count) {
    p.for_rows(first, count, [&](std::int64_t place, std::int64_t numbers) {
      pass_loops().activate({.tables = tables.rows(sample, in.slope),
                             .x = x.data + place * x.stride,
                             .addend = adds ? addend.data + place * addend.stride : nullptr,
                             .z = y.data + place * y.stride,
                             .count = numbers});
    });
  });
}

void gradient_sums(const ActivationGradient& gradient, const float* mean, double* sum,
                   double* product) {
  const auto& [in, dz] = gradient;
  const ConstFeatures& x = in.features;
  const Partition p(x, whole(x) && whole(dz));
  const LongTables tables(p, in.sample_stride, std::array{in.scale, in.shift, mean});
  ChunkSums parts(p);
  p.for_chunks(
      [&](std::int64_t sample, std::int64_t chunk, std::int64_t first, std::int64_t count) {
        std::vector<float> scratch(static_cast<std::size_t>(2 * p.pattern()));
        p.for_rows(first, count, [&](std::int64_t place, std::int64_t numbers) {
          pass_loops().gradient_sums({.tables = tables.rows(sample, in.slope),
                                      .mean = tables.at(sample, 2),
                                      .x = x.data + place * x.stride,
                                      .dz = dz.data + place * dz.stride,
                                      .count = numbers,
                                      .sum = parts.at(chunk, 0),
                                      .product = parts.at(chunk, 1),
                                      .scratch = scratch.data()});
        });
      });
  parts.add_up(0, sum);
  parts.add_up(1, product);
}

void slope_sums(const ActivationGradient& gradient, double* sum) {
  const auto& [in, dz] = gradient;
  const ConstFeatures& x = in.features;
  const Partition p(x, whole(x) && whole(dz));
  const LongTables tables(p, in.sample_stride, std::array{in.scale, in.shift});
  ChunkSums parts(p);
  p.for_chunks(
      [&](std::int64_t sample, std::int64_t chunk, std::int64_t first, std::int64_t count) {
        std::vector<float> scratch(static_cast<std::size_t>(2 * p.pattern()));
        p.for_rows(first, count, [&](std::int64_t place, std::int64_t numbers) {
          pass_loops().slope_sums({.tables = tables.rows(sample, in.slope),
                                   .x = x.data + place * x.stride,
                                   .dz = dz.data + place * dz.stride,
                                   .count = numbers,
                                   .sum = parts.at(chunk, 0),
                                   .scratch = scratch.data()});
        });
      });
  parts.add_up(0, sum);
}

void gradient(const ActivationGradient& gradient, const float* a, const float* b, const float* c,
              const Features& dx) {
  const auto& [in, dz] = gradient;
  const ConstFeatures& x = in.features;
  const Partition p(x, whole(x) && whole(dz) && whole(as_const(dx)));
  const LongTables tables(p, in.sample_stride, std::array{in.scale, in.shift, a, b, c});
  p.for_chunks([&](std::int64_t sample, std::int64_t, std::int64_t first, std::int64_t count) {
    p.for_rows(first, count, [&](std::int64_t place, std::int64_t numbers) {
      pass_loops().gradient({.tables = tables.rows(sample, in.slope),
                             .a = tables.at(sample, 2),
                             .b = tables.at(sample, 3),
                             .c = tables.at(sample, 4),
                             .x = x.data + place * x.stride,
                             .dz = dz.data + place * dz.stride,
                             .dx = dx.data + place * dx.stride,
                             .count = numbers});
    });
  });
}

}  // namespace myoseg::kernels
