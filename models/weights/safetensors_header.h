// The header of a safetensors file, apart from tensors: what lies where.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

struct StoredTensor {
  std::string name;
  at::ScalarType type;
  std::string unheld =
      {};  // the format's name of a type that has no place here; then type is bytes
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  // bytes, counted from the end of the header
};

struct SafetensorsHeader {
  std::vector<StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

// F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL; Error(failed) for another type.
[[nodiscard]] std::string safetensors_name(at::ScalarType type);
[[nodiscard]] std::string write_header(const SafetensorsHeader& header);
// Checks everything, the places against `data_size` too. Error(bad_data), starting with `file`.
[[nodiscard]] SafetensorsHeader parse_header(std::string_view json, std::uint64_t data_size,
                                             const std::string& file);

}  // namespace myoseg
