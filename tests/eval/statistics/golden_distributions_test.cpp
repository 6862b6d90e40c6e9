// Distribution functions against scipy.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "eval/statistics/distributions.h"
#include "tests/eval/statistics/golden_statistics.h"

namespace myoseg {
namespace {

using namespace statistics;
using testing::as_json;
using testing::Json;
using testing::numbers;

// `fn` is scipy's distribution and method, like "t_ppf"; nothing when we have none such.
std::optional<double> evaluate(const std::string& fn, const std::vector<double>& a) {
  if (fn == "betainc_regularised") return beta_cdf(a.at(2), a.at(0), a.at(1));
  const std::map<std::string, double (*)(double)> normal{
      {"norm_cdf", normal_cdf}, {"norm_sf", normal_sf}, {"norm_ppf", normal_quantile}};
  const std::map<std::string, double (*)(double, double)> one{
      {"t_cdf", t_cdf},       {"t_sf", t_sf},       {"t_ppf", t_quantile},
      {"chi2_cdf", chi2_cdf}, {"chi2_sf", chi2_sf}, {"chi2_ppf", chi2_quantile}};
  const std::map<std::string, double (*)(double, double, double)> two{
      {"f_cdf", f_cdf}, {"f_sf", f_sf}, {"f_ppf", f_quantile}};
  if (fn.ends_with("_isf")) {
    std::vector<double> complement = a;
    complement.at(0) = 1 - a[0];
    return evaluate(fn.substr(0, fn.size() - 3) + "ppf", complement);
  }
  if (normal.contains(fn)) return normal.at(fn)(a.at(0));
  if (one.contains(fn)) return one.at(fn)(a.at(0), a.at(1));
  if (two.contains(fn)) return two.at(fn)(a.at(0), a.at(1), a.at(2));
  return std::nullopt;
}

TEST(GoldenStatistics, Distributions) {
  testing::Tally tally("distributions");
  for (const Json& record : testing::golden_records("statistics", "distributions"))
    for (const Json& row : record.at("rows")) {
      const std::string name = row.at("fn").get<std::string>() + row.at("args").dump();
      const auto value = evaluate(row["fn"].get<std::string>(), numbers(row["args"]));
      if (value)
        testing::compare(
            row.at("value"), as_json(Estimate(*value)), name,
            [](const std::string&) {
              return testing::Tolerance{1e-9, 1e-14};
            },
            tally);
      else
        tally.cannot_run(name, "we have no such function");
    }
}

}  // namespace
}  // namespace myoseg
