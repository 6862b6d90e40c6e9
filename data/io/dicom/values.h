// From the stored numbers of a DICOM image to what they mean: Hounsfield units of a CT, the values
// of any other scan (PS3.3, C.7.6.3 and C.11.1). Knows no library. Inside data/ only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "data/io/dicom/file.h"
#include "data/io/dicom/groups.h"

namespace myoseg {

struct DicomPixels {
  std::int64_t rows = 0, columns = 0;
  int samples = 1;  // per pixel; 3: colour
  std::int64_t frames = 1;
  int allocated = 16;  // bits a stored number takes; 1: eight to a byte
  int stored = 16;     // bits of it that are the value; the others may be overlays
  int high = 15;       // the highest of them
  bool is_signed = false;
  bool inverted = false;  // MONOCHROME1 of a radiograph: white is low, so the values are turned
  double slope = 1, intercept = 0;

  [[nodiscard]] std::int64_t frame_values() const { return rows * columns * samples; }
  [[nodiscard]] std::size_t frame_bytes() const {  // of one frame, uncompressed, not of bits
    return static_cast<std::size_t>(frame_values() * allocated / 8);
  }
  [[nodiscard]] std::size_t bytes() const {  // of all frames, uncompressed
    return static_cast<std::size_t>((frame_values() * frames * allocated + 7) / 8);
  }
};

// CR, DX, MG, RG, RF, XA, IO, PX: of a projection, by its modality.
[[nodiscard]] bool is_radiograph(const std::string& modality);

// How the pixels are laid out. Error(bad_data) naming `name` where the header contradicts itself.
[[nodiscard]] DicomPixels pixel_layout(const DicomFile& file, const std::string& name);
// The layout, and what the values of one frame mean (frame counts from 0). Throws Error(bad_data)
// naming `name` for what has no certain value: a Modality LUT, a rescale that is incomplete or no
// number, a CT whose units are not or may not be Hounsfield units. Pixel padding keeps its value.
[[nodiscard]] DicomPixels pixels_of(const DicomFile& file, const FrameGroups& groups,
                                    std::size_t frame, const std::string& name);

// Stored numbers in this machine's byte order to values; `raw` holds `out.size()` of them.
void to_values(const DicomPixels& pixels, std::span<const std::byte> raw, std::span<float> out);

// The bytes of uncompressed pixels, all frames, without padding. Error(bad_data) when they are
// fewer or more than the header says.
[[nodiscard]] std::span<const std::byte> native_bytes(const DicomFile& file,
                                                      const DicomPixels& pixels,
                                                      const std::string& name);
// The values of one frame of them.
void native_values(const DicomFile& file, const DicomPixels& pixels, const std::string& name,
                   std::size_t frame, std::span<float> out);

}  // namespace myoseg
