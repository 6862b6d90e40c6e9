#include "tests/losses/loss_fixture.h"

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/random.h"

namespace myoseg::testing {
namespace {

struct Holder {
  Pick<LossEntry> loss;
};
void describe(Fields& f, Holder& h) { f("loss", h.loss, "The loss."); }

Holder read(const std::string& yaml) { return bind<Holder>(parse_yaml("loss: " + yaml, "a.yaml")); }

}  // namespace

std::unique_ptr<Loss> make_loss(const std::string& yaml) { return read(yaml).loss.make(); }

Node rewritten_loss(const std::string& yaml) { return *write_fields(read(yaml)).find("loss"); }

std::string loss_faults(const std::string& yaml) {
  try {
    (void)read(yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

at::Tensor random_logits(std::vector<std::int64_t> shape, at::ScalarType type) {
  at::Tensor t = at::empty(shape, at::kDouble);
  Random random(5, "logits");
  for (std::int64_t i = 0; i < t.numel(); ++i) t.data_ptr<double>()[i] = random.uniform(-3, 3);
  return t.to(type);
}

at::Tensor random_labels(std::vector<std::int64_t> shape, std::int64_t labels) {
  at::Tensor t = at::empty(shape, at::kLong);
  Random random(7, "labels");
  for (std::int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<std::int64_t>()[i] =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(labels)));
  return t;
}

std::pair<double, at::Tensor> value_and_gradient(const Loss& loss, const at::Tensor& logits,
                                                 const at::Tensor& labels) {
  at::Tensor leaf = logits.detach().clone(at::MemoryFormat::Preserve).requires_grad_(true);
  const at::Tensor value = loss(leaf, labels);
  value.backward();
  return {value.item<double>(), leaf.grad()};
}

std::string sentence_of(const Loss& loss, const at::Tensor& logits, const at::Tensor& labels) {
  try {
    (void)loss(logits, labels);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace myoseg::testing
