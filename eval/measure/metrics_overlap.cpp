// Metrics that are made of voxel counts alone.
#include <cmath>

#include "eval/measure/metrics_families.h"

namespace myoseg {
namespace {

double ratio(double part, double whole) { return part / whole; }  // 0/0 is NaN

// The four cells of the table of counts.
struct Cells {
  double tp, fp, fn, tn;
  explicit Cells(const Comparison& c)
      : tp(static_cast<double>(c.overlap.both)),
        fp(static_cast<double>(c.overlap.prediction - c.overlap.both)),
        fn(static_cast<double>(c.overlap.truth - c.overlap.both)),
        tn(static_cast<double>(c.overlap.voxels) - tp - fp - fn) {}
};

template <double (*Formula)(const Cells&)>
double of_counts(const Comparison& comparison, double) {
  return Formula(Cells(comparison));
}

double dice(const Cells& c) { return ratio(2 * c.tp, 2 * c.tp + c.fp + c.fn); }
double jaccard(const Cells& c) { return ratio(c.tp, c.tp + c.fp + c.fn); }
double hamming_distance(const Cells& c) { return ratio(c.fp + c.fn, c.tp + c.fp + c.fn); }
double hamming_similarity(const Cells& c) { return 1 - hamming_distance(c); }
double sensitivity(const Cells& c) { return ratio(c.tp, c.tp + c.fn); }
double precision(const Cells& c) { return ratio(c.tp, c.tp + c.fp); }
double specificity(const Cells& c) { return ratio(c.tn, c.tn + c.fp); }
double negative_predictive_value(const Cells& c) { return ratio(c.tn, c.tn + c.fn); }
double accuracy(const Cells& c) { return ratio(c.tp + c.tn, c.tp + c.tn + c.fp + c.fn); }
double balanced_accuracy(const Cells& c) { return (sensitivity(c) + specificity(c)) / 2; }
double fowlkes_mallows(const Cells& c) { return std::sqrt(precision(c) * sensitivity(c)); }
double matthews(const Cells& c) {
  // Roots first: the product of four counts of a large volume would lose digits.
  return ratio(c.tp * c.tn - c.fp * c.fn,
               std::sqrt((c.tp + c.fp) * (c.tp + c.fn)) * std::sqrt((c.tn + c.fp) * (c.tn + c.fn)));
}
double kappa(const Cells& c) {
  return ratio(2 * (c.tp * c.tn - c.fp * c.fn),
               (c.tp + c.fp) * (c.fp + c.tn) + (c.tp + c.fn) * (c.fn + c.tn));
}

// Millilitres of prediction minus truth.
double volume_difference(const Comparison& c, double) {
  return c.voxel_ml * static_cast<double>(c.overlap.prediction - c.overlap.truth);
}
// `parameter` 1 or 100: as a fraction or in per cent.
double relative_difference(const Comparison& c, double parameter) {
  const Overlap& o = c.overlap;
  return parameter *
         ratio(static_cast<double>(o.prediction - o.truth), static_cast<double>(o.truth));
}
double absolute_relative_difference(const Comparison& c, double parameter) {
  return std::abs(relative_difference(c, parameter));
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// A structure that only one of the two has is the worst that can happen to an overlap.
constexpr EmptyRule kWorstIsZero{.both = kNaN, .truth = 0.0, .prediction = 0.0};
constexpr EmptyRule kWorstIsOne{.both = kNaN, .truth = 1.0, .prediction = 1.0};
// These also count the background, which is there when the structure is not.
constexpr EmptyRule kByFormula{.both = kNaN, .truth = {}, .prediction = {}};
// Nothing can be relative to an empty truth.
constexpr EmptyRule kNeedsTruth{.both = kNaN, .truth = kNaN, .prediction = {}};
constexpr EmptyRule kAlwaysDefined{.both = 0.0, .truth = {}, .prediction = {}};

}  // namespace

std::vector<Metric> overlap_metrics() {
  const auto row = [](const char* name, const char* title, const char* formula, EmptyRule empty,
                      double (*compute)(const Comparison&, double), Better better = Better::higher,
                      double best = 1) {
    return Metric{name, title, formula, "", better, best, empty, Needs::counts, compute, 0};
  };
  return {
      row("dice", "Dice", "2|T∩P| / (|T| + |P|)", kWorstIsZero, of_counts<dice>),
      row("jaccard", "Jaccard", "|T∩P| / |T∪P|", kWorstIsZero, of_counts<jaccard>),
      row("sensitivity", "Sensitivity", "|T∩P| / |T|", kWorstIsZero, of_counts<sensitivity>),
      row("specificity", "Specificity", "voxels in neither / voxels not in T", kByFormula,
          of_counts<specificity>),
      row("precision", "Precision", "|T∩P| / |P|", kWorstIsZero, of_counts<precision>),
      row("accuracy", "Accuracy", "voxels where T and P agree / all voxels compared", kByFormula,
          of_counts<accuracy>),
      row("hamming_distance", "Hamming distance", "voxels of T∪P where T and P differ / |T∪P|",
          kWorstIsOne, of_counts<hamming_distance>, Better::lower, 0),
      row("hamming_similarity", "Hamming similarity",
          "1 − voxels of T∪P where T and P differ / |T∪P|, which equals Jaccard", kWorstIsZero,
          of_counts<hamming_similarity>),
      row("hamming_similarity_label", "Hamming similarity, label",
          "1 − voxels of T where P differs / |T|, which equals sensitivity", kWorstIsZero,
          of_counts<sensitivity>),
      row("negative_predictive_value", "Negative predictive value",
          "voxels in neither / voxels not in P", kByFormula, of_counts<negative_predictive_value>),
      row("balanced_accuracy", "Balanced accuracy", "(sensitivity + specificity) / 2",
          {.both = kNaN, .truth = kNaN, .prediction = {}}, of_counts<balanced_accuracy>),
      row("fowlkes_mallows", "Fowlkes-Mallows", "|T∩P| / √(|T| |P|)", kWorstIsZero,
          of_counts<fowlkes_mallows>),
      row("matthews_correlation", "Matthews correlation",
          "Pearson correlation of T and P over the voxels", kWorstIsZero, of_counts<matthews>),
      row("cohen_kappa", "Cohen's kappa",
          "(p − c) / (1 − c) with p the accuracy and c the agreement by chance", kByFormula,
          of_counts<kappa>),
  };
}

std::vector<Metric> volume_metrics() {
  const auto row = [](const char* name, const char* title, const char* formula, const char* unit,
                      Better better, EmptyRule empty, double (*compute)(const Comparison&, double),
                      double factor) {
    return Metric{name, title, formula, unit, better, 0, empty, Needs::counts, compute, factor};
  };
  return {
      row("volume_difference_ml", "Volume difference", "volume of P − volume of T", "ml",
          Better::near_zero, kAlwaysDefined, volume_difference, 1),
      row("ravd", "Relative volume difference", "(|P| − |T|) / |T|", "fraction", Better::near_zero,
          kNeedsTruth, relative_difference, 1),
      row("ravd_percent", "Relative volume difference", "100 (|P| − |T|) / |T|", "%",
          Better::near_zero, kNeedsTruth, relative_difference, 100),
      row("absolute_ravd", "Absolute relative volume difference", "||P| − |T|| / |T|", "fraction",
          Better::lower, kNeedsTruth, absolute_relative_difference, 1),
      row("absolute_ravd_percent", "Absolute relative volume difference", "100 ||P| − |T|| / |T|",
          "%", Better::lower, kNeedsTruth, absolute_relative_difference, 100),
  };
}

}  // namespace myoseg
