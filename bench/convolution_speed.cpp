// Convolutions by each method that has their shape beside LibTorch's, in both its layouts, on one
// thread: CPU time of each pass, medians, in turn in one process. Ours make their filters every
// time, as a training step does.
//
//   [ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2]
//   convolution_speed [PART OF A NAME] [SECONDS PER PASS]
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/core.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "models/kernels/convolution.h"
#include "models/kernels/instruction_set.h"
#include "models/kernels/winograd.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace {

using kernels::ConvShape;
using kernels::Method;
using Axes = std::array<std::int64_t, 3>;

struct Case {
  const char* name;
  ConvShape shape;
  std::int64_t batch;
  Axes size;  // of the input
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
Axes square(std::int64_t n) { return {1, n, n}; }
Axes cube(std::int64_t n) { return {n, n, n}; }

const Case kCases[] = {
    {"up4x4_512_256", image(512, 256, 4, 2, 1, true), 4, square(16)},
    {"up4x4_256_128", image(256, 128, 4, 2, 1, true), 4, square(32)},
    {"up4x4_128_64", image(128, 64, 4, 2, 1, true), 4, square(64)},
    {"up4x4_64_32", image(64, 32, 4, 2, 1, true), 4, square(128)},
    {"up2x2_512_256", image(512, 256, 2, 2, 0, true), 4, square(16)},
    {"up2x2_256_128", image(256, 128, 2, 2, 0, true), 4, square(32)},
    {"up2x2_128_64", image(128, 64, 2, 2, 0, true), 4, square(64)},
    {"up2x2_64_32", image(64, 32, 2, 2, 0, true), 4, square(128)},
    {"up2x2x2_320_320", volume(320, 320, 2, 2, 0, true), 2, cube(3)},
    {"up2x2x2_320_256", volume(320, 256, 2, 2, 0, true), 2, cube(6)},
    {"up2x2x2_256_128", volume(256, 128, 2, 2, 0, true), 1, cube(12)},
    {"up2x2x2_128_64", volume(128, 64, 2, 2, 0, true), 1, cube(24)},
    {"up2x2x2_64_32", volume(64, 32, 2, 2, 0, true), 1, cube(48)},
    {"down3x3_32_64", image(32, 64, 3, 2, 1), 4, square(256)},
    {"down3x3_64_128", image(64, 128, 3, 2, 1), 4, square(64)},
    {"down3x3_128_256", image(128, 256, 3, 2, 1), 4, square(32)},
    {"down3x3_256_512", image(256, 512, 3, 2, 1), 4, square(16)},
    {"down3x3x3_32_64", volume(32, 64, 3, 2, 1), 1, cube(96)},
    {"down3x3x3_64_128", volume(64, 128, 3, 2, 1), 1, cube(48)},
    {"down3x3x3_128_256", volume(128, 256, 3, 2, 1), 1, cube(24)},
    {"down3x3x3_256_320", volume(256, 320, 3, 2, 1), 2, cube(12)},
    {"down3x3x3_320_320", volume(320, 320, 3, 2, 1), 2, cube(6)},
    {"1x1_64_2", image(64, 2, 1, 1, 0), 4, square(256)},
    {"1x1_32_8", image(32, 8, 1, 1, 0), 4, square(256)},
    {"1x1_256_64", image(256, 64, 1, 1, 0), 4, square(32)},
    {"1x1_512_256", image(512, 256, 1, 1, 0), 4, square(16)},
    {"1x1_down_64_128", image(64, 128, 1, 2, 0), 4, square(64)},
    {"1x1x1_32_30", volume(32, 30, 1, 1, 0), 1, cube(96)},
    {"1x1x1_32_2", volume(32, 2, 1, 1, 0), 1, cube(96)},
    {"first3x3_1_32", image(1, 32, 3, 1, 1), 4, square(256)},
    {"first3x3_3_32", image(3, 32, 3, 1, 1), 4, square(256)},
    {"first7x7_1_64", image(1, 64, 7, 2, 3), 4, square(256)},
    {"first7x7_3_64", image(3, 64, 7, 2, 3), 4, square(256)},
    {"first3x3x3_1_32", volume(1, 32, 3, 1, 1), 1, cube(96)},
    {"3x3_8_8", image(8, 8, 3, 1, 1), 4, square(128)},
    {"3x3_24_24", image(24, 24, 3, 1, 1), 4, square(64)},
    {"3x3_32_32", image(32, 32, 3, 1, 1), 4, square(256)},
    {"3x3_64_64", image(64, 64, 3, 1, 1), 4, square(128)},
    {"3x3_128_128", image(128, 128, 3, 1, 1), 4, square(64)},
    {"3x3_256_256", image(256, 256, 3, 1, 1), 4, square(32)},
    {"3x3_512_512_at_16", image(512, 512, 3, 1, 1), 4, square(16)},
    {"3x3_512_512_at_8", image(512, 512, 3, 1, 1), 4, square(8)},
    {"3x3x3_8_8", volume(8, 8, 3, 1, 1), 2, cube(48)},
    {"3x3x3_32_32", volume(32, 32, 3, 1, 1), 1, cube(96)},
    {"3x3x3_64_32", volume(64, 32, 3, 1, 1), 1, cube(96)},
    {"3x3x3_64_64", volume(64, 64, 3, 1, 1), 1, cube(48)},
    {"3x3x3_128_128", volume(128, 128, 3, 1, 1), 1, cube(24)},
    {"3x3x3_256_256", volume(256, 256, 3, 1, 1), 1, cube(12)},
    {"3x3x3_320_320_at_6", volume(320, 320, 3, 1, 1), 2, cube(6)},
    {"3x3x3_320_320_at_3", volume(320, 320, 3, 1, 1), 2, cube(3)},
};

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

using Way = std::function<void()>;

// Medians of the ways, which take turns for about `seconds`.
std::vector<double> medians(const std::vector<Way>& ways, double seconds) {
  std::vector<std::vector<double>> times(ways.size());
  for (const Way& way : ways) way();
  const double begin = cpu_ms();
  while (times[0].size() < 3 || (cpu_ms() - begin < 1e3 * seconds && times[0].size() < 200))
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const double before = cpu_ms();
      ways[i]();
      times[i].push_back(cpu_ms() - before);
    }
  std::vector<double> result;
  for (std::vector<double>& t : times) {
    std::nth_element(t.begin(), t.begin() + static_cast<std::ptrdiff_t>(t.size() / 2), t.end());
    result.push_back(t[t.size() / 2]);
  }
  return result;
}

