// How far several readers of the same cases, people or programs, agree in what they measured.
#pragma once

#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/statistics/agreement.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/icc.h"

namespace myoseg {

// One quantity of one region, measured by every reader in every case.
struct Ratings {
  std::string region;
  std::string quantity;  // "volume_ml": a column of quantities.csv
  std::vector<std::string> cases;
  std::vector<std::vector<double>> values;  // [reader][case]; NaN: not defined there
};

// What two readers make of the cases that all readers have a value for.
struct PairAgreement {
  std::size_t first = 0, second = 0;  // readers; differences are first minus second
  std::vector<double> x, y;           // their values, case by case
  statistics::BlandAltman limits;
  statistics::Concordance lin;
  statistics::Correlation pearson, spearman;
};
struct Agreement {
  Ratings ratings;  // without the cases that lack a value
  statistics::Icc icc;
  std::vector<PairAgreement> pairs;  // (0,1), (0,2), (1,2) ...
};
// Leaves out the cases in which a reader has no value. 95 % intervals.
[[nodiscard]] Agreement agree(const Ratings& ratings);

struct AgreementReport {
  std::vector<std::string> readers;
  std::string tag = "";  // part of the figures' names, where a page has several reports
  statistics::IccForm form = statistics::IccForm::icc2;  // the one that the page shows
  std::vector<Agreement> agreements;
};
// One row per quantity, region and form: value, interval, F, p and why a value is missing.
[[nodiscard]] Table icc_table(const AgreementReport& report);
// One row per quantity, region and pair: Lin, Pearson, Spearman, bias and limits with intervals,
// and the line of the differences over the means.
[[nodiscard]] Table pairs_table(const AgreementReport& report);

// "mean_hu" -> "Mean HU", "volume_ml" -> "Volume (ml)".
[[nodiscard]] std::string quantity_title(const std::string& quantity);

}  // namespace myoseg
