#include "tests/eval/statistics/golden_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace myoseg::testing {
namespace {

// What a record holds beside values to compare: of the record itself, and of any entry in it.
const std::set<std::string> kInputs{"fixture", "kind",  "library",
                                    "x",       "y",     "names",
                                    "groups",  "alpha", "data_rows_subjects_cols_raters"};
const std::set<std::string> kSettings{"note",        "zero_method",           "method",
                                      "alternative", "continuity_correction", "x_new_rows",
                                      "not_exact"};
bool is_description(const std::string& key, bool of_record) {
  return kSettings.contains(key) || (of_record && kInputs.contains(key));
}

bool is_undefined(const Json& actual) { return actual.is_object() && actual.contains("undefined"); }

bool has_bare_nan(const Json& actual) {
  if (actual.is_number()) return std::isnan(actual.get<double>());
  return actual.is_structured() && std::any_of(actual.begin(), actual.end(), has_bare_nan);
}

// Where we say that there is no value, and a reference divides rounding by rounding, takes one of
// several solutions or falls back to another definition.
bool is_deliberate(const std::string& reason) {
  const std::string_view kReasons[] = {"the fit is exact",
                                       "no degrees of freedom",
                                       "all values",
                                       "the line goes through",
                                       "all differences are zero",
                                       "needs at least",
                                       "the regressors depend",
                                       "fewer points"};
  return std::any_of(std::begin(kReasons), std::end(kReasons),
                     [&](std::string_view start) { return reason.starts_with(start); });
}

bool has_no_value(const Json& expected) {
  if (expected.is_null()) return true;
  if (expected.is_array()) return std::any_of(expected.begin(), expected.end(), has_no_value);
  return expected.is_string() && !std::isfinite(number(expected));
}

void compare_numbers(double expected, double actual, const std::string& path, Tolerance tolerance) {
  EXPECT_FALSE(std::isnan(actual)) << path << ": NaN without a reason";
  if (std::isnan(expected) || expected == actual) return;
  // Where we see no spread at all, a reference can divide by the rounding of its own sums.
  if (std::isinf(actual) && expected * actual > 0 && std::abs(expected) > 1e10) return;
  if (actual == 0 && std::abs(expected) < 1e-25) return;
  const double allowed = std::max(tolerance.absolute, tolerance.relative * std::abs(expected));
  EXPECT_LE(std::abs(actual - expected), allowed)
      << path << ": ours " << actual << ", reference " << expected << ", relative difference "
      << std::abs(actual - expected) / std::abs(expected);
}

}  // namespace

Json as_json(const statistics::Estimate& estimate) {
  if (estimate.defined()) return estimate.value;
  return {{"undefined", estimate.reason}};
}

Json as_json(const statistics::Interval& interval) {
  if (interval.defined()) return Json::array({interval.low, interval.high});
  return {{"undefined", interval.reason}};
}

void compare(const Json& expected, const Json& actual, const std::string& path,
             const ToleranceOf& tolerance, Tally& tally) {
  if (expected.is_object() && expected.contains("error")) {
    EXPECT_FALSE(has_bare_nan(actual)) << path << ": NaN without a reason";
    tally.ran();
  } else if (is_undefined(actual)) {
    const auto reason = actual["undefined"].get<std::string>();
    if (!has_no_value(expected) && is_deliberate(reason))
      return tally.cannot_run(path, "none: " + reason + "; the reference has " + expected.dump());
    EXPECT_TRUE(has_no_value(expected))
        << path << ": no value because " << reason << "; the reference has " << expected.dump();
    tally.ran();
  } else if (expected.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (is_description(key, path.find('/') == std::string::npos)) continue;
      if (actual.is_object() && actual.contains(key))
        compare(value, actual[key], path + "/" + key, tolerance, tally);
      else
        tally.cannot_run(path + "/" + key, "we have no such value");
    }
  } else if (expected.is_array()) {
    ASSERT_TRUE(actual.is_array()) << path;
    ASSERT_EQ(expected.size(), actual.size()) << path;
    for (std::size_t i = 0; i < expected.size(); ++i)
      compare(expected[i], actual[i], path + "/" + std::to_string(i), tolerance, tally);
  } else if (actual.is_number() && !expected.is_boolean()) {
    compare_numbers(expected.is_null() ? std::nan("") : number(expected), actual.get<double>(),
                    path, tolerance(path));
    tally.ran();
  } else {
    EXPECT_EQ(expected, actual) << path;
    tally.ran();
  }
}

std::vector<double> numbers(const Json& array) {
  std::vector<double> values;
  for (const Json& value : array) values.push_back(value.is_null() ? std::nan("") : number(value));
  return values;
}

double confidence_of(const std::string& key) {
  return key.starts_with("ci") ? std::atof(key.c_str() + 2) / 100 : 0;
}

statistics::Alternative alternative_of(const std::string& name) {
  if (name == "less") return statistics::Alternative::less;
  if (name == "greater") return statistics::Alternative::greater;
  EXPECT_EQ(name, "two-sided");
  return statistics::Alternative::two_sided;
}

}  // namespace myoseg::testing
