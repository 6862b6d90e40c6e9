// The intraclass correlation: how far several raters of the same subjects can stand in for each
// other.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

// Sums of squares of subjects x raters with one rating each; their mean squares are SS / df.
struct TwoWayAnova {
  std::int64_t subjects = 0, raters = 0;
  double ss_subjects = 0, ss_raters = 0, ss_residual = 0;  // 0 where they are nothing but rounding
  [[nodiscard]] double df_subjects() const { return static_cast<double>(subjects) - 1; }
  [[nodiscard]] double df_raters() const { return static_cast<double>(raters) - 1; }
  [[nodiscard]] double df_residual() const { return df_subjects() * df_raters(); }
  [[nodiscard]] double ms_subjects() const { return ss_subjects / df_subjects(); }
  [[nodiscard]] double ms_raters() const { return ss_raters / df_raters(); }
  [[nodiscard]] double ms_residual() const { return ss_residual / df_residual(); }
};

// Raters different for every subject (1), a random sample of raters (2), just these raters (3); of
// one rating, or (k) of the mean of all raters.
enum class IccForm { icc1, icc2, icc3, icc1k, icc2k, icc3k };
inline constexpr std::array kIccForms{IccForm::icc1,  IccForm::icc2,  IccForm::icc3,
                                      IccForm::icc1k, IccForm::icc2k, IccForm::icc3k};
// Shrout and Fleiss' names: "ICC(1,1)" ... "ICC(3,k)".
[[nodiscard]] std::string_view icc_name(IccForm form);

struct IccEstimate {
  Estimate value;
  Estimate f, df1, df2, p;  // of "subjects do not differ"
  Interval ci;
};
struct Icc {
  TwoWayAnova anova;
  std::array<IccEstimate, 6> forms;
  [[nodiscard]] const IccEstimate& operator[](IccForm form) const {
    return forms[static_cast<std::size_t>(form)];
  }
};

// All six forms (Shrout & Fleiss, Psychological Bulletin 1979; intervals as in McGraw & Wong,
// Psychological Methods 1996, table 7; ICC(2,.) is tested by the two-way F, and undefined where the
// estimated variance of the subjects' means is not positive: it would lie outside its range).
// `raters[r][s]` is rater r's rating of subject s; at least two of each, else every field says so.
// Throws Error(bad_data) when raters have rated different numbers of subjects.
[[nodiscard]] Icc icc(std::span<const std::vector<double>> raters, double confidence = 0.95);
[[nodiscard]] Icc icc_of(const TwoWayAnova& anova, double confidence = 0.95);

}  // namespace myoseg::statistics
