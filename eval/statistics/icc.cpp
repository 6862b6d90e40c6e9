#include "eval/statistics/icc.h"

#include <cmath>
#include <string>

#include "core/error.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/precision.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Icc undefined(TwoWayAnova anova, const std::string& why) {
  Icc result;
  result.anova = anova;
  for (IccEstimate& form : result.forms) {
    form.value = form.f = form.df1 = form.df2 = form.p = Undefined{why};
    form.ci = Undefined{why};
  }
  return result;
}

TwoWayAnova analyse(std::span<const std::vector<double>> raters) {
  const std::size_t k = raters.size(), n = raters.front().size();
  std::vector<double> all;
  for (const auto& ratings : raters) all.insert(all.end(), ratings.begin(), ratings.end());
  const double grand = mean(all), scale = largest_magnitude(all);
  // Everything from here on is a distance from the grand mean, so an offset costs no digits.
  std::vector<double> rater_means, subject_means(n, 0.0);
  for (double& value : all) value -= grand;
  for (std::size_t r = 0; r < k; ++r) rater_means.push_back(mean({all.data() + r * n, n}));
  for (std::size_t s = 0; s < n; ++s) {
    std::vector<double> row;
    for (std::size_t r = 0; r < k; ++r) row.push_back(all[r * n + s]);
    subject_means[s] = mean(row);
  }
  const auto squares = [&](double ss, double count) {
    return only_rounding(std::sqrt(ss / count), scale) ? 0 : ss;
  };
  TwoWayAnova anova{static_cast<std::int64_t>(n), static_cast<std::int64_t>(k)};
  double residual = 0;
  for (std::size_t r = 0; r < k; ++r)
    for (std::size_t s = 0; s < n; ++s) {
      const double rest = all[r * n + s] - subject_means[s] - rater_means[r];
      residual += rest * rest;
    }
  const double subjects = static_cast<double>(n), count = static_cast<double>(k);
  anova.ss_subjects = count * squares(sum_of_squares(subject_means), subjects);
  anova.ss_raters = subjects * squares(sum_of_squares(rater_means), count);
  anova.ss_residual = squares(residual, subjects * count);
  return anova;
}

// A form whose single rating has the F ratio `subjects` / `error`: (1) and (3).
void fill_from_f(IccEstimate& single, IccEstimate& average, double subjects, double error, double k,
                 double confidence) {
  const double df1 = single.df1.value, df2 = single.df2.value;
  const double upper = 0.5 + confidence / 2;
  const double value = (subjects - error) / (subjects + (k - 1) * error);
  const double of_average = 1 - error / subjects;
  single.value = value;
  average.value = of_average;
  single.ci = {1, 1};
  average.ci = {1, 1};
  if (error > 0) {
    const double low = subjects / error / f_quantile(upper, df1, df2);
    const double high = subjects / error * f_quantile(upper, df2, df1);
    single.ci = interval_around(value, (low - 1) / (low + k - 1), (high - 1) / (high + k - 1));
    average.ci = interval_around(of_average, 1 - 1 / low, 1 - 1 / high);
  }
  if (subjects > 0) return;
  average.value = Undefined{"the subjects' means do not differ"};
  average.ci = Undefined{"the subjects' means do not differ"};
}

