// Winograd's transforms of one tile, for all its channels: m x m outputs at once (m is 2 or 4),
// which read (m + 2) x (m + 2) places and have as many frequencies. Compiled once for each
// instruction set. In depth, kernels of 3 make pairs of output planes from four input planes by
// four depth frequencies; each is transformed on its own, from two planes at most.
#pragma once

#include <cstdint>

namespace myoseg::kernels::winograd {

// From planes[0] + sign * planes[1] (null: zeros) to frequencies.
struct TileRead {
  const float* planes[2] = {};  // the tile's first place, inside the features or not
  float sign = 1;
  std::int64_t row_stride = 0, place_stride = 0;
  // The part of the tile inside the features; zeros elsewhere.
  std::int64_t rows_begin = 0, rows_end = 0, columns_begin = 0, columns_end = 0;
  std::int64_t channels = 0;
  const float *scale = nullptr, *shift = nullptr;  // as Input's
  float slope = 1;
  float* frequencies = nullptr;  // whole vectors of channels are written, zeros beyond the last
  std::int64_t frequency_stride = 0;
};

// From frequencies to v in planes[0] and sign * v in planes[1] (null: not wanted).
struct TileWrite {
  const float* frequencies = nullptr;  // readable in whole vectors of channels
  std::int64_t frequency_stride = 0;
  float* planes[2] = {};
  float sign = 1;
  std::int64_t row_stride = 0, place_stride = 0;
  std::int64_t rows = 0, columns = 0;  // of the tile inside the features
  std::int64_t channels = 0;
  bool add = false;  // to what the planes hold
  bool last = true;  // what follows is done when all depth frequencies have been added
  const float* bias = nullptr;
  float slope = 1;
  double *sum = nullptr, *square = nullptr;  // added to
};

// One panel of filters to frequencies: [depth frequency, frequency][channel][column of a panel].
struct FilterTransform {
  const float* weight = nullptr;  // of the first channel and column; taps lie side by side
  std::int64_t channel_stride = 0, column_stride = 0;
  std::int64_t taps = 9;  // or 27
  bool rotated = false;   // taps in the opposite order
  std::int64_t channels = 0, columns = 0;
  std::int64_t panel_columns = 0;  // zeros beyond `columns`
  float* frequencies = nullptr;
  std::int64_t frequency_stride = 0;
};

// The transposed of it: from the gradient of frequencies to that of weights.
struct FilterGradient {
  const float* frequencies = nullptr;  // [parts][frequency][channel][column]; parts are added up
  std::int64_t parts = 1, part_stride = 0, frequency_stride = 0, row_stride = 0;
  std::int64_t taps = 9;
  std::int64_t channels = 0, columns = 0;
  float* weight = nullptr;
  std::int64_t channel_stride = 0, column_stride = 0;
};

struct Transforms {
  std::int64_t lanes;  // of a vector
  void (*input)(const TileRead&);
  void (*gradient)(const TileRead&);  // of the outputs: m x m places are read
  void (*output)(const TileWrite&);
  void (*filter)(const FilterTransform&);
  void (*filter_gradient)(const FilterGradient&);
};
// Those of instruction_set() for tiles of m x m outputs.
[[nodiscard]] const Transforms& transforms(std::int64_t m);

// For m = 2 and m = 4.
extern const Transforms kTransformsPlain[2], kTransformsAvx2[2], kTransformsAvx512[2];

}  // namespace myoseg::kernels::winograd
