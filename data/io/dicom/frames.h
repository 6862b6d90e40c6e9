// The headers of slices, of files of one frame or several, and where their compressed pixels lie.
// Knows no library. Inside data/ only.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/io/dicom/file.h"
#include "data/volume.h"

namespace myoseg {

// What every image of a series says of it; text as it stands in the header.
struct SeriesHeader {
  std::string series_uid, series_number, series_description, modality, frame_of_reference;
};
[[nodiscard]] SeriesHeader series_header(const DicomFile& file);

// What decides the place of one slice.
struct SliceHeader : SeriesHeader {
  std::filesystem::path path;
  std::string file;         // for messages
  std::size_t frame = 0;    // in the file, from 0
  std::int64_t frames = 1;  // of the file that lie at this place: it says no other for them
  std::string instance_uid, sop_class;
  bool localizer = false;  // by its Image Type
  // What tells images at one position apart: acquisition, echo, phase, kind; by name, as text.
  std::vector<std::string> parts;
  std::int64_t columns = 0, rows = 0;
  int samples_per_pixel = 1;
  std::optional<std::array<double, 3>> position;     // Image Position (Patient), mm
  std::optional<std::array<double, 6>> orientation;  // Image Orientation (Patient)
  std::optional<std::array<double, 2>> spacing;      // Pixel Spacing: between rows, between columns
  std::optional<double> thickness;                   // of a single slice, mm
  std::optional<Geometry> projection;  // of a radiograph that has no position in the patient
};
// The names of what SliceHeader::parts holds, in the order in which they are asked.
[[nodiscard]] const std::vector<std::string>& slice_part_names();

// One for each frame of the file, or one in all where frames have no places of their own.
// Error(bad_data) as pixels_of().
[[nodiscard]] std::vector<SliceHeader> slice_headers(const DicomFile& file,
                                                     const std::filesystem::path& path);

// Compressed bytes of one frame: by the offsets of the file, or one fragment a frame, or all
// fragments of the only frame. Error(bad_data) naming `name` where they cannot be told apart.
[[nodiscard]] std::vector<std::byte> frame_stream(const DicomFile& file, std::size_t frame,
                                                  std::size_t frames, const std::string& name);

}  // namespace myoseg
