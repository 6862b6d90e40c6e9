// Every network that stands for a reference implementation, against the numbers that it gave.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "models/weights/weights.h"
#include "tests/models/golden_tensors.h"
#include "tests/models/make_network.h"
#include "tests/models/reference_network.h"

namespace myoseg::testing {
namespace {

// Each precision's tolerances, from the records' documentation.
struct Precision {
  at::ScalarType type;
  std::string suffix;  // of the record's fields
  double loss, gradient;
};
const Precision kDouble{at::kDouble, "_f64", 1e-9, 1e-6};
const Precision kSingle{at::kFloat, "", 1e-6, 2e-2};

void expect_samples(const at::Tensor& output, const Json& expected, const std::string& values,
                    double tolerance, const std::string& what) {
  ASSERT_EQ(output.sizes().vec(), shape_of(expected)) << what;
  const at::Tensor flat = output.detach().flatten().to(at::kDouble);
  double worst = 0;
  const auto index = expected.at("index").get<std::vector<std::int64_t>>();
  for (std::size_t i = 0; i < index.size(); ++i)
    worst = std::max(worst,
                     std::abs(flat[index[i]].item<double>() - number(expected.at(values).at(i))));
  EXPECT_LE(worst, tolerance) << what;
}

void expect_relative(double found, double expected, double tolerance, const std::string& what) {
  EXPECT_NEAR(found, expected, tolerance * std::abs(expected)) << what;
}

class Comparison {
 public:
  Comparison(const Json& record, ReferenceNetwork reference)
      : record_(record),
        reference_(std::move(reference)),
        network_(make_network(reference_.options, reference_.io)) {}

  void run(const std::vector<Precision>& precisions) {
    if (!has_same_layout()) return;
    ASSERT_TRUE(std::any_of(precisions.begin(), precisions.end(), [&](const Precision& p) {
      return record_.at("eval").contains("value" + p.suffix);
    })) << "nothing to compare in these precisions";
    const Json& eval = record_.at("eval");
    for (const Precision& precision : precisions) {
      fill(precision.type);
      const bool f64 = precision.type == at::kDouble;
      // The largest are recorded in float32 alone, without its noise.
      if (!eval.contains("value" + precision.suffix)) continue;
      const double absmax = number(eval.at("absmax" + precision.suffix));
      const double noise = eval.contains("max_abs_diff_f32_f64")
                               ? number(eval.at("max_abs_diff_f32_f64"))
                               : kNoise * absmax;
      {
        at::NoGradGuard no_grad;
        network_->eval();
        expect_samples(forward(precision.type), eval, "value" + precision.suffix,
                       f64 ? 1e-8 * absmax : std::max(10 * noise, 1e-6 * absmax),
                       "eval" + precision.suffix);
      }
      if (record_.at("train").contains("loss_value" + precision.suffix))
        expect_same_training(precision);
    }
  }

 private:
  NamedTensors named(const NamedTensors& ours) const {
    return reference_.as_reference ? reference_.as_reference(ours) : ours;
  }

  bool has_same_layout() {
    const NamedTensors state = named(state_of(*network_));
    std::vector<std::string> found, expected;
    const auto line = [](const std::string& key, const std::vector<std::int64_t>& shape) {
      return key + " " + Json(shape).dump();
    };
    for (const auto& [key, tensor] : state) found.push_back(line(key, tensor.sizes().vec()));
    for (const auto& [key, shape] : reference_.unused) found.push_back(line(key, shape));
    for (const Json& entry : record_.at("state_dict"))
      expected.push_back(line(entry.at(0), entry.at(1)));
    if (reference_.as_reference) {
      std::sort(found.begin(), found.end());
      std::sort(expected.begin(), expected.end());
    }
    const auto difference =
        std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
    if (found != expected) {
      const auto text = [](const auto& list, auto at) {
        return at == list.end() ? "nothing" : *at;
      };
      ADD_FAILURE() << "state dict: " << text(found, difference.first)
                    << " where the reference has " << text(expected, difference.second);
      return false;
    }
    std::int64_t parameters = 0, buffers = 0;
    for (const auto& p : network_->parameters()) parameters += p.numel();
    for (const auto& [key, shape] : reference_.unused)
      parameters += static_cast<std::int64_t>(size_of(shape));
    for (const auto& b : network_->buffers()) buffers += b.numel();
    EXPECT_EQ(parameters, record_.at("param_count").get<std::int64_t>());
    EXPECT_EQ(buffers, record_.at("buffer_count").get<std::int64_t>());
    return true;
  }

