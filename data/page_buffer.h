// Memory for one large transfer: not zeroed by us, in large pages where the system has them (a
// hundred megabytes in small ones cost more in page faults than in unpacking). Inside data/ only.
#pragma once

#include <cstddef>
#include <span>

namespace myoseg {

class PageBuffer {
 public:
  explicit PageBuffer(std::size_t size);  // std::bad_alloc when the system refuses
  PageBuffer(PageBuffer&& other) noexcept;
  PageBuffer& operator=(PageBuffer&& other) noexcept;
  ~PageBuffer();
  [[nodiscard]] std::span<std::byte> bytes() { return {data_, size_}; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }
  void shorten(std::size_t size) { size_ = size < size_ ? size : size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0, mapped_ = 0;
};

}  // namespace myoseg
