// Window positions, importance maps and whole inferences against MONAI's sliding_window_inference.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "eval/predict/windows.h"
#include "tests/eval/predict/sliding_window.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

using testing::Json;
using testing::number;
using testing::sliding_window;
using testing::SlidingWindowOptions;
using Sizes = std::vector<std::int64_t>;

std::vector<double> one_or_many(const Json& value) {
  return value.is_array() ? value.get<std::vector<double>>()
                          : std::vector<double>{value.get<double>()};
}

void expect_elements(const at::Tensor& tensor, const Json& record, double tolerance) {
  const at::Tensor flat = tensor.contiguous().to(at::kDouble).flatten();
  const Json& index = record.at("index");
  for (std::size_t i = 0; i < index.size(); ++i)
    EXPECT_NEAR(flat[index[i].get<std::int64_t>()].item<double>(), number(record.at("value")[i]),
                tolerance)
        << "at " << index[i];
}

TEST(GoldenSlidingWindow, Starts) {
  testing::Tally tally("sliding_window starts");
  for (const Json& record : testing::golden_records("preprocessing", "sliding_window"))
    for (const Json& c : record.value("window_starts", Json::array())) {
      SCOPED_TRACE(c.dump());
      const auto image = c.at("image_size").get<Sizes>(), window = c.at("roi_size").get<Sizes>();
      const std::vector<double> overlaps = one_or_many(c.at("overlap"));
      std::int64_t windows = 1;
      for (std::size_t a = 0; a < image.size(); ++a) {
        const double overlap = overlaps[std::min(a, overlaps.size() - 1)];
        const std::int64_t length = std::max(image[a], window[a]);
        EXPECT_EQ(length, c.at("padded_size")[a]);
        EXPECT_EQ(window_interval(length, window[a], overlap), c.at("scan_interval")[a]);
        const Sizes starts = window_starts(length, window[a], overlap);
        EXPECT_EQ(starts, c.at("starts_per_axis")[a].get<Sizes>());
        windows *= std::ssize(starts);
      }
      EXPECT_EQ(windows, c.at("num_windows"));
      tally.ran();
    }
}

TEST(GoldenSlidingWindow, ImportanceMaps) {
  testing::Tally tally("sliding_window importance maps");
  for (const Json& record : testing::golden_records("preprocessing", "sliding_window"))
    for (const Json& c : record.value("importance_maps", Json::array())) {
      SCOPED_TRACE(c.at("patch").dump() + " " + c.at("mode").dump());
      const at::Tensor weights = window_weights(c.at("patch").get<Sizes>(), c.at("mode"),
                                                one_or_many(c.at("sigma_scale")));
      const at::Tensor exact = weights.to(at::kDouble);
      EXPECT_NEAR(exact.min().item<double>(), number(c.at("min")), 1e-7);
      EXPECT_NEAR(exact.max().item<double>(), number(c.at("max")), 1e-6);
      EXPECT_NEAR(exact.sum().item<double>(), number(c.at("sum")), 1e-6 * number(c.at("sum")));
      expect_elements(weights, c, 1e-6);
      tally.ran();
    }
}

at::Tensor formula_tensor(const std::string& seed, const Sizes& shape, double lo, double hi) {
  std::size_t n = 1;
  for (const auto s : shape) n *= static_cast<std::size_t>(s);
  auto values = testing::formula_values(seed, n, lo, hi);
  return at::from_blob(values.data(), shape, at::kFloat).clone();
}

TEST(GoldenSlidingWindow, Inference) {
  testing::Tally tally("sliding_window inference");
  for (const Json& record : testing::golden_records("preprocessing", "sliding_window"))
    for (const Json& c : record.value("inference", Json::array())) {
      const auto name = c.at("name").get<std::string>();
      SCOPED_TRACE(name);
      if (!c.at("predictor")
               .get<std::string>()
               .starts_with("y[b,c,pos] = mean over input channels of x[b,:,pos] * W[c,pos], W = "
                            "0.5 + u,")) {
        tally.cannot_run(name, "another predictor");
        continue;
      }
      const SlidingWindowOptions options{.window = c.at("roi_size").get<Sizes>(),
                                         .overlap = one_or_many(c.at("overlap")),
                                         .blend = c.at("mode"),
                                         .sigma = one_or_many(c.at("sigma_scale")),
                                         .padding = c.at("padding_mode"),
                                         .padding_value = number(c.at("cval")),
                                         .batch_size = c.at("sw_batch_size")};
      Sizes of_weight = options.window;
      of_weight.insert(of_weight.begin(), c.at("out_channels").get<std::int64_t>());
      const at::Tensor weight = formula_tensor(c.at("weight_seed_string"), of_weight, 0.5, 1.5);
      const Json& input = c.at("input");
      const at::Tensor image =
          formula_tensor(input.at("seed_string"), input.at("shape").get<Sizes>(), -1, 1);
      const at::Tensor out = sliding_window(image, options, [&](const at::Tensor& x) {
        EXPECT_LE(x.size(0), options.batch_size);
        return x.mean(1, /*keepdim=*/true) * weight;
      });
      const Json& expected = c.at("output");
      ASSERT_EQ(out.sizes().vec(), expected.at("shape").get<Sizes>());
      const at::Tensor exact = out.to(at::kDouble);
      EXPECT_NEAR(exact.mean().item<double>(), number(expected.at("mean")), 1e-6);
      EXPECT_NEAR(exact.std(/*unbiased=*/false).item<double>(), number(expected.at("std")), 1e-6);
      EXPECT_NEAR(exact.abs().max().item<double>(), number(expected.at("absmax")), 1e-6);
      expect_elements(out, expected, 1e-6);
      tally.ran();
    }
}

}  // namespace
}  // namespace myoseg
