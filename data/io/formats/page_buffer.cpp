#include "data/io/formats/page_buffer.h"

#include <sys/mman.h>

#include <new>

namespace myoseg {

PageBuffer::PageBuffer(std::size_t size) : size_(size) {
  void* address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) throw std::bad_alloc();
  ::madvise(address, size, MADV_HUGEPAGE);  // a wish: small pages are right too
  data_ = static_cast<std::byte*>(address);
}

PageBuffer::~PageBuffer() { ::munmap(data_, size_); }

}  // namespace myoseg
