#include "data/load/listed_voxels.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/random.h"
#include "data/labels.h"

namespace myoseg {
namespace {

// Which of `n` voxels that come one after the other are kept.
class Selection {
 public:
  Selection(std::int64_t n, int value)
      : n_(static_cast<std::uint64_t>(n)),
        parts_(std::min<std::uint64_t>(n_, kMostListed)),
        random_(0, "listed voxels", {static_cast<std::uint64_t>(value)}) {
    choose();
  }
  [[nodiscard]] bool next() {
    if (seen_++ != chosen_) return false;
    ++part_;
    choose();
    return true;
  }

 private:
  void choose() {
    if (part_ >= parts_) return;
    const std::uint64_t begin = part_ * n_ / parts_, end = (part_ + 1) * n_ / parts_;
    chosen_ = begin + random_.below(end - begin);
  }

  std::uint64_t n_, parts_, part_ = 0, seen_ = 0, chosen_ = 0;
  Random random_;
};

// Where a channel is above its minimum: not the air around the body.
std::vector<bool> above_minimum(const Image& image) {
  const auto voxels = static_cast<std::size_t>(image.geometry.voxels());
  std::vector<bool> above(voxels, false);
  for (int c = 0; c < image.channels; ++c) {
    const float* values = image.voxels.data() + static_cast<std::size_t>(c) * voxels;
    const float minimum = *std::min_element(values, values + voxels);
    for (std::size_t i = 0; i < voxels; ++i)
      if (values[i] > minimum) above[i] = true;
  }
  return above;
}

}  // namespace

std::array<std::vector<std::uint32_t>, 256> list_voxels(const Prepared& prepared) {
  std::array<std::vector<std::uint32_t>, 256> listed;
  const auto& labels = prepared.label.voxels;
  if (labels.empty()) return listed;
  if (labels.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::length_error("it has more voxels than a case file can list");
  LabelCounts counts = count_labels(labels);
  const std::vector<bool> above = above_minimum(prepared.image);
  std::int64_t body = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) body += labels[i] == 0 && above[i];
  const bool body_only = body > 0;
  if (body_only) counts[0] = body;
  std::vector<Selection> choices;
  for (int value = 0; value < 256; ++value)
    choices.emplace_back(counts[static_cast<std::size_t>(value)], value);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::uint8_t value = labels[i];
    if (value == 0 && body_only && !above[i]) continue;
    if (choices[value].next()) listed[value].push_back(static_cast<std::uint32_t>(i));
  }
  return listed;
}

}  // namespace myoseg
