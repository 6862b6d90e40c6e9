// What the compressed pixels of a DICOM file say of themselves, to be held against its header.
// Knows no library. Inside data/ only.
#pragma once

#include <string>

#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"

namespace myoseg {

// Throws Error(bad_data) naming `name` when the stream is cut off, is of no kind that is read
// (JPEG, JPEG-LS, JPEG 2000, RLE), or its rows, columns, samples, bits, sign or number of frames
// are not those of the header; then a decoder may be called. At most 2^28 pixels.
void require_stream(const DicomFile& file, const DicomPixels& pixels, const std::string& name);

}  // namespace myoseg
