#include "models/runtime/kernel_scope.h"

namespace myoseg {
namespace {

thread_local Kernels used_kernels = Kernels::library;

}  // namespace

Kernels running_kernels() { return used_kernels; }

KernelScope::KernelScope(Kernels kernels) : before_(used_kernels) { used_kernels = kernels; }
KernelScope::~KernelScope() { used_kernels = before_; }

}  // namespace myoseg
