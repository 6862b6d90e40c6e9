// Vectors of float32 for the files that are compiled once for each instruction set. Everything in
// them has internal linkage and uses nothing of the standard library: a function that the linker
// shares with the rest of the program would bring its instructions to processors that lack them.
#pragma once

#include <cstdint>

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

}  // namespace
}  // namespace myoseg::kernels
