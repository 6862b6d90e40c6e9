#include "data/label_counts.h"

namespace myoseg {

LabelCounts count_labels(std::span<const std::uint8_t> voxels) {
  // Neighbours are mostly equal: counted into one table, each would wait for the one before.
  constexpr std::size_t kTables = 4;
  std::array<LabelCounts, kTables> tables{};
  const std::size_t whole = voxels.size() / kTables * kTables;
  for (std::size_t i = 0; i < whole; i += kTables)
    for (std::size_t t = 0; t < kTables; ++t) ++tables[t][voxels[i + t]];
  for (std::size_t i = whole; i < voxels.size(); ++i) ++tables[0][voxels[i]];
  for (std::size_t t = 1; t < kTables; ++t)
    for (std::size_t value = 0; value < tables[0].size(); ++value)
      tables[0][value] += tables[t][value];
  return tables[0];
}

}  // namespace myoseg
