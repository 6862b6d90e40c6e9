// Distances to the nearest of many points, axis by axis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace myoseg {

// Lower envelope of the parabolas (p - position)^2 step^2 + height along one axis: one pass of an
// exact Euclidean distance transform (Felzenszwalb & Huttenlocher, Theory of Computing 8, 2012).
class LowerEnvelope {
 public:
  explicit LowerEnvelope(double step) : square_(step * step) {}
  void clear() {
    sites_.clear();
    at_ = 0;
  }
  // Positions in rising order.
  void add(std::int64_t position, double height) {
    const double p = static_cast<double>(position);
    double from = -std::numeric_limits<double>::infinity();
    while (!sites_.empty()) {
      const Site& last = sites_.back();
      const double q = static_cast<double>(last.position);
      from = ((height - last.height) / square_ + (p * p - q * q)) / (2 * (p - q));
      if (from > last.from) break;
      sites_.pop_back();
      from = -std::numeric_limits<double>::infinity();
    }
    sites_.push_back({position, height, from});
  }
  [[nodiscard]] bool empty() const { return sites_.empty(); }
  // The position whose parabola is lowest at p; p in rising order.
  [[nodiscard]] std::int64_t lowest(std::int64_t p) {
    while (at_ + 1 < sites_.size() && sites_[at_ + 1].from < static_cast<double>(p)) ++at_;
    return sites_[at_].position;
  }

 private:
  struct Site {
    std::int64_t position;
    double height, from;  // lowest from here on
  };
  double square_;
  std::vector<Site> sites_;
  std::size_t at_ = 0;
};

}  // namespace myoseg
