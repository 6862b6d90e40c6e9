// From the stored numbers of a DICOM image to what they mean: Hounsfield units of a CT, the values
// of any other scan (PS3.3, C.7.6.3 and C.11.1). Knows no library. Inside data/ only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "data/io/dicom/file.h"

namespace myoseg {

struct DicomPixels {
  std::int64_t rows = 0, columns = 0;
  int samples = 1;  // per pixel; 3: colour
  std::int64_t frames = 1;
  int allocated = 16;  // bits a stored number takes
  int stored = 16;     // bits of it that are the value; the others may be overlays
  int high = 15;       // the highest of them
  bool is_signed = false;
  bool inverted = false;  // MONOCHROME1 of a radiograph: white is low, so the values are turned
  double slope = 1, intercept = 0;

  [[nodiscard]] std::size_t bytes() const {  // of all pixels, uncompressed
    return static_cast<std::size_t>(rows * columns * samples * frames * allocated / 8);
  }
};

// CR, DX, MG, RG, RF, XA, IO, PX: of a projection, by its modality.
[[nodiscard]] bool is_radiograph(const std::string& modality);

// What the header says of the pixels. Throws Error(bad_data) naming `name` for what has no certain
// value: a header that contradicts itself, a Modality LUT, a rescale that is incomplete or no
// number, a CT whose units are not or may not be Hounsfield units. Pixel padding keeps its value.
[[nodiscard]] DicomPixels pixels_of(const DicomFile& file, const std::string& name);

// Stored numbers in this machine's byte order to values; `raw` holds `out.size()` of them.
void to_values(const DicomPixels& pixels, std::span<const std::byte> raw, std::span<float> out);

// The values of uncompressed pixels. Error(bad_data) when they are fewer or more than the header
// says.
void native_values(const DicomFile& file, const DicomPixels& pixels, const std::string& name,
                   std::span<float> out);

}  // namespace myoseg
