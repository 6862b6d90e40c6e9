// What the values of a label map mean, and the regions that scores are reported for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

struct Label {
  std::string name;
  std::uint8_t value = 0;  // 0 is background
};

// A set of label values scored as one: every foreground label is a region of its own; unions such
// as `combined` are added.
struct Region {
  std::string name;
  std::vector<std::uint8_t> values;
};

struct LabelSet {
  std::vector<Label> labels;  // by value, background first; without gaps where a network is trained
  // nnU-Net's label 'ignore': voxels of this value, larger than every label's, are of no known
  // class. They are no foreground and count in no loss, no score and no balance of patches.
  std::optional<std::uint8_t> ignored{};
  [[nodiscard]] int classes() const { return static_cast<int>(labels.size()); }
  [[nodiscard]] const Label* find(std::string_view name) const;
  // Whether a region of this name takes in labels rather than being one.
  [[nodiscard]] bool is_union(std::string_view region) const { return find(region) == nullptr; }
};

// Which slices of a case are trained on and scored: labelled ones have foreground.
enum class Slices { all, labelled };
constexpr std::array<std::string_view, 2> choice_names(Slices) { return {"all", "labelled"}; }

// What each stored label value is trained and scored as (data.merge); empty: as stored.
using LabelMerge = std::vector<std::uint8_t>;
// Replaces the voxels' values. Error(bad_data) naming `file` for a value beyond the merge's.
void merge_labels(std::span<std::uint8_t> voxels, const LabelMerge& merge, const std::string& file);

// The merge after which ignored voxels are background, for pictures.
[[nodiscard]] LabelMerge without_ignored(LabelMerge merge, const LabelSet& labels);

// In a batch's labels, instead of that value.
inline constexpr std::int64_t kIgnoredVoxel = -1;

// Display colour of a label value: colour-blind-safe and constant across figures and segmentations
// (RGB 0..255).
[[nodiscard]] std::array<std::uint8_t, 3> label_colour(std::uint8_t value);

using LabelCounts = std::array<std::int64_t, 256>;

[[nodiscard]] LabelCounts count_labels(std::span<const std::uint8_t> voxels);

}  // namespace myoseg
