#include "data/io/image_io.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "core/error.h"
#include "data/io/formats/metaimage.h"
#include "data/io/formats/nifti.h"
#include "data/io/formats/nrrd.h"
#include "data/io/formats/picture.h"
#include "data/io/image_ending.h"
#include "data/io/itk/itk.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// What `path` leads to: a file or a folder, nothing that could be waited for without end.
fs::file_type kind_of(const fs::path& path) {
  std::error_code error;
  const fs::file_type kind = fs::status(path, error).type();
  if (error == std::errc::too_many_symbolic_link_levels)
    throw data_error("{}: is a link that leads to itself", path.string());
  if (kind == fs::file_type::not_found)
    throw data_error("{}: there is no such file or folder", path.string());
  if (error) throw data_error("{}: cannot be read: {}", path.string(), error.message());
  if (kind != fs::file_type::regular && kind != fs::file_type::directory)
    throw data_error("{}: is neither a file nor a folder but a pipe, socket or device",
                     path.string());
  return kind;
}

bool is_folder(const fs::path& path) { return kind_of(path) == fs::file_type::directory; }

VoxelSource open(const fs::path& file) {
  const auto ending = require_ending(file);
  VoxelSource source = ending.starts_with(".nii")  ? open_nifti(file)
                       : ending.ends_with(".nrrd") ? open_nrrd(file)
                                                   : open_metaimage(file);
  check(source);
  return source;
}

// What is no array behind a header: DICOM and pictures.
std::optional<Image> read_decoded(const fs::path& path) {
  if (is_folder(path)) return itk_io::read_dicom(path);
  const std::string_view ending = ending_of(path);
  if (ending == ".png") return read_png(path);
  if (is_picture(ending)) return itk_io::read_tiff(path);
  if (ending.empty() && is_dicom_file(path)) return itk_io::read_dicom(path);
  return std::nullopt;
}

void require_finite(const StoredImage& image, const fs::path& file) {
  if (const std::string found = not_finite(image); !found.empty())
    throw data_error("{}: has {}; export the scan again", file.string(), found);
}

void require_same_grid(const Geometry& first_grid, const fs::path& first, const Geometry& grid,
                       const fs::path& file) {
  if (const std::string gap = difference(first_grid, grid); !gap.empty())
    throw data_error("{} does not lie on the grid of {} ({}); export both on one grid",
                     file.string(), first.string(), gap);
}

StoredImage read_one_stored(const fs::path& path) {
  StoredImage image;
  if (auto decoded = read_decoded(path)) {
    auto floats = std::make_shared<const Image>(std::move(*decoded));
    image = StoredImage(*floats);
    image.channels.front().owner = std::move(floats);
  } else {
    VoxelSource source = open(path);
    image.geometry = source.geometry;
    image.channels.push_back(stored_channel(std::move(source)));
  }
  return image;
}

}  // namespace

Image read_image(const fs::path& path) {
  if (auto decoded = read_decoded(path)) return std::move(*decoded);
  return read_floats(open(path));
}

std::string pixel_size_doubt(const Geometry& geometry, const fs::path& file) {
  if (!geometry.has_pixel_size())
    return fmt::format("{}: states no pixel size, so its areas and volumes are not known (NA)",
                       file.string());
  if (geometry.pixel_size == PixelSize::detector)
    return fmt::format(
        "{}: states the pixel size at the detector ({:g} x {:g} mm); the body's is smaller by a "
        "magnification that the file does not state",
        file.string(), geometry.spacing[0], geometry.spacing[1]);
  if (geometry.pixel_size == PixelSize::corrected)
    return fmt::format(
        "{}: its pixel size of {:.4g} x {:.4g} mm is the detector's divided by the magnification "
        "that the file states",
        file.string(), geometry.spacing[0], geometry.spacing[1]);
  return "";
}

Image read_channels(const std::vector<fs::path>& files) {
  Image image = read_image(files.front());
  require_finite(image, files.front());
  for (std::size_t c = 1; c < files.size(); ++c) {
    const Image channel = read_image(files[c]);
    require_finite(channel, files[c]);
    require_same_grid(image.geometry, files.front(), channel.geometry, files[c]);
    image.voxels.insert(image.voxels.end(), channel.voxels.begin(), channel.voxels.end());
    ++image.channels;
  }
  return image;
}

StoredImage read_stored(const std::vector<fs::path>& files) {
  StoredImage image;
  for (const fs::path& file : files) {
    StoredImage channel = read_one_stored(file);
    require_finite(channel, file);
    if (&file == &files.front())
      image.geometry = channel.geometry;
    else
      require_same_grid(image.geometry, files.front(), channel.geometry, file);
    image.channels.push_back(std::move(channel.channels.front()));
  }
  return image;
}

LabelMap read_label_image(const fs::path& path) {
  if (const auto decoded = read_decoded(path)) return labels_of(path.string(), *decoded);
  return read_labels(open(path));
}

}  // namespace myoseg
