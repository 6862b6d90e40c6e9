// DICOM SEG and RTSTRUCT, from the header to painted voxels; compressed frames are left out, which
// go to libraries in a process of their own.
#include "data/io/structures/structures.h"

#include "data/io/dicom/file.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  if (parse_dicom(fuzz::as_bytes(data, size)).encapsulated) return 0;
  const auto file = fuzz::as_file(data, size, "_s.dcm");
  if (!is_structure_file(file)) return 0;
  return fuzz::answered([&] {
    const auto source = open_structures(file);
    Geometry grid;
    grid.size = {24, 20, 6};
    grid.origin = {-10, -10, -10};
    if (const auto own = source->grid(); own && own->voxels() < (1 << 20)) grid = *own;
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(grid.voxels()));
    for (std::size_t i = 0; i < std::min<std::size_t>(source->structures().size(), 8); ++i)
      fuzz::answered([&] { source->paint(i, grid, mask); });
  });
}
