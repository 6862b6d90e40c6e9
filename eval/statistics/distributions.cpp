#include "eval/statistics/distributions.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>

#include "core/error.h"

namespace myoseg::statistics {
namespace {

namespace policies = boost::math::policies;
constexpr auto kIgnore = policies::ignore_error;
using Quiet =
    policies::policy<policies::domain_error<kIgnore>, policies::pole_error<kIgnore>,
                     policies::overflow_error<kIgnore>, policies::underflow_error<kIgnore>,
                     policies::denorm_error<kIgnore>, policies::evaluation_error<kIgnore>,
                     policies::rounding_error<kIgnore>,
                     policies::indeterminate_result_error<kIgnore>>;
using Normal = boost::math::normal_distribution<double, Quiet>;
using StudentT = boost::math::students_t_distribution<double, Quiet>;
using FisherF = boost::math::fisher_f_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The three functions of any distribution from `lowest` up; infinite arguments are answered here.
template <class Distribution>
double cdf_of(const Distribution& distribution, double x, double lowest) {
  if (std::isnan(x)) return kNaN;
  if (x <= lowest) return 0;
  return x == kInfinity ? 1 : cdf(distribution, x);
}
template <class Distribution>
double sf_of(const Distribution& distribution, double x, double lowest) {
  if (std::isnan(x)) return kNaN;
  if (x <= lowest) return 1;
  return x == kInfinity ? 0 : cdf(complement(distribution, x));
}
template <class Distribution>
double quantile_of(const Distribution& distribution, double p, double lowest) {
  if (!(p >= 0 && p <= 1)) return kNaN;
  if (p == 0) return lowest;
  return p == 1 ? kInfinity : quantile(distribution, p);
}
bool positive(double df) { return df > 0 && std::isfinite(df); }

}  // namespace

double normal_cdf(double z) { return cdf_of(Normal(), z, -kInfinity); }
double normal_sf(double z) { return sf_of(Normal(), z, -kInfinity); }
double normal_quantile(double p) { return quantile_of(Normal(), p, -kInfinity); }

double t_cdf(double t, double df) {
  return positive(df) ? cdf_of(StudentT(df), t, -kInfinity) : kNaN;
}
double t_sf(double t, double df) {
  return positive(df) ? sf_of(StudentT(df), t, -kInfinity) : kNaN;
}
double t_quantile(double p, double df) {
  return positive(df) ? quantile_of(StudentT(df), p, -kInfinity) : kNaN;
}

double f_cdf(double f, double df1, double df2) {
  return positive(df1) && positive(df2) ? cdf_of(FisherF(df1, df2), f, 0) : kNaN;
}
double f_sf(double f, double df1, double df2) {
  return positive(df1) && positive(df2) ? sf_of(FisherF(df1, df2), f, 0) : kNaN;
}
double f_quantile(double p, double df1, double df2) {
  return positive(df1) && positive(df2) ? quantile_of(FisherF(df1, df2), p, 0) : kNaN;
}

double chi2_cdf(double x, double df) { return positive(df) ? cdf_of(ChiSquared(df), x, 0) : kNaN; }
double chi2_sf(double x, double df) { return positive(df) ? sf_of(ChiSquared(df), x, 0) : kNaN; }
double chi2_quantile(double p, double df) {
  return positive(df) ? quantile_of(ChiSquared(df), p, 0) : kNaN;
}

double beta_cdf(double x, double a, double b) {
  if (!(x >= 0 && x <= 1) || !positive(a) || !positive(b)) return kNaN;
  return boost::math::ibeta(a, b, x, Quiet());
}

double normal_p(double z, Alternative alternative) {
  if (alternative == Alternative::less) return normal_cdf(z);
  if (alternative == Alternative::greater) return normal_sf(z);
  return std::min(1.0, 2 * normal_sf(std::abs(z)));
}

double t_p(double t, double df, Alternative alternative) {
  if (alternative == Alternative::less) return t_cdf(t, df);
  if (alternative == Alternative::greater) return t_sf(t, df);
  return std::min(1.0, 2 * t_sf(std::abs(t), df));
}

Interval t_interval(double estimate, double se, double df, Alternative alternative,
                    double confidence) {
  check_confidence(confidence);
  const bool both = alternative == Alternative::two_sided;
  const double reach = t_quantile(both ? 0.5 + confidence / 2 : confidence, df) * se;
  if (std::isnan(reach)) return Undefined{"no degrees of freedom are left"};
  return {alternative == Alternative::less ? -kInfinity : estimate - reach,
          alternative == Alternative::greater ? kInfinity : estimate + reach};
}

void check_confidence(double confidence) {
  if (!(confidence > 0 && confidence < 1))
    throw usage_error(
        "a confidence level lies between 0 and 1, found {}; write 0.95 for 95 percent", confidence);
}

}  // namespace myoseg::statistics