// ICC(2,.): the interval of McGraw & Wong with Satterthwaite's degrees of freedom, written without
// the ratio of two mean squares so that no residual is no special case.
void fill_agreement(IccEstimate& single, IccEstimate& average, const TwoWayAnova& anova,
                    double confidence) {
  const double n = static_cast<double>(anova.subjects), k = static_cast<double>(anova.raters);
  const double subjects = anova.ms_subjects(), raters = anova.ms_raters();
  const double error = anova.ms_residual();
  // k^2 times the variance of a subject's mean rating. When its estimate is not positive, a single
  // rating would correlate by less than -1/(k-1), which is impossible, and the mean by more than 1.
  const double spread = subjects + (raters - error) / n;
  if (!(spread > kNoise * (subjects + (raters + error) / n))) {
    const Undefined why{
        "the variance is not positive: subjects differ less than the disagreement alone makes "
        "them"};
    single.value = average.value = why;
    single.ci = average.ci = why;
    return;
  }
  const double value = (subjects - error) / (subjects + (k - 1) * error + k * (raters - error) / n);
  single.value = value;
  average.value = (subjects - error) / spread;

  const double a = k * value * raters, b = (n * (1 + (k - 1) * value) - k * value) * error;
  const double df = anova.df_residual() * (a + b) * (a + b) / (anova.df_subjects() * a * a + b * b);
  if (a == 0 && b == 0) {  // only the raters differ, or only the subjects
    if (raters == 0) single.ci = average.ci = {1, 1};
    return;
  }
  const double upper = 0.5 + confidence / 2;
  const double rest = k * raters + (k * n - k - n) * error;
  const double f_low = f_quantile(upper, anova.df_subjects(), df);
  const double f_high = f_quantile(upper, df, anova.df_subjects());
  const double low = n * (subjects - f_low * error) / (f_low * rest + n * subjects);
  const double high = n * (f_high * subjects - error) / (rest + n * f_high * subjects);
  if (!std::isfinite(low) || !std::isfinite(high)) {
    single.ci = average.ci = Undefined{"its degrees of freedom are too few"};
    return;
  }
  single.ci = interval_around(value, low, high);
  // Spearman-Brown; it ends at a single correlation of -1/(k-1), below which there are no averages.
  const auto of_average = [k](double r) {
    return 1 + r * (k - 1) > 0 ? r * k / (1 + r * (k - 1)) : -kInfinity;
  };
  average.ci = interval_around(average.value.value, of_average(low), of_average(high));
}

}  // namespace

std::string_view icc_name(IccForm form) {
  constexpr std::array<std::string_view, 6> kNames{"ICC(1,1)", "ICC(2,1)", "ICC(3,1)",
                                                   "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"};
  return kNames[static_cast<std::size_t>(form)];
}

Icc icc(std::span<const std::vector<double>> raters, double confidence) {
  check_confidence(confidence);
  TwoWayAnova sizes;
  sizes.raters = static_cast<std::int64_t>(raters.size());
  if (raters.empty()) return undefined(sizes, "needs at least 2 raters, found 0");
  sizes.subjects = static_cast<std::int64_t>(raters.front().size());
  for (const auto& ratings : raters) {
    if (ratings.size() != raters.front().size())
      throw data_error(
          "an ICC needs every rater's rating of every subject, found {} and {} ratings",
          raters.front().size(), ratings.size());
    if (const std::string why = unusable(ratings, 2, "subjects"); !why.empty())
      return undefined(sizes, why);
  }
  if (raters.size() < 2) return undefined(sizes, "needs at least 2 raters, found 1");
  for (const auto& ratings : raters)
    if (const std::string why = unsquarable(ratings); !why.empty()) return undefined(sizes, why);
  return icc_of(analyse(raters), confidence);
}

Icc icc_of(const TwoWayAnova& anova, double confidence) {
  check_confidence(confidence);
  if (anova.subjects < 2 || anova.raters < 2)
    return undefined(anova, "needs at least 2 subjects and 2 raters");
  const double n = static_cast<double>(anova.subjects), k = static_cast<double>(anova.raters);
  const double df_within = n * (k - 1);
  const double within = (anova.ss_raters + anova.ss_residual) / df_within;
  const double subjects = anova.ms_subjects(), residual = anova.ms_residual();
  const bool equal = subjects == 0 && within == 0;

  Icc result =
      undefined(anova, equal ? "all ratings are equal" : "subjects and residual have no variance");
  for (const IccForm form : kIccForms) {
    IccEstimate& estimate = result.forms[static_cast<std::size_t>(form)];
    const bool one_way = form == IccForm::icc1 || form == IccForm::icc1k;
    const double error = one_way ? within : residual;
    estimate.df1 = anova.df_subjects();
    estimate.df2 = one_way ? df_within : anova.df_residual();
    if (subjects == 0 && error == 0) continue;
    estimate.f = error > 0 ? subjects / error : kInfinity;
    estimate.p = f_sf(estimate.f.value, estimate.df1.value, estimate.df2.value);
  }
  if (equal) return result;
  const auto form = [&](IccForm f) -> IccEstimate& {
    return result.forms[static_cast<std::size_t>(f)];
  };
  fill_from_f(form(IccForm::icc1), form(IccForm::icc1k), subjects, within, k, confidence);
  if (subjects > 0 || residual > 0)
    fill_from_f(form(IccForm::icc3), form(IccForm::icc3k), subjects, residual, k, confidence);
  fill_agreement(form(IccForm::icc2), form(IccForm::icc2k), anova, confidence);
  return result;
}

}  // namespace myoseg::statistics
