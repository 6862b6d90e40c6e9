// Forward and the gradient of the input: both are products of rows of channels with packed weights.
#include <algorithm>
#include <cassert>

#include "models/kernels/direct.h"
#include "models/kernels/direct/blocks.h"
#include "models/kernels/direct/filters.h"
#include "models/kernels/micro/products.h"
#include "models/kernels/micro/rows.h"

namespace myoseg::kernels::direct {
namespace {

// Outputs that a thread takes at once: enough that weights from far memory are used often (more of
// them where the weights are many), few enough that what they read stays near.
constexpr std::int64_t kRowsAtOnce = 128, kRowsOfLargeWeights = 512;
constexpr std::int64_t kLargeWeights = 256 * 1024;
// Parts that a sample's blocks, and all work, are divided into at least where there is enough.
constexpr std::int64_t kPartsOfSample = 64, kParts = 32;

struct Job {
  const Filters& filters;
  const Source& source;
  std::span<const Features> y;  // side by side
  const float* bias = nullptr;
  float slope = 1;
  ChannelSums sums{};
};

// What a thread computes with.
struct Scratch {
  Buffer packed, staged;
  std::vector<const float*> rows;
  std::vector<float*> places, stage;
  // Taps that are not outside for all of a product's rows, and where each product's begin.
  std::vector<Range> runs;
  std::vector<std::size_t> run_begins;
};

// Where a block of channels goes: into one output, or, where it reaches over the border of two,
// onto a stage.
struct Target {
  const Features* y = nullptr;
  std::int64_t first = 0;
};
Target target_of(std::span<const Features> ys, std::int64_t first, std::int64_t columns) {
  for (const Features& y : ys) {
    if (first + columns <= y.channels) return {&y, first};
    if (first < y.channels) return {};
    first -= y.channels;
  }
  return {};
}

void find_places(const Features& y, const Block& block, const Phase& phase,
                 std::vector<float*>& places) {
  const auto at = [&](std::size_t axis, std::int64_t j) {
    return phase[axis].first + phase[axis].every * j;
  };
  places.clear();
  for (std::int64_t z = block.of(phase, 0).begin; z < block.of(phase, 0).end; ++z)
    for (std::int64_t row = block.of(phase, 1).begin; row < block.of(phase, 1).end; ++row) {
      float* line = y.at(block.sample, at(0, z), at(1, row), 0);
      for (std::int64_t x = block.of(phase, 2).begin; x < block.of(phase, 2).end; ++x)
        places.push_back(line + at(2, x) * y.stride);
    }
}

class Product {
 public:
  explicit Product(const Job& job)
      : job_(job),
        phases_(phases(job.filters.shape, job.filters.shape.transposed != job.filters.backward,
                       extents(job.y[0]))),
        channels_(channels_of(job.filters.shape, job.filters.backward)),
        begins_(phase_begins(phases_, channels_)),
        column_blocks_(blocks_of(channels_.to, micro_.columns)) {}
  void run();

 private:
  // Channels [columns of the blocks in `part`) of a block of places.
  void block(const Block& b, Range part, Scratch& s, double* sums) const;
  void phase(const Block& b, std::size_t p, Range part, Scratch& s, double* sums) const;
  void find_runs(std::size_t p, std::int64_t rows, bool outside, Scratch& s) const;
  void prefetch(Range rows, const Scratch& s) const;
  void columns(std::size_t p, std::int64_t k, std::int64_t rows, float* const* y,
               std::int64_t y_offset, const Scratch& s) const;
  void finish(std::int64_t first, std::int64_t columns, std::int64_t rows, float* const* y,
              std::int64_t y_offset, double* sums) const;
  void unstage(std::size_t p, const Block& b, std::int64_t first, std::int64_t columns,
               Scratch& s) const;
  void add_sums(const std::vector<double>& partial, std::int64_t parts) const;
  // Of a phase's taps along x, those that are one; and products for all taps.
  [[nodiscard]] std::int64_t merged_taps(std::size_t p) const {
    return job_.source.merged() ? static_cast<std::int64_t>(phases_[p][2].taps.size()) : 1;
  }
  [[nodiscard]] std::int64_t products_of_taps(std::size_t p) const {
    const std::int64_t merged = merged_taps(p);
    return merged == 0 ? 0 : tap_count(phases_[p]) / merged;
  }
  [[nodiscard]] bool sums() const {
    return job_.sums.sum != nullptr || job_.sums.square != nullptr;
  }

