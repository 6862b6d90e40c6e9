// Counter-based random numbers (Philox 4x32-10, Salmon et al., SC 2011): a stream is a pure
// function of its key, so results do not depend on threads, on order or on what else was drawn.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace myoseg {

class Random {
 public:
  // A stream for (seed, purpose, numbers...): e.g. Random(seed, "augment", {epoch, case_index}).
  Random(std::uint64_t seed, std::string_view purpose,
         std::initializer_list<std::uint64_t> numbers = {});

  std::uint32_t bits();
  double uniform();                         // [0, 1)
  double uniform(double low, double high);  // [low, high)
  double normal();                          // mean 0, variance 1
  double normal(double mean, double sd) { return mean + sd * normal(); }
  bool chance(double probability) { return uniform() < probability; }
  std::uint64_t below(std::uint64_t n);  // 0..n-1, unbiased; n > 0
  std::vector<std::size_t> permutation(std::size_t n);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 4> block_{};
  int left_ = 0;  // numbers of `block_` not yet given out
};

}  // namespace myoseg
