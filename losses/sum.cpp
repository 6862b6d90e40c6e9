// A weighted sum of other losses: {name: sum, terms: [{name: dice}, {name: cross_entropy, weight:
// 0.5}]}.
#include <ATen/ATen.h>

#include "losses/loss.h"

namespace myoseg {
namespace {

struct Term {
  Pick<LossEntry> loss{"dice"};
  double weight = 1;
};

}  // namespace

// A term is written as the loss it picks with `weight` among its options.
namespace detail {
template <>
struct Codec<Term> {
  static void read(const Node& n, Term& v, const std::string& p, const Limits&, Faults& f) {
    const auto* map = n.get_if<Node::Map>();
    if (map == nullptr) return Codec<Pick<LossEntry>>::read(n, v.loss, p, kAny, f);
    Node::Map rest;
    for (const auto& [key, value] : *map) {
      if (key == "weight")
        Codec<double>::read(value, v.weight, p + ".weight", kNonNegative, f);
      else
        rest.emplace_back(key, value);
    }
    Codec<Pick<LossEntry>>::read(Node(std::move(rest), n.origin), v.loss, p, kAny, f);
  }
  static Node write(const Term& v, bool only_what_affects_results) {
    Node node = Codec<Pick<LossEntry>>::write(v.loss, only_what_affects_results);
    node.set("weight", Node(v.weight));
    return node;
  }
  static std::string type() { return "a loss with a `weight`"; }
};
}  // namespace detail

namespace {

struct SumOptions {
  std::vector<Term> terms = {Term{}, Term{Pick<LossEntry>("cross_entropy"), 1}};
};

void describe(Fields& f, SumOptions& o) {
  f("terms", o.terms, "Losses, each with its own options and its `weight` (1).");
  f.require(!o.terms.empty(), "terms: at least one loss is needed");
}

class Sum final : public Loss {
 public:
  explicit Sum(const SumOptions& o) {
    for (const Term& term : o.terms) terms_.emplace_back(term.loss.make(), term.weight);
  }
  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    at::Tensor total;
    for (const auto& [loss, weight] : terms_) {
      const at::Tensor value = weight * (*loss)(logits, labels);
      total = total.defined() ? total + value : value;
    }
    return total;
  }

 private:
  std::vector<std::pair<std::unique_ptr<Loss>, double>> terms_;
};

std::unique_ptr<Loss> make_sum(const SumOptions& o) { return std::make_unique<Sum>(o); }

}  // namespace

extern const LossEntry kSum;
const LossEntry kSum = entry<LossEntry, SumOptions, make_sum>(
    "sum", "Weighted sum of other losses; by itself Dice plus cross-entropy.");

}  // namespace myoseg
