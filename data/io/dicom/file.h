// A DICOM file: its data set, and where its pixels lie (PS3.5 and PS3.10). Inside data/ only.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/io/dicom/item.h"

namespace myoseg {

// Views point into the bytes that were read, or into `inflated`.
struct DicomFile : DicomItem {
  bool dicom = false;              // false: these bytes are no DICOM file
  std::string syntax;              // transfer syntax UID; "" when the file names none
  std::string damage;              // what is wrong with the file as a whole; "" for nothing
  bool has_pixels = false;         // Pixel Data of the image itself, not of an icon in a sequence
  bool encapsulated = false;       // Pixel Data lie in fragments, compressed
  bool words = false;              // native Pixel Data are 16-bit words (OW)
  std::vector<DicomBytes> pixels;  // native: one view; else the fragments
  DicomBytes offsets;              // of frames among the fragments (Basic Offset Table)
  std::shared_ptr<const std::vector<std::byte>> inflated;  // of the deflated transfer syntax
};

// Never throws for what the bytes hold: `damage` says it. Files without the 128 bytes of preamble
// are known by their first element. At most 1 GiB is inflated.
[[nodiscard]] DicomFile parse_dicom(std::span<const std::byte> bytes);

// Whether these bytes begin as a DICOM file does, with the preamble or without.
[[nodiscard]] bool begins_as_dicom(std::span<const std::byte> bytes);

// Objects that stand beside scans in an export and hold no pixels: reports, presentation states,
// registrations, documents, waveforms, radiotherapy structures and plans.
[[nodiscard]] bool is_companion(const DicomFile& file);

}  // namespace myoseg
