#include "models/kernels/winograd.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <map>
#include <optional>
#include <ostream>
#include <tuple>

#include "models/kernels/instruction_set.h"
#include "tests/models/kernels/reference.h"

namespace myoseg::kernels {
namespace {

using testing::Doubles;
using testing::Sample;
using testing::Size;

struct Layer {
  Size size;
  std::vector<std::int64_t> in;  // channels of each input
  std::int64_t out;
  bool deep = false;
  bool affine = false;
  bool gaps = false;        // features are slices of wider ones
  bool transposed = false;  // with kernels of 4 at stride 2
  testing::More more{};     // its output padding
};

// Odd sizes, axes of one voxel, few and many tiles, channels that fill no vector.
const std::vector<Layer> kLayers{
    {{2, 1, 9, 7}, {3}, 8},
    {{1, 1, 1, 1}, {1}, 1},
    {{1, 1, 1, 13}, {8}, 30},
    {{3, 1, 16, 12}, {16}, 16, false, true},
    {{1, 1, 21, 30}, {30, 5}, 64, false, true, true},
    {{2, 1, 8, 8}, {64}, 33, false, true, true},
    {{2, 3, 6, 5}, {8, 8}, 8, false, true},
    {{1, 5, 7, 6}, {3, 16}, 30, true, true, true},
    {{2, 4, 8, 8}, {16}, 32, true},
    {{1, 1, 5, 9}, {8}, 3, true, true},
    {{1, 6, 1, 1}, {64}, 64, true},
    {{1, 8, 18, 17}, {8}, 16, true, true},
    {{1, 1, 6, 9}, {200, 50}, 320},  // its filters fill a cache
    {{2, 1, 9, 7}, {3}, 8, false, false, false, true},
    {{1, 1, 1, 1}, {8}, 5, false, false, false, true},
    {{3, 2, 6, 11}, {16, 5}, 20, false, true, true, true},
    {{2, 1, 4, 5}, {8, 16}, 32, false, true, false, true, {0, 1, 1}},
};

std::ostream& operator<<(std::ostream& to, const Layer& l) {
  to << "size";
  for (const std::int64_t n : {l.size.batch, l.size.depth, l.size.height, l.size.width})
    to << " " << n;
  return to << ", channels " << l.in[0] << "... to " << l.out << (l.deep ? ", 3 deep" : "");
}

// Everything that a layer's passes read.
struct Data {
  explicit Data(const Layer& l) : size(l.size) {
    std::int64_t channels = 0;
    for (const std::int64_t c : l.in) {
      channels += c;
      samples.push_back(testing::make_sample(l.size, c, l.gaps ? c + 3 : c, 7 + channels));
      scales.push_back(testing::normal_numbers(l.size.batch * c, 1 + channels));
      shifts.push_back(testing::normal_numbers(l.size.batch * c, 2 + channels));
    }
    for (std::size_t i = 0; i < samples.size(); ++i) {
      inputs.push_back({samples[i].read()});
      if (l.affine)
        inputs[i] = {samples[i].read(), scales[i].data(), shifts[i].data(), l.in[i], 0.25F};
    }
    const std::int64_t deep = l.deep ? 3 : 1;
    shape = {channels, l.out, {deep, 3, 3}, {1, 1, 1}, {deep / 2, 1, 1}, false};
    if (l.transposed) shape = {channels, l.out, {1, 4, 4}, {1, 2, 2}, {0, 1, 1}, true};
    out_size = testing::output_size(shape, l.size, l.more);
    weight = testing::normal_numbers(testing::weight_count(shape), 5);
    bias = testing::normal_numbers(l.out, 6);
    dy = testing::make_sample(out_size, l.out, l.gaps ? l.out + 5 : 0, 8);
    x = testing::read_inputs(inputs);
  }
  Size size, out_size;
  std::vector<Sample> samples;
  std::vector<std::vector<float>> scales, shifts;
  std::vector<Input> inputs;
  ConvShape shape;
  std::vector<float> weight, bias;
  Sample dy;
  Doubles x;
};

// What the passes should make of it. The bias is in y, the activation is not.
struct Expected {
  explicit Expected(const Layer& l) : data(l), dy(testing::read(data.dy.read())) {
    y = testing::reference_forward(data.shape, data.size, data.x, data.weight.data(), l.more);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += data.bias[i % data.bias.size()];
    dx = testing::reference_backward_data(data.shape, data.size, dy, data.weight.data(), l.more);
    dweight = testing::reference_backward_weights(data.shape, data.size, data.x, dy, l.more);
  }
  Data data;
  Doubles dy, y, dx, dweight;
};
const Expected& expected(std::size_t layer) {
  static std::map<std::size_t, Expected> all;
  return all.try_emplace(layer, kLayers[layer]).first->second;
}

// The error of a direct convolution in float32 grows with the root of the number of products.
double bound(Method method, std::int64_t products) {
  const double direct = 3e-8 * std::sqrt(static_cast<double>(products)) + 5e-8;
  return direct * (method == Method::winograd_f4 ? 20 : 4);
}

struct Passes {
  Sample y;
  std::vector<double> sum, square;
  std::vector<Sample> dx;
  std::vector<float> dweight;
};
Passes run(const Layer& layer, const Data& data, Method method, float slope) {
  Passes p;
  p.y = testing::make_sample(data.out_size, layer.out, layer.gaps ? layer.out + 7 : 0);
  p.sum.assign(static_cast<std::size_t>(layer.size.batch * layer.out), -1);
  p.square = p.sum;
  const Filters filters = winograd::make_filters(data.shape, method, data.weight.data(), false);
  winograd::forward(
      {&filters, data.inputs, data.bias.data(), slope, p.y.view, {p.sum.data(), p.square.data()}});
  std::vector<Features> dx;
  for (const std::int64_t c : layer.in)
    p.dx.push_back(testing::make_sample(layer.size, c, layer.gaps ? c + 2 : 0));
  for (const Sample& s : p.dx) dx.push_back(s.view);
  const Filters back = winograd::make_filters(data.shape, method, data.weight.data(), true);
  winograd::backward_data({&back, data.dy.read(), dx});
  p.dweight.assign(data.weight.size(), -1.0F);
  winograd::backward_weights({data.shape, method, data.inputs, data.dy.read(), p.dweight.data()});
  return p;
}

class Winograd : public ::testing::TestWithParam<std::tuple<InstructionSet, Method>> {
 protected:
  void SetUp() override {
    if (!has(std::get<0>(GetParam()))) GTEST_SKIP() << "this processor has no such instructions";
    used_.emplace(std::get<0>(GetParam()));
  }
  [[nodiscard]] static Method method() { return std::get<1>(GetParam()); }

