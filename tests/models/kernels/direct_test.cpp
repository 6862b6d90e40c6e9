// The direct convolutions against their definition in double, on every instruction set there is.
#include <gtest/gtest.h>
#include <omp.h>

#include <optional>
#include <string>

#include "models/kernels/convolution.h"
#include "models/kernels/instruction_set.h"
#include "tests/models/kernels/reference.h"

namespace myoseg::kernels {
namespace {

using testing::Doubles;
using testing::Sample;
using testing::Size;

struct Case {
  const char* name;
  ConvShape shape;
  Size input;
  testing::More more{};  // output padding of a transposed one
};

ConvShape image(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                std::int64_t padding, bool transposed = false) {
  return {in, out, {1, kernel, kernel}, {1, stride, stride}, {0, padding, padding}, transposed};
}
ConvShape volume(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                 std::int64_t padding, bool transposed = false) {
  return {in,
          out,
          {kernel, kernel, kernel},
          {stride, stride, stride},
          {padding, padding, padding},
          transposed};
}

const Case kCases[] = {
    {"1x1", image(8, 30, 1, 1, 0), {2, 1, 9, 7}},
    {"1x1_stride_2", image(64, 8, 1, 2, 0), {1, 1, 9, 8}},
    {"3x3_first_layer", image(1, 32, 3, 1, 1), {2, 1, 11, 17}},
    {"3x3_stride_2", image(8, 64, 3, 2, 1), {2, 1, 10, 13}},
    {"3x3_stride_2_wide", image(8, 30, 3, 2, 1), {1, 1, 4, 300}},
    {"7x7_stem", image(3, 64, 7, 2, 3), {1, 1, 11, 12}},
    {"5x5_unpadded", image(8, 1, 5, 1, 0), {1, 1, 7, 6}},
    {"2x2_leaves_a_row", image(8, 8, 2, 2, 0), {1, 1, 7, 5}},
    {"padding_beyond_the_image", image(1, 8, 7, 3, 6), {1, 1, 2, 1}},
    {"3x3x3_first_layer", volume(1, 30, 3, 1, 1), {1, 5, 4, 6}},
    {"3x3x3_stride_2", volume(30, 32, 3, 2, 1), {2, 3, 4, 5}},
    {"3x3x3_one_voxel", volume(8, 64, 3, 2, 1), {2, 1, 1, 1}},
    {"anisotropic", {8, 30, {1, 3, 3}, {1, 2, 2}, {0, 1, 1}, false}, {1, 3, 5, 9}},
    {"stride_by_axis", {3, 8, {3, 3, 3}, {1, 2, 3}, {1, 1, 0}, false}, {1, 3, 6, 7}},
    {"transposed_2x2", image(64, 30, 2, 2, 0, true), {2, 1, 5, 7}},
    {"transposed_4x4", image(30, 64, 4, 2, 1, true), {2, 1, 6, 5}},
    {"transposed_3x3_output_padding", image(8, 64, 3, 2, 1, true), {2, 1, 4, 5}, {0, 1, 1}},
    {"transposed_2x2_output_padding", image(8, 1, 2, 3, 0, true), {1, 1, 4, 3}, {0, 2, 1}},
    {"transposed_1x1_stride_2", image(8, 8, 1, 2, 0, true), {1, 1, 3, 4}, {0, 1, 1}},
    {"transposed_2x2x2", volume(64, 8, 2, 2, 0, true), {2, 3, 3, 3}},
    {"transposed_1x2x2", {8, 30, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, true}, {1, 3, 1, 5}},
    {"transposed_3x3x3", volume(1, 8, 3, 2, 1, true), {1, 2, 3, 3}, {1, 1, 1}},
};

constexpr double kTolerance = 2e-6;

Doubles doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// What a convolution reads: one input, or two side by side with scales, an activation and gaps.
struct Inputs {
  Sample first, second;
  std::vector<float> scale, shift;
  std::vector<Input> inputs;

  Inputs(const Case& c, bool two) {
    const std::int64_t channels = c.shape.in, split = channels / 3;
    if (!two || split == 0) {
      first = testing::make_sample(c.input, channels, channels, 1);
      inputs.push_back({.features = first.read()});
    } else {
      first = testing::make_sample(c.input, split, split + 3, 1);
      second = testing::make_sample(c.input, channels - split, 0, 2);
      inputs.push_back({.features = first.read()});
      inputs.push_back({.features = second.read()});
    }
    if (!two) return;
    scale = testing::normal_numbers(c.input.batch * channels, 3);
    shift = testing::normal_numbers(c.input.batch * channels, 4);
    Input& last = inputs.back();
    last.scale = scale.data();
    last.shift = shift.data();
    last.sample_stride = channels;
    last.slope = 0.1F;
  }
};

class Direct : public ::testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!has(GetParam())) GTEST_SKIP() << "this processor has no " << name_of(GetParam());
    used_.emplace(GetParam());
  }
  std::optional<UsedInstructionSet> used_;
};

TEST_P(Direct, ForwardIsTheDefinition) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const Inputs x(c, false);
    const auto weight = testing::normal_numbers(testing::weight_count(c.shape), 5);
    const Sample y = testing::make_sample(testing::output_size(c.shape, c.input, c.more),
                                          c.shape.out, c.shape.out);
    const Filters filters = make_filters(c.shape, Method::direct, weight.data());
    forward({.filters = &filters, .inputs = x.inputs, .y = y.view});
    const Doubles expected = testing::reference_forward(
        c.shape, c.input, testing::read_inputs(x.inputs), weight.data(), c.more);
    EXPECT_LT(testing::relative_error(expected, testing::read(y.read())), kTolerance);
  }
}

