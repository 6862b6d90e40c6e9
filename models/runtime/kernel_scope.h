// Whose kernels the blocks of a network use.
#pragma once

#include "models/kernels/choice.h"

namespace myoseg {

using kernels::Kernels;

// What this thread uses now; the library's where nobody chose.
[[nodiscard]] Kernels running_kernels();

// While it lives, this thread uses those; what was used before comes back afterwards.
class KernelScope {
 public:
  explicit KernelScope(Kernels kernels);
  ~KernelScope();
  KernelScope(const KernelScope&) = delete;
  KernelScope& operator=(const KernelScope&) = delete;

 private:
  Kernels before_;
};

}  // namespace myoseg
