// Memory for one large transfer: not zeroed by us, in large pages where the system has them (a
// hundred megabytes in small ones cost more in page faults than in unpacking). Inside data/ only.
#pragma once

#include <cstddef>
#include <span>

namespace myoseg {

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