 private:
  std::optional<UsedInstructionSet> used_;
};

TEST_P(Winograd, AllPassesAreTheConvolutionInDouble) {
  for (std::size_t l = 0; l < kLayers.size(); ++l) {
    const Layer& layer = kLayers[l];
    SCOPED_TRACE(layer);
    const auto& [data, dy, y, dx, dweight] = expected(l);
    constexpr float kSlope = 0.1F;
    const Passes p = run(layer, data, method(), kSlope);
    const std::int64_t taps = layer.transposed ? 4 : data.shape.kernel[0] * 9;

    const auto out = static_cast<std::size_t>(layer.out);
    const std::size_t of_sample = y.size() / static_cast<std::size_t>(layer.size.batch);
    Doubles active = y, sum(p.sum.size()), square(p.sum.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      sum[i / of_sample * out + i % out] += y[i];
      square[i / of_sample * out + i % out] += y[i] * y[i];
      if (y[i] < 0) active[i] *= kSlope;
    }
    const double error = bound(method(), taps * data.shape.in);
    EXPECT_LT(testing::relative_error(active, testing::read(p.y.read())), error);
    EXPECT_LT(testing::relative_error(sum, p.sum), 10 * error);
    EXPECT_LT(testing::relative_error(square, p.square), 2 * error);
    EXPECT_TRUE(p.y.gaps_are_untouched());

    std::vector<Input> parts;
    for (const Sample& s : p.dx) parts.push_back({s.read()});
    EXPECT_LT(testing::relative_error(dx, testing::read_inputs(parts)),
              bound(method(), (layer.transposed ? 16 : taps) * data.shape.out));
    for (const Sample& s : p.dx) EXPECT_TRUE(s.gaps_are_untouched());

    EXPECT_LT(testing::relative_error(dweight, Doubles(p.dweight.begin(), p.dweight.end())),
              bound(method(), data.dy.view.places()));
  }
}

TEST_P(Winograd, BitsDoNotDependOnTheNumberOfThreads) {
  const int before = omp_get_max_threads();
  const Layer flat{{2, 1, 40, 37}, {8, 5}, 20, false, true};
  const Layer deep{{1, 9, 14, 30}, {8}, 16, true, true};
  const Layer transposed{{2, 1, 20, 17}, {8, 5}, 20, false, true, false, true};
  for (const Layer& layer : {flat, deep, transposed}) {
    const Data data(layer);
    omp_set_num_threads(1);
    const Passes one = run(layer, data, method(), 0);
    for (const int threads : {2, 3}) {
      omp_set_num_threads(threads);
      const Passes more = run(layer, data, method(), 0);
      EXPECT_EQ(one.y.values, more.y.values);
      EXPECT_EQ(one.sum, more.sum);
      EXPECT_EQ(one.square, more.square);
      for (std::size_t i = 0; i < one.dx.size(); ++i)
        EXPECT_EQ(one.dx[i].values, more.dx[i].values);
      EXPECT_EQ(one.dweight, more.dweight);
    }
  }
  omp_set_num_threads(before);
}

INSTANTIATE_TEST_SUITE_P(
    EverySet, Winograd,
    ::testing::Combine(::testing::Values(InstructionSet::plain, InstructionSet::avx2,
                                         InstructionSet::avx512),
                       ::testing::Values(Method::winograd_f2, Method::winograd_f4)),
    [](const auto& info) {
      const auto set = static_cast<std::size_t>(std::get<0>(info.param));
      std::string name(choice_names(InstructionSet{})[set]);
      return name += std::get<1>(info.param) == Method::winograd_f4 ? "F4" : "F2";
    });

TEST(WinogradFits, OnlyKernelsOfThreeAtStrideOne) {
  const ConvShape flat{8, 8, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, false};
  EXPECT_TRUE(winograd::fits(flat));
  ConvShape deep = flat;
  deep.kernel[0] = 3;
  EXPECT_FALSE(winograd::fits(deep)) << "no padding in depth";
  deep.padding[0] = 1;
  EXPECT_TRUE(winograd::fits(deep));
  ConvShape strided = flat;
  strided.stride[2] = 2;
  EXPECT_FALSE(winograd::fits(strided));
  ConvShape pointwise = flat;
  pointwise.kernel = {1, 1, 1};
  pointwise.padding = {0, 0, 0};
  EXPECT_FALSE(winograd::fits(pointwise));
}

}  // namespace
}  // namespace myoseg::kernels
