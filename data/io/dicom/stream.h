// What the compressed pixels of a DICOM file say of themselves, to be held against its header.
// Knows no library. Inside data/ only.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"

namespace myoseg {

enum class Compression { run_lengths, jpeg, jpeg_ls, jpeg_2000 };

// The compressed pixels of one frame, as their own header says.
struct FrameStream {
  Compression compression = Compression::run_lengths;
  std::int64_t rows = 0, columns = 0;
  int samples = 0, bits = 0;  // of a sample
  bool is_signed = false;
};

// Throws Error(bad_data) naming `name` when the stream is cut off, of a kind that is not read, or
// its rows, columns, samples, bits or sign are not those of the header; then a decoder may be
// called. At most 2^28 pixels.
[[nodiscard]] FrameStream require_stream(const DicomFile& file, const DicomPixels& pixels,
                                         std::span<const std::byte> stream,
                                         const std::string& name);

// The bytes of a frame of run lengths (PS3.5, annex G), samples little-endian; require_stream has
// accepted it.
[[nodiscard]] std::vector<std::byte> unpack_run_lengths(const DicomPixels& pixels,
                                                        std::span<const std::byte> stream);

}  // namespace myoseg
