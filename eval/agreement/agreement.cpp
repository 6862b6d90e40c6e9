#include "eval/agreement/agreement.h"

#include <algorithm>
#include <cmath>

#include "eval/draw/readable.h"
#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

using statistics::add_cells;
using statistics::cell;
using statistics::Estimate;
using statistics::reasons;

Ratings complete_cases(const Ratings& ratings) {
  Ratings complete{ratings.region, ratings.quantity, {}, {}};
  complete.values.resize(ratings.values.size());
  for (std::size_t c = 0; c < ratings.cases.size(); ++c) {
    const bool lacks = std::any_of(ratings.values.begin(), ratings.values.end(),
                                   [&](const auto& values) { return std::isnan(values[c]); });
    if (lacks) continue;
    complete.cases.push_back(ratings.cases[c]);
    for (std::size_t r = 0; r < ratings.values.size(); ++r)
      complete.values[r].push_back(ratings.values[r][c]);
  }
  return complete;
}

}  // namespace

Agreement agree(const Ratings& ratings) {
  Agreement result;
  result.ratings = complete_cases(ratings);
  const auto& values = result.ratings.values;
  result.icc = statistics::icc(values);
  for (std::size_t a = 0; a < values.size(); ++a)
    for (std::size_t b = a + 1; b < values.size(); ++b) {
      PairAgreement pair{.first = a,
                         .second = b,
                         .x = values[a],
                         .y = values[b],
                         .limits = statistics::bland_altman(values[a], values[b]),
                         .lin = statistics::concordance(values[a], values[b]),
                         .pearson = statistics::pearson(values[a], values[b]),
                         .spearman = statistics::spearman(values[a], values[b])};
      result.pairs.push_back(std::move(pair));
    }
  return result;
}

Table icc_table(const AgreementReport& report) {
  Table table;
  table.columns = {"quantity", "region", "readers", "n",   "form", "icc", "ci_low",
                   "ci_high",  "f",      "df1",     "df2", "p",    "note"};
  for (const Agreement& agreement : report.agreements)
    for (const statistics::IccForm form : statistics::kIccForms) {
      const statistics::IccEstimate& icc = agreement.icc[form];
      std::vector<std::string> row{agreement.ratings.quantity,
                                   agreement.ratings.region,
                                   std::to_string(report.readers.size()),
                                   std::to_string(agreement.ratings.cases.size()),
                                   std::string(icc_name(form)),
                                   cell(icc.value)};
      add_cells(row, icc.ci);
      for (const Estimate* e : {&icc.f, &icc.df1, &icc.df2, &icc.p}) row.push_back(cell(*e));
      row.push_back(reasons({icc.value.reason, icc.ci.reason, icc.f.reason}));
      table.rows.push_back(std::move(row));
    }
  return table;
}

Table pairs_table(const AgreementReport& report) {
  Table table;
  table.columns = {"quantity",     "region",    "first",        "second",     "n",
                   "lin_ccc",      "lin_low",   "lin_high",     "pearson_r",  "pearson_low",
                   "pearson_high", "pearson_p", "spearman_rho", "spearman_p", "bias",
                   "bias_low",     "bias_high", "sd",           "lower",      "lower_low",
                   "lower_high",   "upper",     "upper_low",    "upper_high", "slope",
                   "slope_p",      "note"};
  for (const Agreement& agreement : report.agreements)
    for (const PairAgreement& pair : agreement.pairs) {
      std::vector<std::string> row{agreement.ratings.quantity, agreement.ratings.region,
                                   report.readers[pair.first], report.readers[pair.second],
                                   std::to_string(pair.x.size())};
      row.push_back(cell(pair.lin.ccc));
      add_cells(row, pair.lin.ci);
      row.push_back(cell(pair.pearson.coefficient));
      add_cells(row, pair.pearson.ci);
      row.push_back(cell(pair.pearson.p));
      row.push_back(cell(pair.spearman.coefficient));
      row.push_back(cell(pair.spearman.p));
      const statistics::BlandAltman& limits = pair.limits;
      row.push_back(cell(limits.bias));
      add_cells(row, limits.ci_bias);
      row.push_back(cell(limits.sd));
      row.push_back(cell(limits.lower));
      add_cells(row, limits.ci_lower);
      row.push_back(cell(limits.upper));
      add_cells(row, limits.ci_upper);
      row.push_back(cell(limits.slope.value));
      row.push_back(cell(limits.slope.p));
      row.push_back(
          reasons({pair.lin.ccc.reason, pair.lin.ci.reason, pair.pearson.coefficient.reason,
                   pair.pearson.ci.reason, pair.spearman.coefficient.reason, limits.bias.reason,
                   limits.ci_bias.reason, limits.slope.value.reason, limits.slope.p.reason}));
      table.rows.push_back(std::move(row));
    }
  return table;
}

std::string quantity_title(const std::string& quantity) {
  struct Unit {
    const char *ending, *text;
  };
  if (quantity == "smi_cm2_m2") return "SMI (cm²/m²)";
  constexpr Unit kUnits[] = {{"_ml", " (ml)"}, {"_cm2", " (cm²)"}, {"_hu", " HU"}};
  for (const auto& [ending, text] : kUnits)
    if (quantity.ends_with(ending))
      return region_title(quantity.substr(0, quantity.size() - std::string_view(ending).size())) +
             text;
  return region_title(quantity);
}

}  // namespace myoseg
