// Arithmetic on short rows of numbers that compilers turn into vector instructions, and running it
// with the widest instructions of this machine.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace myoseg::simd {

// Everything a kernel calls is inlined into it: only so is it compiled for the kernel's
// instructions.

// What exp() takes: at least -87, and a NaN stays one. In a loop of its own: within the loop of
// exp() GCC makes a branch of it, and no vector instructions.
template <class T>
[[gnu::always_inline]] inline T clamp(T x) {
  constexpr T kLeast = sizeof(T) == sizeof(float) ? T{-87} : T{-700};
  return x < kLeast ? kLeast : x;
}

// e^x for -87 <= x <= 88, to 2 units in the last place: x = n log 2 + r, |r| <= log(2)/2, and the
// Taylor polynomial of e^r.
[[gnu::always_inline]] inline float exp(float x) {
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
  const float n = (x * 1.44269504F + kRound) - kRound;
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  float e = 1.0F / 5040;
  e = e * r + 1.0F / 720;
  e = e * r + 1.0F / 120;
  e = e * r + 1.0F / 24;
  e = e * r + 1.0F / 6;
  e = e * r + 0.5F;
  e = e * r + 1.0F;
  e = e * r + 1.0F;
  return e * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}
[[gnu::always_inline]] inline double exp(double x) { return std::exp(x); }

// log x for normal x > 0, to 2 units in the last place or 1e-7, whichever is more. With
// x = 2^n m, 1/sqrt 2 <= m < sqrt 2: the series of artanh in s = (m-1)/(m+1).
[[gnu::always_inline]] inline float log(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t n = (bits - 0x3F3504F3) >> 23;
  const float m = std::bit_cast<float>(bits - n * (1 << 23));
  const float s = (m - 1.0F) / (m + 1.0F), q = s * s;
  float a = 2.0F / 9;
  a = a * q + 2.0F / 7;
  a = a * q + 2.0F / 5;
  a = a * q + 2.0F / 3;
  return static_cast<float>(n) * 0.693147181F + (2.0F * s + s * q * a);
}
[[gnu::always_inline]] inline double log(double x) { return std::log(x); }

// log(1 + e), 0 <= e <= 1, exact also for small e (the correction is Kahan's).
[[gnu::always_inline]] inline float log1p(float e) {
  const float u = 1.0F + e;
  return log(u) + (e - (u - 1.0F)) / u;
}
[[gnu::always_inline]] inline double log1p(double e) { return std::log1p(e); }

// The sum of term(0) .. term(n-1) in a fixed order that vector additions can follow.
template <class T, class Term>
[[gnu::always_inline]] inline double sum(std::int64_t n, const Term& term) {
  constexpr std::int64_t kLanes = 16;
  T lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::int64_t l = 0; l < kLanes; ++l) lanes[l] += term(i + l);
  double total = 0;
  for (const T lane : lanes) total += static_cast<double>(lane);
  for (; i < n; ++i) total += static_cast<double>(term(i));
  return total;
}

#ifdef __x86_64__
template <class Kernel, class... Args>
[[gnu::target("avx2,fma")]] void run_with_avx2(const Kernel& kernel, Args... args) {
  kernel(args...);
}
#endif

// kernel(args...), compiled for AVX2 where the processor has it. The kernel's operator() and all
// that it calls must be always_inline; its arguments are passed by value.
template <class Kernel, class... Args>
void run(const Kernel& kernel, Args... args) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx2) return run_with_avx2(kernel, args...);
#endif
  kernel(args...);
}

#ifdef __x86_64__
template <class Kernel, class... Args>
[[gnu::target("avx2")]] void run_with_avx2_alone(const Kernel& kernel, Args... args) {
  kernel(args...);
}
#endif

// As run(), but without fused multiply-add, which rounds once where others round twice: with and
// without AVX2 the bits are the same.
template <class Kernel, class... Args>
void run_exactly(const Kernel& kernel, Args... args) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) return run_with_avx2_alone(kernel, args...);
#endif
  kernel(args...);
}

}  // namespace myoseg::simd
