#include "data/io/image_io.h"
#include "data/io/structures/structures.h"
#include "tests/fuzz/bytes.h"

// NRRD as an image, as a label map and as 3D Slicer's segmentation.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  const auto file = fuzz::as_file(data, size, ".seg.nrrd");
  fuzz::answered([&] { (void)read_image(file); });
  return fuzz::answered([&] { (void)read_label_map(file); });
}
