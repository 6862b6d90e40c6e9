// What happens to rows of channels before and after the products of products.h.
#pragma once

#include <cstdint>

namespace myoseg::kernels {

// to = scale * from + shift, times `slope` where that is not positive; a copy without scale.
struct PreparedRows {
  const float* from = nullptr;
  std::int64_t from_stride = 0;
  float* to = nullptr;
  std::int64_t to_stride = 0;
  std::int64_t rows = 0, channels = 0;
  const float* scale = nullptr;
  const float* shift = nullptr;
  float slope = 1;
  // Numbers to write in each row, zeros after its channels, and up to a vector more: rows are
  // written in their order. 0: the channels alone.
  std::int64_t written = 0;
};

// Adds up `columns` channels of y and their squares, then y becomes slope * y where it is not
// positive.
struct FinishedRows {
  float* const* y = nullptr;  // [rows]
  std::int64_t y_offset = 0;
  std::int64_t rows = 0, columns = 0;
  float slope = 1;
  double* sum = nullptr;  // [columns]; null: not wanted
  double* square = nullptr;
};

struct RowKernels {
  void (*prepare)(const PreparedRows&);
  void (*finish)(const FinishedRows&);
};
// Those of instruction_set().
[[nodiscard]] const RowKernels& row_kernels();

extern const RowKernels kRowsPlain, kRowsAvx2, kRowsAvx512;

}  // namespace myoseg::kernels
