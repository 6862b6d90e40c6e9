#include "models/runtime/kept_memory.h"

#ifdef __linux__
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace myoseg {
namespace {

constexpr std::size_t kPage = KeptMemory::kPage;

std::byte* map_memory(void* place, std::size_t bytes, int flags) {
  void* data =
      mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  return data == MAP_FAILED ? nullptr : static_cast<std::byte*>(data);
}

// At this place, if nothing lies there.
bool map_at(std::byte* place, std::size_t bytes) {
  std::byte* const data = map_memory(place, bytes, MAP_FIXED_NOREPLACE);
  if (data == place) {
    madvise(data, bytes, MADV_HUGEPAGE);
    return true;
  }
  if (data != nullptr) munmap(data, bytes);  // a kernel from before 4.17
  return false;
}

// Anywhere, from the beginning of a huge page on.
std::byte* map_anywhere(std::size_t bytes) {
  std::byte* const begin = map_memory(nullptr, bytes + kPage, 0);
  if (begin == nullptr) return nullptr;
  const std::size_t before = (kPage - reinterpret_cast<std::uintptr_t>(begin) % kPage) % kPage;
  if (before > 0) munmap(begin, before);
  if (before < kPage) munmap(begin + before + bytes, kPage - before);
  madvise(begin + before, bytes, MADV_HUGEPAGE);
  return begin + before;
}

}  // namespace

KeptMemory::~KeptMemory() {
  for (const auto& [data, segment] : segments_) munmap(data, segment.bytes);
}

std::byte* KeptMemory::take(std::size_t asked) {
  const std::size_t bytes = (asked + kPage - 1) / kPage * kPage;
  const std::lock_guard lock(mutex_);
  if (const auto found = smallest_of(bytes); found != segments_.end()) return use(found, bytes);
  // What is kept besides what is asked for.
  const std::size_t most = std::max(most_used_, used_ + bytes) - used_ - bytes;
  if (const auto found = grown(bytes); found != segments_.end()) {
    std::byte* const data = use(found, bytes);
    give_back(most);
    return data;
  }
  give_back(most);
  std::byte* data = map_anywhere(bytes);
  if (data == nullptr) {
    give_back(0);
    data = map_anywhere(bytes);
  }
  return data == nullptr ? nullptr : use(add_free(data, bytes), bytes);
}

bool KeptMemory::put_back(void* data) {
  if (reinterpret_cast<std::uintptr_t>(data) % kPage != 0) return false;
  const std::lock_guard lock(mutex_);
  const auto found = segments_.find(static_cast<std::byte*>(data));
  if (found == segments_.end() || !found->second.used) return false;
  const std::size_t bytes = found->second.bytes;
  segments_.erase(found);
  used_ -= bytes;
  add_free(static_cast<std::byte*>(data), bytes);
  return true;
}

// The first bytes of a free segment.
std::byte* KeptMemory::use(Segments::iterator segment, std::size_t bytes) {
  const auto [data, whole] = *segment;
  segment->second = {bytes, true};
  if (whole.bytes > bytes) segments_[data + bytes] = {whole.bytes - bytes, false};
  free_bytes_ -= bytes;
  used_ += bytes;
  most_used_ = std::max(most_used_, used_);
  return data;
}

KeptMemory::Segments::iterator KeptMemory::smallest_of(std::size_t bytes) {
  auto best = segments_.end();
  for (auto at = segments_.begin(); at != segments_.end(); ++at)
    if (!at->second.used && at->second.bytes >= bytes &&
        (best == segments_.end() || at->second.bytes < best->second.bytes))
      best = at;
  return best;
}

// The largest free segment that the system makes as large as asked; segments_.end() where it makes
// none.
KeptMemory::Segments::iterator KeptMemory::grown(std::size_t bytes) {
  auto best = segments_.end();
  for (auto at = segments_.begin(); at != segments_.end(); ++at)
    if (!at->second.used && (best == segments_.end() || at->second.bytes > best->second.bytes))
      best = at;
  if (best == segments_.end()) return best;
  const auto [data, segment] = *best;
  const std::size_t missing = bytes - segment.bytes;
  if (map_at(data + segment.bytes, missing)) return add_free(data + segment.bytes, missing);
  if (map_at(data - missing, missing)) return add_free(data - missing, missing);
  return segments_.end();
}

// Joined with the free segments beside it.
KeptMemory::Segments::iterator KeptMemory::add_free(std::byte* data, std::size_t bytes) {
  free_bytes_ += bytes;
  auto at = segments_.emplace(data, Segment{bytes, false}).first;
  const auto next = std::next(at);
  if (next != segments_.end() && !next->second.used && next->first == data + bytes) {
    at->second.bytes += next->second.bytes;
    segments_.erase(next);
  }
  if (at == segments_.begin()) return at;
  const auto before = std::prev(at);
  if (before->second.used || before->first + before->second.bytes != data) return at;
  before->second.bytes += at->second.bytes;
  segments_.erase(at);
  return before;
}

// Until no more than `most` bytes are kept: the ends of the smallest segments first.
void KeptMemory::give_back(std::size_t most) {
  while (free_bytes_ > most) {
    const auto at = smallest_of(1);
    Segment& segment = at->second;
    const std::size_t bytes = std::min(segment.bytes, free_bytes_ - most);
    munmap(at->first + segment.bytes - bytes, bytes);
    free_bytes_ -= bytes;
    segment.bytes -= bytes;
    if (segment.bytes == 0) segments_.erase(at);
  }
}

}  // namespace myoseg
#endif
