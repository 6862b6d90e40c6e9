// Paired samples against scipy, pingouin and scikit-learn.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "eval/statistics/agreement.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/normality.h"
#include "eval/statistics/paired.h"
#include "tests/eval/statistics/golden_statistics.h"

namespace myoseg {
namespace {

using namespace statistics;
using testing::alternative_of;
using testing::as_json;
using testing::confidence_of;
using testing::Json;
using testing::Tolerance;

using Values = std::vector<double>;

Json description(const Values& values) {
  const Description d = describe_sample(values);
  return {{"mean", as_json(d.mean)},
          {"sd_ddof1", as_json(d.sd)},
          {"sem", as_json(d.sem)},
          {"median", as_json(d.median)},
          {"q25_linear", as_json(d.q25)},
          {"q75_linear", as_json(d.q75)},
          {"min", as_json(d.min)},
          {"max", as_json(d.max)},
          {"skew", as_json(d.skewness)},
          {"kurtosis_excess", as_json(d.kurtosis)},
          {"skew_unbiased", as_json(d.skewness_unbiased)},
          {"kurtosis_unbiased", as_json(d.kurtosis_unbiased)},
          {"iqr", as_json(d.iqr)},
          {"cv_percent", as_json(d.cv_percent)}};
}

Json errors(const Values& truth, const Values& predicted) {
  const PredictionErrors e = prediction_errors(truth, predicted);
  return {{"mae", as_json(e.mae)},
          {"mse", as_json(e.mse)},
          {"rmse", as_json(e.rmse)},
          {"mape", as_json(e.mape)},
          {"r2_score", as_json(e.r2)}};
}

// Every entry of `expected`: an alternative, or "pingouin", which is two-sided.
template <class Correlate>
Json correlations(const Json& expected, const std::string& name, const Correlate& correlate) {
  Json result = Json::object();
  for (const auto& [entry, values] : expected.items()) {
    CorrelationOptions options;
    if (entry != "pingouin") options.alternative = alternative_of(entry);
    options.method = RankMethod::normal;  // scipy's t also for few pairs
    const Correlation c = correlate(options);
    Json& ours = result[entry] = {{name, as_json(c.coefficient)}, {"p", as_json(c.p)}};
    for (const auto& [key, value] : values.items())
      if ((options.confidence = confidence_of(key)) > 0) ours[key] = as_json(correlate(options).ci);
    ours["power"] = as_json(c.coefficient.defined() ? correlation_power(c.coefficient.value, c.n)
                                                    : c.coefficient);
  }
  return result;
}

Json t_tests(const Json& expected, const Values& x, const Values& y) {
  Json result = Json::object();
  for (const auto& [entry, values] : expected.items()) {
    TestOptions options;
    if (entry != "pingouin") options.alternative = alternative_of(entry);
    const TTest t = paired_t(x, y, options);
    Json& ours = result[entry];
    ours["t"] = ours["T"] = as_json(t.t);
    ours["df"] = ours["dof"] = as_json(t.df);
    ours["p"] = as_json(t.p);
    // pingouin gives the size of the effect without its direction.
    const Estimate d = cohen_d_average(x, y);
    ours["cohen_d"] = as_json(d.defined() ? Estimate(std::abs(d.value)) : d);
    for (const auto& [key, value] : values.items())
      if ((options.confidence = confidence_of(key)) > 0)
        ours[key] = as_json(paired_t(x, y, options).ci);
  }
  return result;
}

// scipy's exact p takes the ranks for 1..n although some are tied, and cuts the rank sum to a whole
// number: not exact, but the record holds it.
Estimate exact_without_ties(const WilcoxonTest& test, Alternative alternative) {
  std::vector<int> ranks(static_cast<std::size_t>(test.n - test.zeros));
  std::iota(ranks.begin(), ranks.end(), 1);
  const std::vector<double> distribution = sign_sum_distribution(ranks);
  const auto at = static_cast<std::int64_t>(test.rank_sum_plus.value);
  const double less = probability_up_to(distribution, at);
  const double greater = probability_from(distribution, at);
  if (alternative == Alternative::less) return less;
  if (alternative == Alternative::greater) return greater;
  return std::min(1.0, 2 * std::min(less, greater));
}

Json wilcoxon_json(const Json& entry, const Values& x, const Values& y) {
  WilcoxonOptions options;
  options.alternative = alternative_of(entry.value("alternative", "two-sided"));
  const std::string zeros = entry.value("zero_method", "wilcox");
  options.zeros = zeros == "pratt"    ? ZeroRule::pratt
                  : zeros == "zsplit" ? ZeroRule::split
                                      : ZeroRule::drop;
  const std::string method = entry.value("method_actually_used", entry.value("method", "approx"));
  options.method = method == "exact" ? RankMethod::exact : RankMethod::normal;
  options.continuity_correction = entry.value("continuity_correction", false);
  const WilcoxonTest test = wilcoxon(x, y, options);
  const bool tied = test.ties && options.method == RankMethod::exact && test.p.defined();
  const Estimate p = tied ? exact_without_ties(test, options.alternative) : test.p;
  return {{"W", as_json(test.statistic)},
          {"p", as_json(p)},
          {"z", as_json(test.z)},
          {"method_actually_used", method},
          {"RBC", as_json(test.rank_biserial)},
          {"CLES", as_json(mann_whitney(x, y).common_language)}};
}

Json bland_altmans(const Json& expected, const Values& x, const Values& y) {
  Json result = Json::object();
  for (const auto& [key, value] : expected.items()) {
    const auto setting = [&key = key](const std::string& name) {
      const auto at = key.find(name + "=");
      EXPECT_NE(at, std::string::npos) << key;
      return std::atof(key.c_str() + at + name.size() + 1);
    };
    if (!value.is_object()) continue;  // the note
    const BlandAltman b = bland_altman(x, y, {setting("agreement"), setting("confidence")});
    result[key] = {
        {"mean_difference", as_json(b.bias)},    {"upper_limit", as_json(b.upper)},
        {"lower_limit", as_json(b.lower)},       {"ci_mean", as_json(b.ci_bias)},
        {"ci_upper_limit", as_json(b.ci_upper)}, {"ci_lower_limit", as_json(b.ci_lower)}};
  }
  return result;
}

Json independent(const Values& x, const Values& y) {
  const auto all = [](const TTest& t) {
    return Json{{"t", as_json(t.t)},
                {"T", as_json(t.t)},
                {"dof", as_json(t.df)},
                {"p", as_json(t.p)},
                {"ci95", as_json(t.ci)}};
  };
  return {{"ttest_equal_var", all(independent_t(x, y, Variances::equal))},
          {"ttest_welch", all(independent_t(x, y, Variances::unequal))},
          {"welch_pingouin", all(independent_t(x, y, Variances::unequal))}};
}

Json ours(const Json& record) {
  const Values x = testing::numbers(record.at("x")), y = testing::numbers(record.at("y"));
  Json result;
  result["descriptive"] = {{"x", description(x)}, {"y", description(y)}};
  result["errors_truth_x_pred_y"] = errors(x, y);
  const auto of_pair = [&](auto function) {
    return [&, function](const CorrelationOptions& options) { return function(x, y, options); };
  };
  if (record.contains("pearson"))
    result["pearson"] = correlations(record["pearson"], "r", of_pair(pearson));
  if (record.contains("spearman"))
    result["spearman"] = correlations(record["spearman"], "rho", of_pair(spearman));
  result["kendall_tau_b"] = {{"tau", as_json(kendall(x, y).tau)},
                             {"p_auto", as_json(kendall(x, y).p)},
                             {"p_asymptotic", as_json(kendall(x, y, RankMethod::normal).p)}};
  if (record.contains("ttest_paired"))
    result["ttest_paired"] = t_tests(record["ttest_paired"], x, y);
  result["wilcoxon"] = Json::array();
  if (record.contains("wilcoxon"))
    for (const Json& entry : record["wilcoxon"])
      result["wilcoxon"].push_back(wilcoxon_json(entry, x, y));
  const Json scipy = record.value("wilcoxon_scipy_default", Json::object());
  result["wilcoxon_scipy_default"] = wilcoxon_json(scipy, x, y);
  Json pingouin = scipy;  // the same method, with the correction where it is normal
  pingouin["continuity_correction"] = true;
  result["wilcoxon_pingouin"] = wilcoxon_json(pingouin, x, y);
  const WilcoxonTest signs = wilcoxon(x, y);
  result["differences_have_ties"] = signs.ties;
  result["differences_have_zeros"] = signs.zeros > 0;
  if (record.contains("bland_altman"))
    result["bland_altman"] = bland_altmans(record["bland_altman"], x, y);
  Values differences;
  for (std::size_t i = 0; i < x.size(); ++i) differences.push_back(x[i] - y[i]);
  const NormalityTest normality = shapiro_wilk(differences);
  result["shapiro_of_difference"] = {as_json(normality.w), as_json(normality.p)};
  result["independent"] = independent(x, y);
  return result;
}

TEST(GoldenStatistics, Paired) {
  testing::Tally tally("paired");
  for (const Json& record : testing::golden_records("statistics", "paired")) {
    const auto name = record.at("fixture").get<std::string>();
    const auto perfect = [&record](const std::string& kind, const std::string& key) {
      const Json value = record.value(kind, Json::object()).value("two-sided", Json::object());
      return value.contains(key) && std::abs(testing::number(value[key])) > 1 - 1e-13;
    };
    double scale = 0, offset = 1;  // largest value; the same in SDs
    for (const char* sample : {"x", "y"}) {
      const Values values = testing::numbers(record.at(sample));
      for (const double value : values) scale = std::max(scale, std::abs(value));
      const Estimate sd = describe_sample(values).sd;
      if (sd.defined() && sd.value > 0) offset = std::max(offset, scale / sd.value);
    }
    const bool perfect_r = perfect("pearson", "r"), perfect_rho = perfect("spearman", "rho");
    const auto tolerance = [&](const std::string& path) -> Tolerance {
      // Next to 1 the p of a correlation follows from how the reference rounded it.
      if (path.ends_with("/p") && ((perfect_r && path.find("/pearson/") != std::string::npos) ||
                                   (perfect_rho && path.find("/spearman/") != std::string::npos)))
        return {1e-9, 1e-7};
      // pingouin rounds the interval of a correlation to six decimals.
      const auto has = [&path](const char* part) { return path.find(part) != std::string::npos; };
      if (has("/pingouin/ci") && !has("ttest")) return {0, 5.1e-7};
      if (has("/shapiro")) return testing::kShapiro;
      // scipy 1.10 has t quantiles of nine to ten digits, of which a limit near zero loses some;
      // scipy 1.17 has ours.
      if (has("/ttest") || has("/bland_altman") || has("/welch")) return {1e-8, 1e-9 * scale};
      // Moments about a mean that the reference has only to the rounding of the values.
      if (has("/skew") || has("/kurtosis")) return {1e-8, 1e-14 * offset};
      return {1e-9, 1e-14};
    };
    testing::compare(record, ours(record), name, tolerance, tally);
  }
}

}  // namespace
}  // namespace myoseg
