// LibTorch's device meta as a stand-in for a GPU in tests: its tensors have no numbers, so whoever
// asks for one gets an error.
#pragma once

namespace myoseg::testing {

// LibTorch has few operations on that device without Python. This gives it the processor's for the
// rest, which compute on zeros and answer shapes, but for those whose answer is a number or has a
// shape that numbers decide. For as long as the process lives.
void complete_meta_device();

}  // namespace myoseg::testing
