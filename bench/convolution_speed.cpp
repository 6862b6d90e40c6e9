// Winograd convolutions beside LibTorch's own, pass by pass, in turn in one process on one thread.
//
//   convolution_speed [repeats]      7
//
// Milliseconds of CPU time, medians; for each layer f2, f4, and at::convolution on contiguous and
// on channels-last tensors. Every time is that of a whole pass as a training step pays it: filters
// are transformed in it. On a processor with AVX-512, the AVX2 figures come with
// ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2.
#include <malloc.h>
#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "models/kernels/instruction_set.h"
#include "models/kernels/winograd.h"

namespace {

using namespace myoseg::kernels;

struct Layer {
  std::int64_t batch;
  std::vector<std::int64_t> size;
  std::int64_t in, out;
};
const std::vector<Layer> kLayers{
    {4, {256, 256}, 32, 32},
    {4, {128, 128}, 64, 64},
    {4, {64, 64}, 128, 128},
    {4, {32, 32}, 256, 256},
    {4, {16, 16}, 512, 512},
    {1, {96, 96, 96}, 32, 32},
    {1, {96, 96, 96}, 64, 32},
    {1, {48, 48, 48}, 64, 64},
    {1, {24, 24, 24}, 128, 128},
    {1, {12, 12, 12}, 256, 256},
    {1, {6, 6, 6}, 320, 320},
    // Small ones.
    {4, {128, 128}, 8, 8},
    {4, {128, 128}, 16, 16},
    {4, {64, 64}, 24, 24},
    {4, {8, 8}, 64, 64},
    {4, {8, 8}, 512, 512},
    {2, {48, 48, 48}, 8, 8},
    {2, {40, 56, 40}, 16, 16},
    {2, {12, 12, 12}, 64, 64},
    {2, {6, 6, 6}, 128, 128},
};

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

// The median of each of them, run in turn.
std::vector<double> medians(const std::vector<std::function<void()>>& runs, int repeats) {
  std::vector<std::vector<double>> times(runs.size());
  for (int i = 0; i <= repeats; ++i)
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const double before = cpu_ms();
      runs[r]();
      if (i > 0) times[r].push_back(cpu_ms() - before);  // the first is a warm-up
    }
  std::vector<double> result;
  for (auto& t : times) {
    std::nth_element(t.begin(), t.begin() + static_cast<std::ptrdiff_t>(t.size() / 2), t.end());
    result.push_back(t[t.size() / 2]);
  }
  return result;
}

template <class T, class F>
F features(const at::Tensor& places_last) {
  const auto s = places_last.sizes();
  const bool deep = s.size() == 5;
  return {places_last.data_ptr<float>(),
          s[0],
          deep ? s[1] : 1,
          s[s.size() - 3],
          s[s.size() - 2],
          s.back(),
          s.back()};
}
ConstFeatures read(const at::Tensor& t) { return features<const float, ConstFeatures>(t); }
Features write(const at::Tensor& t) { return features<float, Features>(t); }

// The library's three passes on tensors of one layout.
struct Library {
  at::Tensor x, w, dy;
  std::vector<std::int64_t> ones;

  void forward() const {
    at::convolution(x, w, {}, ones, ones, ones, false, at::IntArrayRef(ones).vec(), 1);
  }
};

void row(const Layer& l, int repeats) {
  const bool deep = l.size.size() == 3;
  const std::vector<std::int64_t> ones(l.size.size(), 1), zeros(l.size.size(), 0);
  std::vector<std::int64_t> x_size{l.batch, l.in}, w_size{l.out, l.in};
  x_size.insert(x_size.end(), l.size.begin(), l.size.end());
  w_size.resize(2 + l.size.size(), 3);
  const auto last = deep ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::ChannelsLast;
  std::vector<std::int64_t> to_last{0};
  for (std::size_t i = 0; i < l.size.size(); ++i)
    to_last.push_back(static_cast<std::int64_t>(i) + 2);
  to_last.push_back(1);

  const at::Tensor x = at::randn(x_size), w = at::randn(w_size) * 0.05;
  const at::Tensor y = at::convolution(x, w, {}, ones, ones, ones, false, zeros, 1);
  const at::Tensor dy = at::randn_like(y);
  const std::array<at::Tensor, 2> xs{x, x.contiguous(last)}, dys{dy, dy.contiguous(last)},
      ws{w, w.contiguous(last)};
  const at::Tensor x_last = xs[1].permute(to_last), dy_last = dys[1].permute(to_last);
  const at::Tensor y_last = at::empty_like(dy_last), dx_last = at::empty_like(x_last),
                   dw = at::empty_like(w);
  const std::int64_t d = deep ? 3 : 1;
  const ConvShape shape{l.in, l.out, {d, 3, 3}, {1, 1, 1}, {d / 2, 1, 1}, false};
  const std::array<Input, 1> inputs{Input{read(x_last)}};
  const std::array<Features, 1> dx{write(dx_last)};

  const std::array<Method, 2> methods{Method::winograd_f2, Method::winograd_f4};
  std::array<std::vector<std::function<void()>>, 3> runs;
  for (const Method method : methods) {
    runs[0].push_back([&, method] {
      const Filters f = winograd::make_filters(shape, method, w.data_ptr<float>(), false);
      winograd::forward({&f, inputs, nullptr, 1, write(y_last), {}});
    });
    runs[1].push_back([&, method] {
      const Filters f = winograd::make_filters(shape, method, w.data_ptr<float>(), true);
      winograd::backward_data({&f, read(dy_last), dx});
    });
    runs[2].push_back([&, method] {
      winograd::backward_weights({shape, method, inputs, read(dy_last), dw.data_ptr<float>()});
    });
  }
  for (std::size_t i = 0; i < 2; ++i) {
    runs[0].push_back(
        [&, i] { at::convolution(xs[i], ws[i], {}, ones, ones, ones, false, zeros, 1); });
    for (const bool weights : {false, true})
      runs[weights ? 2 : 1].push_back([&, i, weights] {
        at::convolution_backward(dys[i], xs[i], ws[i], at::OptionalIntArrayRef{}, ones, ones, ones,
                                 false, zeros, 1, {!weights, weights, false});
      });
  }

  std::string name;
  for (const std::int64_t n : l.size) name += (name.empty() ? "" : "x") + std::to_string(n);
  std::printf("%lld * %-10s %3lld->%-3lld ", static_cast<long long>(l.batch), name.c_str(),
              static_cast<long long>(l.in), static_cast<long long>(l.out));
  for (const auto& pass : runs) {
    const std::vector<double> ms = medians(pass, repeats);
    const double library = std::min(ms[2], ms[3]);
    std::printf("| %7.2f %7.2f %7.2f %7.2f %5.2f %5.2f ", ms[0], ms[1], ms[2], ms[3],
                library / ms[0], library / ms[1]);
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::stoi(argv[1]) : 7;
  const int first = argc > 2 ? std::stoi(argv[2]) : 0, last = argc > 3 ? std::stoi(argv[3]) : 1000;
  // As training does: freed memory is kept.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
  at::set_num_threads(1);
  omp_set_num_threads(1);
  const at::NoGradGuard no_grad;
  std::printf(
      "instruction set %d; ms: f2 f4 contiguous channels-last, times faster than the better: f2 f4\n"
      "%-24s| forward | backward-data | backward-weights\n",
      static_cast<int>(instruction_set()), "");
  for (int i = first; i < static_cast<int>(kLayers.size()) && i <= last; ++i)
    row(kLayers[static_cast<std::size_t>(i)], repeats);
}
