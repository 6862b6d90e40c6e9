// Vectors of float32 for the files that are compiled once for each instruction set. Everything in
// them has internal linkage and uses nothing of the standard library: a function that the linker
// shares with the rest of the program would bring its instructions to processors that lack them.
#pragma once

#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace myoseg::kernels {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
// The same where memory is not aligned.
using VectorInMemory =
    float __attribute__((vector_size(kLanes * sizeof(float)), aligned(alignof(float)), may_alias));

inline Vector load(const float* p) { return *reinterpret_cast<const VectorInMemory*>(p); }
inline void store(float* p, Vector v) { *reinterpret_cast<VectorInMemory*>(p) = v; }

// The same for the first `count` numbers only, 0 to kLanes: memory beyond is not touched, and zeros
// are loaded for it.
#if defined(__AVX512F__)
inline Vector load_first(const float* p, std::int64_t count) {
  return Vector(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1U), p));
}
inline void store_first(float* p, Vector v, std::int64_t count) {
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1U << count) - 1U), __m512(v));
}
#elif defined(__AVX2__)
inline __m256i first_lanes(std::int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline Vector load_first(const float* p, std::int64_t count) {
  return Vector(_mm256_maskload_ps(p, first_lanes(count)));
}
inline void store_first(float* p, Vector v, std::int64_t count) {
  _mm256_maskstore_ps(p, first_lanes(count), __m256(v));
}
#else
inline Vector load_first(const float* p, std::int64_t count) {
  Vector v{};
  for (std::int64_t i = 0; i < count; ++i) v[i] = p[i];
  return v;
}
inline void store_first(float* p, Vector v, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) p[i] = v[i];
}
#endif

}  // namespace
}  // namespace myoseg::kernels
