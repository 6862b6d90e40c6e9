#include "data/connected_parts.h"

#include <algorithm>

namespace myoseg {

void ConnectedParts::add(std::int64_t row, std::int64_t begin, std::int64_t end) {
  runs_.push_back({row, begin, end, runs_.size()});
}

std::size_t ConnectedParts::root(std::size_t run) {
  while (runs_[run].part != run) {
    runs_[run].part = runs_[runs_[run].part].part;  // halves the way for the next time
    run = runs_[run].part;
  }
  return run;
}

void ConnectedParts::join(std::int64_t row, std::int64_t other) {
  const auto first = [this](std::int64_t r) { return rows_[static_cast<std::size_t>(r)]; };
  std::size_t a = first(row), b = first(other);
  const std::size_t a_end = first(row + 1), b_end = first(other + 1);
  while (a < a_end && b < b_end) {
    if (runs_[a].begin < runs_[b].end && runs_[b].begin < runs_[a].end) {
      const std::size_t x = root(a), y = root(b);
      runs_[std::max(x, y)].part = std::min(x, y);
    }
    ++(runs_[a].end < runs_[b].end ? a : b);
  }
}

void ConnectedParts::finish() {
  rows_.push_back(runs_.size());
  for (std::int64_t row = 0; row < size_[1] * size_[2]; ++row) {
    if (row % size_[1] > 0) join(row, row - 1);
    if (row >= size_[1]) join(row, row - size_[1]);
  }
  // The first run of a part stands before its others.
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const std::size_t before = runs_[i].part;
    runs_[i].part = before == i ? voxels_.size() : runs_[before].part;
    if (before == i) voxels_.push_back(0);
    voxels_[runs_[i].part] += runs_[i].end - runs_[i].begin;
  }
}

}  // namespace myoseg
