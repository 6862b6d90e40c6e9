#include "data/labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace myoseg {
namespace {

using Colour = std::array<std::uint8_t, 3>;

// Background, then the five muscles of the L3 slice in the hues of Kreher et al. 2022, Figure 1
// (rectus blue, abdominal wall green, psoas yellow, quadratus red, erector magenta) taken from the
// colour-blind-safe palette of Okabe and Ito 2008, then the rest of that palette.
constexpr Colour kNamed[] = {
    {0, 0, 0},       {0, 114, 178},  {0, 158, 115}, {240, 228, 66},  {213, 94, 0},
    {204, 121, 167}, {86, 180, 233}, {230, 159, 0}, {153, 153, 153},
};
constexpr std::size_t kNamedCount = std::size(kNamed);

// Colours beyond the palette: hues a golden-ratio turn apart, at three lightness steps in rotation
// so that values next to each other differ in grey as well.
Colour spread(unsigned step) {
  const double turn = 0.11 + 0.6180339887498949 * step;
  const double hue = 6 * (turn - static_cast<unsigned>(turn));
  constexpr double kValue[] = {0.92, 0.62, 0.78};
  constexpr double kSaturation[] = {0.55, 0.85, 0.40};
  const double value = kValue[step % 3], saturation = kSaturation[step % 3];
  Colour colour{};
  for (unsigned c = 0; c < 3; ++c) {
    double x = hue + (c == 0 ? 5 : c == 1 ? 3 : 1);  // HSV to RGB, one channel at a time
    x -= x >= 6 ? 6 : 0;
    const double k = std::clamp(std::min(x, 4 - x), 0.0, 1.0);
    colour[c] = static_cast<std::uint8_t>(std::lround(255 * value * (1 - saturation * k)));
  }
  return colour;
}

}  // namespace

const Label* LabelSet::find(std::string_view name) const {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const Label& label) { return label.name == name; });
  return found == labels.end() ? nullptr : &*found;
}

void merge_labels(std::span<std::uint8_t> voxels, const LabelMerge& merge,
                  const std::string& file) {
  if (merge.empty()) return;
  for (std::uint8_t& value : voxels) {
    if (value >= merge.size())
      throw data_error(
          "{} has voxels of value {}, which the data set's labels (0 to {}) do not name; correct "
          "the label map or the labels in dataset.json",
          file, value, merge.size() - 1);
    value = merge[value];
  }
}

LabelMerge without_ignored(LabelMerge merge, const LabelSet& labels) {
  if (!labels.ignored) return merge;
  if (merge.empty()) {
    merge.resize(std::size_t{*labels.ignored} + 1);
    std::iota(merge.begin(), merge.end(), std::uint8_t{0});
  }
  std::replace(merge.begin(), merge.end(), *labels.ignored, std::uint8_t{0});
  return merge;
}

Colour label_colour(std::uint8_t value) {
  if (value < kNamedCount) return kNamed[value];
  return spread(static_cast<unsigned>(value - kNamedCount));
}

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
