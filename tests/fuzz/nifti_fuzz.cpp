#include "data/io/image_io.h"
#include "tests/fuzz/bytes.h"

// NIfTI-1 and NIfTI-2, compressed or not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  return fuzz::answered([&] { (void)read_image(fuzz::as_file(data, size, ".nii")); });
}
