// The two small matrix products that every convolution here is made of. They are compiled once for
// each instruction set, in a file of its own each; nothing else in the program is.
#pragma once

#include <cstdint>

namespace myoseg::kernels {

// y[r][k] = start[k] + sum over taps t and channels c of a[t][r][c] * b[t][c][k], for the rows r of
// a block (places of an image, tiles) and `columns` channels k.
struct RowsProduct {
  const float* const* a = nullptr;  // [taps][rows]: where row r of tap t begins
  std::int64_t a_tap = 0;           // pointers from a tap's rows to the next tap's; 0: rows
  std::int64_t a_offset = 0;        // added to each of them
  std::int64_t taps = 1, channels = 0;
  const float* b = nullptr;   // [taps][channels][kColumns], zeros beyond `columns`
  float* const* y = nullptr;  // [rows]
  std::int64_t y_offset = 0;
  std::int64_t rows = 0;         // at most MicroKernels::rows
  std::int64_t columns = 0;      // at most MicroKernels::columns
  const float* start = nullptr;  // [kColumns]; null: zeros
  bool add = false;              // to what y holds, instead of `start`
  const float* next = nullptr;   // 16 numbers for each channel to be fetched meanwhile; null: none
};

// y[m][k] += sum over places p of a[p][m] * b[p][k]: the gradient of weights. The sum is complete
// before it is added, so that rounding grows with the root of the places of a call, not of all.
struct OuterProduct {
  const float* const* a = nullptr;  // [places]
  std::int64_t a_offset = 0;
  const float* const* b = nullptr;  // [places]; each readable up to MicroKernels::columns
  std::int64_t b_offset = 0;
  std::int64_t places = 0;
  float* y = nullptr;  // [rows][y_stride], writable up to MicroKernels::columns in each row
  std::int64_t y_stride = 0;
  std::int64_t rows = 0;     // at most MicroKernels::rows
  std::int64_t columns = 0;  // more than are asked for may be added up; 0: all
  bool add = true;           // to what y holds
};

struct MicroKernels {
  std::int64_t rows, columns;  // of a full block
  void (*rows_product)(const RowsProduct&);
  void (*outer_product)(const OuterProduct&);
};
// Those of instruction_set().
[[nodiscard]] const MicroKernels& micro_kernels();

// One for each instruction set; on other processors than x86-64 all are the plain one.
extern const MicroKernels kMicroPlain, kMicroAvx2, kMicroAvx512;

}  // namespace myoseg::kernels
