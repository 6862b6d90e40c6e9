// All windows of a volume through a network, in the order that needs the least memory.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "eval/predict/window_blend.h"
#include "eval/predict/window_input.h"

namespace myoseg {

// `network` takes windows (N,C,[D,]H,W) and gives (N,K,[D,]H,W) of the same size; `rows`: those of
// `blend`, which gets the scores. A network sees one of the windows that hold air alone, and its
// scores are taken for the others. `done` is told the number of windows whenever some are.
// Error(bad_usage) when the network changes a window's size.
void sweep(const WindowGrid& grid, const WindowRows& rows, WindowBatch batch, WindowInput& input,
           WindowBlend& blend, const std::function<at::Tensor(const at::Tensor&)>& network,
           const std::function<void(std::int64_t)>& done = {});

}  // namespace myoseg
