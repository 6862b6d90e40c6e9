// The memory of large tensors on the processor: kept from one step to the next.
#pragma once

#include <cstddef>

namespace myoseg {

// From now on tensors of kLargeBlock bytes and more get blocks of their own, in huge pages where
// the system has them, and blocks that are freed are kept for those that come: the system need not
// clear pages anew in every step. Blocks in use and blocks kept together never take more than the
// blocks in use once did: what is kept is given up before that. Once in a process; on Linux.
void keep_large_blocks();

constexpr std::size_t kLargeBlock = std::size_t{16} << 20;

}  // namespace myoseg
