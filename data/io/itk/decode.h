// Compressed pixels of one DICOM frame to their bytes, by libraries; in a child process only.
// Inside data/ only.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "data/io/dicom/stream.h"
#include "data/io/dicom/values.h"
#include "data/io/itk/child.h"

namespace myoseg::itk_io {

// The frame's samples of `pixels.allocated` bits each in this machine's byte order, eight to a byte
// where that is 1. `stream` is what require_stream() accepted as `kind`. Error(bad_data) naming
// `name` when no decoder reads it.
[[nodiscard]] std::vector<std::byte> decode_frame(const FrameStream& kind,
                                                  const DicomPixels& pixels,
                                                  std::span<const std::byte> stream,
                                                  const std::string& name,
                                                  const Checkpoint& checkpoint);

}  // namespace myoseg::itk_io
