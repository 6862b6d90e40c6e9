// Which series of an archive become cases, and what of their structures becomes a label.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "data/io/structures/structures.h"

namespace myoseg {

enum class Contrast { any, with, without };
constexpr std::array<std::string_view, 3> choice_names(Contrast) {
  return {"any", "with", "without"};
}
// Of which there is at most one case.
enum class OnePer { series, study, patient };
constexpr std::array<std::string_view, 3> choice_names(OnePer) {
  return {"series", "study", "patient"};
}
// Which of several that the other rules allow.
enum class Prefer { most_slices, thinnest };
constexpr std::array<std::string_view, 2> choice_names(Prefer) {
  return {"most_slices", "thinnest"};
}

void describe(Fields& f, LabelRule& o);

// Patterns: * stands for any letters, ? for one; capitals do not count.
struct ImportRules {
  std::vector<std::string> modality{"CT"};
  std::vector<std::string> description, not_description;  // patterns
  std::vector<std::string> kernel;                        // patterns
  double min_thickness = 0, max_thickness = 20;           // mm, from slice to slice
  int min_slices = 3;
  Contrast contrast = Contrast::any;
  OnePer one_per = OnePer::study;
  Prefer prefer = Prefer::most_slices;
  bool untilt = false, even_out = false;
  std::vector<LabelRule> labels;               // none: each structure by its own name
  std::vector<std::string> label_description;  // patterns of the objects that hold them; none: all
  bool only_labelled = false;
};
void describe(Fields& f, ImportRules& o);

// Whether the text is like one of the patterns; true where there is none.
[[nodiscard]] bool like_one_of(const std::vector<std::string>& patterns, const std::string& text);

}  // namespace myoseg
