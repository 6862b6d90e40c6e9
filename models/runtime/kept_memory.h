// Memory of the system that is kept when it is freed, for what is asked for next.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>

namespace myoseg {

// Blocks of whole huge pages. What is freed is joined with its free neighbours, and given out again
// whole or in part; only what is missing is asked of the system. What is in use and what is kept
// together never take more than what was in use once: beyond that the system gets back what is
// kept. From any thread. Linux only.
class KeptMemory {
 public:
  static constexpr std::size_t kPage = std::size_t{2} << 20;

  KeptMemory() = default;
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;
  ~KeptMemory();  // gives everything back

  // Null where the system has no more.
  [[nodiscard]] std::byte* take(std::size_t bytes);
  // False where `data` is no block of take().
  bool put_back(void* data);

  // In whole pages: in use; in use and kept.
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t held() const { return used_ + free_bytes_; }

 private:
  struct Segment {
    std::size_t bytes = 0;
    bool used = false;
  };
  using Segments = std::map<std::byte*, Segment>;

  [[nodiscard]] std::byte* use(Segments::iterator segment, std::size_t bytes);
  [[nodiscard]] Segments::iterator smallest_of(std::size_t bytes);
  [[nodiscard]] Segments::iterator grown(std::size_t bytes);
  Segments::iterator add_free(std::byte* data, std::size_t bytes);
  void give_back(std::size_t most);

  std::mutex mutex_;
  Segments segments_;  // those next to each other are not both free
  std::size_t used_ = 0, free_bytes_ = 0, most_used_ = 0;
};

}  // namespace myoseg