  const MicroKernels& micro_ = micro_kernels();
  const Job& job_;
  std::vector<Phase> phases_;
  ChannelsOf channels_;
  std::vector<std::int64_t> begins_;
  std::int64_t column_blocks_;
};

void Product::run() {
  const std::int64_t batch = job_.y[0].batch;
  const Phase& largest = phases_[0];
  const std::int64_t rows = begins_.back() > kLargeWeights ? kRowsOfLargeWeights : kRowsAtOnce;
  const std::vector<Block> blocks =
      divide(batch, {largest[0].count, largest[1].count, largest[2].count}, rows);
  if (blocks.empty()) return;
  const auto in_sample = static_cast<std::int64_t>(blocks.size()) / batch;
  const std::int64_t parts = std::min(in_sample, kPartsOfSample);
  const std::int64_t column_parts = std::min(blocks_of(kParts, parts * batch), column_blocks_);
  std::vector<double> partial(sums() ? static_cast<std::size_t>(batch * parts * 2 * channels_.to)
                                     : 0);

#pragma omp parallel
  {
    Scratch scratch;
#pragma omp for schedule(dynamic)
    for (std::int64_t i = 0; i < batch * parts * column_parts; ++i) {
      const std::int64_t part = i / column_parts, n = part / parts;
      const Range mine = part_of(in_sample, parts, part % parts);
      const Range columns = part_of(column_blocks_, column_parts, i % column_parts);
      double* to = sums() ? partial.data() + part * 2 * channels_.to : nullptr;
      for (std::int64_t b = mine.begin; b < mine.end; ++b)
        block(blocks[static_cast<std::size_t>(n * in_sample + b)], columns, scratch, to);
    }
  }
  if (sums()) add_sums(partial, parts);
}

void Product::block(const Block& b, Range part, Scratch& s, double* sums) const {
  const Window window = job_.source.window(b, phases_, s.packed);
  for (std::size_t p = 0; p < phases_.size(); ++p) {
    if (b.rows(phases_[p]) == 0) continue;
    const bool outside = job_.source.find_rows(window, b, phases_[p], s.rows);
    find_runs(p, b.rows(phases_[p]), outside, s);
    phase(b, p, part, s, sums);
  }
}

void Product::phase(const Block& b, std::size_t p, Range part, Scratch& s, double* sums) const {
  const std::int64_t rows = b.rows(phases_[p]);
  const Features* found = nullptr;
  for (std::int64_t k = part.begin; k < part.end; ++k) {
    const std::int64_t first = k * micro_.columns;
    const std::int64_t used = std::min(micro_.columns, channels_.to - first);
    const Target target = target_of(job_.y, first, used);
    if (target.y == nullptr) {
      s.staged = Buffer(rows * micro_.columns);
      s.stage.clear();
      for (std::int64_t r = 0; r < rows; ++r)
        s.stage.push_back(s.staged.data() + r * micro_.columns);
      columns(p, k, rows, s.stage.data(), 0, s);
      finish(first, used, rows, s.stage.data(), 0, sums);
      unstage(p, b, first, used, s);
      found = nullptr;
      continue;
    }
    if (target.y != found) find_places(*target.y, b, phases_[p], s.places);
    found = target.y;
    columns(p, k, rows, s.places.data(), target.first, s);
    finish(first, used, rows, s.places.data(), target.first, sums);
  }
}

void Product::find_runs(std::size_t p, std::int64_t rows, bool outside, Scratch& s) const {
  const std::int64_t parts = blocks_of(rows, micro_.rows), taps = products_of_taps(p);
  s.runs.clear();
  s.run_begins.assign(1, 0);
  for (std::int64_t i = 0; i < parts; ++i) {
    const Range r = part_of(rows, parts, i);
    const auto skipped = [&](std::int64_t t) {
      const float* const* row = s.rows.data() + t * rows;
      return outside && std::all_of(row + r.begin, row + r.end,
                                    [&](const float* at) { return job_.source.is_outside(at); });
    };
    for (std::int64_t t = 0; t < taps;) {
      std::int64_t end = t;
      while (end < taps && !skipped(end)) ++end;
      if (end > t) s.runs.push_back({t, end});
      t = end + 1;
    }
    if (s.runs.size() == s.run_begins.back()) s.runs.push_back({0, 0});
    s.run_begins.push_back(s.runs.size());
  }
}

// Where there is little to compute, waiting for memory would be most of the time.
void Product::prefetch(Range rows, const Scratch& s) const {
  constexpr std::int64_t kLine = 64 / sizeof(float);
  for (std::int64_t r = rows.begin; r < rows.end; ++r)
    for (std::int64_t c = 0; c < channels_.from; c += kLine)
      __builtin_prefetch(s.rows[static_cast<std::size_t>(r)] + c);
}

void Product::columns(std::size_t p, std::int64_t k, std::int64_t rows, float* const* y,
                      std::int64_t y_offset, const Scratch& s) const {
  const std::int64_t first = k * micro_.columns;
  std::array<float, 64> bias{};
  assert(micro_.columns <= static_cast<std::int64_t>(bias.size()));
  RowsProduct product;
  product.columns = std::min(micro_.columns, channels_.to - first);
  if (job_.bias != nullptr) std::copy_n(job_.bias + first, product.columns, bias.data());
  product.start = bias.data();
  product.a_tap = rows;
  product.channels = channels_.from * merged_taps(p);
  product.y_offset = y_offset;
  const std::int64_t of_tap = product.channels * micro_.columns;
  const float* b = job_.filters.values.data() + begins_[p] +
                   k * tap_count(phases_[p]) * channels_.from * micro_.columns;
  const std::int64_t parts = blocks_of(rows, micro_.rows);
  const bool read_once = k == 0 && column_blocks_ <= 2 && products_of_taps(p) == 1;
  for (std::int64_t i = 0; i < parts; ++i) {
    const Range r = part_of(rows, parts, i);
    product.y = y + r.begin;
    product.rows = r.size();
    product.add = false;
    if (read_once && i + 1 < parts) prefetch(part_of(rows, parts, i + 1), s);
    const auto at = s.run_begins.begin() + i;
    for (std::size_t run = at[0]; run < at[1]; ++run) {
      const Range taps = s.runs[run];
      product.a = s.rows.data() + taps.begin * rows + r.begin;
      product.b = b + taps.begin * of_tap;
      product.taps = taps.size();
      micro_.rows_product(product);
      product.add = true;
    }
  }
}

void Product::finish(std::int64_t first, std::int64_t columns, std::int64_t rows, float* const* y,
                     std::int64_t y_offset, double* sums) const {
  FinishedRows f{
      .y = y, .y_offset = y_offset, .rows = rows, .columns = columns, .slope = job_.slope};
  if (sums != nullptr) {
    f.sum = sums + first;
    f.square = sums + channels_.to + first;
  }
  row_kernels().finish(f);
}

void Product::unstage(std::size_t p, const Block& b, std::int64_t first, std::int64_t columns,
                      Scratch& s) const {
  std::int64_t begin = 0;  // of an output's channels among all
  for (const Features& y : job_.y) {
    const Range mine{std::max(first, begin), std::min(first + columns, begin + y.channels)};
    if (mine.size() > 0) {
      find_places(y, b, phases_[p], s.places);
      for (std::size_t r = 0; r < s.places.size(); ++r)
        std::copy_n(s.stage[r] + mine.begin - first, mine.size(), s.places[r] + mine.begin - begin);
    }
    begin += y.channels;
  }
}

void Product::add_sums(const std::vector<double>& partial, std::int64_t parts) const {
  const double* from = partial.data();
  for (std::int64_t n = 0; n < job_.y[0].batch; ++n) {
    const std::array<double*, 2> to{job_.sums.sum, job_.sums.square};
    for (double* sums : to)
      if (sums != nullptr) std::fill_n(sums + n * channels_.to, channels_.to, 0.0);
    for (std::int64_t part = 0; part < parts; ++part)
      for (double* sums : to) {
        if (sums != nullptr)
          for (std::int64_t c = 0; c < channels_.to; ++c) sums[n * channels_.to + c] += from[c];
        from += channels_.to;
      }
  }
}

}  // namespace

void forward(const ForwardCall& call) {
  const Source source(call.inputs, reading_of(call.inputs));
  const Job job{*call.filters, source, {&call.y, 1}, call.bias, call.slope, call.sums};
  Product(job).run();
}

void backward_data(const BackwardDataCall& call) {
  const Input dy{.features = call.dy};
  const Source source({&dy, 1}, reading_of({&dy, 1}));
  const Job job{.filters = *call.filters, .source = source, .y = call.dx};
  Product(job).run();
}

}  // namespace myoseg::kernels::direct
