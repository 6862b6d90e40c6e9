// p-values of several tests together.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

// Against one false positive among all tests: bonferroni, sidak (JASA 1967), holm (Scandinavian
// Journal of Statistics 1979), holm_sidak, hochberg (Biometrika 1988), hommel (Biometrika 1988).
// Against false positives among the positives: benjamini_hochberg (JRSS B 1995),
// benjamini_yekutieli (Annals of Statistics 2001; any dependence), two_stage: Benjamini-Hochberg
// with the count of true null hypotheses estimated at `alpha` first (Benjamini, Krieger &
// Yekutieli, Biometrika 2006).
enum class Adjustment {
  bonferroni,
  sidak,
  holm,
  holm_sidak,
  hochberg,
  hommel,
  benjamini_hochberg,
  benjamini_yekutieli,
  two_stage
};
constexpr std::array<std::string_view, 9> choice_names(Adjustment) {
  return {"bonferroni",
          "sidak",
          "holm",
          "holm_sidak",
          "hochberg",
          "hommel",
          "benjamini_hochberg",
          "benjamini_yekutieli",
          "two_stage"};
}
// "Holm", "Benjamini-Hochberg".
[[nodiscard]] std::string_view adjustment_title(Adjustment adjustment);

// Adjusted p-values in the given order: reject where they are at most the level. A test without a
// p-value keeps its reason and does not count as a test. Only two_stage depends on `alpha`.
[[nodiscard]] std::vector<Estimate> adjust_p(std::span<const Estimate> p, Adjustment adjustment,
                                             double alpha = 0.05);

}  // namespace myoseg::statistics