// (N, C, [D,] H, W) as the kernels see it; the tensor's memory is (N, [D,] H, W, C).
template <class T>
kernels::FeaturesOf<T> features_of(const at::Tensor& t) {
  const bool deep = t.dim() == 5;
  return {t.data_ptr<float>(), t.size(0), deep ? t.size(2) : 1, t.size(-2), t.size(-1),
          t.size(1),           t.size(1)};
}

class Comparison {
 public:
  Comparison(const Case& c, double seconds) : c_(c), seconds_(seconds) {
    const std::size_t skipped = c.size[0] == 1 && c.shape.kernel[0] == 1 ? 1 : 0;
    const auto axes = [&](const Axes& a) {
      return std::vector<std::int64_t>(a.begin() + static_cast<std::ptrdiff_t>(skipped), a.end());
    };
    const ConvShape& s = c.shape;
    stride_ = axes(s.stride);
    padding_ = axes(s.padding);
    ones_.assign(stride_.size(), 1);
    zeros_.assign(stride_.size(), 0);
    std::vector<std::int64_t> x{c.batch, s.in};
    std::vector<std::int64_t> w{s.transposed ? s.in : s.out, s.transposed ? s.out : s.in};
    for (const std::int64_t n : axes(c.size)) x.push_back(n);
    for (const std::int64_t n : axes(s.kernel)) w.push_back(n);
    format_ = skipped == 1 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::ChannelsLast3d;
    x_ = at::randn(x);
    weight_ = at::randn(w);
    y_ = forward(x_, weight_);
    y_last_ = y_.contiguous(format_);
    x_last_ = x_.contiguous(format_);
    dx_last_ = at::empty_like(x_last_);
    dweight_ = at::empty_like(weight_);
    if (kernels::winograd::fits(s))
      methods_ = {Method::direct, Method::winograd_f2, Method::winograd_f4};
  }

