// Losses and their gradients against MONAI, segmentation-models-pytorch and PyTorch.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "core/fields/pick.h"
#include "losses/overlap.h"
#include "tests/losses/reference_loss.h"

namespace myoseg {
namespace {

using testing::Json;

struct Holder {
  Pick<LossEntry> loss;
};
void describe(Fields& f, Holder& h) { f("loss", h.loss, "The loss."); }

at::Tensor logits_of(const Json& record) {
  const Json& l = record.at("logits");
  const auto shape = l.at("shape").get<std::vector<std::int64_t>>();
  std::size_t n = 1;
  for (const auto s : shape) n *= static_cast<std::size_t>(s);
  auto values =
      testing::formula_values(l.at("seed_string").get<std::string>(), n, l.at("lo"), l.at("hi"));
  return at::from_blob(values.data(), shape, at::kFloat).clone();
}

// The labels, with the record's sentence "in batch item I label L is replaced by R" obeyed.
at::Tensor labels_of(const Json& record) {
  const Json& t = record.at("target");
  auto shape = record.at("logits").at("shape").get<std::vector<std::int64_t>>();
  shape.erase(shape.begin() + 1);
  std::size_t n = 1;
  for (const auto s : shape) n *= static_cast<std::size_t>(s);
  auto values = testing::formula_labels(t.at("seed_string").get<std::string>(), n, t.at("labels"));
  at::Tensor labels = at::from_blob(values.data(), shape, at::kLong).clone();
  if (t.at("absent_rule").is_string()) {
    int item = 0, label = 0, replacement = 0;
    const auto rule = t.at("absent_rule").get<std::string>();
    EXPECT_EQ(std::sscanf(rule.c_str(), "in batch item %d label %d is replaced by %d", &item,
                          &label, &replacement),
              3)
        << rule;
    at::Tensor one = labels[item];
    one.masked_fill_(one.eq(label), replacement);
  }
  const auto first = t.at("first8").get<std::vector<std::int64_t>>();
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(labels.flatten()[static_cast<std::int64_t>(i)].item<std::int64_t>(), first[i]);
  return labels;
}

void compare(const Json& c, const Json& record, const testing::ReferenceLoss& plan,
             at::ScalarType type) {
  const bool f64 = type == at::kDouble;
  const bool exact = f64 && !plan.in_float32;
  const std::string suffix = f64 ? "_f64" : "";
  at::Tensor logits = logits_of(record).to(type).requires_grad_(true);
  Node section(Node::Map{});
  section.set("loss", plan.loss);
  const Holder holder = bind<Holder>(section);
  const at::Tensor labels = labels_of(record);
  const auto loss = holder.loss.make();
  const at::Tensor value = plan.scale * (*loss)(logits, labels);
  value.backward();

  const double tolerance = exact ? 1e-9 : 1e-6;
  const double expected = testing::number(c.at("value" + suffix));
  EXPECT_NEAR(value.item<double>(), expected, tolerance * std::max(1.0, std::abs(expected)));
  const double norm = testing::number(c.at("grad_norm" + suffix));
  EXPECT_NEAR(logits.grad().norm().item<double>(), norm, (exact ? 1e-9 : 1e-5) * norm);
  if (!f64) return;
  const at::Tensor gradient = logits.grad().flatten();
  const auto index = c.at("grad_index").get<std::vector<std::int64_t>>();
  for (std::size_t i = 0; i < index.size(); ++i)
    EXPECT_NEAR(gradient[index[i]].item<double>(), testing::number(c.at("grad_f64").at(i)),
                tolerance * norm + 1e-12)
        << "gradient at " << index[i];
  if (plan.elements) {
    const auto* overlap = dynamic_cast<const OverlapLoss*>(loss.get());
    ASSERT_NE(overlap, nullptr);
    const at::Tensor terms =
        overlap->terms(voxel_sums(logits, labels, overlap->wanted())).flatten();
    const Json& elements = c.at("value_elements_f64");
    ASSERT_EQ(terms.numel(), static_cast<std::int64_t>(elements.size()));
    for (std::int64_t i = 0; i < terms.numel(); ++i)
      EXPECT_NEAR(terms[i].item<double>(),
                  testing::number(elements.at(static_cast<std::size_t>(i))), 1e-9);
  }
}

TEST(GoldenLosses, ValuesAndGradients) {
  testing::Tally tally("loss");
  for (const Json& record : testing::golden_records("losses", "loss"))
    for (const Json& c : record.at("cases")) {
      const std::string name = record.at("fixture").get<std::string>() + " " +
                               c.at("library").get<std::string>() + "." +
                               c.at("loss").get<std::string>() + c.at("kwargs").dump();
      testing::ReferenceLoss plan;
      if (const auto reason = testing::reference_loss(c, record, plan)) {
        tally.cannot_run(name, *reason);
        continue;
      }
      SCOPED_TRACE(name);
      try {
        if (c.contains("value_f64")) compare(c, record, plan, at::kDouble);
        compare(c, record, plan, at::kFloat);
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
      tally.ran();
    }
}

}  // namespace
}  // namespace myoseg
