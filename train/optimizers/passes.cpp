#include "train/optimizers/passes.h"

#include <algorithm>
#include <utility>

#include "core/parallel.h"

namespace myoseg {

void ElementPasses::add(std::int64_t elements, Pass pass) {
  for (std::int64_t begin = 0; begin < elements; begin += kBlock)
    blocks_.push_back({passes_.size(), begin, std::min(begin + kBlock, elements)});
  passes_.push_back(std::move(pass));
}

void ElementPasses::run() const {
  parallel_for(blocks_.size(), [&](std::size_t i) {
    const Block& block = blocks_[i];
    passes_[block.pass](block.begin, block.end);
  });
}

}  // namespace myoseg
