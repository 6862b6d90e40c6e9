// A DICOM file's header, the headers of its slices, their grid, and its pixels up to the libraries.
#include "data/io/dicom/frames.h"
#include "data/io/dicom/series.h"
#include "data/io/dicom/stream.h"
#include "data/io/dicom/values.h"
#include "tests/fuzz/bytes.h"

namespace {

constexpr std::int64_t kMostValues = 1 << 20;

void read_pixels(const myoseg::DicomFile& file) {
  using namespace myoseg;
  const FrameGroups groups(file);
  const DicomPixels pixels = pixels_of(file, groups, 0, "x");
  if (pixels.frame_values() * pixels.frames > kMostValues) return;
  std::vector<float> values(static_cast<std::size_t>(pixels.frame_values()));
  if (!file.encapsulated) {
    if (pixels.allocated == 1) return (void)native_bytes(file, pixels, "x");
    for (std::size_t f = 0; f < static_cast<std::size_t>(pixels.frames); ++f)
      native_values(file, pixels, "x", f, values);
    return;
  }
  for (std::size_t f = 0; f < static_cast<std::size_t>(pixels.frames); ++f) {
    const auto stream = frame_stream(file, f, static_cast<std::size_t>(pixels.frames), "x");
    const FrameStream kind = require_stream(file, pixels, stream, "x");
    if (kind.compression == Compression::run_lengths) (void)unpack_run_lengths(pixels, stream);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  const DicomFile file = parse_dicom(fuzz::as_bytes(data, size));
  if (!file.dicom || !file.damage.empty() || !file.has_pixels || file.pixels.empty()) return 0;
  fuzz::answered([&] { read_pixels(file); });
  return fuzz::answered([&] {
    if (pixel_layout(file, "x").frames > 4096) return;
    (void)only_series("x", slice_headers(file, "x"), {.untilt = true, .even_out = true});
  });
}
