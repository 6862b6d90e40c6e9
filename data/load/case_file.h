// The file of one preprocessed case. Layout, little-endian:
//
//   0   8 bytes  "myosegca"
//   8   uint32   version, kCaseFileVersion
//   12  uint32   length of the header
//   16  32 bytes hash (core/hash.h) of everything from byte 48 on
//   48  header   JSON: id, grids, quantisation, foreground slices, voxels by label value
//   *   int16    image [Z,C,Y,X], value = offset[c] + scale[c] * stored
//   *   uint8    label [Z,Y,X], absent when the case has none
//   *   uint32   voxels to centre patches on, by label value (listed_voxels.h)
//
// * from the next multiple of 64 on
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/prepare/preprocess.h"

namespace myoseg {

inline constexpr std::uint32_t kCaseFileVersion = 2;

// Each channel's range becomes -kLargestStored..kLargestStored.
inline constexpr float kLargestStored = 32767;

struct CaseFile {
  std::string id;
  Geometry native, prepared;
  int channels = 1;
  bool has_label = false;
  std::optional<std::uint8_t> ignored;     // label value that is no foreground, LabelSet::ignored
  std::vector<float> scale, offset;        // by channel
  std::vector<std::int64_t> foreground;    // slices with any label
  std::array<std::int64_t, 256> counts{};  // voxels by label value, on the prepared grid
  std::span<const std::int16_t> image;
  std::span<const std::uint8_t> label;
  std::array<std::span<const std::uint32_t>, 256> listed{};  // by label value, see list_voxels()
};

[[nodiscard]] std::string encode_case(const std::string& id, const Prepared& prepared,
                                      std::optional<std::uint8_t> ignored = {});
// The arrays point into `bytes`. Throws Error(bad_data) naming `file` when anything in it is not as
// written.
[[nodiscard]] CaseFile decode_case(std::span<const std::byte> bytes,
                                   const std::filesystem::path& file);

}  // namespace myoseg
