// Scans and label maps in the formats radiology uses: .nii .nii.gz .nrrd .seg.nrrd .mha .mhd, grey
// pictures (.png .tif .tiff), a folder holding one DICOM series or radiograph, and a single DICOM
// file, whatever its name. No size, offset or name in a header is believed before it was
// held against the file: docs/images.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/labels.h"
#include "data/stored_image.h"
#include "data/volume.h"

namespace myoseg {

// True when the name ends in one of the file formats above; DICOM files are not known by name.
[[nodiscard]] bool is_image_name(const std::filesystem::path& file);
// .png, .tif, .tiff.
[[nodiscard]] bool is_picture_name(const std::filesystem::path& file);
// "case_01.nii.gz" -> "case_01"; also of a DICOM file's .dcm, .dicom or .ima.
[[nodiscard]] std::string image_stem(const std::filesystem::path& file);
// Whether it begins as a DICOM file: with its mark behind a preamble of 128 bytes (PS3.10), or with
// an element of a DICOM header.
[[nodiscard]] bool is_dicom_file(const std::filesystem::path& file);
// Whether that is a radiograph: an image of its own rather than a slice of a series. Never throws.
[[nodiscard]] bool is_radiograph_file(const std::filesystem::path& file);

// A scan with rescale slope and intercept applied. Throws Error(bad_data) naming the file and what
// is wrong: missing, truncated, 4-D, sheared, a series with missing or repeated slices, more than
// one series in the folder. Pictures, and radiographs that state none, have no pixel size.
[[nodiscard]] Image read_image(const std::filesystem::path& path);
// The channels of one scan in one image; Error(bad_data) when they lie on different grids.
[[nodiscard]] Image read_channels(const std::vector<std::filesystem::path>& files);
// The same in the files' own types.
[[nodiscard]] StoredImage read_stored(const std::vector<std::filesystem::path>& files);
// What is to be said of an image's pixel size, as a sentence for a warning: that it is unknown or
// the detector's. "" where there is nothing to say.
[[nodiscard]] std::string pixel_size_doubt(const Geometry& geometry,
                                           const std::filesystem::path& file);
// A label map: an image of values, or segments by their numbers (DICOM SEG, layers of a .seg.nrrd).
// Values that are no whole number in 0..255 and segments that overlap are an Error(bad_data).
[[nodiscard]] LabelMap read_label_map(const std::filesystem::path& path);
// The same of images alone.
[[nodiscard]] LabelMap read_label_image(const std::filesystem::path& path);

// The format follows the name; written atomically. `.seg.nrrd` carries the segments' names, values
// and colours so that 3D Slicer opens it as a segmentation. Pictures hold maps of one slice, a byte
// a pixel.
void write_label_map(const std::filesystem::path& file, const LabelMap& map,
                     const LabelSet& labels);
// Written as int16 when every value is whole and fits, else float; not as a picture.
void write_image(const std::filesystem::path& file, const Image& image);

// An 8-bit RGB picture, rows top to bottom; pixels = width * height * 3.
void write_png(const std::filesystem::path& file, int width, int height,
               const std::vector<std::uint8_t>& rgb);
// The same in 16 bits of grey; pixels = width * height.
void write_png(const std::filesystem::path& file, int width, int height,
               const std::vector<std::uint16_t>& grey);

}  // namespace myoseg
