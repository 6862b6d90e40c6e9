// From the headers of a folder's DICOM slices to one regular grid, or the reason why there is none.
// Knows no library, so that its rules are tested with made-up headers. Inside data/ only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"
#include "data/volume.h"

namespace myoseg {

// What decides the place of one slice; text as it stands in the header.
struct SliceHeader {
  std::string file;  // name without the folder
  std::string series_uid, series_number, series_description, modality;
  std::int64_t columns = 0, rows = 0;
  std::int64_t frames = 1;
  int samples_per_pixel = 1;
  std::optional<std::array<double, 3>> position;     // Image Position (Patient), mm
  std::optional<std::array<double, 6>> orientation;  // Image Orientation (Patient)
  std::optional<std::array<double, 2>> spacing;      // Pixel Spacing: between rows, between columns
  std::optional<double> thickness;                   // of a single slice, mm
  std::optional<Geometry> projection;  // of a radiograph that has no position in the patient
};

[[nodiscard]] SliceHeader slice_header(const DicomFile& file, const DicomPixels& pixels,
                                       const std::string& name);

struct Series {
  std::vector<SliceHeader> slices;  // along the normal of the slices
  Geometry geometry;
};

// Of a folder with one radiograph: its projection. Throws Error(bad_data) naming `folder` for: no
// slice, several radiographs, several series, several frames in a file,
// colour, missing geometry, slices of different size or direction, a tilted gantry, missing or
// repeated slices. Tolerances: gaps 5 % of the usual gap, tilt half a pixel over the whole stack.
[[nodiscard]] Series arrange_series(const std::string& folder, std::vector<SliceHeader> slices);

}  // namespace myoseg
