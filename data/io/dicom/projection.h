// The grid of a radiograph, whose header knows no position in the patient (PS3.3, C.7.6.1.1.1 and
// 10.7). Inside data/ only.
#pragma once

#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"
#include "data/volume.h"

namespace myoseg {

// One slice at the origin; its axes from Patient Orientation, without it (or where it is none) as
// seen from the front: data/io/formats/picture.h. Pixel size: Pixel Spacing where it is calibrated
// or differs from the detector's; else the detector's (Imager Pixel Spacing), divided by Estimated
// Radiographic Magnification Factor where the header has it; else unknown.
[[nodiscard]] Geometry projection_grid(const DicomFile& file, const DicomPixels& pixels);

}  // namespace myoseg