  void forward() {
    report(
        "forward", [this](Method method) { our_forward(method); },
        [this](const at::Tensor& x, const at::Tensor& w, const at::Tensor&) { forward(x, w); });
  }
  void backward_data() {
    report(
        "data", [this](Method method) { our_backward_data(method); },
        [this](const at::Tensor& x, const at::Tensor& w, const at::Tensor& dy) {
          backward(x, w, dy, {true, false, false});
        });
  }
  void backward_weights() {
    report(
        "weights", [this](Method method) { our_backward_weights(method); },
        [this](const at::Tensor& x, const at::Tensor& w, const at::Tensor& dy) {
          backward(x, w, dy, {false, true, false});
        });
  }

 private:
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w) const {
    return at::convolution(x, w, {}, stride_, padding_, ones_, c_.shape.transposed, zeros_, 1);
  }
  void backward(const at::Tensor& x, const at::Tensor& w, const at::Tensor& dy,
                std::array<bool, 3> wanted) const {
    at::convolution_backward(dy, x, w, at::OptionalIntArrayRef(), stride_, padding_, ones_,
                             c_.shape.transposed, zeros_, 1, wanted);
  }
  void our_forward(Method method) {
    const auto filters = kernels::make_filters(c_.shape, method, weight_.data_ptr<float>());
    const kernels::Input input{.features = features_of<const float>(x_last_)};
    kernels::forward(
        {.filters = &filters, .inputs = {&input, 1}, .y = features_of<float>(y_last_)});
  }
  void our_backward_data(Method method) {
    const auto filters = kernels::make_filters(c_.shape, method, weight_.data_ptr<float>(), true);
    const auto dx = features_of<float>(dx_last_);
    kernels::backward_data(
        {.filters = &filters, .dy = features_of<const float>(y_last_), .dx = {&dx, 1}});
  }
  void our_backward_weights(Method method) {
    const kernels::Input input{.features = features_of<const float>(x_last_)};
    kernels::backward_weights({.shape = c_.shape,
                               .method = method,
                               .inputs = {&input, 1},
                               .dy = features_of<const float>(y_last_),
                               .dweight = dweight_.data_ptr<float>()});
  }
  template <class Ours, class Library>
  void report(const char* pass, const Ours& ours, const Library& library) {
    const at::Tensor w_last = weight_.contiguous(format_);
    std::vector<Way> ways{[&] { library(x_, weight_, y_); },
                          [&] { library(x_last_, w_last, y_last_); }};
    for (const Method method : methods_) ways.push_back([&, method] { ours(method); });
    const auto times = medians(ways, seconds_);
    fmt::print("{:22} {:8} {:9.3f} {:9.3f}", c_.name, pass, times[0], times[1]);
    for (std::size_t i = 2; i < times.size(); ++i)
      fmt::print(" {:9.3f} {:5.2f}", times[i], std::min(times[0], times[1]) / times[i]);
    fmt::print("\n");
    std::fflush(stdout);
  }

  const Case& c_;
  double seconds_;
  std::vector<Method> methods_{Method::direct};
  std::vector<std::int64_t> stride_, padding_, ones_, zeros_;
  at::MemoryFormat format_{};
  at::Tensor x_, weight_, y_, x_last_, y_last_, dx_last_, dweight_;
};

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  const std::string part = argc > 1 ? argv[1] : "";
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.5;
  at::set_num_threads(1);
  omp_set_num_threads(1);
  const at::NoGradGuard no_grad;
  myoseg::keep_memory();
  fmt::print(
      "{}\n{:22} {:8} {:>9} {:>9} {:>9} {:5} {:>9} {:5} {:>9} times as fast as the library\n",
      myoseg::name_of(myoseg::kernels::instruction_set()), "ms", "pass", "library", "ch. last",
      "direct", "times", "f2", "times", "f4");
  for (const auto& c : myoseg::kCases) {
    if (std::string(c.name).find(part) == std::string::npos) continue;
    myoseg::Comparison comparison(c, seconds);
    comparison.forward();
    comparison.backward_data();
    comparison.backward_weights();
  }
}
