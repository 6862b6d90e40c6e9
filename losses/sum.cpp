// A weighted sum of other losses: {sum: [{dice: {}}, {cross_entropy: {weight: 0.5}}]}, in full
// {name: sum, terms: [{name: dice}, {name: cross_entropy, weight: 0.5}]}.
#include <ATen/ATen.h>

#include "losses/sums_loss.h"

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
    Node loss = n;
    take_weight(loss, v, p, f);
    // In the short form {dice: {weight: 2}} the options are one level down.
    auto* map = loss.get_if<Node::Map>();
    if (map != nullptr && map->size() == 1 && map->front().first != "name")
      take_weight(map->front().second, v, p + "." + map->front().first, f);
    Codec<Pick<LossEntry>>::read_named(loss, v.loss, p, f, "");
  }
  static void take_weight(Node& n, Term& v, const std::string& p, Faults& f) {
    auto* map = n.get_if<Node::Map>();
    if (map == nullptr) return;
    for (auto entry = map->begin(); entry != map->end(); ++entry)
      if (entry->first == "weight") {
        Codec<double>::read(entry->second, v.weight, p + ".weight", kNonNegative, f);
        map->erase(entry);
        return;
      }
  }
  static Node write(const Term& v, Written what) {
    Node node = Codec<Pick<LossEntry>>::write(v.loss, what);
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
    const auto add = [&](const at::Tensor& value) {
      total = total.defined() ? total + value : value;
    };
    std::vector<Pass> passes;
    for (const auto& [loss, weight] : terms_) {
      const auto* of_sums = dynamic_cast<const SumsLoss*>(loss.get());
      if (of_sums == nullptr)
        add(weight * (*loss)(logits, labels));
      else
        join(passes, *of_sums, weight, logits.size(1));
    }
    for (const Pass& pass : passes) {
      const VoxelSums sums = voxel_sums(logits, labels, pass.wanted);
      for (const auto& [loss, weight] : pass.terms)
        add(as_loss_of(weight * loss->of_sums(sums), logits));
    }
    return total;
  }

 private:
  // Terms that take their sums over voxels together.
  struct Pass {
    SumsWanted wanted;
    std::vector<std::pair<const SumsLoss*, double>> terms;
  };

  static void join(std::vector<Pass>& passes, const SumsLoss& loss, double weight,
                   std::int64_t channels) {
    for (Pass& pass : passes)
      if (pass.wanted.merge(loss.wanted(), channels)) {
        pass.terms.emplace_back(&loss, weight);
        return;
      }
    passes.push_back({loss.wanted(), {{&loss, weight}}});
  }

  std::vector<std::pair<std::unique_ptr<Loss>, double>> terms_;
};

std::unique_ptr<Loss> make_sum(const SumOptions& o) { return std::make_unique<Sum>(o); }

}  // namespace

extern const LossEntry kSum;
const LossEntry kSum = entry<LossEntry, SumOptions, make_sum>(
    "sum", "Weighted sum of other losses; by itself Dice plus cross-entropy.");

}  // namespace myoseg