TEST_P(Direct, ForwardWithAllThatGoesWithIt) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const Inputs x(c, true);
    const std::int64_t out = c.shape.out;
    const auto weight = testing::normal_numbers(testing::weight_count(c.shape), 5);
    const auto bias = testing::normal_numbers(out, 6);
    const Sample y =
        testing::make_sample(testing::output_size(c.shape, c.input, c.more), out, out + 5);
    Doubles sum(static_cast<std::size_t>(c.input.batch * out)), square(sum);
    const Filters filters = make_filters(c.shape, Method::direct, weight.data());
    forward({.filters = &filters,
             .inputs = x.inputs,
             .bias = bias.data(),
             .slope = 0.2F,
             .y = y.view,
             .sums = {sum.data(), square.data()}});

    Doubles expected = testing::reference_forward(c.shape, c.input, testing::read_inputs(x.inputs),
                                                  weight.data(), c.more);
    Doubles sum_expected(sum.size()), square_expected(sum.size());
    const std::size_t in_sample = expected.size() / static_cast<std::size_t>(c.input.batch);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::size_t channel = i % static_cast<std::size_t>(out);
      double& v = expected[i];
      v += bias[channel];
      const std::size_t at = i / in_sample * static_cast<std::size_t>(out) + channel;
      sum_expected[at] += v;
      square_expected[at] += v * v;
      if (v < 0) v *= 0.2F;
    }
    EXPECT_LT(testing::relative_error(expected, testing::read(y.read())), kTolerance);
    EXPECT_LT(testing::relative_error(sum_expected, sum), 1e-5);
    EXPECT_LT(testing::relative_error(square_expected, square), kTolerance);
    EXPECT_TRUE(y.gaps_are_untouched());
  }
}

TEST_P(Direct, BackwardDataIsTheDefinition) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const auto weight = testing::normal_numbers(testing::weight_count(c.shape), 5);
    const Sample dy = testing::make_sample(testing::output_size(c.shape, c.input, c.more),
                                           c.shape.out, c.shape.out + 2, 7);
    const std::int64_t split = (c.shape.in + 2) / 3;
    const Sample a = testing::make_sample(c.input, split, split + 1);
    const Sample b = testing::make_sample(c.input, c.shape.in - split, c.shape.in - split);
    std::vector<Features> dx{a.view};
    if (c.shape.in > split) dx.push_back(b.view);
    const Filters filters = make_filters(c.shape, Method::direct, weight.data(), true);
    backward_data({.filters = &filters, .dy = dy.read(), .dx = dx});
    const Doubles expected = testing::reference_backward_data(
        c.shape, c.input, testing::read(dy.read()), weight.data(), c.more);
    std::vector<Input> written{{.features = a.read()}};
    if (c.shape.in > split) written.push_back({.features = b.read()});
    EXPECT_LT(testing::relative_error(expected, testing::read_inputs(written)), kTolerance);
    EXPECT_TRUE(a.gaps_are_untouched());
  }
}

TEST_P(Direct, BackwardWeightsIsTheDefinition) {
  for (const Case& c : kCases)
    for (const bool two : {false, true}) {
      SCOPED_TRACE(c.name);
      const Inputs x(c, two);
      const Sample dy = testing::make_sample(testing::output_size(c.shape, c.input, c.more),
                                             c.shape.out, c.shape.out + (two ? 2 : 0), 7);
      std::vector<float> dweight(static_cast<std::size_t>(testing::weight_count(c.shape)));
      backward_weights(
          {.shape = c.shape, .inputs = x.inputs, .dy = dy.read(), .dweight = dweight.data()});
      const Doubles expected = testing::reference_backward_weights(
          c.shape, c.input, testing::read_inputs(x.inputs), testing::read(dy.read()), c.more);
      EXPECT_LT(testing::relative_error(expected, doubles(dweight)), kTolerance);
    }
}

// Everything that the passes of a case write, one after the other.
std::vector<double> all_passes(const Case& c) {
  const Inputs x(c, true);
  const std::int64_t out = c.shape.out;
  const auto weight = testing::normal_numbers(testing::weight_count(c.shape), 5);
  const Sample y = testing::make_sample(testing::output_size(c.shape, c.input, c.more), out, out);
  const Sample dx = testing::make_sample(c.input, c.shape.in, c.shape.in);
  std::vector<float> dweight(weight.size());
  Doubles all(static_cast<std::size_t>(c.input.batch * out));
  const Filters filters = make_filters(c.shape, Method::direct, weight.data());
  forward({.filters = &filters, .inputs = x.inputs, .y = y.view, .sums = {all.data(), nullptr}});
  const Filters back = make_filters(c.shape, Method::direct, weight.data(), true);
  backward_data({.filters = &back, .dy = y.read(), .dx = {&dx.view, 1}});
  backward_weights(
      {.shape = c.shape, .inputs = x.inputs, .dy = y.read(), .dweight = dweight.data()});
  for (const std::vector<float>& values : {y.values, dx.values, dweight})
    all.insert(all.end(), values.begin(), values.end());
  return all;
}

TEST_P(Direct, BitsDoNotDependOnThreads) {
  const int before = omp_get_max_threads();
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    omp_set_num_threads(1);
    const auto one = all_passes(c);
    for (const int threads : {2, 3}) {
      omp_set_num_threads(threads);
      EXPECT_EQ(one, all_passes(c)) << threads << " threads";
    }
  }
  omp_set_num_threads(before);
}

INSTANTIATE_TEST_SUITE_P(Every, Direct,
                         ::testing::Values(InstructionSet::plain, InstructionSet::avx2,
                                           InstructionSet::avx512),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace myoseg::kernels
