// Memory for one large transfer: not zeroed by us, in large pages where the system has them (a
// hundred megabytes in small ones cost more in page faults than in unpacking). Inside data/ only.
#pragma once

#include <cstddef>
#include <span>

namespace myoseg {

// Asks for large pages under memory that nothing was written to yet; a wish, small ones are right
// too.
void prefer_large_pages(void* begin, std::size_t bytes);

class PageBuffer {
 public:
  explicit PageBuffer(std::size_t size);  // not 0; std::bad_alloc when the system refuses
  PageBuffer(const PageBuffer&) = delete;
  PageBuffer& operator=(const PageBuffer&) = delete;
  ~PageBuffer();
  [[nodiscard]] std::span<std::byte> bytes() { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace myoseg
