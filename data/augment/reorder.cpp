#include "data/augment/reorder.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace myoseg {
namespace {

// Calls change(plane) for every plane of the image's channels and of the label.
template <class Change>
void for_each_plane(const PatchView& patch, const Change& change) {
  const std::size_t plane = patch.plane_voxels();
  for (std::size_t at = 0; at < patch.image.size(); at += plane)
    change(patch.image.subspan(at, plane));
  for (std::size_t at = 0; at < patch.label.size(); at += plane)
    change(patch.label.subspan(at, plane));
}

// Reverses the order of pieces of `size` values.
template <class T>
void reverse_pieces(std::span<T> values, std::size_t size) {
  for (std::size_t a = 0, b = values.size() - size; a < b; a += size, b -= size)
    std::swap_ranges(values.begin() + static_cast<std::ptrdiff_t>(a),
                     values.begin() + static_cast<std::ptrdiff_t>(a + size),
                     values.begin() + static_cast<std::ptrdiff_t>(b));
}

// One plane, n x n.
template <class T>
void turn(std::span<T> plane, std::size_t n, int quarters, std::vector<T>& before) {
  before.assign(plane.begin(), plane.end());
  for (std::size_t y = 0; y < n; ++y)
    for (std::size_t x = 0; x < n; ++x)
      plane[y * n + x] = quarters == 1 ? before[x * n + n - 1 - y] : before[(n - 1 - x) * n + y];
}

}  // namespace

void mirror_x(const PatchView& patch) {
  const auto reverse_rows = [&](auto values) {
    for (auto row = values.begin(); row != values.end(); row += patch.width)
      std::reverse(row, row + patch.width);
  };
  reverse_rows(patch.image);
  reverse_rows(patch.label);
}

void mirror_y(const PatchView& patch) {
  for_each_plane(patch,
                 [&](auto plane) { reverse_pieces(plane, static_cast<std::size_t>(patch.width)); });
}

void mirror_z(const PatchView& patch) {
  for (int c = 0; c < patch.channels; ++c) reverse_pieces(patch.channel(c), patch.plane_voxels());
  reverse_pieces(patch.label, patch.plane_voxels());
}

void exchange_labels(const PatchView& patch, const std::vector<std::array<int, 2>>& pairs) {
  if (pairs.empty()) return;
  std::array<std::uint8_t, 256> table;
  std::iota(table.begin(), table.end(), std::uint8_t{0});
  for (const auto& [left, right] : pairs)
    std::swap(table[static_cast<std::size_t>(left)], table[static_cast<std::size_t>(right)]);
  for (std::uint8_t& value : patch.label) value = table[value];
}

void turn_by_quarters(const PatchView& patch, int quarters) {
  if (patch.width != patch.height || patch.spacing[0] != patch.spacing[1])
    throw usage_error(
        "augment.rotate90_probability: quarter turns need square planes, not {} x {} voxels of {} x "
        "{} mm; set it to 0 or change the size",
        patch.width, patch.height, patch.spacing[0], patch.spacing[1]);
  if (quarters == 2) {
    mirror_x(patch);
    mirror_y(patch);
    return;
  }
  std::vector<float> image;
  std::vector<std::uint8_t> label;
  for_each_plane(patch, [&, n = static_cast<std::size_t>(patch.width)](auto plane) {
    if constexpr (std::is_same_v<typename decltype(plane)::value_type, float>)
      turn(plane, n, quarters, image);
    else
      turn(plane, n, quarters, label);
  });
}

}  // namespace myoseg
