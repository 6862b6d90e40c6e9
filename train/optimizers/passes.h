// Passes over the elements of many tensors, done together.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace myoseg {

// Threads take blocks of whichever tensor is next: small tensors are not waited for one by one, and
// a thread that another program holds up takes fewer blocks.
class ElementPasses {
 public:
  using Pass = std::function<void(std::int64_t begin, std::int64_t end)>;

  // `pass` is called for parts of [0, elements), by several threads at once, when run() is.
  void add(std::int64_t elements, Pass pass);
  void run() const;

  // Elements of a block: large beside the cost of handing it out, small beside a time slice.
  static constexpr std::int64_t kBlock = 32768;

 private:
  struct Block {
    std::size_t pass;
    std::int64_t begin, end;
  };
  std::vector<Pass> passes_;
  std::vector<Block> blocks_;
};

}  // namespace myoseg
