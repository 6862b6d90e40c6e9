// The numbers that a paper printed, to stand beside ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

struct PaperValue {
  std::string region, metric;
  double mean = 0, sd = 0;
  std::string model = "";  // the network whose value it is, by name; empty: any

  [[nodiscard]] bool is_of(std::string_view network) const {
    return model.empty() || model == network;
  }
};
void describe(Fields& f, PaperValue& o);

// In the place of a region: the mean over the structures.
inline constexpr std::string_view kMeanOfStructures = "mean_of_structures";

// What was printed of this model, or of none by name; null where nothing was.
[[nodiscard]] const PaperValue* find_paper_value(const std::vector<PaperValue>& values,
                                                 std::string_view model, std::string_view region,
                                                 std::string_view metric);
// Whether anything was printed of this model, in any region.
[[nodiscard]] bool has_paper_value(const std::vector<PaperValue>& values, std::string_view model,
                                   std::string_view metric);
// "0.95 ± 0.03", with the decimals that it takes (two or three); "–" for null.
[[nodiscard]] std::string paper_text(const PaperValue* value);

}  // namespace myoseg
