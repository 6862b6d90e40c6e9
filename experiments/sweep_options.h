// How a sweep (-m) chooses its runs, beyond what the overrides say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/sweep/sweep.h"
#include "core/fields/fields.h"

namespace myoseg {

// Successive halving (Jamieson & Talwalkar, AISTATS 2016): all runs train for `first_epochs`, the
// better part goes on to `1 / keep` times as many, and so on to train.epochs.
struct HalvingOptions {
  int first_epochs = 0;
  double keep = 1.0 / 3;
};
void describe(Fields& f, HalvingOptions& o);

// A combination of values: override keys to a value or a list of values.
struct Combination {
  Node values;
};

struct SweepOptions {
  int samples = 0;
  Sampler sampler = Sampler::sobol;
  std::int64_t seed = 0;
  std::vector<Combination> skip;
  std::optional<HalvingOptions> halving;
};
void describe(Fields& f, SweepOptions& o);

namespace detail {
template <>
struct Codec<Combination> {
  static void read(const Node& n, Combination& v, const std::string& p, const Limits&, Faults& f) {
    if (!n.is_map()) return expected(n, p, "a mapping of keys to values", f);
    v.values = n;
  }
  static Node write(const Combination& v, Written) { return v.values; }
  static std::string type() { return "mapping"; }
};
}  // namespace detail

}  // namespace myoseg
