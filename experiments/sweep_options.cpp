#include "experiments/sweep_options.h"

namespace myoseg {

void describe(Fields& f, HalvingOptions& o) {
  f("first_epochs", o.first_epochs, at_least(1).must_be_given().in("epochs"),
    "Epochs that every run trains.");
  f("keep", o.keep, between(0.05, 0.95),
    "Share of the runs that goes on at each halving, by their tuning score.");
}

void describe(Fields& f, SweepOptions& o) {
  f("samples", o.samples, at_least(0), "Points drawn from the interval(...) of the overrides.");
  f("sampler", o.sampler, "How they are drawn; a Sobol sequence fills the space more evenly.");
  f("seed", o.seed, kNonNegative, "Of the samples and of shuffle(...).");
  f("skip", o.skip,
    "Combinations to leave out: mappings of override keys to a value or a list of values.");
  f("halving", o.halving, "Successive halving; null: every run is trained to its end.");
}

}  // namespace myoseg
