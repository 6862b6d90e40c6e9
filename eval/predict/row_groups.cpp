#include "eval/predict/row_groups.h"

#include <algorithm>

namespace myoseg {
namespace {

// The first row of windows that reaches into the strips from this one on.
std::size_t first_row(const WindowGrid& grid, const Strips& strips, std::size_t strip) {
  std::int64_t lowest = grid.grown[1];
  for (std::size_t s = strip; s < strips.size(); ++s)
    if (strips[s].end > strips[s].first)
      lowest = std::min(lowest, strips[s].first + grid.before[1]);
  std::size_t row = 0;
  while (row < strip && grid.y[row] + grid.window[1] <= lowest) ++row;
  return row;
}

}  // namespace

std::vector<WindowRows> row_groups(const WindowGrid& grid, const Strips& strips,
                                   std::size_t count) {
  std::vector<WindowRows> groups;
  for (std::size_t g = 0; g < count; ++g) {
    const std::size_t first = g * strips.size() / count, end = (g + 1) * strips.size() / count;
    const auto seen = [](const ToNative::Rows& rows) { return rows.end > rows.first; };
    if (std::none_of(strips.begin() + static_cast<std::ptrdiff_t>(first),
                     strips.begin() + static_cast<std::ptrdiff_t>(end), seen))
      continue;
    groups.push_back({first_row(grid, strips, first), first, end});
  }
  return groups;
}

std::vector<WindowRows> row_groups_within(
    std::int64_t allowed, const WindowGrid& grid, const Strips& strips,
    const std::function<std::int64_t(const WindowRows&)>& bytes_of) {
  std::vector<WindowRows> groups;
  for (std::size_t count = 1; count <= strips.size(); ++count) {
    groups = row_groups(grid, strips, count);
    if (std::all_of(groups.begin(), groups.end(),
                    [&](const WindowRows& rows) { return bytes_of(rows) <= allowed; }))
      break;
  }
  return groups;
}

}  // namespace myoseg
