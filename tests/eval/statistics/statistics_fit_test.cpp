// The bootstrap, least squares and descriptions at the edge and without golden records.
#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>

#include "eval/statistics/bootstrap.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/density.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/regression.h"
#include "eval/statistics/sample.h"
#include "tests/eval/statistics/statistics_fixture.h"

namespace myoseg::statistics {
namespace {

const Values kResampled{1.56,  2.281, 4.985, 1.862, 3.137, 1.388, 3.012, 2.532, 1.765, 1.663,
                        2.565, 3.393, 0.783, 1.364, 1.067, 2.605, 1.295, 1.252, 3.051, 5.071,
                        0.554, 1.242, 2.739, 2.303, 4.566, 4.063, 2.161, 5.801, 8.935, 4.298,
                        1.794, 5.536, 2.987, 3.79,  2.426, 2.838, 4.413, 1.147, 4.578, 1.375};
const Values kSample{1.2, 0.7, 3.9, 2.2, 5.1, 1.8, 2.9};
Estimate average(std::span<const double> values) { return mean(values); }

TEST(Bootstrap, IntervalAgreesWithScipyOnTheSameResamples) {
  Values without_one;
  for (const double value : kSample) without_one.push_back((mean(kSample) * 7 - value) / 6);
  expect_interval(bca_interval(kResampled, mean(kSample), without_one, 0.9), 1.0904006646831057,
                  5.636785205884419);
  // scipy's interval of 200000 resamples; ours has other resamples.
  BootstrapOptions options;
  options.resamples = 20000;
  const Bootstrap result = bootstrap_values(kSample, average, options);
  expect_value(result.value, mean(kSample));
  expect_value(result.se, 0.5423639883291812, 0.03);
  expect_interval(result.ci, 1.614285714285714, 3.7571428571428567, 0.03);
}

TEST(Bootstrap, DependsOnTheSeedAndNotOnThreads) {
  BootstrapOptions options;
  options.resamples = 500;
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const Bootstrap one = bootstrap_values(kSample, average, options);
  omp_set_num_threads(3);
  const Bootstrap three = bootstrap_values(kSample, average, options);
  omp_set_num_threads(threads);
  EXPECT_EQ(one.distribution, three.distribution);
  EXPECT_EQ(one.ci.low, three.ci.low);
  options.seed = 2;
  EXPECT_NE(bootstrap_values(kSample, average, options).distribution, one.distribution);
}

TEST(Bootstrap, DrawsPatientsAndNotValues) {
  // Both values of a patient are the same, so that patients alone give the same resamples.
  Values twice;
  std::vector<std::string> patients;
  for (const double value : kSample)
    for (int i = 0; i < 2; ++i) {
      twice.push_back(value);
      patients.push_back("patient " + std::to_string(value));
    }
  BootstrapOptions options;
  options.resamples = 300;
  const Bootstrap clusters = bootstrap_clusters(twice, patients, average, options);
  const Bootstrap values = bootstrap_values(kSample, average, options);
  ASSERT_EQ(values.distribution.size(), 300U);
  ASSERT_EQ(clusters.distribution.size(), 300U);
  for (std::size_t i = 0; i < values.distribution.size(); ++i)
    EXPECT_NEAR(clusters.distribution[i], values.distribution[i], 1e-12);
}

TEST(Bootstrap, AtTheEdge) {
  EXPECT_EQ(bootstrap_values(Values{1}, average).ci.reason, "needs at least 2 patients, found 1");
  expect_undefined(bootstrap_values(Values{}, average).value, "needs at least 2 patients, found 0");
  expect_interval(bootstrap_values(Values{1, 1, 1}, average).ci, 1, 1);
  const auto r_of_ties = [](std::span<const std::size_t> patients) {
    Values x, y;
    for (const std::size_t patient : patients) {
      x.push_back(patient == 0 ? 1 : 0);
      y.push_back(static_cast<double>(patient));
    }
    return pearson(x, y).coefficient;
  };
  BootstrapOptions options;
  options.resamples = 100;
  const Bootstrap undefined = bootstrap(4, r_of_ties, options);
  EXPECT_GT(undefined.undefined_resamples, 5);
  EXPECT_FALSE(undefined.ci.defined());
}

Regression fit_of(const Values& y, const std::vector<Values>& x) {
  std::vector<Regressor> regressors;
  for (const Values& values : x)
    regressors.push_back({"x" + std::to_string(regressors.size() + 1), values});
  return ols(y, regressors);
}

TEST(Regression, WithoutFreedom) {
  const Regression line = fit_of({1, 3}, {{0, 1}});
  expect_value(line.coefficients[1].value, 2);
  expect_undefined(line.coefficients[1].se, "no degrees of freedom are left");
  expect_value(line.r2, 1);
  expect_undefined(line.f, "no degrees of freedom are left");
  const double at[] = {3};
  expect_value(predict(line, at).mean, 7);
  EXPECT_FALSE(predict(line, at).mean_ci.defined());

  const Regression few = fit_of({1, 3}, {{0, 1}, {4, 9}});
  expect_undefined(few.coefficients[2].value, "fewer points (2) than parameters (3)");
}

TEST(Regression, OfDependentOrConstantRegressors) {
  const Regression twice = fit_of({1, 2, 4, 3}, {{1, 2, 3, 4}, {2, 4, 6, 8}});
  expect_undefined(twice.coefficients[1].value, "the regressors depend on each other linearly");
  EXPECT_EQ(twice.df_residual, 2);
  expect_value(twice.r2, 0.64);  // of the line through the first alone
  expect_undefined(fit_of({1, 2, 4}, {{5, 5, 5}}).coefficients[0].value,
                   "all values of the regressor 'x1' are equal");
  const double at[] = {1, 2};
  EXPECT_FALSE(predict(twice, at).mean.defined());
}

TEST(Regression, OfAnExactLineAndAConstantOutcome) {
  const Regression line = fit_of({3, 5, 7, 9}, {{1, 2, 3, 4}});
  expect_value(line.coefficients[0].value, 1);
  expect_value(line.coefficients[1].t, kInfinity);
  expect_value(line.f_p, 0);
  expect_undefined(line.aic, "the fit is exact");
  expect_undefined(fit_of({2, 2, 2, 2}, {{1, 2, 3, 5}}).r2, "all values of the outcome are equal");
  expect_value(fit_of({1, 2, 3}, {}).coefficients[0].value, 2);
}

TEST(Descriptive, AtTheEdge) {
  const Description one = describe_sample(Values{4});
  expect_value(one.mean, 4);
  expect_value(one.median, 4);
  expect_undefined(one.sd, "needs at least 2 values, found 1");
  expect_undefined(describe_sample(Values{}).median, "needs at least 1 values, found 0");
  expect_undefined(describe_sample(Values{2, 2, 2}).skewness, "all values are equal");
  expect_undefined(describe_sample(Values{-1, 1}).cv_percent, "the mean is zero");
  expect_undefined(prediction_errors(Values{0, 1}, Values{1, 1}).mape, "a true value is zero");
}

TEST(Descriptions, QuantilesAndDensity) {
  EXPECT_DOUBLE_EQ(quantile(Values{1, 2, 3, 4}, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(quantile(Values{1, 2, 3, 4}, 1), 4);
  EXPECT_TRUE(kernel_density({1, 1, 1, 1}, 0, 2, 11).at.empty());
  const Density d = kernel_density({0.4, 0.5, 0.6, 0.45, 0.55}, -2, 3, 5001);
  double area = 0;
  for (const double v : d.value) area += v * 0.001;
  EXPECT_NEAR(area, 1, 1e-3);
}

TEST(Distributions, OutsideTheirDomain) {
  EXPECT_TRUE(std::isnan(t_quantile(1.5, 3)));
  EXPECT_TRUE(std::isnan(t_cdf(1, 0)));
  EXPECT_TRUE(std::isnan(beta_cdf(2, 1, 1)));
  EXPECT_EQ(f_sf(kInfinity, 2, 3), 0);
  EXPECT_EQ(normal_quantile(0), -kInfinity);
  EXPECT_TRUE(std::isnan(normal_cdf(std::nan(""))));
}

}  // namespace
}  // namespace myoseg::statistics
