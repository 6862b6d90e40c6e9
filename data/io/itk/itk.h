// What ITK does for data/io/image_io.h, with no ITK type in sight. Inside data/ only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/io/dicom/series.h"
#include "data/volume.h"

namespace myoseg::itk_io {

// Value type and bytes of a file as stored, x fastest.
enum class Stored { uint8, int16, float32 };

// A folder holding one DICOM series or one radiograph, or a file that is one; see
// data/io/dicom/series.h for what is refused.
[[nodiscard]] Image read_dicom(const std::filesystem::path& path);
// The slices of one stack, chosen by whoever has read their headers; `name` is for messages.
[[nodiscard]] Image read_dicom(const std::string& name, const std::vector<SliceHeader>& slices,
                               const SeriesOptions& options);
// Where images lie: the folder itself, else all folders below it that hold images of a scan; where
// none does, those that hold other DICOM files. Sorted. Error(bad_data) for what cannot be listed.
[[nodiscard]] std::vector<std::filesystem::path> dicom_folders(const std::filesystem::path& folder);
// The headers of all images that read_dicom(path) takes its slices from.
[[nodiscard]] std::vector<SliceHeader> dicom_slices(const std::filesystem::path& path);
[[nodiscard]] std::vector<SliceHeader> dicom_slices(
    const std::vector<std::filesystem::path>& files);
// The compressed pixels of every frame of a file, one after another, as decode_frame() leaves them.
[[nodiscard]] Volume<std::uint8_t> decode_frames(const std::filesystem::path& file);
// See data/io/formats/picture.h for what is refused.
[[nodiscard]] Image read_tiff(const std::filesystem::path& file);

// Writes NRRD or MetaImage by the name's ending; `keys` become NRRD key/value pairs.
void write_file(const std::filesystem::path& file, const Geometry& geometry, Stored type,
                const void* voxels, const std::map<std::string, std::string>& keys);
void write_png(const std::filesystem::path& file, int width, int height,
               const std::vector<std::uint8_t>& rgb);
// PNG or TIFF by the name's ending, one value a pixel.
void write_grey(const std::filesystem::path& file, std::int64_t width, std::int64_t height,
                const std::vector<std::uint8_t>& values);
void write_grey(const std::filesystem::path& file, std::int64_t width, std::int64_t height,
                const std::vector<std::uint16_t>& values);

}  // namespace myoseg::itk_io