  // Formula weights as float32 numbers, whatever the precision they are computed with.
  void fill(at::ScalarType type) {
    at::NoGradGuard no_grad;
    for (auto& [name, tensor] : state_of(*network_))
      if (tensor.is_floating_point()) tensor.set_data(tensor.to(type));
    // A tensor that has several names has the value of the first.
    std::set<const void*> filled;
    for (auto& [key, tensor] : named(state_of(*network_)))
      if (filled.insert(tensor.data_ptr()).second)
        tensor.copy_(tensor_of(weight_values(key, tensor), tensor.sizes(), at::kFloat));
  }

  at::Tensor forward(at::ScalarType type) {
    const at::Tensor image = input_of(record_).to(type);
    return reference_.forward ? reference_.forward(*network_, image) : network_->forward(image);
  }

  void expect_same_training(const Precision& precision) {
    const Json& train = record_.at("train");
    const std::string where = "train" + precision.suffix;
    network_->train();
    for (auto& p : network_->parameters()) p.mutable_grad().reset();
    const at::Tensor output = forward(precision.type);
    const Json& samples = train.at("output");
    expect_samples(output, samples, "value", kTrainOutput * number(samples.at("absmax")), where);
    const at::Tensor loss = dice_loss(output, target_of(record_));
    EXPECT_NEAR(loss.item<double>(), number(train.at("loss_value" + precision.suffix)),
                precision.loss)
        << where;
    loss.backward();

    NamedTensors gradients;
    double squares = 0;
    for (const auto& [name, tensor] : state_of(*network_)) {
      if (!tensor.grad().defined()) continue;
      gradients.emplace_back(name, tensor.grad());
      squares += std::pow(tensor.grad().norm().item<double>(), 2);
    }
    expect_relative(std::sqrt(squares), number(train.at("total_grad_norm" + precision.suffix)),
                    precision.gradient, where + " total_grad_norm");
    std::map<std::string, at::Tensor> by_key;
    for (const auto& [key, tensor] : named(gradients)) by_key[key] = tensor;
    for (const auto& [key, norm] : train.at("grad_norm" + precision.suffix).items()) {
      ASSERT_EQ(by_key.count(key), 1U) << key << " has no gradient";
      expect_relative(by_key.at(key).norm().item<double>(), number(norm), precision.gradient,
                      where + " gradient of " + key);
    }
    for (const Json& key : train.at("no_grad_keys"))
      EXPECT_EQ(by_key.count(key.get<std::string>()), 0U) << key;

    std::map<std::string, at::Tensor> state;
    for (const auto& [key, tensor] : named(state_of(*network_))) state[key] = tensor;
    if (!train.contains("running_stats_after_step")) return;  // no batch norm
    for (const auto& [key, norms] : train.at("running_stats_after_step").items())
      for (const char* of : {"running_mean", "running_var"}) {
        ASSERT_EQ(state.count(key + of), 1U) << key << of;
        expect_relative(state.at(key + of).norm().item<double>(),
                        number(norms.at(std::string(of) + "_norm")), kRunningStatistics,
                        where + " " + key + of);
      }
  }

  // Training's outputs and running statistics are recorded in float32 alone.
  static constexpr double kTrainOutput = 1e-3, kRunningStatistics = 1e-4;
  // Float32's noise, of the largest output, in records that do not state it: as in smaller ones.
  static constexpr double kNoise = 2e-6;

  const Json& record_;
  ReferenceNetwork reference_;
  std::shared_ptr<Network> network_;
};

// The records of networks with more than `above` and at most `up_to` parameters.
void run_records(std::int64_t above, std::int64_t up_to,
                 const std::vector<Precision>& precisions = {kSingle, kDouble}) {
  std::vector<Json> records = golden_records("models", "model");
  std::erase_if(records, [&](const Json& record) {
    const auto parameters = record.at("param_count").get<std::int64_t>();
    return parameters <= above || parameters > up_to;
  });
  Tally tally("model");
  for (const Json& record : records) {
    const auto name = record.at("fixture").get<std::string>();
    SCOPED_TRACE(name);
    std::string why;
    auto reference = reference_network(record.at("reference"), why);
    if (!reference) {
      tally.cannot_run(name, why);
      continue;
    }
    Comparison(record, std::move(*reference)).run(precisions);
    tally.ran();
  }
}

// Networks small enough for every change to be tested against them, in parts that take seconds;
// float64 is the test that counts.
constexpr std::int64_t kSmall = 15'000'000, kMiddle = 25'000'000, kLarge = 32'000'000;

TEST(GoldenModels, SmallOnesEqualTheirReference) { run_records(0, kSmall); }
TEST(GoldenModels, MiddleOnesEqualTheirReference) { run_records(kSmall, kMiddle, {kDouble}); }
TEST(GoldenModels, LargeOnesEqualTheirReference) { run_records(kMiddle, kLarge, {kDouble}); }

TEST(LongGoldenModels, AllEqualTheirReference) {
  run_records(0, std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace myoseg::testing
